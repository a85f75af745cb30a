import contextlib

import grpc
import numpy as np
import pytest
import tensorflow as tf
from tensorflow.core.protobuf import meta_graph_pb2
from tensorflow_serving.apis import predict_pb2

from keras_infogan.serving.protocol.errors import StatusError
from keras_infogan.serving.repository import prediction
from keras_infogan.serving.repository.servable import Servable
from keras_infogan.serving.repository.signature_calls import run_call


@pytest.fixture(scope="module")
def tiny(saved_model):
    with contextlib.closing(Servable(saved_model)) as loaded:
        yield loaded


def request_sample(**inputs):
    request = predict_pb2.PredictRequest()
    request.model_spec.signature_name = "sample"
    for name, value in inputs.items():
        request.inputs[name].CopyFrom(value)
    return request


SEEDS = tf.make_tensor_proto([3, 4], tf.int64)


def predict(servable, request):
    return run_call(prediction.predict(servable, request))


def test_it_answers_in_typed_fields_with_the_signature_s_name(tiny):
    response = predict(tiny, request_sample(seed=SEEDS))
    assert response.model_spec.signature_name == "sample"
    assert list(response.outputs["digit"].int64_val) == [3, 4]
    assert not response.outputs["image"].tensor_content
    assert sorted(response.outputs) == ["digit", "image", "style"]


def test_the_filter_limits_the_outputs(tiny):
    request = request_sample(seed=SEEDS)
    request.output_filter.append("style")
    assert list(predict(tiny, request).outputs) == ["style"]


def test_an_answer_leaves_the_request_as_it_was(tiny):
    request = request_sample()
    with pytest.raises(StatusError):
        predict(tiny, request)
    assert not request.inputs


def test_a_name_that_is_not_an_input_is_reported_like_a_missing_one(tiny):
    with pytest.raises(StatusError) as caught:
        predict(tiny, request_sample(sed=SEEDS))
    feed = tiny.signatures["sample"].inputs["seed"].name
    assert caught.value.message == (
        f"Signature input alias: seed(feed name: {feed}) not found in request and no default "
        "value provided. Inputs expected to be in the request {sed}, or default input alias set: "
    )


def test_a_default_stands_in_for_an_input_that_is_not_sent(tiny):
    signature = meta_graph_pb2.SignatureDef()
    signature.CopyFrom(tiny.signatures["sample"])
    signature.defaults["seed"].CopyFrom(SEEDS)

    class WithDefault:
        signatures = {"sample": signature}
        submit = tiny.submit

    response = predict(WithDefault(), request_sample())
    assert list(response.outputs["digit"].int64_val) == [3, 4]


def test_a_response_that_no_message_can_hold_is_refused(tiny, monkeypatch):
    """It once ended as if the request were damaged."""
    image = np.broadcast_to(np.float32(0.5), [700_000, 28, 28, 1])  # 2.2 GB, if it were copied
    monkeypatch.setattr(tiny, "run", lambda *arguments: {"image": image})
    request = request_sample(seed=SEEDS)
    request.output_filter.append("image")
    with pytest.raises(StatusError, match="should have at most 2147483647 bytes") as caught:
        predict(tiny, request)
    assert caught.value.code == grpc.StatusCode.RESOURCE_EXHAUSTED
