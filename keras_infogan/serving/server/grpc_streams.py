"""Health checks and reflection over gRPC, whose streams stay open as long as callers like."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import grpc
from google.protobuf.message import DecodeError
from grpc_health.v1 import health, health_pb2
from grpc_reflection.v1alpha import reflection, reflection_pb2

from keras_infogan.serving.protocol.errors import StatusError, invalid_argument
from keras_infogan.serving.server.grpc_admission import (
    CallLimit,
    Context,
    RefusalPace,
    abort,
    has_token,
    read_message,
)
from keras_infogan.serving.server.grpc_messages import unpacked
from keras_infogan.serving.server.options import ServerOptions

# A health check needs no token, so its request must come soon, and the oldest of too many that
# wait for theirs gives way to the newest.
CHECK_SECONDS = 5.0
MAXIMUM_WAITING_CHECKS = 1000
# A question is the name of a service or a file; a Watch keeps it in memory as long as it is open.
MAXIMUM_QUESTION_BYTES = 4096


class HealthCalls:
    """Answers health checks without a token, in a limited number of open calls.

    Args:
        servicer: knows the states of the services.
        options: hold the limits.
        pace: of the refusals of callers without the token.
    """

    def __init__(
        self, servicer: health.aio.HealthServicer, options: ServerOptions, pace: RefusalPace
    ) -> None:
        self._servicer = servicer
        self._options = options
        # By whether the caller has the token: strangers take no place of those who have.
        self._watches = {
            True: CallLimit(options.max_open_streams),
            False: CallLimit(options.max_open_streams, pace),
        }
        self._waiting: dict[asyncio.Future[bytes], None] = {}  # in the order of their coming

    def handler(self) -> grpc.GenericRpcHandler:
        """Returns the handler of the health service."""
        serializer = health_pb2.HealthCheckResponse.SerializeToString
        methods = {
            "Check": grpc.stream_unary_rpc_method_handler(
                self._check, response_serializer=serializer
            ),
            "Watch": grpc.stream_stream_rpc_method_handler(
                self._watch, response_serializer=serializer
            ),
        }
        return grpc.method_handlers_generic_handler(health.SERVICE_NAME, methods)

    async def _check(self, requests: object, context: Context) -> Any:
        return await self._servicer.Check(await self._read(context), context)

    async def _watch(self, requests: object, context: Context) -> None:
        known = has_token(context.invocation_metadata(), self._options)
        await self._watches[known].admit(context)
        await self._servicer.Watch(await self._read(context), context)

    async def _read(self, context: Context) -> health_pb2.HealthCheckRequest:
        reading = asyncio.ensure_future(read_message(context, CHECK_SECONDS))
        self._waiting[reading] = None
        if len(self._waiting) > MAXIMUM_WAITING_CHECKS:
            oldest = next(iter(self._waiting))
            del self._waiting[oldest]
            oldest.cancel()
        try:
            # Waited for in a way that tells whose cancellation it was.
            await asyncio.wait([reading])
            if reading.cancelled():
                raise StatusError(grpc.StatusCode.RESOURCE_EXHAUSTED, "Too many health checks")
            return health_pb2.HealthCheckRequest.FromString(_short(reading.result()))
        except StatusError as error:
            await abort(context, error.code, error.message)
        except DecodeError:
            await abort(context, grpc.StatusCode.INTERNAL, "Exception deserializing request!")
        finally:
            reading.cancel()
            self._waiting.pop(reading, None)


def reflection_handler(names: list[str], maximum_streams: int) -> grpc.GenericRpcHandler:
    """Returns a handler that describes services to tools such as grpcurl.

    Args:
        names: of the services.
        maximum_streams: how many calls may be open.
    """
    servicer = reflection.aio.ReflectionServicer(names)
    limit = CallLimit(maximum_streams)

    async def describe(
        requests: Any, context: Context
    ) -> AsyncIterator[reflection_pb2.ServerReflectionResponse]:
        await limit.admit(context)
        async for response in servicer.ServerReflectionInfo(requests, context):
            yield response

    method = grpc.stream_stream_rpc_method_handler(
        describe,
        _read_question,
        reflection_pb2.ServerReflectionResponse.SerializeToString,
    )
    return grpc.method_handlers_generic_handler(
        reflection.SERVICE_NAME, {"ServerReflectionInfo": method}
    )


def _short(message: bytes) -> bytes:
    """A request for a health check, which a Watch keeps in memory as long as it is open."""
    if len(message) <= MAXIMUM_QUESTION_BYTES:
        message = unpacked(message, MAXIMUM_QUESTION_BYTES)
    if len(message) > MAXIMUM_QUESTION_BYTES:
        raise invalid_argument(
            f"A health check should have at most {MAXIMUM_QUESTION_BYTES} bytes. "
            f"Received: {len(message)}"
        )
    return message


def _read_question(message: bytes) -> reflection_pb2.ServerReflectionRequest:
    return reflection_pb2.ServerReflectionRequest.FromString(
        unpacked(message, MAXIMUM_QUESTION_BYTES)
    )
