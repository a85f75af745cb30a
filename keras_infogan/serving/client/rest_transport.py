"""REST connections to a server, one that blocks and one for an event loop, over httpx."""

import contextlib
import json
from collections.abc import Iterator
from typing import Any, TypeAlias
from urllib.parse import quote

import grpc
import httpx
from google.protobuf import json_format
from tensorflow.core.protobuf import meta_graph_pb2
from tensorflow_serving.apis import get_model_metadata_pb2, model_pb2, predict_pb2

from keras_infogan.serving.client.connection import authorization, is_this_machine
from keras_infogan.serving.client.model_calls import ModelRequest
from keras_infogan.serving.protocol import errors, json_outputs, json_tensors, tensor_protos
from keras_infogan.serving.protocol.errors import StatusError

_NO_HTTP = "illegal"  # in h11's texts: illegal request line, illegal status line
_GRPC_HINT = ". If this is a gRPC port, give the REST port, or protocol='grpc'"

Signature: TypeAlias = meta_graph_pb2.SignatureDef


class RestConnection:
    """Model requests as HTTP requests in column form, and HTTP responses as protos.

    Args:
        address: `HOST:PORT` of the REST port.
        timeout: a request's deadline, in seconds.
        token: sent as `Authorization: Bearer TOKEN`; "" for none.
    """

    def __init__(self, address: str, timeout: float, token: str = "") -> None:
        self._address = address
        self._timeout = timeout
        self._headers = {"Content-Type": "application/json", **dict(authorization(token))}
        self._settings: dict[str, Any] = {
            # A request that waits for a free connection has not been sent: no deadline runs.
            "timeout": httpx.Timeout(timeout, pool=None),
            "trust_env": not is_this_machine(address),  # the proxies
            "follow_redirects": True,
        }

    def _http_request(self, request: ModelRequest) -> dict[str, Any]:
        """Returns the arguments of httpx's `request`."""
        message = request.message
        path = _model_path(message.model_spec)
        if isinstance(message, predict_pb2.PredictRequest):
            return self._arguments("POST", f"{path}:predict", _body(message, request.signature))
        return self._arguments("GET", f"{path}/metadata", None)

    def _arguments(self, method: str, path: str, body: bytes | None) -> dict[str, Any]:
        url = f"http://{self._address}{path}"
        return {"method": method, "url": url, "content": body, "headers": self._headers}

    def _read(self, request: ModelRequest, response: httpx.Response) -> Any:
        """Returns the response proto that an HTTP response stands for."""
        if response.is_error:
            raise errors.from_http_status(response.status_code, _error_text(response.content))
        message = request.message
        with self._failures():
            document = json.loads(response.content)
        if isinstance(message, predict_pb2.PredictRequest):
            return self._predict_response(message, request.signature, document)
        return _metadata_response(message.model_spec, document["metadata"])

    def _predict_response(
        self,
        message: predict_pb2.PredictRequest,
        signature: Signature | None,
        document: dict[str, Any],
    ) -> predict_pb2.PredictResponse:
        if "outputs" not in document or signature is None:
            raise StatusError(
                grpc.StatusCode.INTERNAL, f"The answer of {self._address} has no outputs"
            )
        outputs: Any = document["outputs"]
        if len(signature.outputs) == 1:
            outputs = {alias: outputs for alias in signature.outputs}
        response = predict_pb2.PredictResponse(model_spec=message.model_spec)
        for alias in message.output_filter or signature.outputs:
            tensor = json_tensors.parse(outputs[alias], signature.outputs[alias].dtype)
            response.outputs[alias].CopyFrom(tensor)
        return response

    @contextlib.contextmanager
    def _failures(self) -> Iterator[None]:
        """Turns every failure of the connection into a `StatusError`."""
        try:
            yield
        except httpx.TimeoutException as error:
            if isinstance(error, httpx.ConnectTimeout):
                raise self._unavailable(error) from error
            raise StatusError(
                grpc.StatusCode.DEADLINE_EXCEEDED, f"No answer within {self._timeout} s"
            ) from error
        except (httpx.HTTPError, httpx.InvalidURL, OSError, ValueError) as error:
            # Not reachable, or not JSON: a gRPC port answers in its own protocol.
            raise self._unavailable(error) from error

    def _unavailable(self, error: Exception) -> StatusError:
        hint = _GRPC_HINT if _is_no_http(error) else ""
        return StatusError(
            grpc.StatusCode.UNAVAILABLE,
            f"No REST server answers at {self._address}: {error}{hint}",
        )


class RestTransport(RestConnection):
    """REST over kept connections; arguments as for `RestConnection`.

    Example::

        RestTransport("127.0.0.1:8501", timeout=30.0).send(ModelRequest(message))
    """

    def __init__(self, address: str, timeout: float, token: str = "") -> None:
        super().__init__(address, timeout, token)
        self._client = httpx.Client(**self._settings)

    def send(self, request: ModelRequest) -> Any:
        """Sends a request and returns the response."""
        arguments = self._http_request(request)
        with self._failures():
            response = self._client.request(**arguments)
        return self._read(request, response)

    def close(self) -> None:
        """Closes the connections."""
        self._client.close()


class AsyncRestTransport(RestConnection):
    """REST over kept connections in an event loop; arguments as for `RestConnection`.

    Example::

        await AsyncRestTransport("127.0.0.1:8501", timeout=30.0).send(ModelRequest(message))
    """

    def __init__(self, address: str, timeout: float, token: str = "") -> None:
        super().__init__(address, timeout, token)
        self._client = httpx.AsyncClient(**self._settings)

    async def send(self, request: ModelRequest) -> Any:
        """Sends a request and returns the response."""
        arguments = self._http_request(request)
        with self._failures():
            response = await self._client.request(**arguments)
        return self._read(request, response)

    async def close(self) -> None:
        """Closes the connections."""
        await self._client.aclose()


def _is_no_http(error: Exception) -> bool:
    """Whether the first bytes of a server were none of HTTP/1, as those of a gRPC port."""
    return isinstance(error, httpx.RemoteProtocolError) and _NO_HTTP in str(error)


def _body(message: predict_pb2.PredictRequest, signature: Signature | None) -> bytes:
    """Writes a Predict request; the signature says what the response can hold."""
    name = message.model_spec.signature_name
    if signature is None:
        raise errors.failed_precondition(f'Serving signature key "{name}" not found.')
    inputs = {alias: _json_input(alias, proto) for alias, proto in message.inputs.items()}
    body = json_outputs.write({"signature_name": name, "inputs": inputs})
    unknown = set(message.output_filter) - set(signature.outputs)
    if unknown:
        raise errors.invalid_argument(f"output tensor alias not found in signature: {min(unknown)}")
    return body


def _metadata_response(
    model_spec: model_pb2.ModelSpec, metadata: dict[str, Any]
) -> get_model_metadata_pb2.GetModelMetadataResponse:
    signatures = json_format.ParseDict(
        metadata["signature_def"], get_model_metadata_pb2.SignatureDefMap()
    )
    response = get_model_metadata_pb2.GetModelMetadataResponse(model_spec=model_spec)
    response.metadata["signature_def"].Pack(signatures)
    return response


def _model_path(model_spec: model_pb2.ModelSpec) -> str:
    path = f"/v1/models/{quote(model_spec.name, safe='')}"
    if model_spec.HasField("version"):
        path += f"/versions/{model_spec.version.value}"
    return path


def _json_input(alias: str, proto: object) -> object:
    array = tensor_protos.to_array(alias, proto)
    # Strings go as base64 whatever the input's name: JSON text cannot hold every byte.
    return json_outputs.to_json(alias + json_outputs.BYTES_SUFFIX, array)


def _error_text(body: bytes) -> str:
    try:
        return str(json.loads(body)["error"])
    except (ValueError, KeyError, TypeError):
        return body.decode("utf-8", errors="replace")
