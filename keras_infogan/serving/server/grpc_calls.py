"""The methods of TensorFlow Serving's two gRPC services, for a server in an event loop."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import Executor, Future
from typing import Any, NoReturn, TypeAlias

import grpc
from google.protobuf.message import DecodeError, Message
from grpc_health.v1 import health
from tensorflow_serving.apis import (
    classification_pb2,
    get_model_metadata_pb2,
    get_model_status_pb2,
    inference_pb2,
    model_management_pb2,
    model_service_pb2,
    predict_pb2,
    prediction_service_pb2,
    regression_pb2,
)

from keras_infogan.serving.protocol.errors import WITHOUT_TOKEN, StatusError
from keras_infogan.serving.repository import signature_calls as runs
from keras_infogan.serving.server.options import ServerOptions
from keras_infogan.serving.server.request_metrics import RequestMetrics
from keras_infogan.serving.server.service import ModelService
from keras_infogan.serving.server.thread_results import ThreadResults

# Status texts travel in HTTP/2 trailers, which peers refuse above some kilobytes; TensorFlow
# Serving cuts at the same length and with the same mark.
MAXIMUM_ERROR_BYTES = 1024
_TRUNCATED = "...TRUNCATED"

PREDICTION_SERVICE: str = prediction_service_pb2.DESCRIPTOR.services_by_name[
    "PredictionService"
].full_name
MODEL_SERVICE: str = model_service_pb2.DESCRIPTOR.services_by_name["ModelService"].full_name

Context: TypeAlias = grpc.aio.ServicerContext
Answer: TypeAlias = Callable[[Any, Context], Awaitable[Message]]


class GrpcCalls:
    """Answers calls in the running event loop, and leaves to other threads what takes long.

    Args:
        service: answers the requests.
        metrics: counts them.
        executor: runs what no batch runs.

    Example::

        server.add_generic_rpc_handlers(GrpcCalls(service, metrics, executor).handlers())
    """

    def __init__(self, service: ModelService, metrics: RequestMetrics, executor: Executor) -> None:
        self._service = service
        self._metrics = metrics
        self._executor = executor
        self._outcomes = ThreadResults(asyncio.get_running_loop())

    def handlers(self) -> tuple[grpc.GenericRpcHandler, ...]:
        """Returns the handlers of both services."""
        service = self._service
        prediction = {
            "Predict": _handler(
                predict_pb2.PredictRequest, self._inference("Predict", service.predict)
            ),
            "Classify": _handler(
                classification_pb2.ClassificationRequest,
                self._inference("Classify", service.classify),
            ),
            "Regress": _handler(
                regression_pb2.RegressionRequest, self._inference("Regress", service.regress)
            ),
            "MultiInference": _handler(
                inference_pb2.MultiInferenceRequest,
                self._inference("MultiInference", service.multi_inference),
            ),
            "GetModelMetadata": _handler(
                get_model_metadata_pb2.GetModelMetadataRequest,
                self._description(service.get_model_metadata),
            ),
        }
        model = {
            "GetModelStatus": _handler(
                get_model_status_pb2.GetModelStatusRequest,
                self._description(service.get_model_status),
            ),
            "HandleReloadConfigRequest": _handler(
                model_management_pb2.ReloadConfigRequest, self._description(service.reload_config)
            ),
        }
        return (
            grpc.method_handlers_generic_handler(PREDICTION_SERVICE, prediction),
            grpc.method_handlers_generic_handler(MODEL_SERVICE, model),
        )

    def _inference(self, api: str, start: Callable[[Any], runs.Call[Message]]) -> Answer:
        async def answer(request: Any, context: Context) -> Message:
            code = grpc.StatusCode.OK
            started = time.perf_counter()
            try:
                return await self._finish(start(request), context.time_remaining())
            except StatusError as error:
                code = error.code
                await _abort(context, error.code, error.message)
            finally:
                seconds = time.perf_counter() - started
                self._metrics.record(_model_name(request), api, "GRPC", code, seconds)

        return answer

    async def _finish(self, call: runs.Call[Message], timeout: float | None) -> Message:
        run = next(call)
        future = run.runner.submit(
            run.signature, run.inputs, run.output_names, timeout, self._executor
        )
        try:
            await self._wait(future)
            return runs.answer(call, future.result())
        finally:
            # Where a stopping server waits no more, the run still holds its version until it ends.
            future.add_done_callback(lambda _: call.close())
            del future  # or its error, which knows this frame, would hold on to it

    async def _wait(self, future: Future[Any]) -> None:
        try:
            await self._outcomes.wait(future)
        except asyncio.CancelledError:
            # The caller has left; its run continues, and counts among the concurrent requests
            # until it ends.
            await self._outcomes.wait(future)

    def _description(self, describe: Callable[[Any], Message]) -> Answer:
        async def answer(request: Any, context: Context) -> Message:
            future = self._executor.submit(describe, request)
            await self._wait(future)
            try:
                return future.result()
            except StatusError as error:
                await _abort(context, error.code, error.message)

        return answer


class TokenInterceptor(grpc.aio.ServerInterceptor):
    """Refuses requests without the token; health checks, which tell nothing, pass.

    Args:
        options: hold the token.
    """

    def __init__(self, options: ServerOptions) -> None:
        self._options = options
        # A stream, so that the refusal does not wait for a request that may never come.
        self._refusal = grpc.stream_unary_rpc_method_handler(_refuse)

    async def intercept_service(
        self,
        continuation: Callable[[grpc.HandlerCallDetails], Awaitable[grpc.RpcMethodHandler]],
        handler_call_details: grpc.HandlerCallDetails,
    ) -> grpc.RpcMethodHandler:
        """Passes a call on, or answers in its place."""
        is_health = handler_call_details.method.startswith(f"/{health.SERVICE_NAME}/")
        metadata = dict(handler_call_details.invocation_metadata)
        if is_health or self._options.admits(str(metadata.get("authorization", ""))):
            return await continuation(handler_call_details)
        return self._refusal


def _handler(request_type: type[Message], answer: Answer) -> grpc.RpcMethodHandler:
    """A method that parses its request itself: what is none is INTERNAL, and not UNKNOWN."""

    async def parse_and_answer(serialized: bytes, context: Context) -> bytes:
        try:
            request = request_type.FromString(serialized)
        except DecodeError:
            await _abort(context, grpc.StatusCode.INTERNAL, "Exception deserializing request!")
        return (await answer(request, context)).SerializeToString()

    return grpc.unary_unary_rpc_method_handler(parse_and_answer)


def _model_name(request: Any) -> str:
    if isinstance(request, inference_pb2.MultiInferenceRequest):
        return request.tasks[0].model_spec.name if request.tasks else ""
    return request.model_spec.name


async def _refuse(requests: object, context: Context) -> NoReturn:
    await _abort(context, grpc.StatusCode.UNAUTHENTICATED, WITHOUT_TOKEN)


async def _abort(context: Context, code: grpc.StatusCode, message: str) -> NoReturn:
    encoded = message.encode("utf-8", errors="replace")
    if len(encoded) > MAXIMUM_ERROR_BYTES:
        message = encoded[:MAXIMUM_ERROR_BYTES].decode("utf-8", errors="ignore") + _TRUNCATED
    await context.abort(code, message)
    raise AssertionError("abort returned")
