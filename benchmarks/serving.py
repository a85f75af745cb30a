"""Speed of the embedded server beside the SavedModel called directly, all in one run.

python benchmarks/serving.py [--json=FILE] [--architecture=mnist] [--seconds=5] [--clients=1,8,64]

An untrained model of the architecture is exported and served by `infogan-serve` in processes of
their own, once with batching and once without. Each client asks for one image at a time, and asks
again when it has it; all clients live in one process, which shares the machine with the server, as
the direct calls do not. A request is answered by `generate` under a seed and every code.
"""

import asyncio
import contextlib
import http.client
import json
import os
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
from absl import app, flags

JSON = flags.DEFINE_string("json", None, "file for the numbers, flat")
ARCHITECTURE = flags.DEFINE_string("architecture", "mnist", "of the model that is served")
SECONDS = flags.DEFINE_float("seconds", 5.0, "each measurement takes this long", lower_bound=0.1)
CLIENTS = flags.DEFINE_list("clients", ["1", "8", "64"], "numbers of concurrent clients")
BATCHING = flags.DEFINE_string(
    "batching_parameters_file",
    str(Path(__file__).parents[1] / "serving" / "batching.config"),
    "how requests are joined",
)

MODEL = "model"
PREDICT = "/tensorflow.serving.PredictionService/Predict"


def main(argv: list[str]) -> None:
    """Measures everything and prints it."""
    del argv
    with tempfile.TemporaryDirectory() as folder:
        path = _export(Path(folder) / MODEL)
        counts = [int(count) for count in CLIENTS.value]
        numbers = _measure_direct(path, counts)
        for name, flag in (("alone", []), ("batched", _batching_flags())):
            with _server(path.parent, flag) as (port, rest_api_port):
                for count in counts:
                    grpc_times = _ask_by_grpc(port, count)
                    rest_times = _ask_by_rest(rest_api_port, count)
                    numbers |= _summary(f"grpc_{name}_{count}", grpc_times)
                    numbers |= _summary(f"rest_{name}_{count}", rest_times)
    _report(numbers, counts)


def _export(base_path: Path) -> Path:
    """Exports an untrained model; its numbers are as hard to compute as trained ones."""
    import keras_infogan as infogan

    codes = {"digit": infogan.Categorical(10), "style": infogan.Uniform(2)}
    latents = infogan.LatentSpec(noise=62, codes=codes)
    model = infogan.InfoGAN.from_architecture(ARCHITECTURE.value, latents)
    return Path(infogan.export_savedmodel(model, base_path))


def _requests(rows: int) -> dict[str, np.ndarray]:
    return {
        "seed": np.arange(rows, dtype=np.int64),
        "digit": np.arange(rows, dtype=np.int64) % 10,
        "style": np.zeros([rows, 2], np.float32),
    }


def _measure_direct(path: Path, counts: list[int]) -> dict[str, float]:
    """Calls the signature in this process, a batch at a time."""
    from keras_infogan.serving.servable import Servable

    numbers: dict[str, float] = {}
    with contextlib.closing(Servable(path)) as servable:
        signature = servable.signatures["generate"]
        for count in counts:
            inputs = _requests(count)
            for _ in range(3):
                servable.run(signature, inputs, ["image"])
            times = []
            end = time.perf_counter() + SECONDS.value
            while time.perf_counter() < end:
                started = time.perf_counter()
                servable.run(signature, inputs, ["image"])
                times.append(time.perf_counter() - started)
            numbers[f"direct_{count}_images_per_second"] = count * len(times) / sum(times)
            numbers[f"direct_{count}_p50_ms"] = 1e3 * float(np.median(times))
    return numbers


def _batching_flags() -> list[str]:
    return ["--enable_batching", f"--batching_parameters_file={BATCHING.value}"]


@contextlib.contextmanager
def _server(base_path: Path, arguments: list[str]) -> Iterator[tuple[int, int]]:
    ports = _free_ports()
    command = [sys.executable, "-m", "keras_infogan.cli.serve", f"--model_name={MODEL}"]
    command += [f"--model_base_path={base_path}", *arguments]
    command += [f"--port={ports[0]}", f"--rest_api_port={ports[1]}"]
    environment = {**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3"}
    process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)
    try:
        for line in iter(process.stdout.readline, ""):  # type: ignore[union-attr]
            if line.startswith("REST at"):
                break
        yield ports
    finally:
        process.terminate()
        process.communicate()


def _free_ports() -> tuple[int, int]:
    with socket.create_server(("127.0.0.1", 0)) as one:
        with socket.create_server(("127.0.0.1", 0)) as other:
            return one.getsockname()[1], other.getsockname()[1]


def _ask_by_grpc(port: int, count: int) -> list[float]:
    """Seconds of each request of `count` clients, in an event loop."""
    import grpc
    import tensorflow as tf
    from tensorflow_serving.apis import predict_pb2

    request = predict_pb2.PredictRequest()
    request.model_spec.name = MODEL
    request.model_spec.signature_name = "generate"
    for name, array in _requests(1).items():
        request.inputs[name].CopyFrom(tf.make_tensor_proto(array))
    times: list[float] = []

    async def client(call: Callable[..., Any], begin: float, end: float) -> None:
        while (started := time.perf_counter()) < end:
            await call(request)
            if started >= begin:
                times.append(time.perf_counter() - started)

    async def run() -> None:
        options = [("grpc.enable_http_proxy", 0)]
        async with grpc.aio.insecure_channel(f"127.0.0.1:{port}", options) as channel:
            call = channel.unary_unary(
                PREDICT,
                request_serializer=predict_pb2.PredictRequest.SerializeToString,
                response_deserializer=predict_pb2.PredictResponse.FromString,
            )
            begin = time.perf_counter() + min(1.0, SECONDS.value)  # warm before it counts
            end = begin + SECONDS.value
            await asyncio.gather(*(client(call, begin, end) for _ in range(count)))

    asyncio.run(run())
    return times


def _ask_by_rest(port: int, count: int) -> list[float]:
    """Seconds of each request of `count` clients, a thread and a connection each."""
    rows = {name: array.tolist() for name, array in _requests(1).items()}
    body = json.dumps({"signature_name": "generate", "inputs": rows}).encode()
    begin = time.perf_counter() + min(1.0, SECONDS.value)
    end = begin + SECONDS.value
    times: list[float] = []

    def client() -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        while (started := time.perf_counter()) < end:
            connection.request("POST", f"/v1/models/{MODEL}:predict", body)
            json.loads(connection.getresponse().read())["outputs"]
            if started >= begin:
                times.append(time.perf_counter() - started)
        connection.close()

    threads = [threading.Thread(target=client) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return times


def _summary(name: str, times: list[float]) -> dict[str, float]:
    """A request is for one image, so requests a second are images a second."""
    p50, p95, p99 = 1e3 * np.percentile(times, [50, 95, 99])
    return {
        f"{name}_images_per_second": len(times) / SECONDS.value,
        f"{name}_p50_ms": p50,
        f"{name}_p95_ms": p95,
        f"{name}_p99_ms": p99,
    }


def _report(numbers: dict[str, float], counts: list[int]) -> None:
    most = max(counts)
    direct = numbers[f"direct_{most}_images_per_second"]
    numbers["batched_share_of_direct"] = numbers[f"grpc_batched_{most}_images_per_second"] / direct
    alone = min(counts)
    overhead = numbers[f"grpc_alone_{alone}_p50_ms"] - numbers[f"direct_{alone}_p50_ms"]
    numbers["grpc_p50_overhead_ms"] = overhead
    print(f"{'':28}{'images/s':>10}{'p50 ms':>9}{'p95 ms':>9}{'p99 ms':>9}")
    for count in counts:
        speed, p50 = (numbers[f"direct_{count}_{cell}"] for cell in ("images_per_second", "p50_ms"))
        print(f"{f'direct, batches of {count}':28}{speed:10.0f}{p50:9.2f}")
    for api in ("grpc", "rest"):
        for mode in ("alone", "batched"):
            for count in counts:
                cells = [
                    numbers[f"{api}_{mode}_{count}_{cell}"]
                    for cell in ("images_per_second", "p50_ms", "p95_ms", "p99_ms")
                ]
                label = f"{api} {mode}, {count} clients"
                print(f"{label:28}{cells[0]:10.0f}{cells[1]:9.2f}{cells[2]:9.2f}{cells[3]:9.2f}")
    print(f"gRPC, batched, {most} clients: {numbers['batched_share_of_direct']:.0%} of direct")
    print(f"gRPC, one client: {overhead:.2f} ms over direct at the median")
    if JSON.value:
        Path(JSON.value).write_text(json.dumps(numbers, indent=2) + "\n")


if __name__ == "__main__":
    app.run(main)
