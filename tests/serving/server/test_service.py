import pytest
import tensorflow as tf
from tensorflow_serving.apis import (
    classification_pb2,
    get_model_metadata_pb2,
    get_model_status_pb2,
    inference_pb2,
    model_management_pb2,
    predict_pb2,
    regression_pb2,
)

from keras_infogan.serving.protocol.errors import StatusError
from keras_infogan.serving.repository import model_config
from keras_infogan.serving.repository.model_repository import ModelRepository
from keras_infogan.serving.repository.signature_calls import run_call
from keras_infogan.serving.server.service import ModelService


@pytest.fixture(scope="module")
def service(saved_model, example_model, tmp_path_factory):
    base = tmp_path_factory.mktemp("models")
    for name, source in (("digits", saved_model), ("examples", example_model)):
        (base / name).mkdir()
        (base / name / "1").symlink_to(source)
    configs = model_config.from_base_paths(
        {"digits": base / "digits", "examples": base / "examples"}
    )
    repository = ModelRepository(configs, poll_wait_seconds=0)
    repository.start(load_timeout=30.0)
    yield ModelService(repository)
    repository.stop()


def of(request, name="digits", signature=""):
    request.model_spec.name = name
    request.model_spec.signature_name = signature
    return request


def predict_request():
    request = of(predict_pb2.PredictRequest(), signature="sample")
    request.inputs["seed"].CopyFrom(tf.make_tensor_proto([3], tf.int64))
    return request


def examples(request, signature):
    of(request, "examples", signature)
    feature = request.input.example_list.examples.add().features.feature["x"]
    feature.float_list.value.append(1.0)
    return request


def test_an_answer_names_what_answered(service):
    response = run_call(service.predict(predict_request()))
    assert (response.model_spec.name, response.model_spec.version.value) == ("digits", 1)
    assert response.model_spec.signature_name == "sample"
    assert list(response.outputs["digit"].int64_val) == [3]


def test_classify_and_regress_name_what_answered(service):
    for answer, request in (
        (service.classify, examples(classification_pb2.ClassificationRequest(), "scores")),
        (service.regress, examples(regression_pb2.RegressionRequest(), "regress")),
    ):
        response = run_call(answer(request))
        assert response.model_spec.version.value == 1
        assert response.model_spec.signature_name == request.model_spec.signature_name


def test_multi_inference_gives_each_result_its_version(service):
    request = inference_pb2.MultiInferenceRequest()
    request.input.example_list.examples.add().features.feature["x"].float_list.value.append(1.0)
    task = request.tasks.add(method_name="tensorflow/serving/regress")
    of(task, "examples", "regress")
    (result,) = run_call(service.multi_inference(request)).results
    assert result.model_spec.version.value == 1
    assert result.regression_result.regressions[0].value == 2.0


def test_a_version_is_used_until_the_call_is_closed(service):
    call = service.predict(predict_request())
    next(call)
    version = service.repository._models["digits"].find(1)
    assert version._uses == 1
    call.close()
    assert version._uses == 0


@pytest.mark.parametrize(
    ("method", "request_"),
    [
        ("predict", predict_pb2.PredictRequest()),
        ("classify", classification_pb2.ClassificationRequest()),
        ("regress", regression_pb2.RegressionRequest()),
        ("get_model_metadata", get_model_metadata_pb2.GetModelMetadataRequest()),
        ("get_model_status", get_model_status_pb2.GetModelStatusRequest()),
    ],
)
def test_a_request_names_a_model(service, method, request_):
    with pytest.raises(StatusError, match="^Missing ModelSpec$"):
        answer = getattr(service, method)(request_)
        run_call(answer)


def test_metadata_and_status_describe_a_model(service):
    request = get_model_metadata_pb2.GetModelMetadataRequest(metadata_field=["signature_def"])
    signatures = get_model_metadata_pb2.SignatureDefMap()
    service.get_model_metadata(of(request)).metadata["signature_def"].Unpack(signatures)
    assert "generate" in signatures.signature_def
    status = service.get_model_status(of(get_model_status_pb2.GetModelStatusRequest()))
    assert [each.version for each in status.model_version_status] == [1]


def test_a_reload_takes_a_list_of_models_that_are_there(service):
    request = model_management_pb2.ReloadConfigRequest()
    with pytest.raises(StatusError, match="Only ModelConfigList is currently supported"):
        service.reload_config(request)
    request.config.model_config_list.config.add(name="m", base_path="/nowhere")
    with pytest.raises(StatusError, match="The base path of model m should be a directory"):
        service.reload_config(request)
