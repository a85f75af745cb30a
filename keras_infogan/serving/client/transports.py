"""Ways to reach a TensorFlow Serving: the same request protos over gRPC or over REST."""

import asyncio
import http.client
import ipaddress
import json
import urllib.error
import urllib.request
from collections.abc import Sequence
from typing import Any, Protocol, TypeAlias
from urllib.parse import quote

import grpc
from google.protobuf import json_format
from tensorflow.core.protobuf import meta_graph_pb2
from tensorflow_serving.apis import (
    get_model_metadata_pb2,
    model_pb2,
    predict_pb2,
    prediction_service_pb2_grpc,
)

from keras_infogan.serving.client.calls import Question
from keras_infogan.serving.protocol import errors, json_tensors, tensor_protos
from keras_infogan.serving.protocol.channel_options import MESSAGE_OPTIONS
from keras_infogan.serving.protocol.errors import StatusError

Signature: TypeAlias = meta_graph_pb2.SignatureDef


# gRPC itself tries again after a second at the earliest, later than the client's own retries.
_RECONNECT_OPTIONS = (
    ("grpc.initial_reconnect_backoff_ms", 100),
    ("grpc.min_reconnect_backoff_ms", 100),
    ("grpc.max_reconnect_backoff_ms", 2000),
)


class Transport(Protocol):
    """What a client asks of a connection; every failure is a `StatusError`."""

    def ask(self, question: Question) -> Any:
        """Sends a request and returns the response."""

    def close(self) -> None:
        """Drops the connection."""


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
        self._arguments = {"timeout": timeout, "metadata": _metadata(token)}
        options = [*MESSAGE_OPTIONS, *_RECONNECT_OPTIONS, *options]
        if _is_this_machine(address):
            options.append(("grpc.enable_http_proxy", 0))
        self._channel = (
            self.package.insecure_channel(address, options=options)
            if credentials is None
            else self.package.secure_channel(address, credentials, options=options)
        )
        self._stub = prediction_service_pb2_grpc.PredictionServiceStub(self._channel)

    def _send(self, question: Question) -> Any:
        is_predict = isinstance(question.request, predict_pb2.PredictRequest)
        method = self._stub.Predict if is_predict else self._stub.GetModelMetadata
        return method(question.request, **self._arguments)


class GrpcTransport(GrpcConnection):
    """gRPC; arguments as for `GrpcConnection`.

    Example::

        GrpcTransport("127.0.0.1:8500", timeout=30.0).ask(Question(request))
    """

    package = grpc

    def ask(self, question: Question) -> Any:
        """Sends a request and returns the response."""
        try:
            return self._send(question)
        except grpc.RpcError as error:
            raise _status_error(error, self._address) from error

    def close(self) -> None:
        """Drops the connection."""
        self._channel.close()


class AsyncGrpcTransport(GrpcConnection):
    """gRPC in an event loop; arguments as for `GrpcConnection`.

    Example::

        await AsyncGrpcTransport("127.0.0.1:8500", timeout=30.0).ask(Question(request))
    """

    package = grpc.aio

    async def ask(self, question: Question) -> Any:
        """Sends a request and returns the response."""
        try:
            return await self._send(question)
        except grpc.RpcError as error:
            raise _status_error(error, self._address) from error

    async def close(self) -> None:
        """Drops the connection."""
        await self._channel.close()


class WaitingTransport:
    """Another transport in threads, for an event loop.

    Args:
        transport: blocks while it asks.

    Example::

        await WaitingTransport(RestTransport("127.0.0.1:8501", 30.0)).ask(Question(request))
    """

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    async def ask(self, question: Question) -> Any:
        """Sends a request and returns the response."""
        return await asyncio.to_thread(self._transport.ask, question)

    async def close(self) -> None:
        """Drops the connection."""
        self._transport.close()


class RestTransport:
    """HTTP, in column form.

    Args:
        address: `HOST:PORT` of the REST port.
        timeout: a request's deadline, in seconds.
        token: sent as `Authorization: Bearer TOKEN`; "" for none.

    Example::

        RestTransport("127.0.0.1:8501", timeout=30.0).ask(Question(request))
    """

    def __init__(self, address: str, timeout: float, token: str = "") -> None:
        self._address = address
        self._timeout = timeout
        self._headers = {"Content-Type": "application/json", **dict(_metadata(token))}
        proxies: dict[str, str] | None = {} if _is_this_machine(address) else None
        self._opener = urllib.request.build_opener(urllib.request.ProxyHandler(proxies))

    def ask(self, question: Question) -> Any:
        """Sends a request and returns the response."""
        if isinstance(question.request, predict_pb2.PredictRequest):
            return self._predict(question.request, question.signature)
        return self._metadata(question.request.model_spec)

    def close(self) -> None:
        """Does nothing: each request has a connection of its own."""

    def _predict(
        self, request: predict_pb2.PredictRequest, signature: Signature | None
    ) -> predict_pb2.PredictResponse:
        """Runs a signature, which gives the answer its names and dtypes."""
        name = request.model_spec.signature_name
        if signature is None:
            raise errors.failed_precondition(f'Serving signature key "{name}" not found.')
        inputs = {alias: _json_input(alias, proto) for alias, proto in request.inputs.items()}
        body = json_tensors.write({"signature_name": name, "inputs": inputs})
        unknown = set(request.output_filter) - set(signature.outputs)
        if unknown:
            raise errors.invalid_argument(
                f"output tensor alias not found in signature: {min(unknown)}"
            )
        document = self._call(f"{_model_path(request.model_spec)}:predict", body)
        if "outputs" not in document:
            raise StatusError(
                grpc.StatusCode.INTERNAL, f"The answer of {self._address} has no outputs"
            )
        answer: Any = document["outputs"]
        if len(signature.outputs) == 1:
            answer = {alias: answer for alias in signature.outputs}
        response = predict_pb2.PredictResponse(model_spec=request.model_spec)
        for alias in request.output_filter or signature.outputs:
            tensor = json_tensors.parse(answer[alias], signature.outputs[alias].dtype)
            response.outputs[alias].CopyFrom(tensor)
        return response

    def _metadata(
        self, model_spec: model_pb2.ModelSpec
    ) -> get_model_metadata_pb2.GetModelMetadataResponse:
        metadata = self._call(f"{_model_path(model_spec)}/metadata")["metadata"]
        signatures = json_format.ParseDict(
            metadata["signature_def"], get_model_metadata_pb2.SignatureDefMap()
        )
        response = get_model_metadata_pb2.GetModelMetadataResponse(model_spec=model_spec)
        response.metadata["signature_def"].Pack(signatures)
        return response

    def _call(self, path: str, body: bytes | None = None) -> dict[str, Any]:
        request = urllib.request.Request(f"http://{self._address}{path}", body, self._headers)
        try:
            with self._opener.open(request, timeout=self._timeout) as response:
                return json.load(response)
        except urllib.error.HTTPError as error:
            with error:
                raise errors.from_http_status(error.code, _error_text(error.read())) from error
        except TimeoutError as error:
            raise StatusError(
                grpc.StatusCode.DEADLINE_EXCEEDED, f"No answer within {self._timeout} s"
            ) from error
        except (OSError, ValueError, http.client.HTTPException) as error:
            # Not reachable, or not JSON: a gRPC port answers in its own protocol.
            raise StatusError(
                grpc.StatusCode.UNAVAILABLE, f"No REST server answers at {self._address}: {error}"
            ) from error


def _metadata(token: str) -> tuple[tuple[str, str], ...]:
    return (("authorization", f"Bearer {token}"),) if token else ()


def _status_error(error: Any, address: str) -> StatusError:
    code, message = error.code(), error.details()
    if code == grpc.StatusCode.UNAVAILABLE:
        message = f"No gRPC server answers at {address}: {message}"
    return StatusError(code, message)


def _is_this_machine(address: str) -> bool:
    """Tells whether no proxy can help: the proxy's own loopback is another machine."""
    host = address.rpartition(":")[0].strip("[]")
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _model_path(model_spec: model_pb2.ModelSpec) -> str:
    path = f"/v1/models/{quote(model_spec.name, safe='')}"
    if model_spec.HasField("version"):
        path += f"/versions/{model_spec.version.value}"
    return path


def _json_input(alias: str, proto: object) -> object:
    array = tensor_protos.to_array(alias, proto)  # type: ignore[arg-type]
    # Strings go as base64 whatever the input's name: JSON text cannot hold every byte.
    return json_tensors.to_json(alias + json_tensors.BYTES_SUFFIX, array)


def _error_text(body: bytes) -> str:
    try:
        return str(json.loads(body)["error"])
    except (ValueError, KeyError, TypeError):
        return body.decode("utf-8", errors="replace")
