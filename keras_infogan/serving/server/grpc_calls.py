"""The methods of TensorFlow Serving's two gRPC services, for a server in an event loop."""

import asyncio
from collections.abc import Awaitable, Callable
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from typing import Any, TypeAlias, TypeVar

import grpc
from google.protobuf.message import DecodeError, Message
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

from keras_infogan.serving.protocol.errors import StatusError
from keras_infogan.serving.repository.signature_calls import Call, SignatureRun, send_outputs
from keras_infogan.serving.server.future_waiter import FutureWaiter
from keras_infogan.serving.server.grpc_admission import CallLimit, Context, abort, read_message
from keras_infogan.serving.server.grpc_messages import MessageUnpacker
from keras_infogan.serving.server.options import ServerOptions
from keras_infogan.serving.server.request_metrics import RequestMetrics
from keras_infogan.serving.server.service import ModelService

# What tells of models has threads of its own, so that it answers while every model is busy.
DESCRIPTION_THREADS = 4
# Python reads a message of a million values in a second, in which the event loop would answer
# nobody. Few are read at a time, because each takes many times its size in memory.
LARGE_MESSAGE_BYTES = 2**17
LARGE_MESSAGES_AT_A_TIME = 2

PREDICTION_SERVICE: str = prediction_service_pb2.DESCRIPTOR.services_by_name[
    "PredictionService"
].full_name
MODEL_SERVICE: str = model_service_pb2.DESCRIPTOR.services_by_name["ModelService"].full_name

# A request, the bytes that it was sent in, and its call; returns the response's bytes.
Answer: TypeAlias = Callable[[Any, int, Context], Awaitable[bytes]]
Result = TypeVar("Result")


class GrpcCalls:
    """Answers calls in the running event loop; slow work runs in other threads.

    Args:
        service: answers the requests.
        metrics: counts them.
        executor: runs the models, where no batch does.
        options: hold the limits.

    Example::

        server.add_generic_rpc_handlers(GrpcCalls(service, metrics, executor, options).handlers())
    """

    def __init__(
        self,
        service: ModelService,
        metrics: RequestMetrics,
        executor: Executor,
        options: ServerOptions,
    ) -> None:
        self._service = service
        self._metrics = metrics
        self._executor = executor
        self._read_seconds = options.grpc_read_timeout_in_ms / 1000
        self._unpacker = MessageUnpacker(options.max_unpacked_bytes)
        self._limit = CallLimit(options.max_concurrent_requests)
        # Loading takes long, so reloads wait for each other, and few of them.
        self._reload_limit = CallLimit(1 + options.max_pending_reloads)
        self._reload_executor = _threads(1, "grpc-reload")
        self._description_executor = _threads(DESCRIPTION_THREADS, "grpc-description")
        self._large_executor = _threads(LARGE_MESSAGES_AT_A_TIME, "grpc-large")
        self._waiter = FutureWaiter(asyncio.get_running_loop())

    def close(self) -> None:
        """Drops what has not begun; no thread is waited for."""
        executors = (self._reload_executor, self._description_executor, self._large_executor)
        for executor in executors:
            executor.shutdown(wait=False, cancel_futures=True)

    def handlers(self) -> tuple[grpc.GenericRpcHandler, ...]:
        """Returns the handlers of both services."""
        service = self._service
        prediction = {
            "Predict": self._handler(
                predict_pb2.PredictRequest, self._inference("Predict", service.predict)
            ),
            "Classify": self._handler(
                classification_pb2.ClassificationRequest,
                self._inference("Classify", service.classify),
            ),
            "Regress": self._handler(
                regression_pb2.RegressionRequest, self._inference("Regress", service.regress)
            ),
            "MultiInference": self._handler(
                inference_pb2.MultiInferenceRequest,
                self._inference("MultiInference", service.multi_inference),
            ),
            "GetModelMetadata": self._handler(
                get_model_metadata_pb2.GetModelMetadataRequest,
                self._description(service.get_model_metadata),
            ),
        }
        model = {
            "GetModelStatus": self._handler(
                get_model_status_pb2.GetModelStatusRequest,
                self._description(service.get_model_status),
            ),
            "HandleReloadConfigRequest": self._handler(
                model_management_pb2.ReloadConfigRequest, self._reload
            ),
        }
        return (
            grpc.method_handlers_generic_handler(PREDICTION_SERVICE, prediction),
            grpc.method_handlers_generic_handler(MODEL_SERVICE, model),
        )

    def _handler(self, request_type: type[Message], answer: Answer) -> grpc.RpcMethodHandler:
        """A method that counts its calls before it reads their requests.

        It parses the request itself: a message that is no request is INTERNAL, not UNKNOWN.
        """

        async def serve(requests: object, context: Context) -> bytes:
            await self._limit.admit(context)
            try:
                serialized = await read_message(context, self._read_seconds)
                serialized = await self._unpacker.unpack(serialized, context)
                size = len(serialized)
                request = await self._do(size, request_type.FromString, serialized)
                del serialized  # the same bytes would be kept twice while the model runs
                return await answer(request, size, context)
            except DecodeError:
                await abort(context, grpc.StatusCode.INTERNAL, "Exception deserializing request!")
            except StatusError as error:
                await abort(context, error.code, error.message)

        return grpc.stream_unary_rpc_method_handler(serve)

    def _inference(self, api: str, begin_call: Callable[[Any], Call[Message]]) -> Answer:
        async def answer(request: Any, size: int, context: Context) -> bytes:
            with self._metrics.measure(_model_name(request), api, "GRPC"):
                return await self._run(begin_call(request), size, context.time_remaining())

        return answer

    async def _run(self, call: Call[Message], size: int, timeout: float | None) -> bytes:
        try:
            run: SignatureRun = await self._do(size, next, call)
        except asyncio.CancelledError:
            call.close()
            raise
        future = run.runner.submit(
            run.signature, run.inputs, run.output_names, timeout, self._executor
        )
        try:
            await self._wait(future)
            outputs = future.result()
            size = sum(array.nbytes for array in outputs.values())
            return await self._do(size, lambda: send_outputs(call, outputs).SerializeToString())
        finally:
            # Where a stopping server waits no more, the run still uses its version until it ends.
            future.add_done_callback(lambda _: call.close())
            del future  # or its error, which knows this frame, would keep it alive

    async def _do(self, size: int, work: Callable[..., Result], *arguments: Any) -> Result:
        """Does work on a message of so many bytes: here, or in a thread where it takes long."""
        if size <= LARGE_MESSAGE_BYTES:
            return work(*arguments)
        future = self._large_executor.submit(work, *arguments)
        try:
            await self._wait(future)
            return future.result()
        finally:
            del future  # or its error, which knows this frame, would keep it alive

    async def _wait(self, future: Future[Any]) -> None:
        """Waits for a future; one whose caller leaves before it begins is dropped.

        gRPC cancels a call when its caller leaves, and at its deadline.
        """
        try:
            await self._waiter.wait(future)
        except asyncio.CancelledError:
            if future.cancel():
                raise
            # It runs already, and takes a place among the concurrent requests until it ends.
            await self._waiter.wait(future)
            raise

    def _description(self, describe: Callable[[Any], Message]) -> Answer:
        return self._in_thread(describe, self._description_executor)

    def _in_thread(self, work: Callable[[Any], Message], executor: Executor) -> Answer:
        async def answer(request: Any, size: int, context: Context) -> bytes:
            future = executor.submit(lambda: work(request).SerializeToString())
            await self._wait(future)
            return future.result()

        return answer

    async def _reload(self, request: Any, size: int, context: Context) -> bytes:
        await self._reload_limit.admit(context)
        return await self._in_thread(self._service.reload_config, self._reload_executor)(
            request, size, context
        )


def _model_name(request: Any) -> str:
    if isinstance(request, inference_pb2.MultiInferenceRequest):
        return request.tasks[0].model_spec.name if request.tasks else ""
    return request.model_spec.name


def _threads(count: int, name: str) -> ThreadPoolExecutor:
    return ThreadPoolExecutor(max_workers=count, thread_name_prefix=name)
