"""gRPC connections to a server, one that blocks and one for an event loop."""

from collections.abc import Sequence
from typing import Any

import grpc
from tensorflow_serving.apis import predict_pb2, prediction_service_pb2_grpc

from keras_infogan.serving.client.connection import authorization, is_this_machine
from keras_infogan.serving.client.model_calls import ModelRequest
from keras_infogan.serving.protocol.channel_options import MESSAGE_OPTIONS
from keras_infogan.serving.protocol.errors import StatusError

# gRPC itself tries again after a second at the earliest, later than the client's own retries.
_RECONNECT_OPTIONS = (
    ("grpc.initial_reconnect_backoff_ms", 100),
    ("grpc.min_reconnect_backoff_ms", 100),
    ("grpc.max_reconnect_backoff_ms", 2000),
)


_HTTP_1 = "http1.x server"  # in gRPC's text for a server that answers in HTTP/1
_REST_HINT = ". This is a REST port: give the gRPC port, or protocol='rest'"


class GrpcConnection:
    """A gRPC channel with message limits that hold batches of images.

    Args:
        address: `HOST:PORT` of the gRPC port.
        timeout: a request's deadline, in seconds.
        token: sent as `Authorization: Bearer TOKEN`; "" for none.
        credentials: where the port is encrypted.
        options: (name, value) pairs for the channel.
    """

    package: Any  # grpc, or grpc.aio

    def __init__(
        self,
        address: str,
        timeout: float,
        token: str = "",
        credentials: grpc.ChannelCredentials | None = None,
        options: Sequence[tuple[str, Any]] = (),
    ) -> None:
        self._address = address
        self._arguments = {"timeout": timeout, "metadata": authorization(token)}
        options = [*MESSAGE_OPTIONS, *_RECONNECT_OPTIONS, *options]
        if is_this_machine(address):
            options.append(("grpc.enable_http_proxy", 0))
        self._channel = (
            self.package.insecure_channel(address, options=options)
            if credentials is None
            else self.package.secure_channel(address, credentials, options=options)
        )
        self._stub = prediction_service_pb2_grpc.PredictionServiceStub(self._channel)

    def _start(self, request: ModelRequest) -> Any:
        is_predict = isinstance(request.message, predict_pb2.PredictRequest)
        method = self._stub.Predict if is_predict else self._stub.GetModelMetadata
        return method(request.message, **self._arguments)


class GrpcTransport(GrpcConnection):
    """gRPC; arguments as for `GrpcConnection`.

    Example::

        GrpcTransport("127.0.0.1:8500", timeout=30.0).send(ModelRequest(message))
    """

    package = grpc

    def send(self, request: ModelRequest) -> Any:
        """Sends a request and returns the response."""
        try:
            return self._start(request)
        except grpc.RpcError as error:
            raise _status_error(error, self._address) from error

    def close(self) -> None:
        """Drops the connection."""
        self._channel.close()


class AsyncGrpcTransport(GrpcConnection):
    """gRPC in an event loop; arguments as for `GrpcConnection`.

    Example::

        await AsyncGrpcTransport("127.0.0.1:8500", timeout=30.0).send(ModelRequest(message))
    """

    package = grpc.aio

    async def send(self, request: ModelRequest) -> Any:
        """Sends a request and returns the response."""
        try:
            return await self._start(request)
        except grpc.RpcError as error:
            raise _status_error(error, self._address) from error

    async def close(self) -> None:
        """Drops the connection."""
        await self._channel.close()


def _status_error(error: Any, address: str) -> StatusError:
    code, message = error.code(), error.details()
    if code == grpc.StatusCode.UNAVAILABLE:
        hint = _REST_HINT if _HTTP_1 in (message or "") else ""
        message = f"No gRPC server answers at {address}: {message}{hint}"
    return StatusError(code, message)
