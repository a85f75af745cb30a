"""What the REST API answers to a path: inference, status, metadata and metrics."""

import contextlib
import json
import re
import threading
from collections.abc import Iterator
from typing import Any, TypeAlias

from google.protobuf import json_format
from google.protobuf.message import Message
from prometheus_client import CONTENT_TYPE_LATEST
from tensorflow_serving.apis import (
    classification_pb2,
    get_model_metadata_pb2,
    get_model_status_pb2,
    input_pb2,
    model_pb2,
    predict_pb2,
    regression_pb2,
)

from keras_infogan.serving.protocol import json_bodies, json_examples, tensor_protos
from keras_infogan.serving.protocol.errors import invalid_argument, not_found
from keras_infogan.serving.repository import prediction
from keras_infogan.serving.repository.callers import InlineExecutor
from keras_infogan.serving.repository.signature_calls import Call, Result, run_call
from keras_infogan.serving.server import rest_paths
from keras_infogan.serving.server.options import ServerOptions
from keras_infogan.serving.server.request_metrics import RequestMetrics
from keras_infogan.serving.server.service import SIGNATURE_FIELD, ModelService

JSON_TYPE = "application/json"
# A body takes some 15 times its size while it is parsed. Python parses one at a time anyway.
LARGE_BODY_BYTES = 2**20
LARGE_BODIES_AT_A_TIME = 2

Content: TypeAlias = tuple[bytes, str]  # a text and its media type


class RestCalls:
    """Answers a method, a path and a body with a text and its media type.

    It blocks while a model runs, so each call has a thread.

    Args:
        service: answers the requests.
        metrics: counts them.
        options: the time limit, and what else the port offers.

    Raises:
        StatusError: of each call that fails.

    Example::

        RestCalls(service, metrics, options)("GET", "/v1/models/digits", b"")
    """

    def __init__(
        self, service: ModelService, metrics: RequestMetrics, options: ServerOptions
    ) -> None:
        self._service = service
        self._metrics = metrics
        self._options = options
        self._executor = InlineExecutor(options.rest_api_num_threads)
        self._large_bodies = threading.BoundedSemaphore(LARGE_BODIES_AT_A_TIME)
        self._infer_by_method = {
            "predict": ("Predict", self._predict),
            "classify": ("Classify", self._classify),
            "regress": ("Regress", self._regress),
        }

    def __call__(self, method: str, path: str, body: bytes | bytearray) -> Content:
        if (
            method == "GET"
            and self._options.monitoring_path
            and path == self._options.monitoring_path
        ):
            return self._metrics.page(), CONTENT_TYPE_LATEST
        if not path.lower().startswith("/v1/"):
            raise not_found(f"Not found: {method} {path}")
        if method == "POST" and (match := rest_paths.match_inference(path)):
            return self._infer(match, body), JSON_TYPE
        if method == "GET" and (match := rest_paths.match_description(path)):
            return self._describe(match), JSON_TYPE
        raise invalid_argument(f"Malformed request: {method} {path}")

    def _infer(self, match: re.Match[str], body: bytes | bytearray) -> bytes:
        api, infer = self._infer_by_method[match["method"].lower()]
        model_spec = rest_paths.model_spec(match)
        with self._metrics.measure(model_spec.name, api, "REST"):
            return infer(model_spec, body)

    def _predict(self, model_spec: model_pb2.ModelSpec, body: bytes | bytearray) -> bytes:
        with self._parsed(model_spec, body) as document:
            inputs, rows = json_bodies.parse_inputs(document, self._input_dtypes(model_spec))
        del document  # it may take much memory while the model runs
        request = predict_pb2.PredictRequest(model_spec=model_spec)
        for name, tensor in inputs.items():
            request.inputs[name].CopyFrom(tensor)
        outputs = self._run(self._service.predict(request)).outputs
        arrays = {name: tensor_protos.to_array(name, proto) for name, proto in outputs.items()}
        return json_bodies.format_outputs(arrays, rows)

    def _classify(self, model_spec: model_pb2.ModelSpec, body: bytes | bytearray) -> bytes:
        examples = self._examples(model_spec, body)
        request = classification_pb2.ClassificationRequest(model_spec=model_spec, input=examples)
        result = self._run(self._service.classify(request)).result
        return json_examples.format_classifications(result)

    def _regress(self, model_spec: model_pb2.ModelSpec, body: bytes | bytearray) -> bytes:
        examples = self._examples(model_spec, body)
        request = regression_pb2.RegressionRequest(model_spec=model_spec, input=examples)
        result = self._run(self._service.regress(request)).result
        return json_examples.format_regressions(result)

    def _examples(
        self, model_spec: model_pb2.ModelSpec, body: bytes | bytearray
    ) -> input_pb2.Input:
        with self._parsed(model_spec, body) as document:
            return json_examples.parse_input(document)

    @contextlib.contextmanager
    def _parsed(
        self, model_spec: model_pb2.ModelSpec, body: bytes | bytearray
    ) -> Iterator[dict[str, Any]]:
        """The object of a body, whose signature name goes into `model_spec`."""
        is_large = len(body) > LARGE_BODY_BYTES
        with self._large_bodies if is_large else contextlib.nullcontext():
            document = json_bodies.parse_body(body)
            model_spec.signature_name = json_bodies.signature_name(document)
            yield document

    def _run(self, call: Call[Result]) -> Result:
        return run_call(call, self._options.rest_api_timeout_in_ms / 1000, self._executor)

    def _input_dtypes(self, model_spec: model_pb2.ModelSpec) -> dict[str, int]:
        name = model_spec.signature_name or prediction.DEFAULT_SIGNATURE
        with self._service.repository.use_version(model_spec) as used:
            signature = used.servable.signatures.get(name)
        if signature is None:
            raise invalid_argument(f'Serving signature name: "{name}" not found in signature def')
        if not signature.inputs:
            raise invalid_argument(f"Failed to get input map for signature: {name}")
        return {alias: info.dtype for alias, info in signature.inputs.items()}

    def _describe(self, match: re.Match[str]) -> bytes:
        if not match["name"]:
            raise invalid_argument("Missing model name in request.")
        if match["part"] is None:
            status = get_model_status_pb2.GetModelStatusRequest(
                model_spec=rest_paths.model_spec(match)
            )
            return json.dumps(_as_json(self._service.get_model_status(status)), indent=1).encode()
        request = get_model_metadata_pb2.GetModelMetadataRequest(
            model_spec=rest_paths.model_spec(match), metadata_field=[SIGNATURE_FIELD]
        )
        response = self._service.get_model_metadata(request)
        signatures = get_model_metadata_pb2.SignatureDefMap()
        response.metadata[SIGNATURE_FIELD].Unpack(signatures)
        metadata = {SIGNATURE_FIELD: _as_json(signatures)}
        document = {"model_spec": _as_json(response.model_spec), "metadata": metadata}
        return json.dumps(document, indent=1).encode()


def _as_json(message: Message) -> dict[str, Any]:
    return json_format.MessageToDict(
        message, preserving_proto_field_name=True, always_print_fields_with_no_presence=True
    )
