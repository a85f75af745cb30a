"""The ASGI application of the REST port: who is answered, how many at a time, and for how long."""

import asyncio
import json
from collections.abc import Callable
from typing import TypeVar

import anyio
import grpc
from starlette.applications import Starlette
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from keras_infogan.serving.protocol.errors import WITHOUT_TOKEN, StatusError, shortened
from keras_infogan.serving.server import disconnects, rest_bodies
from keras_infogan.serving.server.options import MAXIMUM_THREADS, ServerOptions
from keras_infogan.serving.server.request_metrics import RequestMetrics
from keras_infogan.serving.server.rest_calls import JSON_TYPE, Content, RestCalls
from keras_infogan.serving.server.rest_permits import Permit, RequestPermits
from keras_infogan.serving.server.service import ModelService
from keras_infogan.serving.server.web_pages import WebPageGuard

DESCRIPTION_THREADS = 8

Result = TypeVar("Result")


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
    endpoint = _Endpoint(RestCalls(service, metrics, options), options)
    application: ASGIApp = Starlette(routes=[Route("/{path:path}", endpoint)])
    if options.rest_api_enable_cors_support:
        application = CORSMiddleware(
            application, allow_origins=["*"], allow_methods=["GET", "POST"], allow_headers=["*"]
        )
    return application


class _Endpoint:
    """Runs each call in a worker thread, and turns its errors into responses."""

    def __init__(self, calls: RestCalls, options: ServerOptions) -> None:
        self._calls = calls
        self._options = options
        self._guard = WebPageGuard(options)
        self._permits = RequestPermits(
            options.max_concurrent_requests, options.rest_api_max_bytes_in_progress
        )
        self._body_bytes = min(options.max_request_bytes, options.rest_api_max_body_bytes)
        self._unpacked_bytes = min(self._body_bytes, options.max_unpacked_bytes)
        # What tells of the server's health has threads of its own, so that it answers while every
        # model is busy.
        self._threads = anyio.CapacityLimiter(MAXIMUM_THREADS)
        self._description_threads = anyio.CapacityLimiter(DESCRIPTION_THREADS)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        media_type = JSON_TYPE
        try:
            with anyio.fail_after(self._options.rest_api_timeout_in_ms / 1000):
                content, media_type = await self._content(request)
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

    async def _content(self, request: Request) -> Content:
        if not self._options.admits(request.headers.get("authorization", "")):
            raise StatusError(grpc.StatusCode.UNAUTHENTICATED, WITHOUT_TOKEN)
        self._guard.check(request.method, request.headers)
        # The raw path: a model's name may hold an escaped slash.
        raw_path = request.scope.get("raw_path", request.scope["path"].encode())
        path = raw_path.partition(b"?")[0].decode("latin-1")
        if request.method == "GET":  # has no body that is read
            return await _run_in_thread(
                lambda: self._calls("GET", path, b""), self._description_threads
            )
        permit = self._permits.take()
        try:
            return await self._run(request, path, permit)
        finally:
            permit.leave()

    async def _run(self, request: Request, path: str, permit: Permit) -> Content:
        body = await rest_bodies.read(request, self._body_bytes, permit.add_bytes)
        encoding = request.headers.get("content-encoding", "")

        def work() -> Content:
            plain: bytes | bytearray = body
            if rest_bodies.is_packed(encoding):
                plain = rest_bodies.unpack(body, encoding, self._unpacked_bytes, permit.add_bytes)
            return self._calls(request.method, path, plain)

        return await disconnects.run_while_connected(
            request, lambda: _run_in_thread(lambda: permit.run(work), self._threads)
        )


async def _run_in_thread(work: Callable[[], Result], threads: anyio.CapacityLimiter) -> Result:
    def run() -> Result | StatusError:
        try:
            return work()
        except StatusError as error:
            # The traceback would keep the request, with what was unpacked and parsed of it, until
            # garbage is collected.
            return _without_frames(error)

    result = await anyio.to_thread.run_sync(run, abandon_on_cancel=True, limiter=threads)
    if not isinstance(result, StatusError):
        return result
    try:
        raise result
    finally:
        del result  # or this frame and the error would keep each other


def _without_frames(error: StatusError) -> StatusError:
    error.__cause__ = error.__context__ = None
    return error.with_traceback(None)


def _error_body(message: str) -> bytes:
    return json.dumps({"error": shortened(message)}).encode()
