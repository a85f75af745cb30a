"""The REST side: inference, status, metadata and metrics over HTTP."""

import asyncio
import json
import re
import threading
import time
from collections.abc import Callable
from typing import Any, TypeAlias
from urllib.parse import unquote

import anyio
import grpc
import uvicorn
from google.protobuf import json_format
from google.protobuf.message import Message
from prometheus_client import CONTENT_TYPE_LATEST
from starlette.applications import Starlette
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send
from tensorflow_serving.apis import (
    classification_pb2,
    get_model_metadata_pb2,
    get_model_status_pb2,
    model_pb2,
    predict_pb2,
    regression_pb2,
)

from keras_infogan.serving.protocol import json_bodies, json_examples, tensor_protos
from keras_infogan.serving.protocol.errors import (
    WITHOUT_TOKEN,
    StatusError,
    invalid_argument,
    not_found,
)
from keras_infogan.serving.repository import prediction
from keras_infogan.serving.repository.callers import InlineExecutor
from keras_infogan.serving.repository.signature_calls import Call, Result, run_call
from keras_infogan.serving.server import disconnects, rest_bodies, sockets
from keras_infogan.serving.server.options import MAXIMUM_THREADS, ServerOptions
from keras_infogan.serving.server.request_metrics import RequestMetrics
from keras_infogan.serving.server.service import SIGNATURE_FIELD, ModelService

_VERSION = r"(?:/versions/(?P<version>[0-9]+)|/labels/(?P<label>[^/:]+))?"
_INFERENCE = re.compile(
    rf"/v1/models/(?P<name>[^/:]+){_VERSION}:(?P<method>classify|regress|predict)", re.IGNORECASE
)
_DESCRIPTION = re.compile(
    rf"/v1/models(?:/(?P<name>[^/:]+))?{_VERSION}(?:/(?P<part>metadata))?", re.IGNORECASE
)
_MAXIMUM_VERSION = 2**63 - 1
_START_TIMEOUT_SECONDS = 30.0
DESCRIPTION_THREADS = 8

Answer: TypeAlias = tuple[bytes, str]  # a text and its media type


class RestServer:
    """Listens for HTTP on one address.

    Args:
        service: answers the requests.
        metrics: counts them.
        port: the port; 0 takes a free one.
        options: the host, limits, and what else the port offers.

    Raises:
        OSError: when the port is in use.

    Example::

        server = RestServer(service, metrics, 0, ServerOptions())
        server.start()
        server.port
        server.stop(grace=5.0)
    """

    def __init__(
        self, service: ModelService, metrics: RequestMetrics, port: int, options: ServerOptions
    ) -> None:
        self._socket = sockets.bind(options.host, port)
        self.port: int = self._socket.getsockname()[1]
        config = uvicorn.Config(
            make_application(service, metrics, options),
            log_config=None,
            log_level="error",
            access_log=False,
            lifespan="off",
            server_header=False,
        )
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(
            target=self._server.run, args=([self._socket],), name="rest", daemon=True
        )

    def start(self) -> None:
        """Answers requests from a thread of its own.

        Raises:
            RuntimeError: when the HTTP server does not come up.
        """
        self._thread.start()
        deadline = time.monotonic() + _START_TIMEOUT_SECONDS
        while not self._server.started:
            if not self._thread.is_alive() or time.monotonic() > deadline:
                raise RuntimeError(f"The REST server did not start on port {self.port}")
            time.sleep(0.005)

    def begin_stop(self, grace: float) -> None:
        """Takes no more requests; see `stop`."""
        self._server.config.timeout_graceful_shutdown = max(1, round(grace))
        self._server.should_exit = True

    def stop(self, grace: float) -> None:
        """Takes no more requests and finishes those in flight.

        Args:
            grace: how long requests in flight may take, in seconds.
        """
        self.begin_stop(grace)
        if self._thread.is_alive():
            self._thread.join()
        self._socket.close()


def make_application(
    service: ModelService, metrics: RequestMetrics, options: ServerOptions
) -> ASGIApp:
    """Builds the ASGI application, which can also be tested without a socket.

    Args:
        service: answers the requests.
        metrics: counts them.
        options: limits, and what else the port offers.

    Returns:
        The application.
    """
    # An endpoint that is no function gets every method: a wrong one is a malformed request here,
    # not a 405.
    endpoint = _Endpoint(_RestHandler(service, metrics, options), options)
    application: ASGIApp = Starlette(routes=[Route("/{path:path}", endpoint)])
    if options.rest_api_enable_cors_support:
        application = CORSMiddleware(
            application, allow_origins=["*"], allow_methods=["GET", "POST"], allow_headers=["*"]
        )
    return application


class _Endpoint:
    """Runs the handler in a worker thread, and turns its errors into answers."""

    def __init__(self, handler: "_RestHandler", options: ServerOptions) -> None:
        self._handler = handler
        self._options = options
        self._permits = threading.BoundedSemaphore(options.max_concurrent_requests)
        # What tells of the server's health has threads of its own, so that it answers while every
        # model is busy.
        self._threads = anyio.CapacityLimiter(MAXIMUM_THREADS)
        self._description_threads = anyio.CapacityLimiter(DESCRIPTION_THREADS)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        media_type = "application/json"
        try:
            with anyio.fail_after(self._options.rest_api_timeout_in_ms / 1000):
                content, media_type = await self._answer(request)
            status = 200
        except ClientDisconnect:
            return
        except StatusError as error:
            content, status = _error_body(error.message), error.http_status
        except asyncio.CancelledError:
            # The grace period of a server that stops is over.
            await Response(_error_body("The server is stopping"), 503)(scope, receive, send)
            raise
        except TimeoutError:
            text = f"The request took longer than {self._options.rest_api_timeout_in_ms} ms"
            content, status = _error_body(text), 504
        await Response(content, status, media_type=media_type)(scope, receive, send)

    async def _answer(self, request: Request) -> Answer:
        if not self._options.admits(request.headers.get("authorization", "")):
            raise StatusError(grpc.StatusCode.UNAUTHENTICATED, WITHOUT_TOKEN)
        body = await rest_bodies.read(request, self._options.max_request_bytes)
        # The raw path: a model's name may hold an escaped slash.
        raw_path = request.scope.get("raw_path", request.scope["path"].encode())
        path = raw_path.partition(b"?")[0].decode("latin-1")
        encoding = request.headers.get("content-encoding", "")

        def work() -> Answer:
            plain = rest_bodies.unpack(body, encoding, self._options.max_request_bytes)
            return self._handler(request.method, path, plain)

        if request.method == "GET":
            return await _in_thread(work, self._description_threads)
        if not self._permits.acquire(blocking=False):
            raise StatusError(
                grpc.StatusCode.RESOURCE_EXHAUSTED,
                f"{self._options.max_concurrent_requests} requests are in work, as many as the "
                "server takes",
            )
        permitted = _PermittedWork(work, self._permits)
        try:
            return await disconnects.run_while_connected(
                request, lambda: _in_thread(permitted, self._threads)
            )
        finally:
            permitted.leave()


class _PermittedWork:
    """Work that gives its permit back when it ends, or when its caller leaves before it begins.

    Work that outlives its request holds on to the permit: it is still in work.

    Args:
        work: what is done.
        permits: of which one was taken.
    """

    def __init__(self, work: Callable[[], Answer], permits: threading.BoundedSemaphore) -> None:
        self._work = work
        self._permits = permits
        self._is_claimed = False  # by the work, or by the caller who leaves
        self._lock = threading.Lock()

    def __call__(self) -> Answer:
        if not self._claim():
            raise TimeoutError  # nobody waits for the answer
        try:
            return self._work()
        finally:
            self._permits.release()

    def leave(self) -> None:
        """Gives the permit back, unless the work has begun and does so itself."""
        if self._claim():
            self._permits.release()

    def _claim(self) -> bool:
        with self._lock:
            was_claimed, self._is_claimed = self._is_claimed, True
        return not was_claimed


async def _in_thread(work: Callable[[], Answer], threads: anyio.CapacityLimiter) -> Answer:
    return await anyio.to_thread.run_sync(work, abandon_on_cancel=True, limiter=threads)


def _error_body(message: str) -> bytes:
    return json.dumps({"error": message}).encode()


class _RestHandler:
    """Answers a method, a path and a body with a text and its media type."""

    def __init__(
        self, service: ModelService, metrics: RequestMetrics, options: ServerOptions
    ) -> None:
        self._service = service
        self._metrics = metrics
        self._options = options
        self._executor = InlineExecutor(options.rest_api_num_threads)
        self._infer_by_method = {
            "predict": ("Predict", self._predict),
            "classify": ("Classify", self._classify),
            "regress": ("Regress", self._regress),
        }

    def __call__(self, method: str, path: str, body: bytes) -> Answer:
        if (
            method == "GET"
            and self._options.monitoring_path
            and path == self._options.monitoring_path
        ):
            return self._metrics.page(), CONTENT_TYPE_LATEST
        if not path.lower().startswith("/v1/"):
            raise not_found(f"Not found: {method} {path}")
        if method == "POST" and (match := _INFERENCE.fullmatch(path)):
            return self._infer(match, body), "application/json"
        if method == "GET" and (match := _DESCRIPTION.fullmatch(path)):
            return self._describe(match), "application/json"
        raise invalid_argument(f"Malformed request: {method} {path}")

    def _infer(self, match: re.Match[str], body: bytes) -> bytes:
        api, answer = self._infer_by_method[match["method"].lower()]
        model_spec = _model_spec(match)
        code = grpc.StatusCode.OK
        started = time.perf_counter()
        try:
            document = json_bodies.parse_body(body)
            model_spec.signature_name = json_bodies.signature_name(document)
            return answer(model_spec, document)
        except StatusError as error:
            code = error.code
            raise
        finally:
            seconds = time.perf_counter() - started
            self._metrics.record(model_spec.name, api, "REST", code, seconds)

    def _predict(self, model_spec: model_pb2.ModelSpec, document: dict[str, Any]) -> bytes:
        request = predict_pb2.PredictRequest(model_spec=model_spec)
        inputs, rows = json_bodies.parse_inputs(document, self._input_dtypes(model_spec))
        for name, tensor in inputs.items():
            request.inputs[name].CopyFrom(tensor)
        outputs = self._finish(self._service.predict(request)).outputs
        arrays = {name: tensor_protos.to_array(name, proto) for name, proto in outputs.items()}
        return json_bodies.format_outputs(arrays, rows)

    def _classify(self, model_spec: model_pb2.ModelSpec, document: dict[str, Any]) -> bytes:
        request = classification_pb2.ClassificationRequest(
            model_spec=model_spec, input=json_examples.parse_input(document)
        )
        result = self._finish(self._service.classify(request)).result
        return json_examples.format_classifications(result)

    def _regress(self, model_spec: model_pb2.ModelSpec, document: dict[str, Any]) -> bytes:
        request = regression_pb2.RegressionRequest(
            model_spec=model_spec, input=json_examples.parse_input(document)
        )
        result = self._finish(self._service.regress(request)).result
        return json_examples.format_regressions(result)

    def _finish(self, call: Call[Result]) -> Result:
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
            status = get_model_status_pb2.GetModelStatusRequest(model_spec=_model_spec(match))
            return json.dumps(_as_json(self._service.get_model_status(status)), indent=1).encode()
        request = get_model_metadata_pb2.GetModelMetadataRequest(
            model_spec=_model_spec(match), metadata_field=[SIGNATURE_FIELD]
        )
        response = self._service.get_model_metadata(request)
        signatures = get_model_metadata_pb2.SignatureDefMap()
        response.metadata[SIGNATURE_FIELD].Unpack(signatures)
        metadata = {SIGNATURE_FIELD: _as_json(signatures)}
        answer = {"model_spec": _as_json(response.model_spec), "metadata": metadata}
        return json.dumps(answer, indent=1).encode()


def _model_spec(match: re.Match[str]) -> model_pb2.ModelSpec:
    model_spec = model_pb2.ModelSpec(name=unquote(match["name"]))
    if match["version"]:
        # Python converts no more than some thousand digits.
        digits = match["version"].lstrip("0") or "0"
        if len(digits) > len(str(_MAXIMUM_VERSION)) or int(digits) > _MAXIMUM_VERSION:
            raise invalid_argument(f"Failed to convert version: {match['version']} to numeric.")
        model_spec.version.value = int(digits)
    if match["label"]:
        model_spec.version_label = unquote(match["label"])
    return model_spec


def _as_json(message: Message) -> dict[str, Any]:
    return json_format.MessageToDict(
        message, preserving_proto_field_name=True, always_print_fields_with_no_presence=True
    )
