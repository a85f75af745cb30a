"""Speed of training under each policy, with XLA and without, and its share of the card's peak.

python benchmarks/accelerator.py [--json=FILE] [--steps=20] [--policies=float32,...] [--xla=off,on]
python benchmarks/accelerator.py --learning_updates=1000 --data_dir=DIR   # and seconds to 0.95

The MNIST networks on random images, on whatever TensorFlow finds: a GPU, a TPU, or the CPU. The
share is of the peak that the maker states for the kind of numbers that the policy multiplies,
without sparsity; a CPU has no such figure, and the rate of a large matrix product in those numbers
stands for it. `--learning_updates` trains the config `mnist_consistent` on MNIST besides, each
policy for so long (many minutes on a CPU).
"""

import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from absl import app, flags

JSON = flags.DEFINE_string("json", None, "file for the numbers, flat")
POLICIES = flags.DEFINE_list(
    "policies", ["float32", "mixed_bfloat16", "mixed_float16"], "Keras policies to train under"
)
XLA = flags.DEFINE_list("xla", ["off", "on"], "off, on or both")
BATCH_SIZE = flags.DEFINE_integer("batch_size", 128, "images of an update", lower_bound=1)
STEPS = flags.DEFINE_integer("steps", 20, "updates in a block", lower_bound=1)
ROUNDS = flags.DEFINE_integer("rounds", 3, "blocks, of which the fastest counts", lower_bound=1)
LEARNING_UPDATES = flags.DEFINE_integer(
    "learning_updates", 0, "train this long for the seconds to 0.95; 0 leaves it out", lower_bound=0
)
DATA_DIR = flags.DEFINE_string("data_dir", None, "TFDS's data_dir, for --learning_updates")
SEED = flags.DEFINE_integer("seed", 0, "of --learning_updates")

ACCURACY = 0.95
UPDATES_BETWEEN_SCORES = 100
MATRIX_SIDE = 2048  # of the product that stands for a CPU's peak
NOT_MEASURED = "not measured"


def main(argv: list[str]) -> None:
    """Measures every policy and prints a row for each."""
    del argv
    if LEARNING_UPDATES.value and not DATA_DIR.value:
        raise app.UsageError("--learning_updates needs --data_dir, where TFDS finds MNIST.")
    if unknown := set(XLA.value) - {"off", "on"}:
        raise app.UsageError(f"--xla should be off, on or both. Received: {sorted(unknown)}")
    from keras_infogan.runtime import machine

    accelerator = machine.devices()
    device = _processor() if accelerator == "none" else accelerator
    print(f"device: {device}; batch {BATCH_SIZE.value}, {STEPS.value} updates a block")
    heads = ("images/s", "ms a step", "TFLOP/s", "peak", "share", f"s to {ACCURACY:g}")
    print(f"{'policy':16}{'XLA':>5}" + "".join(f"{head:>13}" for head in heads))
    numbers: dict[str, Any] = {"device": device}
    for policy in POLICIES.value:
        peak, source = _peak(policy, device if accelerator != "none" else None)
        for xla in XLA.value:
            row = _measure(policy, xla == "on", peak)
            _print_row(policy, xla, row)
            numbers |= {f"{policy}_xla_{xla}_{name}": value for name, value in row.items()}
        print(f"{'':16}peak: {source}", flush=True)
    if accelerator == "none":
        numbers["accelerator"] = NOT_MEASURED
        print(f"{'GPU or TPU':16}{NOT_MEASURED}: TensorFlow sees none here")
    if JSON.value:
        Path(JSON.value).write_text(json.dumps(numbers, indent=2) + "\n")


def _measure(policy: str, xla: bool, peak: float | None) -> dict[str, float | None]:
    """One row; None is what was not measured, or is not known."""
    from flops import update_flops

    model = _model(policy, xla)
    seconds = _seconds_a_step(model)
    rate = BATCH_SIZE.value * update_flops(model) / seconds / 1e12
    return {
        "images_per_second": BATCH_SIZE.value / seconds,
        "milliseconds_a_step": 1e3 * seconds,
        "tflops": rate,
        "peak_tflops": peak,
        "share_of_peak": rate / peak if peak else None,
        "seconds_to_accuracy": _seconds_to_accuracy(policy, xla),
    }


def _model(policy: str, xla: bool) -> Any:
    import keras_infogan as infogan

    codes = {"digit": infogan.Categorical(10), "style": infogan.Uniform(2, weight=0.1)}
    latents = infogan.LatentSpec(noise=62, codes=codes)
    model = infogan.InfoGAN.from_architecture("mnist", latents, dtype=policy)
    model.compile(jit_compile=xla)
    return model


def _seconds_a_step(model: Any) -> float:
    """Of the fastest block: what else a machine does only ever adds time."""
    import numpy as np

    from keras_infogan.datasets import training_batches

    shape = (20 * BATCH_SIZE.value, *model.image_shape)
    images = np.random.default_rng(0).integers(0, 256, shape, np.uint8)
    batches = training_batches(images, BATCH_SIZE.value, seed=0)
    model.fit(batches, steps_per_epoch=2, verbose=0)  # traces, and compiles where XLA does
    blocks = []
    for _ in range(ROUNDS.value):
        started = time.perf_counter()
        model.fit(batches, steps_per_epoch=STEPS.value, verbose=0)
        blocks.append((time.perf_counter() - started) / STEPS.value)
    return min(blocks)


def _peak(policy: str, card: str | None) -> tuple[float | None, str]:
    """TFLOP/s of the numbers that a policy multiplies, and where the figure is from."""
    import keras
    import tensorflow as tf
    from peaks import stated_peaks

    numbers = keras.dtype_policies.get(policy).compute_dtype
    if card is None:
        return _product_rate(numbers), f"a product of {MATRIX_SIDE} x {MATRIX_SIDE} in {numbers}"
    known = stated_peaks(card)
    if numbers == "float32" and "tensor_float32" in known:
        if tf.config.experimental.tensor_float_32_execution_enabled():
            numbers = "tensor_float32"
    if numbers not in known:
        return None, f"unknown for {numbers} on this card"
    return known[numbers], f"stated by the maker for {numbers}, without sparsity"


def _product_rate(numbers: str) -> float:
    import tensorflow as tf

    matrix = tf.cast(tf.random.stateless_normal([MATRIX_SIDE, MATRIX_SIDE], [0, 0]), numbers)
    product = tf.function(lambda: tf.reduce_sum(matrix @ matrix))
    seconds = []
    for _ in range(1 + ROUNDS.value):
        started = time.perf_counter()
        product().numpy()
        seconds.append(time.perf_counter() - started)
    return 2 * MATRIX_SIDE**3 / min(seconds[1:]) / 1e12


def _processor() -> str:
    """What the CPU calls itself, and how many of its cores there are."""
    names = []
    if (information := Path("/proc/cpuinfo")).is_file():
        lines = information.read_text().splitlines()
        names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return f"CPU, {(names or [platform.processor()])[0]}, {os.cpu_count()} cores"


def _seconds_to_accuracy(policy: str, xla: bool) -> float | None:
    """Until the end of the epoch that reached it, scores and pictures of each epoch included.

    None where it was not asked for, or not reached.
    """
    if not LEARNING_UPDATES.value:
        return None
    from keras_infogan.runs.directory import WorkDirectory
    from keras_infogan.studies import results, scores

    with tempfile.TemporaryDirectory() as folder:
        settings = {
            "policy": policy,
            "jit_compile": xla,
            "seed": SEED.value,
            "steps": LEARNING_UPDATES.value,
            "steps_per_epoch": UPDATES_BETWEEN_SCORES,
        }
        subprocess.run(
            [
                *(sys.executable, "-m", "keras_infogan.cli.train", "--config=mnist_consistent"),
                *(f"--config.{name}={value}" for name, value in settings.items()),
                *(f"--workdir={folder}/run", f"--data_dir={DATA_DIR.value}"),
            ],
            check=True,
            stdout=subprocess.DEVNULL,
        )
        history = results.read_run(WorkDirectory(Path(folder) / "run"), SEED.value).history
    reached = scores.time_to(history, ACCURACY)
    return None if reached is None else 60.0 * reached[1]


def _print_row(policy: str, xla: str, row: dict[str, float | None]) -> None:
    def cell(name: str, form: str, missing: str) -> str:
        value = row[name]
        return f"{missing if value is None else format(value, form):>13}"

    reached = "not reached" if LEARNING_UPDATES.value else NOT_MEASURED
    print(
        f"{policy:16}{xla:>5}"
        + cell("images_per_second", ".0f", "")
        + cell("milliseconds_a_step", ".1f", "")
        + cell("tflops", ".3f", "")
        + cell("peak_tflops", ".3f", "unknown")
        + cell("share_of_peak", ".1%", "unknown")
        + cell("seconds_to_accuracy", ".0f", reached),
        flush=True,
    )


if __name__ == "__main__":
    app.run(main)
