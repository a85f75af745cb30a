"""The gRPC side: TensorFlow Serving's two services, health checking and reflection."""

import os
from collections.abc import Callable
from concurrent import futures
from typing import NoReturn, TypeVar

import grpc
from grpc_health.v1 import health, health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection
from tensorflow_serving.apis import (
    get_model_metadata_pb2,
    get_model_status_pb2,
    model_service_pb2,
    model_service_pb2_grpc,
    predict_pb2,
    prediction_service_pb2,
    prediction_service_pb2_grpc,
)

from keras_infogan.serving import sockets
from keras_infogan.serving.channel_options import MESSAGE_OPTIONS
from keras_infogan.serving.errors import StatusError
from keras_infogan.serving.service import ModelService

Request = TypeVar("Request")
Response = TypeVar("Response")

# Status texts travel in HTTP/2 trailers, which peers refuse above some kilobytes; TensorFlow
# Serving cuts at the same length and with the same mark.
MAXIMUM_ERROR_CHARACTERS = 1024
_TRUNCATED = "...TRUNCATED"

_SERVICE_NAMES = tuple(
    descriptor.services_by_name[name].full_name
    for descriptor, name in (
        (prediction_service_pb2.DESCRIPTOR, "PredictionService"),
        (model_service_pb2.DESCRIPTOR, "ModelService"),
    )
)


class GrpcServer:
    """Listens for gRPC on one address.

    Args:
        service: answers the requests.
        host: the address to listen on.
        port: the port; 0 takes a free one.

    Raises:
        OSError: when the port is in use.

    Example::

        server = GrpcServer(service, "127.0.0.1", 0)
        server.start()
        server.port
        server.stop(grace=5.0)
    """

    def __init__(self, service: ModelService, host: str, port: int) -> None:
        # Threads wait in TensorFlow most of the time, without Python's lock.
        self._executor = futures.ThreadPoolExecutor(
            max_workers=4 * (os.cpu_count() or 4) + 8, thread_name_prefix="grpc"
        )
        self._server = grpc.server(
            self._executor,
            options=[
                *MESSAGE_OPTIONS,
                # Otherwise a second server would share the port, and each answer half.
                ("grpc.so_reuseport", 0),
            ],
        )
        self._health = health.HealthServicer()
        self._add_services(service)
        self.host = host
        self.port = port
        # A taken port is found out before models load; gRPC itself binds in `start`, because it
        # would keep a port that it bound and never served.
        with sockets.bind(host, port):
            pass

    def start(self) -> None:
        """Takes the port, answers requests, and reports itself healthy.

        Raises:
            OSError: when the port is in use.
        """
        try:
            self.port = self._server.add_insecure_port(sockets.join(self.host, self.port))
        except RuntimeError as error:
            raise sockets.in_use(self.host, self.port) from error
        self._server.start()
        for name in ("", *_SERVICE_NAMES):
            self._health.set(name, health_pb2.HealthCheckResponse.SERVING)

    def stop(self, grace: float) -> None:
        """Reports itself unhealthy, takes no more requests and finishes those in flight.

        Args:
            grace: how long requests in flight may take, in seconds.
        """
        self._health.enter_graceful_shutdown()
        self._server.stop(grace).wait()
        self._executor.shutdown()

    def _add_services(self, service: ModelService) -> None:
        prediction_service_pb2_grpc.add_PredictionServiceServicer_to_server(
            _PredictionServicer(service), self._server
        )
        model_service_pb2_grpc.add_ModelServiceServicer_to_server(
            _ModelServicer(service), self._server
        )
        health_pb2_grpc.add_HealthServicer_to_server(self._health, self._server)
        names = (*_SERVICE_NAMES, health.SERVICE_NAME, reflection.SERVICE_NAME)
        reflection.enable_server_reflection(names, self._server)


class _PredictionServicer(prediction_service_pb2_grpc.PredictionServiceServicer):
    def __init__(self, service: ModelService) -> None:
        self._service = service

    def Predict(  # noqa: N802
        self, request: predict_pb2.PredictRequest, context: grpc.ServicerContext
    ) -> predict_pb2.PredictResponse:
        return _answer(self._service.predict, request, context)

    def GetModelMetadata(  # noqa: N802
        self,
        request: get_model_metadata_pb2.GetModelMetadataRequest,
        context: grpc.ServicerContext,
    ) -> get_model_metadata_pb2.GetModelMetadataResponse:
        return _answer(self._service.get_model_metadata, request, context)

    def Classify(self, request: object, context: grpc.ServicerContext) -> NoReturn:  # noqa: N802
        _refuse("Classify", context)

    def Regress(self, request: object, context: grpc.ServicerContext) -> NoReturn:  # noqa: N802
        _refuse("Regress", context)

    def MultiInference(  # noqa: N802
        self, request: object, context: grpc.ServicerContext
    ) -> NoReturn:
        _refuse("MultiInference", context)


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
        self, request: object, context: grpc.ServicerContext
    ) -> NoReturn:
        _refuse("HandleReloadConfigRequest", context)


def _answer(
    handle: Callable[[Request], Response], request: Request, context: grpc.ServicerContext
) -> Response:
    try:
        return handle(request)
    except StatusError as error:
        _abort(context, error.code, error.message)


def _refuse(method: str, context: grpc.ServicerContext) -> NoReturn:
    _abort(context, grpc.StatusCode.UNIMPLEMENTED, f"{method} is not implemented by this server.")


def _abort(context: grpc.ServicerContext, code: grpc.StatusCode, message: str) -> NoReturn:
    if len(message) > MAXIMUM_ERROR_CHARACTERS:
        message = message[:MAXIMUM_ERROR_CHARACTERS] + _TRUNCATED
    context.abort(code, message)
    raise AssertionError("abort returned")
