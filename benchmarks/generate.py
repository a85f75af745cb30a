"""Speed and memory of `infogan-generate`, compared with the generator alone in a loop.

python benchmarks/generate.py [--json=FILE] [--count=100000] [--engines=threads,ray]

An untrained model of the architecture is exported. The bare generator is the network alone, on
latents that exist already; its images are dropped. It has its best batch size and all cores. A job
is the whole command, from its start to its end, with imports, Ray and disk. Every --block seconds
the job is paused for a turn of the bare generator, so that other work of the machine affects both
equally. The job's clock stops during the pause. CPU time and memory are those of all processes.
Memory is PSS (shared memory counts once), measured twice per second.
"""

import contextlib
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

import psutil
from absl import app, flags, logging

JSON = flags.DEFINE_string("json", None, "file for the numbers, flat")
COUNT = flags.DEFINE_integer("count", 100_000, "images of a job", lower_bound=1)
ENGINES = flags.DEFINE_list("engines", ["threads", "ray"], "of the jobs, in turn")
BLOCK = flags.DEFINE_float("block", 20.0, "seconds of a job between two turns", lower_bound=1.0)
SECONDS = flags.DEFINE_float("seconds", 10.0, "a turn of the bare generator", lower_bound=0.1)
ARCHITECTURE = flags.DEFINE_string("architecture", "mnist", "of the model")
FORMAT = flags.DEFINE_string("format", "parquet", "of the shards")
OUT = flags.DEFINE_string("out", None, "keep the shards there, in a folder per engine")
BARE = flags.DEFINE_boolean("bare", False, "internal: be the bare generator")

BATCH_SIZES = (64, 128, 256, 512, 1024)
LOOK_SECONDS = 0.5
MEBIBYTE = 2**20


class Turn(NamedTuple):
    """Images, and what they took."""

    images: int
    seconds: float
    cpu_seconds: float


def main(argv: list[str]) -> None:
    """Takes the turns and prints them, or is the bare generator."""
    del argv
    if BARE.value:
        _serve_turns()
        return
    numbers: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as folder:
        model = Path(folder) / "model"
        _export(model)
        bare = subprocess.Popen(
            [sys.executable, __file__, "--bare", f"--architecture={ARCHITECTURE.value}"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        batch_size = int(bare.stdout.readline())
        print(f"bare generator: best in batches of {batch_size}", flush=True)
        for engine in ENGINES.value:
            out = Path(OUT.value or folder) / engine
            numbers |= _compare(engine, *_run_job(model, out, engine, bare))
        bare.communicate()
    if JSON.value:
        Path(JSON.value).write_text(json.dumps(numbers, indent=2) + "\n")


def _model():
    import keras_infogan as infogan

    codes = {"digit": infogan.Categorical(10), "style": infogan.Uniform(2)}
    latents = infogan.LatentSpec(noise=62, codes=codes)
    logging.set_verbosity(logging.ERROR)
    return infogan.InfoGAN.from_architecture(ARCHITECTURE.value, latents)


def _export(path: Path) -> None:
    import keras_infogan as infogan

    infogan.export_savedmodel(_model(), path)


def _run_job(
    model: Path, out: Path, engine: str, bare: subprocess.Popen
) -> tuple[Turn, Turn, float]:
    """The job, the bare generator's turns, and the most memory that the job took, in MiB."""
    command = [sys.executable, "-m", "keras_infogan.cli.generate", f"--model_base_path={model}"]
    command += [f"--out={out}", f"--count={COUNT.value}", f"--format={FORMAT.value}"]
    turns, cpu = [_ask(bare)], {}
    process = subprocess.Popen(command + ["--ray_address=local"] * (engine == "ray"))
    root, peak, seconds, resumed = psutil.Process(process.pid), 0.0, 0.0, time.perf_counter()
    while process.poll() is None:
        memory = 0
        for each in _tree(root):
            with contextlib.suppress(psutil.Error):
                memory += each.memory_full_info().pss
                cpu[each] = sum(each.cpu_times()[:2])
        peak = max(peak, memory / MEBIBYTE)
        if time.perf_counter() - resumed > BLOCK.value:
            busiest = max(cpu, key=cpu.get)
            busiest.suspend()
            seconds += time.perf_counter() - resumed
            turns.append(_ask(bare))
            busiest.resume()
            resumed = time.perf_counter()
        time.sleep(LOOK_SECONDS)
    seconds += time.perf_counter() - resumed
    if process.returncode:
        raise RuntimeError(f"infogan-generate ended with {process.returncode}")
    turns.append(_ask(bare))
    return (
        Turn(COUNT.value, seconds, sum(cpu.values())),
        Turn(*map(sum, zip(*turns, strict=True))),
        peak,
    )


def _tree(root: psutil.Process) -> list[psutil.Process]:
    try:
        return [root, *root.children(recursive=True)]
    except psutil.NoSuchProcess:
        return []


def _ask(bare: subprocess.Popen) -> Turn:
    bare.stdin.write(f"{SECONDS.value}\n")
    bare.stdin.flush()
    return Turn(*json.loads(bare.stdout.readline()))


def _serve_turns() -> None:
    """Finds the best batch size, then answers each number of seconds with a turn."""
    turn = _bare_turns()
    speeds = {}
    for size in BATCH_SIZES:
        turn(size, 0.5)  # traces and warms up
        made = turn(size, 3.0)
        speeds[size] = made.images / made.seconds
    best = max(speeds, key=speeds.get)
    print(best, flush=True)
    for line in sys.stdin:
        print(json.dumps(turn(best, float(line))), flush=True)


def _bare_turns():
    model = _model()

    import tensorflow as tf

    generator = tf.function(lambda rows: model.sampling_generator(rows, training=False))

    def turn(size: int, seconds: float) -> Turn:
        rows = tf.random.uniform([size, model.latents.width])
        started, cpu, images = time.perf_counter(), time.process_time(), 0
        while time.perf_counter() - started < seconds:
            generator(rows).numpy()
            images += size
        return Turn(images, time.perf_counter() - started, time.process_time() - cpu)

    return turn


def _compare(engine: str, job: Turn, bare: Turn, peak: float) -> dict[str, float]:
    speed, baseline = job.images / job.seconds, bare.images / bare.seconds
    cpu, bare_cpu = job.cpu_seconds / job.images, bare.cpu_seconds / bare.images
    numbers = {
        "images_per_second": speed,
        "baseline_images_per_second": baseline,
        "ratio": speed / baseline,
        "cpu_ratio": bare_cpu / cpu,
        "peak_memory_mib": peak,
    }
    print(
        f"{engine:8} {job.images} images in {job.seconds:.0f} s: {speed:.0f} images/s, bare "
        f"{baseline:.0f}: {numbers['ratio']:.0%}; CPU {1e6 * cpu:.0f} us an image, bare "
        f"{1e6 * bare_cpu:.0f}: {numbers['cpu_ratio']:.0%}; at most {peak:.0f} MiB",
        flush=True,
    )
    return {f"{engine}_{name}": value for name, value in numbers.items()}


if __name__ == "__main__":
    app.run(main)
