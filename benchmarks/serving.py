"""Speed of the embedded server, compared with direct calls of the SavedModel in the same run.

python benchmarks/serving.py [--json=FILE] [--architecture=mnist] [--image_size=0] [--seconds=2]
    [--clients=1,8,64]

An untrained model of the architecture is exported and served by `infogan-serve` in processes of
their own, once with batching and once without. Each client requests one image, and
requests the next when it has it. All clients are in one process, which shares the machine with the
server; the direct calls have the machine alone. A request calls `generate` with a seed and every
code.

All measurements take turns, `--rounds` times, so that other work of the machine affects direct and
served calls equally. Next to the time is the CPU time per image (Linux only), which other programs
change less: that of the server with its model, and that of the clients.

The gRPC clients are coroutines of one asyncio channel. They send the same serialized request each
time, and read only the length of a response. If `h2load` (of nghttp2) is installed, it sends the
same request with as many streams of one connection: a client that costs almost nothing.

The metrics of the server say how many rows its batches had: about half of the clients, because the
other half is being answered. Its share of the direct calls is taken at as many rows as there are
clients, and again at the batches' own size.
"""

import asyncio
import contextlib
import http.client
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from absl import app, flags

SERVING_FILES = Path(__file__).parents[1] / "serving"

JSON = flags.DEFINE_string("json", None, "file for the numbers, flat")
ARCHITECTURE = flags.DEFINE_string("architecture", "mnist", "of the model that is served")
IMAGE_SIZE = flags.DEFINE_integer(
    "image_size", 0, "height and width of three-channel images; 0: the architecture's own"
)
SECONDS = flags.DEFINE_float("seconds", 2.0, "each measurement takes this long", lower_bound=0.1)
ROUNDS = flags.DEFINE_integer("rounds", 3, "times that each is taken, in turn", lower_bound=1)
CLIENTS = flags.DEFINE_list("clients", ["1", "8", "64"], "numbers of concurrent clients")
BATCHING = flags.DEFINE_string(
    "batching_parameters_file",
    str(SERVING_FILES / "batching.config"),
    "how requests are joined",
)

MODEL = "model"
PREDICT = "/tensorflow.serving.PredictionService/Predict"
WARMING_SECONDS = 0.5

Ask = Callable[["Server", int], list[float]]


@dataclass
class Server:
    """A running `infogan-serve`."""

    pid: int
    port: int
    rest_api_port: int

    def batches(self) -> np.ndarray:
        """The rows that ran in batches so far, and the batches."""
        from keras_infogan.serving.server.request_metrics import BATCH_SIZE, PROMETHEUS_PATH

        connection = http.client.HTTPConnection("127.0.0.1", self.rest_api_port, timeout=60)
        with contextlib.closing(connection):
            connection.request("GET", PROMETHEUS_PATH)
            page = connection.getresponse().read().decode()
        cells = [rf"^{BATCH_SIZE}_{cell} (\S+)" for cell in ("sum", "count")]
        return np.array([re.findall(cell, page, re.MULTILINE)[0] for cell in cells], float)


@dataclass
class Measurement:
    """What was seen of one way to ask, over all rounds."""

    times: list[float] = field(default_factory=list)  # of each call, in seconds
    speeds: list[float] = field(default_factory=list)  # images/s of each round
    server_micros: list[float] = field(default_factory=list)  # processor time an image
    client_micros: list[float] = field(default_factory=list)
    rows: int = 0  # of a batch, on average, in the first round; 0 where nothing was batched

    def numbers(self, name: str) -> dict[str, float]:
        """Medians over the rounds; percentiles over all calls."""
        p50, p95, p99 = 1e3 * np.percentile(self.times, [50, 95, 99])
        return {
            f"{name}_images_per_second": float(np.median(self.speeds)),
            f"{name}_p50_ms": p50,
            f"{name}_p95_ms": p95,
            f"{name}_p99_ms": p99,
            f"{name}_server_us": float(np.median(self.server_micros)),
            f"{name}_client_us": float(np.median(self.client_micros)),
        }


def main(argv: list[str]) -> None:
    """Measures everything and prints it."""
    del argv
    from keras_infogan.serving.repository.servable import Servable

    counts = [int(count) for count in CLIENTS.value]
    with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as stack:
        path = _export(Path(folder) / MODEL)
        servable = stack.enter_context(contextlib.closing(Servable(path)))
        servers = {
            "alone": stack.enter_context(_server(path.parent, [])),
            "batched": stack.enter_context(_server(path.parent, _batching_flags())),
        }
        found: defaultdict[str, Measurement] = defaultdict(Measurement)
        for _ in range(ROUNDS.value):
            for count in counts:
                _measure_direct(servable, count, found[f"direct_{count}"])
                for mode, server in servers.items():
                    for api, ask in _ways().items():
                        served = found[f"{api}_{mode}_{count}"]
                        _measure(server, count, ask, served)
                        if served.rows and count == max(counts):
                            _measure_direct(servable, served.rows, found[f"direct_as_{api}"])
    _report(found, counts)


def _export(base_path: Path) -> Path:
    """Exports an untrained model; its numbers are as hard to compute as trained ones."""
    import keras_infogan as infogan

    codes = {"digit": infogan.Categorical(10), "style": infogan.Uniform(2)}
    latents = infogan.LatentSpec(noise=62, codes=codes)
    size = IMAGE_SIZE.value
    shape = (size, size, 3) if size else None
    model = infogan.InfoGAN.from_architecture(ARCHITECTURE.value, latents, shape)
    return Path(infogan.export_savedmodel(model, base_path))


def _requests(rows: int) -> dict[str, np.ndarray]:
    return {
        "seed": np.arange(rows, dtype=np.int64),
        "digit": np.arange(rows, dtype=np.int64) % 10,
        "style": np.zeros([rows, 2], np.float32),
    }


def _measure_direct(servable: Any, count: int, found: Measurement) -> None:
    """Calls the signature in this process, a batch at a time."""
    signature = servable.signatures["generate"]
    inputs = _requests(count)
    for _ in range(3):
        servable.run(signature, inputs, ["image"])
    times = []
    processor = time.process_time()
    end = time.perf_counter() + SECONDS.value
    while (started := time.perf_counter()) < end:
        servable.run(signature, inputs, ["image"])
        times.append(time.perf_counter() - started)
    images = count * len(times)
    found.times += times
    found.speeds.append(images / sum(times))
    found.server_micros.append(1e6 * (time.process_time() - processor) / images)
    found.client_micros.append(0.0)


def _measure(server: Server, count: int, ask: Ask, found: Measurement) -> None:
    """Asks a server for single images; the processor's time is taken of the warming too."""
    before = server.batches()
    clients, started = _own_seconds(), _processor_seconds(server.pid)
    times = ask(server, count)
    images = len(times) * (SECONDS.value + WARMING_SECONDS) / SECONDS.value
    found.times += times
    found.speeds.append(len(times) / SECONDS.value)
    found.server_micros.append(1e6 * (_processor_seconds(server.pid) - started) / images)
    found.client_micros.append(1e6 * (_own_seconds() - clients) / images)
    rows, batches = server.batches() - before
    found.rows = found.rows or round(rows / max(batches, 1.0))


def _own_seconds() -> float:
    """The processor's time of this process and of those that it waited for."""
    return sum(os.times()[:4])


def _processor_seconds(pid: int) -> float:
    """The processor's time of another process; not a number where the system tells none."""
    try:
        cells = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return float("nan")
    return (int(cells[11]) + int(cells[12])) / os.sysconf("SC_CLK_TCK")


def _batching_flags() -> list[str]:
    return ["--enable_batching", f"--batching_parameters_file={BATCHING.value}"]


@contextlib.contextmanager
def _server(base_path: Path, arguments: list[str]) -> Iterator[Server]:
    ports = _free_ports()
    command = [sys.executable, "-m", "keras_infogan.cli.serve", f"--model_name={MODEL}"]
    command += [f"--model_base_path={base_path}", *arguments]
    command += [f"--monitoring_config_file={SERVING_FILES / 'monitoring.config'}"]
    command += [f"--port={ports[0]}", f"--rest_api_port={ports[1]}"]
    environment = {**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3"}
    process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)
    try:
        for line in iter(process.stdout.readline, ""):  # type: ignore[union-attr]
            if line.startswith("REST at"):
                break
        yield Server(process.pid, *ports)
    finally:
        process.terminate()
        process.communicate()


def _free_ports() -> tuple[int, int]:
    with socket.create_server(("127.0.0.1", 0)) as one:
        with socket.create_server(("127.0.0.1", 0)) as other:
            return one.getsockname()[1], other.getsockname()[1]


def _ways() -> dict[str, Ask]:
    ways: dict[str, Ask] = {"grpc": _ask_by_grpc, "rest": _ask_by_rest}
    return ways | ({"h2load": _ask_by_h2load} if shutil.which("h2load") else {})


def _serialized_request() -> bytes:
    import tensorflow as tf
    from tensorflow_serving.apis import predict_pb2

    request = predict_pb2.PredictRequest()
    request.model_spec.name = MODEL
    request.model_spec.signature_name = "generate"
    for name, array in _requests(1).items():
        request.inputs[name].CopyFrom(tf.make_tensor_proto(array))
    return request.SerializeToString()


def _ask_by_grpc(server: Server, count: int) -> list[float]:
    """Seconds of each request of `count` clients, in an event loop."""
    import grpc

    request = _serialized_request()
    begin = time.perf_counter() + WARMING_SECONDS
    end = begin + SECONDS.value
    times: list[float] = []
    lengths: set[int] = set()

    async def client(call: Callable[[bytes], Any]) -> None:
        while (started := time.perf_counter()) < end:
            lengths.add(len(await call(request)))
            if started >= begin:
                times.append(time.perf_counter() - started)

    async def run() -> None:
        options = [("grpc.enable_http_proxy", 0)]
        address = f"127.0.0.1:{server.port}"
        async with grpc.aio.insecure_channel(address, options) as channel:
            call = channel.unary_unary(PREDICT)
            await asyncio.gather(*(client(call) for _ in range(count)))

    asyncio.run(run())
    assert len(lengths) == 1, f"answers of several lengths: {lengths}"
    return times


def _ask_by_h2load(server: Server, count: int) -> list[float]:
    """As many equal times as there were answers: h2load tells no percentiles."""
    request = _serialized_request()
    with tempfile.NamedTemporaryFile() as body:
        body.write(b"\0" + len(request).to_bytes(4, "big") + request)  # gRPC's frame
        body.flush()
        command = ["h2load", f"--duration={1e3 * SECONDS.value:.0f}ms"]
        command += [f"--warm-up-time={1e3 * WARMING_SECONDS:.0f}ms"]
        command += ["--clients=1", f"--max-concurrent-streams={count}", f"--data={body.name}"]
        command += ["--header=te: trailers", "--header=content-type: application/grpc"]
        command += [f"http://127.0.0.1:{server.port}{PREDICT}"]
        output = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    found = re.search(r"(\d+) succeeded, 0 failed", output)
    assert found, output
    answers = int(found[1])
    return [count * SECONDS.value / answers] * answers


def _ask_by_rest(server: Server, count: int) -> list[float]:
    """Seconds of each request of `count` clients, a thread and a connection each."""
    rows = {name: array.tolist() for name, array in _requests(1).items()}
    body = json.dumps({"signature_name": "generate", "inputs": rows}).encode()
    begin = time.perf_counter() + WARMING_SECONDS
    end = begin + SECONDS.value
    times: list[float] = []

    def client() -> None:
        connection = http.client.HTTPConnection("127.0.0.1", server.rest_api_port, timeout=60)
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


def _report(found: dict[str, Measurement], counts: list[int]) -> None:
    numbers: dict[str, float] = {}
    for name, measurement in found.items():
        numbers |= measurement.numbers(name)
    columns = ("images/s", "p50 ms", "p95 ms", "p99 ms", "server us", "client us")
    print(f"{'':30}" + "".join(f"{column:>11}" for column in columns))
    cells = ("images_per_second", "p50_ms", "p95_ms", "p99_ms", "server_us", "client_us")
    for name in sorted(found, key=lambda name: name.rpartition("_")[0]):
        label = name.replace("_", " ")
        print(f"{label:30}" + "".join(f"{numbers[f'{name}_{cell}']:11.2f}" for cell in cells))
    most, least = max(counts), min(counts)
    for api in _ways():
        served = found[f"{api}_batched_{most}"]
        numbers[f"{api}_rows"] = served.rows
        of_most = _share(served, found[f"direct_{most}"])
        of_same = _share(served, found[f"direct_as_{api}"])
        numbers[f"{api}_share_of_direct"] = float(np.median(of_most))
        numbers[f"{api}_share_of_direct_at_its_size"] = float(np.median(of_same))
        print(
            f"{api}, batched, {most} clients: {_range(of_most)} of direct at {most} rows; "
            f"{_range(of_same)} at the {served.rows} rows that its batches had"
        )
    numbers["batched_share_of_direct"] = numbers["grpc_share_of_direct"]
    for mode in ("alone", "batched"):
        overhead = numbers[f"grpc_{mode}_{least}_p50_ms"] - numbers[f"direct_{least}_p50_ms"]
        numbers[f"grpc_{mode}_p50_overhead_ms"] = overhead
        print(f"gRPC, {mode}, {least} clients: {overhead:.2f} ms over direct at the median")
    numbers["grpc_p50_overhead_ms"] = numbers["grpc_alone_p50_overhead_ms"]
    if JSON.value:
        Path(JSON.value).write_text(json.dumps(numbers, indent=2) + "\n")


def _share(served: Measurement, direct: Measurement) -> np.ndarray:
    return np.divide(served.speeds, direct.speeds)


def _range(shares: np.ndarray) -> str:
    return f"{np.median(shares):.0%} ({shares.min():.0%} to {shares.max():.0%} by round)"


if __name__ == "__main__":
    app.run(main)
