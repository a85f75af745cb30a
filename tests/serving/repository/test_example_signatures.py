import contextlib

import grpc
import numpy as np
import pytest
import tensorflow as tf
from tensorflow_serving.apis import classification_pb2, input_pb2

from keras_infogan.serving.protocol.errors import StatusError
from keras_infogan.serving.repository import classification, example_signatures
from keras_infogan.serving.repository.servable import Servable
from keras_infogan.serving.repository.signature_calls import run_call


def example(**features):
    made = tf.train.Example()
    for name, value in features.items():
        made.features.feature[name].float_list.value.append(value)
    return made


def given(*values):
    return input_pb2.Input(
        example_list=input_pb2.ExampleList(examples=[example(x=value) for value in values])
    )


def test_examples_are_concatenated_bytes():
    made = example_signatures.serialized_examples(given(1.0, 2.0))
    assert made.dtype == object and made.shape == (2,)
    parsed = tf.train.Example.FromString(made[1])
    np.testing.assert_array_equal(parsed.features.feature["x"].float_list.value, [2.0])


def test_a_context_goes_before_every_example():
    made = input_pb2.Input()
    context = made.example_list_with_context
    context.context.CopyFrom(example(x=4.0))
    context.examples.add()
    context.examples.append(example(x=5.0))
    parsed = [
        tf.train.Example.FromString(each) for each in example_signatures.serialized_examples(made)
    ]
    # Of several values of a feature, the last one counts.
    assert [each.features.feature["x"].float_list.value[-1] for each in parsed] == [4.0, 5.0]


def test_no_examples_are_refused():
    with pytest.raises(StatusError, match=r"^Input is empty\.$"):
        example_signatures.serialized_examples(given())


def test_the_method_name_is_checked_where_asked_for(example_model):
    request = classification_pb2.ClassificationRequest(input=given(1.0))
    request.model_spec.signature_name = "regress"
    with contextlib.closing(Servable(example_model)) as servable:
        with pytest.raises(StatusError) as caught:
            run_call(classification.classify(servable, request, check_method_name=True))
        assert caught.value.code == grpc.StatusCode.INVALID_ARGUMENT
        assert caught.value.message == (
            "Expected classification signature method_name to be tensorflow/serving/classify. "
            "Was: tensorflow/serving/regress"
        )
