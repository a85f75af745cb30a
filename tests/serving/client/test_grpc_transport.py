import asyncio

import grpc
import pytest
from tensorflow_serving.apis import get_model_metadata_pb2, predict_pb2

from keras_infogan.serving.client.grpc_transport import AsyncGrpcTransport, GrpcTransport
from keras_infogan.serving.client.model_calls import ModelRequest
from keras_infogan.serving.protocol.errors import StatusError


@pytest.fixture
def metadata_request():
    message = get_model_metadata_pb2.GetModelMetadataRequest(metadata_field=["signature_def"])
    message.model_spec.name = "digits"
    return ModelRequest(message)


def test_a_request_has_the_response_of_its_kind(server, metadata_request):
    transport = GrpcTransport(f"127.0.0.1:{server.port}", 10.0)
    assert transport.send(metadata_request).model_spec.version.value == 1
    with pytest.raises(StatusError, match="ModelSpec has no name specified") as caught:
        message = predict_pb2.PredictRequest()
        message.model_spec.signature_name = "sample"
        transport.send(ModelRequest(message))
    assert caught.value.code == grpc.StatusCode.INVALID_ARGUMENT
    transport.close()


def test_requests_of_an_event_loop(server, metadata_request):
    async def send():
        transport = AsyncGrpcTransport(f"127.0.0.1:{server.port}", 10.0)
        try:
            return await transport.send(metadata_request)
        finally:
            await transport.close()

    assert asyncio.run(send()).model_spec.name == "digits"


def test_a_port_without_a_server_is_named(metadata_request):
    transport = GrpcTransport("127.0.0.1:1", 5.0)
    with pytest.raises(StatusError, match="^No gRPC server answers at 127.0.0.1:1: ") as caught:
        transport.send(metadata_request)
    assert caught.value.code == grpc.StatusCode.UNAVAILABLE
    transport.close()


def test_a_rest_port_is_told(server, metadata_request):
    transport = GrpcTransport(f"127.0.0.1:{server.rest_api_port}", 5.0)
    with pytest.raises(StatusError, match="This is a REST port: give the gRPC port, or protocol="):
        transport.send(metadata_request)
    transport.close()
