"""The gRPC side: TensorFlow Serving's two services, health checking and reflection."""

import time
from collections.abc import Callable
from concurrent import futures
from typing import Any, NoReturn, TypeVar

import grpc
from grpc_health.v1 import health, health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection
from tensorflow_serving.apis import (
    classification_pb2,
    get_model_metadata_pb2,
    get_model_status_pb2,
    inference_pb2,
    model_management_pb2,
    model_service_pb2,
    model_service_pb2_grpc,
    predict_pb2,
    prediction_service_pb2,
    prediction_service_pb2_grpc,
    regression_pb2,
)

from keras_infogan.serving import sockets
from keras_infogan.serving.channel_options import MAXIMUM_MESSAGE_BYTES
from keras_infogan.serving.errors import WITHOUT_TOKEN, StatusError
from keras_infogan.serving.options import MAXIMUM_THREADS, ServerOptions
from keras_infogan.serving.request_metrics import RequestMetrics
from keras_infogan.serving.service import ModelService

Request = TypeVar("Request")
Response = TypeVar("Response")

# Status texts travel in HTTP/2 trailers, which peers refuse above some kilobytes; TensorFlow
# Serving cuts at the same length and with the same mark.
MAXIMUM_ERROR_BYTES = 1024
_TRUNCATED = "...TRUNCATED"

_SERVICE_NAMES = tuple(
    descriptor.services_by_name[name].full_name
    for descriptor, name in (
        (prediction_service_pb2.DESCRIPTOR, "PredictionService"),
        (model_service_pb2.DESCRIPTOR, "ModelService"),
    )
)


class GrpcServer:
    """Listens for gRPC on one address, and perhaps on a UNIX socket.

    Args:
        service: answers the requests.
        metrics: counts them.
        port: the port; 0 takes a free one.
        options: the host, and how the server defends itself.

    Raises:
        OSError: when the port is in use.

    Example::

        server = GrpcServer(service, metrics, 0, ServerOptions())
        server.start()
        server.port
        server.stop(grace=5.0)
    """

    def __init__(
        self, service: ModelService, metrics: RequestMetrics, port: int, options: ServerOptions
    ) -> None:
        # Threads wait in TensorFlow most of the time, without Python's lock.
        self._executor = futures.ThreadPoolExecutor(
            max_workers=min(options.max_concurrent_requests, MAXIMUM_THREADS),
            thread_name_prefix="grpc",
        )
        self._options = options
        self._server = grpc.server(
            self._executor,
            interceptors=[_TokenInterceptor(options)] if options.auth_token else [],
            maximum_concurrent_rpcs=options.max_concurrent_requests,
            options=[
                ("grpc.max_send_message_length", MAXIMUM_MESSAGE_BYTES),
                ("grpc.max_receive_message_length", options.max_request_bytes),
                # Otherwise a second server would share the port, and each answer half.
                ("grpc.so_reuseport", 0),
                *options.grpc_channel_arguments,
            ],
        )
        self._stopped: Any = None
        self._health = health.HealthServicer()
        self._add_services(service, metrics)
        self.port = port
        # A taken port is found out before models load; gRPC itself binds in `start`, because it
        # would keep a port that it bound and never served.
        with sockets.bind(options.host, port):
            pass

    def start(self) -> None:
        """Takes the port, answers requests, and reports itself healthy.

        Raises:
            OSError: when the port is in use.
        """
        host = self._options.host
        with sockets.bind(host, self.port):
            pass  # whoever took it meanwhile is named, and what follows has another cause
        try:
            self.port = self._add_port(sockets.join(host, self.port))
        except RuntimeError as error:
            raise OSError(
                f"gRPC cannot listen on {sockets.join(host, self.port)}: {error}"
            ) from error
        if path := self._options.grpc_socket_path:
            try:
                self._add_port(f"unix:{path}")
            except RuntimeError as error:
                raise OSError(f"Cannot listen on the UNIX socket {path}: {error}") from error
        self._server.start()
        for name in ("", *_SERVICE_NAMES):
            self._health.set(name, health_pb2.HealthCheckResponse.SERVING)

    def begin_stop(self, grace: float) -> None:
        """Reports itself unhealthy and takes no more requests; see `stop`."""
        self._health.enter_graceful_shutdown()
        self._stopped = self._server.stop(grace)

    def stop(self, grace: float) -> None:
        """Takes no more requests and finishes those in flight.

        Args:
            grace: how long requests in flight may take, in seconds.
        """
        if self._stopped is None:
            self.begin_stop(grace)
        self._stopped.wait()
        # A request that outlived its grace has had its answer; its thread is not waited for.
        self._executor.shutdown(wait=False, cancel_futures=True)

    def _add_port(self, address: str) -> int:
        credentials = self._options.server_credentials()
        if credentials is None:
            return self._server.add_insecure_port(address)
        return self._server.add_secure_port(address, credentials)

    def _add_services(self, service: ModelService, metrics: RequestMetrics) -> None:
        prediction_service_pb2_grpc.add_PredictionServiceServicer_to_server(
            _PredictionServicer(service, metrics), self._server
        )
        model_service_pb2_grpc.add_ModelServiceServicer_to_server(
            _ModelServicer(service), self._server
        )
        names = [*_SERVICE_NAMES, reflection.SERVICE_NAME]
        if self._options.enable_grpc_healthcheck_service:
            health_pb2_grpc.add_HealthServicer_to_server(self._health, self._server)
            names.append(health.SERVICE_NAME)
        reflection.enable_server_reflection(names, self._server)


class _TokenInterceptor(grpc.ServerInterceptor):
    """Refuses requests without the token; health checks, which tell nothing, pass."""

    def __init__(self, options: ServerOptions) -> None:
        self._options = options
        # A stream, so that the refusal does not wait for a request that may never come.
        self._refusal = grpc.stream_unary_rpc_method_handler(_refuse)

    def intercept_service(
        self,
        continuation: Callable[[grpc.HandlerCallDetails], grpc.RpcMethodHandler],
        handler_call_details: grpc.HandlerCallDetails,
    ) -> grpc.RpcMethodHandler:
        """Passes a call on, or answers in its place."""
        is_health = handler_call_details.method.startswith(f"/{health.SERVICE_NAME}/")
        metadata = dict(handler_call_details.invocation_metadata)
        if is_health or self._options.admits(str(metadata.get("authorization", ""))):
            return continuation(handler_call_details)
        return self._refusal


class _PredictionServicer(prediction_service_pb2_grpc.PredictionServiceServicer):
    def __init__(self, service: ModelService, metrics: RequestMetrics) -> None:
        self._service = service
        self._metrics = metrics

    def Predict(  # noqa: N802
        self, request: predict_pb2.PredictRequest, context: grpc.ServicerContext
    ) -> predict_pb2.PredictResponse:
        name = request.model_spec.name
        return self._timed("Predict", name, self._service.predict, request, context)

    def Classify(  # noqa: N802
        self, request: classification_pb2.ClassificationRequest, context: grpc.ServicerContext
    ) -> classification_pb2.ClassificationResponse:
        name = request.model_spec.name
        return self._timed("Classify", name, self._service.classify, request, context)

    def Regress(  # noqa: N802
        self, request: regression_pb2.RegressionRequest, context: grpc.ServicerContext
    ) -> regression_pb2.RegressionResponse:
        name = request.model_spec.name
        return self._timed("Regress", name, self._service.regress, request, context)

    def MultiInference(  # noqa: N802
        self, request: inference_pb2.MultiInferenceRequest, context: grpc.ServicerContext
    ) -> inference_pb2.MultiInferenceResponse:
        name = request.tasks[0].model_spec.name if request.tasks else ""
        return self._timed("MultiInference", name, self._service.multi_inference, request, context)

    def GetModelMetadata(  # noqa: N802
        self,
        request: get_model_metadata_pb2.GetModelMetadataRequest,
        context: grpc.ServicerContext,
    ) -> get_model_metadata_pb2.GetModelMetadataResponse:
        return _answer(self._service.get_model_metadata, request, context)

    def _timed(
        self,
        api: str,
        model_name: str,
        handle: Callable[[Request, float | None], Response],
        request: Request,
        context: grpc.ServicerContext,
    ) -> Response:
        code = grpc.StatusCode.OK
        started = time.perf_counter()
        try:
            return handle(request, context.time_remaining())
        except StatusError as error:
            code = error.code
            _abort(context, error.code, error.message)
        finally:
            seconds = time.perf_counter() - started
            self._metrics.record(model_name, api, "GRPC", code, seconds)


class _ModelServicer(model_service_pb2_grpc.ModelServiceServicer):
    def __init__(self, service: ModelService) -> None:
        self._service = service

    def GetModelStatus(  # noqa: N802
        self,
        request: get_model_status_pb2.GetModelStatusRequest,
        context: grpc.ServicerContext,
    ) -> get_model_status_pb2.GetModelStatusResponse:
        return _answer(self._service.get_model_status, request, context)

    def HandleReloadConfigRequest(  # noqa: N802
        self, request: model_management_pb2.ReloadConfigRequest, context: grpc.ServicerContext
    ) -> model_management_pb2.ReloadConfigResponse:
        return _answer(self._service.reload_config, request, context)


def _answer(
    handle: Callable[[Request], Response], request: Request, context: grpc.ServicerContext
) -> Response:
    try:
        return handle(request)
    except StatusError as error:
        _abort(context, error.code, error.message)


def _refuse(request: object, context: grpc.ServicerContext) -> NoReturn:
    _abort(context, grpc.StatusCode.UNAUTHENTICATED, WITHOUT_TOKEN)


def _abort(context: grpc.ServicerContext, code: grpc.StatusCode, message: str) -> NoReturn:
    encoded = message.encode("utf-8", errors="replace")
    if len(encoded) > MAXIMUM_ERROR_BYTES:
        message = encoded[:MAXIMUM_ERROR_BYTES].decode("utf-8", errors="ignore") + _TRUNCATED
    context.abort(code, message)
    raise AssertionError("abort returned")
