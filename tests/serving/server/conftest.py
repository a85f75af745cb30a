import contextlib
import socket
import threading
import time

import grpc
import numpy as np
import pytest
import tensorflow as tf
from tensorflow_serving.apis import predict_pb2, prediction_service_pb2_grpc

from keras_infogan.serving import EmbeddedServer
from keras_infogan.serving.repository.servable import Servable

TOKEN = [("authorization", "Bearer secret")]


@pytest.fixture
def start(base_path):
    """Starts a server of the tiny model under given options."""
    with contextlib.ExitStack() as stack:

        def started(**options):
            server = EmbeddedServer({"digits": base_path}, **options)
            stack.callback(server.stop, 0.0)
            server.start()
            return server

        yield started


class Asking:
    """Asks a server for the digits of seeds over gRPC."""

    def __init__(self, server, metadata=()):
        self.channel = grpc.insecure_channel(
            f"127.0.0.1:{server.port}",
            [("grpc.enable_http_proxy", 0), ("grpc.use_local_subchannel_pool", 1)],
        )
        self._predict = prediction_service_pb2_grpc.PredictionServiceStub(self.channel).Predict
        self._metadata = metadata

    @staticmethod
    def request(seed):
        request = predict_pb2.PredictRequest()
        request.model_spec.name = "digits"
        request.model_spec.signature_name = "sample"
        request.inputs["seed"].CopyFrom(tf.make_tensor_proto([seed], tf.int64))
        request.output_filter.append("digit")
        return request

    def begin(self, seed=3, timeout=30):
        return self._predict.future(self.request(seed), timeout=timeout, metadata=self._metadata)

    def digit(self, seed=3, timeout=30):
        return self.begin(seed, timeout).result().outputs["digit"].int64_val[0]


@pytest.fixture
def asking():
    """Makes clients, whose channels close with the test."""
    with contextlib.ExitStack() as stack:

        def make(server, metadata=()):
            made = Asking(server, metadata)
            stack.enter_context(made.channel)
            return made

        yield make


class SlowRuns:
    """Holds every run of a model until it is told to let them pass; knows the seeds that ran."""

    def __init__(self, monkeypatch):
        self.free = threading.Event()
        self.seeds = []
        run_now = Servable.run

        def run(servable, signature, inputs, output_names, timeout=None):
            self.seeds += np.ravel(inputs["seed"]).tolist()
            assert self.free.wait(30)
            return run_now(servable, signature, inputs, output_names)

        monkeypatch.setattr(Servable, "run", run)

    def wait_for(self, count):
        deadline = time.monotonic() + 10
        while len(self.seeds) < count:
            assert time.monotonic() < deadline
            time.sleep(0.01)


@pytest.fixture
def slow_runs(monkeypatch):
    made = SlowRuns(monkeypatch)
    yield made
    made.free.set()


class Connection:
    """A raw connection to the REST port of a server."""

    def __init__(self, server):
        self.socket = socket.create_connection(("127.0.0.1", server.rest_api_port), timeout=20)

    def send(self, *parts):
        """Sends bytes; a server that has ended the connection is no error here."""
        with contextlib.suppress(ConnectionError):
            for part in parts:
                self.socket.sendall(part)

    def status(self):
        """Returns the status of the next response, or "" where the connection has ended."""
        try:
            line = self.socket.recv(65536).partition(b"\r\n")[0]
        except ConnectionError:
            return ""
        return line.decode().partition(" ")[2]

    def everything(self):
        """Returns all bytes of the server until it ends the connection."""
        received = b""
        with contextlib.suppress(ConnectionError):
            while part := self.socket.recv(65536):
                received += part
        return received

    def seconds_open(self):
        """Returns how long the connection stays open without a byte from the server."""
        started = time.monotonic()
        with contextlib.suppress(ConnectionError):
            assert self.socket.recv(1) == b""
        return time.monotonic() - started


@pytest.fixture
def connect():
    """Opens raw connections, which close with the test."""
    with contextlib.ExitStack() as stack:

        def opened(server):
            connection = Connection(server)
            stack.enter_context(connection.socket)
            return connection

        yield opened
