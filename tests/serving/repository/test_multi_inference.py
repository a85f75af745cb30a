"""MultiInference over gRPC, on a SavedModel of TensorFlow 1, and on one of TensorFlow 2."""

import contextlib

import grpc
import pytest
import tensorflow as tf
from tensorflow_serving.apis import inference_pb2, input_pb2

from keras_infogan.serving.protocol.errors import StatusError
from keras_infogan.serving.repository import multi_inference
from keras_infogan.serving.repository.servable import Servable
from keras_infogan.serving.repository.signature_calls import run_call

INVALID = grpc.StatusCode.INVALID_ARGUMENT


def given(*values):
    made = input_pb2.Input()
    for value in values:
        feature = made.example_list.examples.add().features.feature["x"]
        feature.float_list.value.append(value)
    return made


def multi(*tasks, values=(1.0,)):
    made = inference_pb2.MultiInferenceRequest(input=given(*values))
    for method, signature in tasks:
        task = made.tasks.add(method_name=f"tensorflow/serving/{method}")
        task.model_spec.name = "examples"
        task.model_spec.signature_name = signature
    return made


def test_multi_inference_answers_each_task(stub):
    response = stub.MultiInference(multi(("classify", ""), ("regress", "regress")))
    first, second = response.results
    assert first.model_spec.signature_name == "serving_default"
    assert first.model_spec.version.value == 123
    assert first.classification_result.classifications[0].classes[1].score == 2.0
    assert second.regression_result.regressions[0].value == 2.0


WRONG = {
    "no task": (
        inference_pb2.MultiInferenceRequest(),
        INVALID,
        "ModelSpec has no name specified.",
    ),
    "a task twice": (
        multi(("classify", ""), ("classify", "serving_default")),
        INVALID,
        "Duplicate evaluation of signature: serving_default",
    ),
    "an unknown task": (
        multi(("predict", "")),
        grpc.StatusCode.UNIMPLEMENTED,
        "Unsupported signature method_name: tensorflow/serving/predict",
    ),
    "a task's unknown signature": (
        multi(("regress", "s")),
        INVALID,
        "Requested signature not found in model graph: s",
    ),
}


@pytest.mark.parametrize(("sent", "code", "text"), WRONG.values(), ids=WRONG)
def test_each_wrong_request_has_its_answer(stub, sent, code, text, error_of):
    assert error_of(stub.MultiInference, sent) == (code, text)


def test_all_tasks_are_of_one_model(stub, error_of):
    sent = multi(("classify", ""), ("regress", "regress"))
    sent.tasks[1].model_spec.name = "digits"
    assert error_of(stub.MultiInference, sent) == (
        INVALID,
        "All ModelSpecs in a MultiInferenceRequest must access the same model name.",
    )


class OfTensorFlow2(tf.Module):
    """Signatures of TensorFlow 2, which saves a placeholder of its own for each."""

    @staticmethod
    def _x(inputs):
        return tf.io.parse_example(inputs, {"x": tf.io.FixedLenFeature([], tf.float32)})["x"]

    @tf.function(input_signature=[tf.TensorSpec([None], tf.string, name="inputs")])
    def classify(self, inputs):
        return {"scores": self._x(inputs)[:, tf.newaxis]}

    @tf.function(input_signature=[tf.TensorSpec([None], tf.string, name="inputs")])
    def regress(self, inputs):
        return {"outputs": self._x(inputs)}


def test_the_names_of_the_tensors_are_compared_as_in_tensorflow_serving(tmp_path):
    module = OfTensorFlow2()
    signatures = {"classify": module.classify, "regress": module.regress}
    tf.saved_model.save(module, str(tmp_path), signatures=signatures)
    with contextlib.closing(Servable(tmp_path)) as servable:
        for task in (("classify", "classify"), ("regress", "regress")):
            (result,) = run_call(multi_inference.infer(servable, multi(task)))
            assert result.model_spec.signature_name == task[1]
        both = multi(("classify", "classify"), ("regress", "regress"))
        with pytest.raises(
            StatusError, match=r"^Input tensor must be the same for all Signatures\.$"
        ):
            run_call(multi_inference.infer(servable, both))
