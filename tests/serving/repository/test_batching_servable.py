import contextlib
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import tensorflow as tf

from keras_infogan.serving.protocol.errors import StatusError
from keras_infogan.serving.repository.batching_servable import BatchingServable
from keras_infogan.serving.repository.servable import Servable


def test_a_served_signature_answers_as_without_batching(saved_model, make_scheduler):
    with contextlib.closing(Servable(saved_model)) as plain:
        signature = plain.signatures["sample"]
        batched = BatchingServable(plain, make_scheduler(max_batch_size=16))
        with ThreadPoolExecutor(8) as pool:
            answers = list(
                pool.map(
                    lambda seed: batched.run(signature, {"seed": np.int64([seed])}, ["image"]),
                    range(8),
                )
            )
        for seed, answer in enumerate(answers):
            expected = plain.run(signature, {"seed": np.int64([seed])}, ["image"])
            np.testing.assert_array_equal(answer["image"], expected["image"])


def test_rows_of_other_shapes_and_signatures_have_batches_of_their_own(saved_model, make_scheduler):
    with contextlib.closing(Servable(saved_model)) as plain:
        batched = BatchingServable(plain, make_scheduler(max_batch_size=16))
        image = np.ones([1, 4, 4, 1], np.float32)
        calls = [
            ("recognize", {"image": image}, ["digit"]),
            ("recognize", {"image": image[:, :2]}, ["digit"]),
            ("discriminate", {"image": image}, ["logit"]),
            ("recognize", {"image": image.astype(np.float64)}, ["digit"]),
        ]

        def run(call):
            name, inputs, outputs = call
            try:
                return list(batched.run(plain.signatures[name], inputs, outputs))
            except StatusError as error:
                return error.message

        with ThreadPoolExecutor(4) as pool:
            answers = list(pool.map(run, calls))
    assert answers[0] == ["digit"] and answers[2] == ["logit"]
    assert answers[3] == "Expects arg[0] to be float but double is provided"


def test_a_signature_of_a_fixed_number_of_rows_is_not_batched(tmp_path, make_scheduler):
    class Total(tf.Module):
        @tf.function(input_signature=[tf.TensorSpec([None], tf.float32, name="x")])
        def __call__(self, x):
            return {"total": tf.reduce_sum(x, keepdims=True)}

    module = Total()
    tf.saved_model.save(module, str(tmp_path), signatures=module.__call__)
    with contextlib.closing(Servable(tmp_path)) as plain:
        batched = BatchingServable(plain, make_scheduler(max_batch_size=2))
        signature = plain.signatures["serving_default"]
        with ThreadPoolExecutor(2) as pool:
            totals = pool.map(
                lambda x: batched.run(signature, {"x": np.float32([x])}, ["total"]), [1, 2]
            )
            assert [each["total"].tolist() for each in totals] == [[1], [2]]
