"""What a client with a token notices while strangers attack the server in eight ways at once.

python benchmarks/attacks.py [--minutes=5] [--json=FILE] [--with_token] [--only=1,8]

`infogan-serve` runs with a token file and its default limits. A client with the token asks for one
image at a time, over gRPC and REST in turn, and checks every answer against the SavedModel called
directly. It does so for a while in quiet, then while each attack runs in a process of its own, at
the lowest priority of the processor. The report has the client's latency in both times, and the
server's memory (without what files back; Linux only).

The attackers have no token. With --with_token they have it, and are clients that misbehave: then
their work is computed, and the client shares the machine with them.
"""

import contextlib
import http.client
import json
import multiprocessing
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import attack_kinds
import numpy as np
from absl import app, flags

JSON = flags.DEFINE_string("json", None, "file for the numbers, flat")
MINUTES = flags.DEFINE_float("minutes", 5.0, "the attacks take this long", lower_bound=0.01)
QUIET_SECONDS = flags.DEFINE_float("quiet_seconds", 30.0, "before the attacks", lower_bound=1.0)
WITH_TOKEN = flags.DEFINE_boolean("with_token", False, "attackers have the token too")
ONLY = flags.DEFINE_list("only", [], "numbers of attacks; all of them by default")

MODEL = "model"
TOKEN = "a-token-of-the-benchmark"
SEEDS = 64  # different answers
PAUSE_SECONDS = 0.02  # between two requests of the client
TIMEOUT_SECONDS = 60.0


@dataclass
class Server:
    """A running `infogan-serve`."""

    pid: int
    port: int
    rest_api_port: int

    def megabytes(self) -> float:
        """Resident memory, without what files back."""
        lines = Path(f"/proc/{self.pid}/status").read_text().splitlines()
        return int(next(line for line in lines if line.startswith("RssAnon")).split()[1]) / 1024


@dataclass
class Observation:
    """What the client and the memory did in some time."""

    milliseconds: list[float] = field(default_factory=list)
    megabytes: list[float] = field(default_factory=list)
    wrong: int = 0
    failures: Counter[str] = field(default_factory=Counter)

    def numbers(self, name: str) -> dict[str, float]:
        """The figures, under names that begin with `name`."""
        p50, p99 = np.percentile(self.milliseconds or [float("nan")], [50, 99])
        return {
            f"{name}_answers": len(self.milliseconds),
            f"{name}_wrong": self.wrong,
            f"{name}_failed": self.failures.total(),
            f"{name}_p50_ms": float(p50),
            f"{name}_p99_ms": float(p99),
            f"{name}_memory_begin_mb": self.megabytes[0],
            f"{name}_memory_most_mb": max(self.megabytes),
            f"{name}_memory_end_mb": self.megabytes[-1],
        }


def main(argv: list[str]) -> None:
    """Observes a client in quiet and under attack, and prints the figures."""
    del argv
    with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as stack:
        path = _export(Path(folder) / MODEL)
        expected = _answers(path)
        server = stack.enter_context(_server(path.parent, Path(folder) / "token"))
        ask = stack.enter_context(_client(server))
        begin, counts = stack.enter_context(_attackers(server))
        _observe(ask, expected, server, 3.0)  # the first requests warm up both sides
        quiet = _observe(ask, expected, server, QUIET_SECONDS.value)
        begin()
        attacked = _observe(ask, expected, server, 60 * MINUTES.value)
        _report(quiet, attacked, counts)


def _export(base_path: Path) -> Path:
    """Exports an untrained model; its numbers are as hard to compute as trained ones."""
    import keras_infogan as infogan

    codes = {"digit": infogan.Categorical(10), "style": infogan.Uniform(2)}
    model = infogan.InfoGAN.from_architecture("mnist", infogan.LatentSpec(noise=62, codes=codes))
    return Path(infogan.export_savedmodel(model, base_path))


def _answers(path: Path) -> np.ndarray:
    """The image of each seed, [SEEDS, H, W, C], from the SavedModel itself."""
    from keras_infogan.serving.repository.servable import Servable

    with contextlib.closing(Servable(path)) as servable:
        inputs = {"seed": np.arange(SEEDS, dtype=np.int64)}
        return servable.run(servable.signatures["sample"], inputs, ["image"])["image"]


@contextlib.contextmanager
def _server(base_path: Path, token_file: Path) -> Iterator[Server]:
    token_file.write_text(TOKEN)
    with socket.create_server(("127.0.0.1", 0)) as one, socket.create_server(("", 0)) as other:
        port, rest_api_port = one.getsockname()[1], other.getsockname()[1]
    command = [sys.executable, "-m", "keras_infogan.cli.serve", f"--model_name={MODEL}"]
    command += [f"--model_base_path={base_path}", f"--auth_token_file={token_file}"]
    command += [f"--port={port}", f"--rest_api_port={rest_api_port}"]
    environment = {**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3"}
    process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        for line in iter(process.stdout.readline, ""):
            if line.startswith("REST at"):
                break
        yield Server(process.pid, port, rest_api_port)
    finally:
        process.terminate()
        try:
            process.communicate(timeout=60)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()


@contextlib.contextmanager
def _client(server: Server) -> Iterator[Callable[[int, int], np.ndarray]]:
    """A function of a number and a seed that asks over gRPC for even numbers, else over REST."""
    import grpc
    import tensorflow as tf
    from tensorflow_serving.apis import predict_pb2, prediction_service_pb2_grpc

    options = [("grpc.enable_http_proxy", 0)]
    authorization = f"Bearer {TOKEN}"
    with grpc.insecure_channel(f"127.0.0.1:{server.port}", options) as channel:
        stub = prediction_service_pb2_grpc.PredictionServiceStub(channel)

        def ask_grpc(seed: int) -> np.ndarray:
            request = predict_pb2.PredictRequest(output_filter=["image"])
            request.model_spec.name = MODEL
            request.model_spec.signature_name = "sample"
            request.inputs["seed"].CopyFrom(tf.make_tensor_proto([seed], tf.int64))
            metadata = [("authorization", authorization)]
            response = stub.Predict(request, timeout=TIMEOUT_SECONDS, metadata=metadata)
            return tf.make_ndarray(response.outputs["image"])[0]

        def ask_rest(seed: int) -> np.ndarray:
            connection = http.client.HTTPConnection(
                "127.0.0.1", server.rest_api_port, timeout=TIMEOUT_SECONDS
            )
            body = json.dumps({"signature_name": "sample", "inputs": {"seed": [seed]}})
            with contextlib.closing(connection):
                headers = {"Authorization": authorization}
                connection.request("POST", f"/v1/models/{MODEL}:predict", body, headers)
                response = connection.getresponse()
                content = response.read()
            if response.status != 200:
                raise OSError(f"{response.status} {content[:100]!r}")
            return np.float32(json.loads(content)["outputs"]["image"][0])

        yield lambda number, seed: (ask_rest if number % 2 else ask_grpc)(seed)


def _observe(
    ask: Callable[[int, int], np.ndarray], expected: np.ndarray, server: Server, seconds: float
) -> Observation:
    import grpc

    found = Observation(megabytes=[server.megabytes()])
    end = time.monotonic() + seconds
    number = 0
    while (started := time.monotonic()) < end:
        seed = number % SEEDS
        try:
            image = ask(number, seed)
            found.milliseconds.append(1e3 * (time.monotonic() - started))
            found.wrong += not np.allclose(image, expected[seed], atol=1e-5)
        except (OSError, grpc.RpcError, http.client.HTTPException) as error:
            protocol = "REST" if number % 2 else "gRPC"
            code = error.code() if isinstance(error, grpc.Call) else repr(error)
            found.failures[f"{protocol}: {code}"] += 1
        found.megabytes.append(server.megabytes())
        number += 1
        time.sleep(PAUSE_SECONDS)
    return found


@contextlib.contextmanager
def _attackers(server: Server) -> Iterator[tuple[Callable[[], None], dict[str, Any]]]:
    """Starts a process per attack; yields what lets them begin, and how often each attacked."""
    context = multiprocessing.get_context("spawn")
    token = TOKEN if WITH_TOKEN.value else ""
    target = attack_kinds.Target(server.port, server.rest_api_port, MODEL, token, context.Event())
    names = [name for name in attack_kinds.ATTACKS if not ONLY.value or name[0] in ONLY.value]
    counts = {name: context.Value("q", 0) for name in names}
    ready, beginning = context.Barrier(len(names) + 1), context.Event()
    processes = [
        context.Process(
            target=attack_kinds.repeat,
            args=(name, target, ready, beginning, counts[name]),
            daemon=True,
        )
        for name in names
    ]
    for process in processes:
        process.start()
    try:
        ready.wait(300.0)
        yield beginning.set, counts
    finally:
        target.stopping.set()
        for process in processes:
            process.join(10.0)
            process.kill()


def _report(quiet: Observation, attacked: Observation, counts: dict[str, Any]) -> None:
    numbers = quiet.numbers("quiet") | attacked.numbers("attacked")
    numbers["p99_ratio"] = numbers["attacked_p99_ms"] / numbers["quiet_p99_ms"]
    numbers |= {f"attacks_{name[0]}": count.value for name, count in counts.items()}
    for name, number in numbers.items():
        print(f"{name:30}{number:12.2f}")
    for failure, count in attacked.failures.most_common():
        print(f"{count} times {failure}")
    if JSON.value:
        Path(JSON.value).write_text(json.dumps(numbers, indent=1) + "\n")


if __name__ == "__main__":
    app.run(main)
