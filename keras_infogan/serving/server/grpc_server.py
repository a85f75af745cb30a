"""The gRPC side: TensorFlow Serving's two services, health checking and reflection."""

import asyncio
import sys
import threading
from concurrent import futures

import grpc
from grpc_health.v1 import health, health_pb2
from grpc_reflection.v1alpha import reflection

from keras_infogan.runtime.files import user_path
from keras_infogan.serving.protocol.channel_options import MAXIMUM_MESSAGE_BYTES
from keras_infogan.serving.server import sockets
from keras_infogan.serving.server.grpc_admission import RefusalPace, TokenInterceptor
from keras_infogan.serving.server.grpc_calls import (
    MODEL_SERVICE,
    PREDICTION_SERVICE,
    GrpcCalls,
)
from keras_infogan.serving.server.grpc_streams import HealthCalls, reflection_handler
from keras_infogan.serving.server.options import ServerOptions
from keras_infogan.serving.server.request_metrics import RequestMetrics
from keras_infogan.serving.server.service import ModelService

if sys.platform == "win32":
    from asyncio import new_event_loop
else:
    # A tenth less of a core for a request than asyncio's own.
    from uvloop import new_event_loop

_HANDSHAKE_MILLISECONDS = 10_000
_KEEPALIVE_MILLISECONDS = 60_000
_KEEPALIVE_TIMEOUT_MILLISECONDS = 20_000
_IDLE_MILLISECONDS = 120_000
# The calls of a connection; its other calls wait in the client.
_CONCURRENT_STREAMS = 100

_SERVICE_NAMES = (PREDICTION_SERVICE, MODEL_SERVICE)


class GrpcServer:
    """Listens for gRPC on one address, and perhaps on a UNIX socket.

    An event loop in a thread of its own takes all calls: a thread for each, woken for its answer,
    costs more than a small image does.

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
        self._service = service
        self._metrics = metrics
        self._options = options
        # Requests wait here, and not in TensorFlow, where nothing stops them any more.
        self._executor = futures.ThreadPoolExecutor(
            max_workers=options.grpc_max_threads, thread_name_prefix="grpc"
        )
        self._calls: GrpcCalls | None = None
        self._started: futures.Future[None] = futures.Future()
        self._grace: futures.Future[float] = futures.Future()  # known once it shall stop
        self._thread = threading.Thread(target=self._run, name="grpc", daemon=True)
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
        with sockets.bind(self._options.host, self.port):
            pass  # a port in use is named here; an error after this has another cause
        self._thread.start()
        self._started.result()

    def begin_stop(self, grace: float) -> None:
        """Reports itself unhealthy and takes no more requests; see `stop`."""
        if not self._grace.done():
            self._grace.set_result(grace)

    def stop(self, grace: float) -> None:
        """Takes no more requests and finishes those in flight.

        Args:
            grace: how long requests in flight may take, in seconds.
        """
        self.begin_stop(grace)
        if self._thread.is_alive():
            self._thread.join()
        # A request that outlived its grace has had its answer; its thread is not waited for.
        self._executor.shutdown(wait=False, cancel_futures=True)
        if self._calls is not None:
            self._calls.close()

    def _run(self) -> None:
        with asyncio.Runner(loop_factory=new_event_loop) as runner:
            runner.run(self._serve())

    async def _serve(self) -> None:
        """Listens until the server shall stop."""
        servicer = health.aio.HealthServicer()
        try:
            server = self._make_server(servicer)
            self._take_ports(server)
            await server.start()
            for name in ("", *_SERVICE_NAMES):
                await servicer.set(name, health_pb2.HealthCheckResponse.SERVING)
        except BaseException as error:
            self._started.set_exception(error)
            return
        self._started.set_result(None)
        grace = await asyncio.wrap_future(self._grace)
        await servicer.enter_graceful_shutdown()
        await server.stop(grace)

    def _make_server(self, servicer: health.aio.HealthServicer) -> grpc.aio.Server:
        options = self._options
        names = [*_SERVICE_NAMES, reflection.SERVICE_NAME]
        self._calls = GrpcCalls(self._service, self._metrics, self._executor, options)
        handlers = list(self._calls.handlers())
        pace = RefusalPace()
        if options.enable_grpc_healthcheck_service:
            names.append(health.SERVICE_NAME)
            handlers.append(HealthCalls(servicer, options, pace).handler())
        handlers.append(reflection_handler(names, options.max_open_streams))
        arguments = _channel_options(options) | dict(options.grpc_channel_arguments)
        # No `maximum_concurrent_rpcs`: it counts calls that need no token too, so that strangers
        # could take all places. `CallLimit` counts each kind for itself.
        return grpc.aio.server(
            handlers=handlers,
            interceptors=[TokenInterceptor(options, pace)] if options.auth_token else [],
            options=list(arguments.items()),
        )

    def _take_ports(self, server: grpc.aio.Server) -> None:
        address = sockets.join(self._options.host, self.port)
        try:
            self.port = self._add_port(server, address)
        except RuntimeError as error:
            raise OSError(f"gRPC cannot listen on {address}: {error}") from error
        if socket_path := self._options.grpc_socket_path:
            path = user_path(socket_path)
            try:
                self._add_port(server, f"unix:{path}")
            except RuntimeError as error:
                raise OSError(f"Cannot listen on the UNIX socket {path}: {error}") from error

    def _add_port(self, server: grpc.aio.Server, address: str) -> int:
        credentials = self._options.server_credentials()
        if credentials is None:
            return server.add_insecure_port(address)
        return server.add_secure_port(address, credentials)


def _channel_options(options: ServerOptions) -> dict[str, str | int]:
    """Limits that gRPC keeps itself; `--grpc_channel_arguments` may set others."""
    return {
        "grpc.max_send_message_length": MAXIMUM_MESSAGE_BYTES,
        "grpc.max_receive_message_length": options.max_request_bytes,
        # `grpc_messages` unpacks them with limits, which gRPC does not have.
        "grpc.per_message_decompression": 0,
        # Otherwise a second server would share the port, and each answer half.
        "grpc.so_reuseport": 0,
        "grpc.max_allowed_incoming_connections": sockets.affordable_connections(
            options.grpc_max_connections
        ),
        # Connections that never become HTTP/2, whose peer is gone, or without any call.
        "grpc.server_handshake_timeout_ms": _HANDSHAKE_MILLISECONDS,
        "grpc.keepalive_time_ms": _KEEPALIVE_MILLISECONDS,
        "grpc.keepalive_timeout_ms": _KEEPALIVE_TIMEOUT_MILLISECONDS,
        "grpc.max_connection_idle_ms": _IDLE_MILLISECONDS,
        "grpc.max_concurrent_streams": _CONCURRENT_STREAMS,
        # It refuses calls below that number too: a fast client with 64 calls got UNAVAILABLE.
        "grpc.http.overload_protection": 0,
    }
