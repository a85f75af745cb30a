"""Ways to reach a TensorFlow Serving: the same request protos over gRPC or over REST."""

import http.client
import ipaddress
import json
import urllib.error
import urllib.request
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

from keras_infogan.serving import errors, json_tensors, tensor_protos
from keras_infogan.serving.channel_options import MESSAGE_OPTIONS
from keras_infogan.serving.errors import StatusError

Signature: TypeAlias = meta_graph_pb2.SignatureDef
Signatures: TypeAlias = dict[str, Signature]


class Transport(Protocol):
    """What a client asks of a connection; every failure is a `StatusError`."""

    def predict(
        self, request: predict_pb2.PredictRequest, signature: Signature | None
    ) -> predict_pb2.PredictResponse:
        """Runs a signature; `signature` describes it, None where the model has none so named."""

    def signatures(self, model_spec: model_pb2.ModelSpec) -> Signatures:
        """Returns a model's signatures by name."""

    def close(self) -> None:
        """Drops the connection."""


class GrpcTransport:
    """gRPC, with message limits that hold batches of images.

    Args:
        address: `HOST:PORT` of the gRPC port.
        timeout: a request's deadline, in seconds.

    Example::

        GrpcTransport("127.0.0.1:8500", timeout=30.0).signatures(model_pb2.ModelSpec(name="digits"))
    """

    def __init__(self, address: str, timeout: float) -> None:
        self._address = address
        self._timeout = timeout
        options = [*MESSAGE_OPTIONS]
        if _is_this_machine(address):
            options.append(("grpc.enable_http_proxy", 0))
        self._channel = grpc.insecure_channel(address, options=options)
        self._stub = prediction_service_pb2_grpc.PredictionServiceStub(self._channel)

    def predict(
        self, request: predict_pb2.PredictRequest, signature: Signature | None
    ) -> predict_pb2.PredictResponse:
        """Runs a signature; the answer describes itself."""
        try:
            return self._stub.Predict(request, timeout=self._timeout)
        except grpc.RpcError as error:
            raise self._status_error(error) from error

    def signatures(self, model_spec: model_pb2.ModelSpec) -> Signatures:
        """Returns a model's signatures by name."""
        request = get_model_metadata_pb2.GetModelMetadataRequest(
            model_spec=model_spec, metadata_field=["signature_def"]
        )
        try:
            response = self._stub.GetModelMetadata(request, timeout=self._timeout)
        except grpc.RpcError as error:
            raise self._status_error(error) from error
        signatures = get_model_metadata_pb2.SignatureDefMap()
        response.metadata["signature_def"].Unpack(signatures)
        return dict(signatures.signature_def)

    def close(self) -> None:
        """Drops the connection."""
        self._channel.close()

    def _status_error(self, error: grpc.RpcError) -> StatusError:
        code, message = error.code(), error.details()
        if code == grpc.StatusCode.UNAVAILABLE:
            message = f"No gRPC server answers at {self._address}: {message}"
        return StatusError(code, message)


class RestTransport:
    """HTTP, in column form.

    Args:
        address: `HOST:PORT` of the REST port.
        timeout: a request's deadline, in seconds.

    Example::

        RestTransport("127.0.0.1:8501", timeout=30.0).signatures(model_pb2.ModelSpec(name="digits"))
    """

    def __init__(self, address: str, timeout: float) -> None:
        self._address = address
        self._timeout = timeout
        proxies: dict[str, str] | None = {} if _is_this_machine(address) else None
        self._opener = urllib.request.build_opener(urllib.request.ProxyHandler(proxies))

    def predict(
        self, request: predict_pb2.PredictRequest, signature: Signature | None
    ) -> predict_pb2.PredictResponse:
        """Runs a signature, which gives the answer its names and dtypes."""
        name = request.model_spec.signature_name
        if signature is None:
            raise StatusError(
                grpc.StatusCode.FAILED_PRECONDITION, f'Serving signature key "{name}" not found.'
            )
        inputs = {alias: _json_input(alias, proto) for alias, proto in request.inputs.items()}
        body = json.dumps({"signature_name": name, "inputs": inputs}).encode()
        answer: Any = self._call(f"{_model_path(request.model_spec)}:predict", body)["outputs"]
        if len(signature.outputs) == 1:
            answer = {alias: answer for alias in signature.outputs}
        response = predict_pb2.PredictResponse(model_spec=request.model_spec)
        for alias in request.output_filter or signature.outputs:
            tensor = json_tensors.parse(answer[alias], signature.outputs[alias].dtype)
            response.outputs[alias].CopyFrom(tensor)
        return response

    def signatures(self, model_spec: model_pb2.ModelSpec) -> Signatures:
        """Returns a model's signatures by name."""
        metadata = self._call(f"{_model_path(model_spec)}/metadata")["metadata"]
        signatures = json_format.ParseDict(
            metadata["signature_def"], get_model_metadata_pb2.SignatureDefMap()
        )
        return dict(signatures.signature_def)

    def close(self) -> None:
        """Does nothing: each request has a connection of its own."""

    def _call(self, path: str, body: bytes | None = None) -> dict[str, Any]:
        request = urllib.request.Request(
            f"http://{self._address}{path}", body, {"Content-Type": "application/json"}
        )
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
