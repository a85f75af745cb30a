import json
import shutil

import pytest
from prometheus_client import CONTENT_TYPE_LATEST

from keras_infogan.serving.protocol.errors import StatusError
from keras_infogan.serving.repository import model_config
from keras_infogan.serving.repository.model_repository import ModelRepository
from keras_infogan.serving.server.options import ServerOptions
from keras_infogan.serving.server.request_metrics import RequestMetrics
from keras_infogan.serving.server.rest_calls import JSON_TYPE, RestCalls
from keras_infogan.serving.server.service import ModelService

DIGITS = "/v1/models/digits"


@pytest.fixture
def calls(saved_model, tmp_path):
    shutil.copytree(saved_model, tmp_path / "digits" / "1")
    configs = model_config.from_base_paths({"digits": tmp_path / "digits"})
    repository = ModelRepository(configs, poll_wait_seconds=0)
    repository.start(load_timeout=60.0)
    metrics = RequestMetrics(repository.serves)
    yield RestCalls(ModelService(repository), metrics, ServerOptions(monitoring_path="/metrics"))
    repository.stop()


def test_inference_is_json_and_is_counted(calls):
    body = bytearray(b'{"signature_name": "sample", "instances": [3]}')
    content, media_type = calls("POST", f"{DIGITS}:predict", body)
    assert media_type == JSON_TYPE
    assert json.loads(content)["predictions"][0]["digit"] == 3
    page, media_type = calls("GET", "/metrics", b"")
    assert media_type == CONTENT_TYPE_LATEST
    assert b'request_count{model_name="digits",status="OK"} 1.0' in page


def test_a_failure_is_counted_with_its_code(calls):
    with pytest.raises(StatusError, match="Missing 'inputs' or 'instances' key"):
        calls("POST", f"{DIGITS}:predict", b'{"signature_name": "sample"}')
    page, _ = calls("GET", "/metrics", b"")
    assert b'model_name="digits",status="INVALID_ARGUMENT"} 1.0' in page


def test_descriptions_are_json(calls):
    status, _ = calls("GET", DIGITS, b"")
    assert json.loads(status)["model_version_status"][0]["state"] == "AVAILABLE"
    metadata, _ = calls("GET", f"{DIGITS}/metadata", b"")
    assert "signature_def" in json.loads(metadata)["metadata"]


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/", 404),
        ("PUT", DIGITS, 400),
        ("GET", "/v1/models", 400),
        ("POST", "/metrics", 404),
    ],
)
def test_other_paths_are_refused(calls, method, path, status):
    with pytest.raises(StatusError) as caught:
        calls(method, path, b"")
    assert caught.value.http_status == status


def test_an_unexpected_exception_is_no_success(calls, monkeypatch):
    def fail(*arguments):
        raise RuntimeError("a fault of the server")

    monkeypatch.setattr(ModelService, "predict", fail)
    with pytest.raises(RuntimeError, match="a fault of the server"):
        calls("POST", f"{DIGITS}:predict", b'{"signature_name": "sample", "instances": [3]}')
    page, _ = calls("GET", "/metrics", b"")
    assert b'model_name="digits",status="UNKNOWN"} 1.0' in page
    assert b'status="OK"' not in page
