import asyncio
import json
import socket
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import grpc
import pytest
from tensorflow_serving.apis import get_model_metadata_pb2

from keras_infogan.serving import AsyncClient, Client
from keras_infogan.serving.client.model_calls import ModelRequest
from keras_infogan.serving.client.rest_transport import AsyncRestTransport, RestTransport
from keras_infogan.serving.protocol.errors import StatusError


@pytest.fixture
def http_server():
    """A server that counts its connections and keeps the headers of its requests."""
    connections, headers = [], []

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def setup(self):
            connections.append(self.client_address)
            super().setup()

        def do_GET(self):  # noqa: N802
            headers.append(dict(self.headers))
            body = json.dumps({"metadata": {"signature_def": {"signature_def": {}}}}).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *arguments):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    server.connections, server.headers = connections, headers
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def metadata_request():
    message = get_model_metadata_pb2.GetModelMetadataRequest(metadata_field=["signature_def"])
    message.model_spec.name = "digits"
    return ModelRequest(message)


def test_requests_share_a_connection(http_server, metadata_request):
    transport = RestTransport(f"127.0.0.1:{http_server.server_port}", 10.0)
    for _ in range(3):
        assert transport.send(metadata_request).model_spec.name == "digits"
    transport.close()
    assert len(http_server.headers) == 3
    assert len(http_server.connections) == 1


def test_requests_of_an_event_loop_share_a_connection(http_server, metadata_request):
    async def send():
        transport = AsyncRestTransport(f"127.0.0.1:{http_server.server_port}", 10.0)
        for _ in range(3):
            await transport.send(metadata_request)
        await transport.close()

    asyncio.run(send())
    assert len(http_server.headers) == 3
    assert len(http_server.connections) == 1


def test_a_token_is_sent_as_a_header(http_server, metadata_request):
    transport = RestTransport(f"127.0.0.1:{http_server.server_port}", 10.0, token="secret")
    transport.send(metadata_request)
    transport.close()
    assert http_server.headers[0]["authorization"] == "Bearer secret"


def test_a_response_that_does_not_come_is_a_deadline_exceeded():
    async def sample(port):
        async with AsyncClient(f"127.0.0.1:{port}", "m", protocol="rest", timeout=0.2) as client:
            await client.sample(0)

    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        with Client(f"127.0.0.1:{port}", "m", protocol="rest", timeout=0.2) as client:
            with pytest.raises(StatusError, match=r"^No answer within 0.2 s$") as error:
                client.sample(0)
        assert error.value.code == grpc.StatusCode.DEADLINE_EXCEEDED
        with pytest.raises(StatusError, match=r"^No answer within 0.2 s$"):
            asyncio.run(sample(port))
