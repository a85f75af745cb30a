"""Estimates of mutual information compared with the true value, on correlated Gaussians.

python benchmarks/estimators.py [--json=FILE] [--seeds=2] [--steps=800]

x and c have d dimensions each. Each dimension of x has correlation r with one of c, so
I(x; c) = -d ln(1 - r^2) / 2 is known. Each estimator fits its own separable statistics network to
new draws, and evaluates it on other draws.
"""

import json
import math
import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from absl import app, flags

JSON = flags.DEFINE_string("json", None, "file for the numbers, flat")
SEEDS = flags.DEFINE_integer("seeds", 2, "fits of each row", lower_bound=1)
STEPS = flags.DEFINE_integer("steps", 800, "updates of a fit", lower_bound=1)
BATCH_SIZE = flags.DEFINE_integer("batch_size", 128, "draws in a batch", lower_bound=2)
DIMENSIONS = flags.DEFINE_integer("dimensions", 4, "of x and of c", lower_bound=1)

INFORMATION = (0.0, 0.5, 1.0, 2.0, 4.0)  # nats
LEARNING_RATE = 2e-3
UNITS = 64
EMBEDDING = 16
HELD_OUT = 64


def main(argv: list[str]) -> None:
    """Prints a row for each estimator and each true information."""
    del argv
    from keras_infogan import estimators

    makers = [
        estimators.DonskerVaradhan, estimators.NWJ, estimators.InfoNCE, estimators.SMILE
    ]  # fmt: skip
    print(
        f"d = {DIMENSIONS.value}, B = {BATCH_SIZE.value} (log B = "
        f"{math.log(BATCH_SIZE.value):.2f}), {STEPS.value} updates, {SEEDS.value} fits a row, "
        f"{HELD_OUT} fresh batches each; nats"
    )
    print(f"{'':16} {'true':>5} {'mean':>7} {'bias':>7} {'of a batch':>11} {'of fits':>8} {'s':>5}")
    numbers = {}
    for make in makers:
        for information in INFORMATION:
            row = _measure(make, information)
            _print_row(make.__name__, information, row)
            prefix = f"{make.__name__}/{information:g}"
            numbers.update({f"{prefix}/{name}": value for name, value in row.items()})
    if JSON.value:
        Path(JSON.value).write_text(json.dumps(numbers, indent=2) + "\n")


def _measure(make: Callable[[], Any], information: float) -> dict[str, float]:
    from keras_infogan.estimators import StatisticsNetwork, estimate_information

    started = time.perf_counter()
    sample = _gaussians(information, DIMENSIONS.value)
    estimates = [
        estimate_information(
            sample,
            make(),
            StatisticsNetwork(UNITS, EMBEDDING, seed=seed),
            steps=STEPS.value,
            batch_size=BATCH_SIZE.value,
            learning_rate=LEARNING_RATE,
            held_out=HELD_OUT,
            seed=seed,
        )
        for seed in range(SEEDS.value)
    ]
    means = [estimate.mean for estimate in estimates]
    mean = statistics.mean(means)
    return {
        "mean": mean,
        "bias": mean - information,
        "batch_deviation": statistics.mean(each.standard_deviation for each in estimates),
        "fit_deviation": statistics.stdev(means) if len(means) > 1 else 0.0,
        "seconds": time.perf_counter() - started,
    }


def _gaussians(information: float, dimensions: int) -> Callable[[int, Any], Any]:
    import tensorflow as tf

    correlation = math.sqrt(-math.expm1(-2.0 * information / dimensions))

    @tf.function
    def sample(batch_size: int, seed: Any) -> Any:
        c, noise = tf.unstack(tf.random.stateless_normal([2, batch_size, dimensions], seed))
        return correlation * c + math.sqrt(1.0 - correlation**2) * noise, c

    return sample


def _print_row(name: str, information: float, row: dict[str, float]) -> None:
    print(
        f"{name:16} {information:5.1f} {row['mean']:7.3f} {row['bias']:+7.3f} "
        f"{row['batch_deviation']:11.3f} {row['fit_deviation']:8.3f} {row['seconds']:5.1f}",
        flush=True,
    )


if __name__ == "__main__":
    app.run(main)
