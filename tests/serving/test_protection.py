"""TLS, tokens, limits, CORS, compressed bodies, metrics: what a server puts around its models."""

import gzip
import threading
import time

import grpc
import httpx
import pytest
import tensorflow as tf
import trustme
from grpc_health.v1 import health_pb2, health_pb2_grpc
from tensorflow_serving.apis import predict_pb2, prediction_service_pb2_grpc

from keras_infogan.serving import Client, EmbeddedServer
from keras_infogan.serving.protocol import config_protos
from keras_infogan.serving.protocol.errors import StatusError
from keras_infogan.serving.repository.servable import Servable
from keras_infogan.serving.server import rest_application

SEED = {"signature_name": "sample", "instances": [3]}
PREDICT = "/v1/models/digits:predict"


@pytest.fixture
def start(base_path):
    """Starts a server of the tiny model under given options."""
    running = []

    def started(**options):
        server = EmbeddedServer({"digits": base_path}, **options)
        running.append(server)
        server.start()
        return server

    yield started
    for server in running:
        server.stop(0.0)


def post(server, document=SEED, **arguments):
    base = f"http://127.0.0.1:{server.rest_api_port}"
    if "content" not in arguments:
        arguments["json"] = document
    return httpx.post(f"{base}{PREDICT}", **arguments)


def predict(channel, timeout=10, **arguments):
    request = predict_pb2.PredictRequest()
    request.model_spec.name = "digits"
    request.model_spec.signature_name = "sample"
    request.inputs["seed"].CopyFrom(tf.make_tensor_proto([3], tf.int64))
    stub = prediction_service_pb2_grpc.PredictionServiceStub(channel)
    return stub.Predict(request, timeout=timeout, **arguments).outputs["digit"].int64_val[0]


def channel(server):
    return grpc.insecure_channel(f"127.0.0.1:{server.port}", [("grpc.enable_http_proxy", 0)])


def pem(blob):
    return blob.bytes().decode()


@pytest.fixture(scope="module")
def authority():
    return trustme.CA()


def ssl_config(authority, client_verify=False):
    certificate = authority.issue_cert("localhost")
    return config_protos.SSLConfig(
        server_key=pem(certificate.private_key_pem),
        server_cert=pem(certificate.cert_chain_pems[0]),
        custom_ca=pem(authority.cert_pem) if client_verify else "",
        client_verify=client_verify,
    )


def test_tls(start, authority):
    server = start(ssl_config=ssl_config(authority))
    address = f"localhost:{server.port}"
    credentials = grpc.ssl_channel_credentials(authority.cert_pem.bytes())
    with Client(address, "digits", credentials=credentials) as client:
        assert client.sample(3)["digit"].tolist() == [3]
    with Client(address, "digits", timeout=5.0, retries=0) as plain:
        with pytest.raises(StatusError):
            plain.sample(3)


def test_mutual_tls_asks_for_a_certificate(start, authority):
    server = start(ssl_config=ssl_config(authority, client_verify=True))
    address = f"localhost:{server.port}"
    known = authority.issue_cert("client@example.org")
    credentials = grpc.ssl_channel_credentials(
        authority.cert_pem.bytes(),
        known.private_key_pem.bytes(),
        known.cert_chain_pems[0].bytes(),
    )
    with Client(address, "digits", credentials=credentials) as client:
        assert client.sample(3)["digit"].tolist() == [3]
    anonymous = grpc.ssl_channel_credentials(authority.cert_pem.bytes())
    with Client(address, "digits", credentials=anonymous, timeout=5.0, retries=0) as client:
        with pytest.raises(StatusError):
            client.sample(3)


def test_a_token_is_asked_for_on_both_ports(start):
    server = start(auth_token="secret")
    assert post(server).status_code == 401
    assert post(server, headers={"Authorization": "Bearer wrong"}).status_code == 401
    assert post(server, headers={"Authorization": "Bearer secret"}).status_code == 200
    with channel(server) as opened:
        for metadata in ([], [("authorization", "Bearer wrong")]):
            with pytest.raises(grpc.RpcError) as caught:
                predict(opened, metadata=metadata)
            assert caught.value.code() == grpc.StatusCode.UNAUTHENTICATED
        assert predict(opened, metadata=[("authorization", "Bearer secret")]) == 3
        health = health_pb2_grpc.HealthStub(opened).Check(health_pb2.HealthCheckRequest())
        assert health.status == health_pb2.HealthCheckResponse.SERVING


@pytest.mark.parametrize("protocol", ["grpc", "rest"])
def test_the_client_brings_its_token(start, protocol):
    server = start(auth_token="secret")
    port = server.port if protocol == "grpc" else server.rest_api_port
    with Client(f"127.0.0.1:{port}", "digits", protocol=protocol, token="secret") as client:
        assert client.sample(3)["digit"].tolist() == [3]
    with Client(f"127.0.0.1:{port}", "digits", protocol=protocol) as client:
        with pytest.raises(StatusError, match="should bring the server's token") as caught:
            client.sample(3)
    assert caught.value.code == grpc.StatusCode.UNAUTHENTICATED


@pytest.mark.parametrize(
    ("host", "token", "warns"), [("0.0.0.0", "", True), ("0.0.0.0", "x", False)]
)
def test_listening_to_everybody_is_said(start, host, token, warns):
    events = []
    start(host=host, auth_token=token, report=events.append)
    assert any("without --auth_token_file" in event for event in events) is warns


@pytest.mark.parametrize(
    ("options", "apis"),
    [({}, "REST and gRPC"), ({"port": None}, "REST"), ({"rest_api_port": None}, "gRPC")],
)
def test_a_token_that_the_network_can_read_is_said(start, options, apis):
    events = []
    start(host="0.0.0.0", auth_token="x", report=events.append, **options)
    assert any(f"without encryption of {apis}: the token can be read" in event for event in events)


def test_a_token_on_this_machine_needs_no_encryption(start, authority):
    events = []
    start(auth_token="x", report=events.append)
    encrypted = {"ssl_config": ssl_config(authority), "rest_api_port": None}
    start(host="0.0.0.0", auth_token="x", report=events.append, **encrypted)
    assert not any("warning" in event for event in events)


def test_large_requests_are_refused(start):
    server = start(max_request_bytes=10_000)
    answer = post(server, {"signature_name": "sample", "instances": [3] * 10_000})
    assert answer.status_code == 429
    assert answer.json()["error"] == "A request should have at most 10000 bytes. Received: more"
    with Client(f"127.0.0.1:{server.port}", "digits", batch_size=10_000) as client:
        with pytest.raises(StatusError) as caught:
            client.sample(range(10_000))
        assert caught.value.code == grpc.StatusCode.RESOURCE_EXHAUSTED
        assert client.sample(3)["digit"].tolist() == [3]


def test_gzip_bodies(start):
    server = start(max_request_bytes=10_000)
    text = b'{"signature_name": "sample", "instances": [3]}'
    headers = {"Content-Encoding": "gzip"}
    assert post(server, content=gzip.compress(text), headers=headers).status_code == 200
    for content, status, error in (
        (text, 400, "The body should be gzip. Received: "),
        (gzip.compress(text)[:-9], 400, "The body should be one whole gzip. Received: less"),
        (gzip.compress(text) * 2, 400, "The body should be one whole gzip. Received: less"),
        (gzip.compress(b" " * 100_000), 429, "at most 10000 bytes"),
    ):
        answer = post(server, content=content, headers=headers)
        assert answer.status_code == status
        assert error in answer.json()["error"]
    answer = post(server, content=text, headers={"Content-Encoding": "br"})
    assert answer.json() == {"error": "Content-Encoding should be gzip. Received: br"}


def test_cors(start):
    server = start(rest_api_enable_cors_support=True)
    headers = {"Origin": "http://page.example"}
    assert post(server, headers=headers).headers["access-control-allow-origin"] == "*"
    ask = {**headers, "Access-Control-Request-Method": "POST"}
    answer = httpx.options(f"http://127.0.0.1:{server.rest_api_port}{PREDICT}", headers=ask)
    assert answer.status_code == 200
    assert "POST" in answer.headers["access-control-allow-methods"]
    assert "access-control-allow-origin" not in post(start(), headers=headers).headers


@pytest.mark.parametrize("protocol", ["grpc", "rest"])
def test_more_requests_than_the_cap_are_refused(start, monkeypatch, protocol):
    run_now, running, free = Servable.run, threading.Event(), threading.Event()

    def run_slowly(self, *arguments):
        running.set()
        free.wait(10)
        return run_now(self, *arguments)

    server = start(max_concurrent_requests=1)
    port = server.port if protocol == "grpc" else server.rest_api_port
    with Client(f"127.0.0.1:{port}", "digits", protocol=protocol, retries=0) as client:
        client.signatures()
        monkeypatch.setattr(Servable, "run", run_slowly)
        answers = []
        first = threading.Thread(target=lambda: answers.append(client.sample(3)))
        first.start()
        running.wait(10)
        with pytest.raises(StatusError) as caught:
            client.sample(4)
        assert caught.value.code == grpc.StatusCode.RESOURCE_EXHAUSTED
        free.set()
        first.join()
        assert answers[0]["digit"].tolist() == [3]


def test_a_caller_who_leaves_keeps_the_place_of_what_still_runs(start, monkeypatch):
    run_now, running, free = Servable.run, threading.Event(), threading.Event()

    def run_slowly(self, *arguments):
        running.set()
        free.wait(10)
        return run_now(self, *arguments)

    monkeypatch.setattr(Servable, "run", run_slowly)
    server = start(max_concurrent_requests=1)
    with channel(server) as opened:
        with pytest.raises(grpc.RpcError) as caught:
            predict(opened, timeout=0.2)
        assert caught.value.code() == grpc.StatusCode.DEADLINE_EXCEEDED
        assert running.wait(10)
        with pytest.raises(grpc.RpcError) as caught:
            predict(opened)
        assert caught.value.code() == grpc.StatusCode.RESOURCE_EXHAUSTED
        free.set()
        time.sleep(0.5)
        assert predict(opened) == 3


def test_a_request_that_never_got_a_thread_gives_its_place_back(start, monkeypatch):
    monkeypatch.setattr(rest_application, "MAXIMUM_THREADS", 0)
    server = start(max_concurrent_requests=1, rest_api_timeout_in_ms=200)
    assert [post(server).status_code for _ in range(3)] == [504] * 3


def test_work_whose_caller_left_keeps_its_place(start, monkeypatch):
    free = threading.Event()
    run_now = Servable.run

    def run_slowly(self, *arguments):
        free.wait(30)
        return run_now(self, *arguments)

    monkeypatch.setattr(Servable, "run", run_slowly)
    server = start(max_concurrent_requests=1, rest_api_timeout_in_ms=1000)
    try:
        assert post(server).status_code == 504
        assert post(server).status_code == 429  # it is still at work
    finally:
        free.set()
    deadline = time.monotonic() + 10.0
    while (status := post(server).status_code) != 200:
        assert (status, time.monotonic() < deadline) == (429, True)
        time.sleep(0.05)


def test_a_unix_socket_and_channel_arguments(start, tmp_path):
    path = tmp_path / "s"
    start(grpc_socket_path=str(path), grpc_channel_arguments=[("grpc.max_metadata_size", 8192)])
    with grpc.insecure_channel(f"unix:{path}") as opened:
        assert predict(opened) == 3


def test_metrics_are_tensorflow_serving_s(start):
    server = start(monitoring_path="/monitoring/prometheus/metrics")
    with channel(server) as opened:
        predict(opened)
    post(server)
    post(server, {"instances": []})
    httpx.post(f"http://127.0.0.1:{server.rest_api_port}/v1/models/other:predict", json=SEED)
    time.sleep(0.5)  # gRPC's answer goes out before it is counted
    page = httpx.get(f"http://127.0.0.1:{server.rest_api_port}/monitoring/prometheus/metrics")
    assert page.headers["content-type"].startswith("text/plain")
    lines = page.text.splitlines()
    assert "# TYPE :tensorflow:serving:request_count counter" in lines
    count = ':tensorflow:serving:request_count{model_name="%s",status="%s"} %s'
    assert count % ("digits", "OK", "2.0") in lines
    assert count % ("digits", "INVALID_ARGUMENT", "1.0") in lines
    assert count % ("(unknown)", "NOT_FOUND", "1.0") in lines
    latency = ":tensorflow:serving:request_latency_count"
    for entrypoint in ("GRPC", "REST"):
        labels = f'API="Predict",entrypoint="{entrypoint}",model_name="digits"'
        assert f"{latency}{{{labels}}} 1.0" in lines


def test_without_a_monitoring_config_there_are_no_metrics(start):
    server = start()
    answer = httpx.get(f"http://127.0.0.1:{server.rest_api_port}/monitoring/prometheus/metrics")
    assert answer.status_code == 404
