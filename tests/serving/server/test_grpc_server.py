import grpc
import pytest
import tensorflow as tf
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection_pb2, reflection_pb2_grpc
from tensorflow.core.framework import tensor_pb2, types_pb2
from tensorflow_serving.apis import (
    get_model_metadata_pb2,
    get_model_status_pb2,
    model_management_pb2,
    model_service_pb2_grpc,
    predict_pb2,
    prediction_service_pb2_grpc,
)

from keras_infogan.serving import EmbeddedServer
from keras_infogan.serving.server import grpc_admission

INVALID_ARGUMENT = grpc.StatusCode.INVALID_ARGUMENT
NOT_FOUND = grpc.StatusCode.NOT_FOUND
SEEDS = tf.make_tensor_proto([3, 4], tf.int64)
IMAGE = tf.make_tensor_proto(tf.zeros([1, 4, 4, 1]))


@pytest.fixture(scope="module")
def prediction_service(channel):
    return prediction_service_pb2_grpc.PredictionServiceStub(channel)


@pytest.fixture(scope="module")
def model_service(channel):
    return model_service_pb2_grpc.ModelServiceStub(channel)


def predict_request(signature="sample", name="digits", version=None, outputs=(), **inputs):
    request = predict_pb2.PredictRequest(output_filter=outputs)
    request.model_spec.name = name
    request.model_spec.signature_name = signature
    if version is not None:
        request.model_spec.version.value = version
    for alias, tensor in inputs.items():
        request.inputs[alias].CopyFrom(tensor)
    return request


def outcome(method, request):
    with pytest.raises(grpc.RpcError) as caught:
        method(request, timeout=30)
    return caught.value.code(), caught.value.details()


def test_predict_answers_with_the_version_and_the_signature(prediction_service):
    response = prediction_service.Predict(predict_request(seed=SEEDS))
    assert response.model_spec.name == "digits"
    assert response.model_spec.version.value == 1
    assert response.model_spec.signature_name == "sample"
    assert list(response.outputs["digit"].int64_val) == [3, 4]
    assert len(response.outputs["image"].float_val) == 2 * 4 * 4
    assert not response.outputs["image"].tensor_content


def test_an_empty_signature_is_the_default_one(prediction_service):
    request = predict_request(
        signature="",
        seed=SEEDS,
        digit=SEEDS,
        style=tf.make_tensor_proto(tf.zeros([2, 2])),
    )
    response = prediction_service.Predict(request)
    assert response.model_spec.signature_name == "serving_default"
    assert response.outputs["image"].dtype == types_pb2.DT_FLOAT


ERRORS = {
    "no model_spec": (predict_pb2.PredictRequest(), INVALID_ARGUMENT, "Missing ModelSpec"),
    "empty name": (
        predict_request(name="", seed=SEEDS),
        INVALID_ARGUMENT,
        "ModelSpec has no name specified.",
    ),
    "unknown model": (
        predict_request(name="m", seed=SEEDS),
        NOT_FOUND,
        "Servable not found for request: Latest(m)",
    ),
    "unknown version": (
        predict_request(version=9, seed=SEEDS),
        NOT_FOUND,
        "Servable not found for request: Specific(digits, 9)",
    ),
    "unknown version of an unknown model": (
        predict_request(name="m", version=9, seed=SEEDS),
        NOT_FOUND,
        "Servable not found for request: Specific(m, 9)",
    ),
    "unknown signature": (
        predict_request("s", seed=SEEDS),
        grpc.StatusCode.FAILED_PRECONDITION,
        'Serving signature key "s" not found.',
    ),
    "too few inputs": (
        predict_request("generate", seed=SEEDS, digit=SEEDS),
        INVALID_ARGUMENT,
        "input size does not match signature: 2!=3 len({digit,seed}) != len({digit,seed,style}). "
        "Sent extra: {}. Missing but required: {style}.",
    ),
    "too many inputs": (
        predict_request(seed=SEEDS, z=SEEDS),
        INVALID_ARGUMENT,
        "input size does not match signature: 2!=1 len({seed,z}) != len({seed}). "
        "Sent extra: {z}. Missing but required: {}.",
    ),
    "unparsable tensor": (
        predict_request(seed=tensor_pb2.TensorProto(dtype=1, tensor_content=b"x")),
        INVALID_ARGUMENT,
        "tensor parsing error: seed",
    ),
    "wrong dtype": (
        predict_request(
            "recognize", image=tf.make_tensor_proto(tf.zeros([1, 4, 4, 1], tf.float64))
        ),
        INVALID_ARGUMENT,
        "Expects arg[0] to be float but double is provided",
    ),
    "bad output_filter": (
        predict_request("discriminate", outputs=["y"], image=IMAGE),
        INVALID_ARGUMENT,
        "output tensor alias not found in signature: y "
        "Outputs expected to be in the set {logit,probability_real}.",
    ),
    "duplicate output_filter": (
        predict_request("discriminate", outputs=["logit", "logit"], image=IMAGE),
        INVALID_ARGUMENT,
        "duplicate output tensor alias: logit",
    ),
}


@pytest.mark.parametrize(("request_", "code", "text"), ERRORS.values(), ids=ERRORS.keys())
def test_each_error_has_its_code_and_text(prediction_service, request_, code, text):
    assert outcome(prediction_service.Predict, request_) == (code, text)


def test_an_operation_error_comes_with_tensorflow_s_text(prediction_service):
    request = predict_request("recognize", image=tf.make_tensor_proto(tf.zeros([2])))
    code, text = outcome(prediction_service.Predict, request)
    assert code == INVALID_ARGUMENT
    assert text.startswith("Index out of range using input dim 1; input has only 1 dims")


def test_a_long_error_is_cut(prediction_service):
    limit = grpc_admission.MAXIMUM_ERROR_BYTES
    code, text = outcome(prediction_service.Predict, predict_request("s" * 9000, seed=SEEDS))
    assert code == grpc.StatusCode.FAILED_PRECONDITION
    assert len(text) == limit + len("...TRUNCATED")
    assert text.endswith("...TRUNCATED")


def test_a_message_larger_than_grpc_s_default_passes(prediction_service):
    request = predict_request("recognize", image=tf.make_tensor_proto(tf.zeros([80_000, 4, 4, 1])))
    request.output_filter.append("digit")
    assert request.ByteSize() > 4 * 2**20
    assert len(prediction_service.Predict(request).outputs["digit"].int64_val) == 80_000


def test_metadata_describes_the_signatures(prediction_service):
    request = get_model_metadata_pb2.GetModelMetadataRequest(metadata_field=["signature_def"])
    request.model_spec.name = "digits"
    response = prediction_service.GetModelMetadata(request)
    assert response.model_spec.version.value == 1
    assert not response.model_spec.signature_name
    signatures = get_model_metadata_pb2.SignatureDefMap()
    assert response.metadata["signature_def"].Unpack(signatures)
    assert set(signatures.signature_def["generate"].inputs) == {"seed", "digit", "style"}


@pytest.mark.parametrize(
    ("fields", "text"),
    [
        ([], "GetModelMetadataRequest must specify at least one metadata_field"),
        (["signature_def", "graph"], "Metadata field graph is not supported"),
    ],
)
def test_metadata_takes_one_field_only(prediction_service, fields, text):
    request = get_model_metadata_pb2.GetModelMetadataRequest(metadata_field=fields)
    request.model_spec.name = "digits"
    assert outcome(prediction_service.GetModelMetadata, request) == (INVALID_ARGUMENT, text)


def test_metadata_needs_a_model(prediction_service):
    request = get_model_metadata_pb2.GetModelMetadataRequest(metadata_field=["signature_def"])
    assert outcome(prediction_service.GetModelMetadata, request)[1] == "Missing ModelSpec"
    request.model_spec.name = "m"
    assert outcome(prediction_service.GetModelMetadata, request) == (
        NOT_FOUND,
        "Servable not found for request: Latest(m)",
    )


def test_status_lists_versions(model_service):
    request = get_model_status_pb2.GetModelStatusRequest()
    request.model_spec.name = "digits"
    (status,) = model_service.GetModelStatus(request).model_version_status
    assert status.version == 1
    assert status.state == get_model_status_pb2.ModelVersionStatus.AVAILABLE
    assert status.HasField("status") and status.status.error_code == 0


@pytest.mark.parametrize(
    ("name", "version", "text"),
    [
        ("digits", 9, "Could not find version 9 of model digits"),
        ("m", 9, "Could not find version 9 of model m"),
        ("m", None, "Could not find any versions of model m"),
    ],
)
def test_status_of_what_is_not_there(model_service, name, version, text):
    request = get_model_status_pb2.GetModelStatusRequest()
    request.model_spec.name = name
    if version is not None:
        request.model_spec.version.value = version
    assert outcome(model_service.GetModelStatus, request) == (NOT_FOUND, text)


def test_status_needs_a_model(model_service):
    request = get_model_status_pb2.GetModelStatusRequest()
    assert outcome(model_service.GetModelStatus, request) == (INVALID_ARGUMENT, "Missing ModelSpec")


def test_what_is_no_request_is_refused_before_any_model_is_asked(channel):
    predict = channel.unary_unary("/tensorflow.serving.PredictionService/Predict")
    assert outcome(predict, b"\xff") == (
        grpc.StatusCode.INTERNAL,
        "Exception deserializing request!",
    )


@pytest.mark.parametrize("service", ["", "tensorflow.serving.PredictionService"])
def test_health(channel, service):
    health = health_pb2_grpc.HealthStub(channel)
    response = health.Check(health_pb2.HealthCheckRequest(service=service))
    assert response.status == health_pb2.HealthCheckResponse.SERVING


def test_reflection_lists_the_services(channel):
    stub = reflection_pb2_grpc.ServerReflectionStub(channel)
    request = reflection_pb2.ServerReflectionRequest(list_services="")
    (response,) = stub.ServerReflectionInfo(iter([request]))
    assert {service.name for service in response.list_services_response.service} == {
        "grpc.health.v1.Health",
        "grpc.reflection.v1alpha.ServerReflection",
        "tensorflow.serving.ModelService",
        "tensorflow.serving.PredictionService",
    }


def reload_request(*models):
    request = model_management_pb2.ReloadConfigRequest()
    request.config.model_config_list.SetInParent()
    for name, base_path in models:
        request.config.model_config_list.config.add(
            name=name, base_path=str(base_path), model_platform="tensorflow"
        )
    return request


def test_a_new_configuration_replaces_the_models(base_path):
    with EmbeddedServer({"digits": base_path}) as own:
        with grpc.insecure_channel(f"127.0.0.1:{own.port}") as opened:
            stub = model_service_pb2_grpc.ModelServiceStub(opened)
            response = stub.HandleReloadConfigRequest(reload_request(("again", base_path)))
            assert response.status.error_code == 0
            service = prediction_service_pb2_grpc.PredictionServiceStub(opened)
            answer = service.Predict(predict_request(name="again", seed=SEEDS))
            assert answer.model_spec.name == "again"
            code, text = outcome(service.Predict, predict_request(seed=SEEDS))
            assert (code, text) == (NOT_FOUND, "Servable not found for request: Latest(digits)")


@pytest.mark.parametrize(
    ("request_", "text"),
    [
        (
            model_management_pb2.ReloadConfigRequest(),
            "ServerModelConfig type not supported by HandleReloadConfigRequest. "
            "Only ModelConfigList is currently supported",
        ),
        (reload_request(("", "/models")), "A model should have a name and a base path."),
        (reload_request(("m", "/nowhere")), "The base path of model m should be a directory"),
    ],
)
def test_a_configuration_that_is_none_is_refused(model_service, request_, text):
    code, details = outcome(model_service.HandleReloadConfigRequest, request_)
    assert code == INVALID_ARGUMENT
    assert details.startswith(text)
