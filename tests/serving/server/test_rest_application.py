import shutil
import time

import anyio
import httpx
import pytest

from keras_infogan.serving.repository import model_config
from keras_infogan.serving.repository.model_repository import ModelRepository
from keras_infogan.serving.server.options import ServerOptions
from keras_infogan.serving.server.request_metrics import RequestMetrics
from keras_infogan.serving.server.rest_application import make_application
from keras_infogan.serving.server.service import ModelService


@pytest.fixture
def service(saved_model, tmp_path):
    shutil.copytree(saved_model, tmp_path / "digits" / "1")
    configs = model_config.from_base_paths({"digits": tmp_path / "digits"})
    repository = ModelRepository(configs, poll_wait_seconds=0)
    repository.start(load_timeout=60.0)
    yield ModelService(repository)
    repository.stop()


@pytest.fixture
def ask(service):
    """Sends one request to an application that is no server."""

    def send(method, path, options, **arguments):
        metrics = RequestMetrics(service.repository.serves)
        application = make_application(service, metrics, options)

        async def request():
            transport = httpx.ASGITransport(application)
            async with httpx.AsyncClient(
                transport=transport, base_url="http://localhost"
            ) as client:
                return await client.request(method, path, **arguments)

        return anyio.run(request)

    return send


def test_a_request_that_takes_too_long_is_given_up(service, ask, monkeypatch):
    monkeypatch.setattr(service, "get_model_status", lambda request: time.sleep(0.5))
    answer = ask("GET", "/v1/models/digits", ServerOptions(rest_api_timeout_in_ms=10))
    assert answer.status_code == 504
    assert answer.json() == {"error": "The request took longer than 10 ms"}


def test_who_has_no_token_is_refused_before_the_body_is_read(ask):
    async def body():
        yield b"{"
        pytest.fail("read on")

    options = ServerOptions(auth_token="secret")
    answer = ask("POST", "/v1/models/digits:predict", options, content=body())
    assert answer.status_code == 401


def test_an_error_is_cut(ask):
    answer = ask("GET", "/v1/" + "a" * 50_000, ServerOptions())
    assert answer.status_code == 400
    assert len(answer.json()["error"]) < 9_000
