"""The REST port: HTTP connections on one address, answered from a thread of its own."""

import threading
import time

import uvicorn

from keras_infogan.serving.server import sockets
from keras_infogan.serving.server.http_connections import OpenConnections, connection_type
from keras_infogan.serving.server.options import ServerOptions
from keras_infogan.serving.server.request_metrics import RequestMetrics
from keras_infogan.serving.server.rest_application import make_application
from keras_infogan.serving.server.service import ModelService

_START_TIMEOUT_SECONDS = 30.0


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
        connections = OpenConnections(options)
        config = uvicorn.Config(
            make_application(service, metrics, options),
            http=connection_type(connections),
            ws="none",
            callback_notify=connections.end_silent,
            timeout_notify=0,  # once per second
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
