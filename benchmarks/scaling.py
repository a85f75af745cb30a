"""Speed of training by one process and by two that share each batch, on one thread each.

python benchmarks/scaling.py [--json=FILE] [--rounds=3] [--steps=10] [--batch=128] [--width=0.5]

The MNIST networks on noise, the workers of `--strategy=multi_worker` over loopback. One process has
the whole batch; two have half of it each. Efficiency is the speed of two divided by twice the speed
of one. Training without a strategy shows what the strategy itself costs. The fastest block counts.
"""

import contextlib
import json
import os
import socket
import subprocess
import sys
import time
from pathlib import Path

from absl import app, flags

JSON = flags.DEFINE_string("json", None, "file for the numbers, flat")
ROUNDS = flags.DEFINE_integer("rounds", 3, "blocks of each contender", lower_bound=1)
STEPS = flags.DEFINE_integer("steps", 10, "updates in a block", lower_bound=1)
BATCH = flags.DEFINE_integer("batch", 128, "images of an update, on all processes", lower_bound=4)
WIDTH = flags.DEFINE_float("width", 0.5, "of the networks, times the paper's", lower_bound=0.01)
WORKER = flags.DEFINE_enum("worker", None, ["none", "multi_worker"], "internal: the strategy")

CONTENDERS = {"no strategy": ("none", 1), "1 worker": ("multi_worker", 1)}
CONTENDERS["2 workers"] = ("multi_worker", 2)


def main(argv: list[str]) -> None:
    """Times the contenders, or is a process of one of them."""
    del argv
    if WORKER.value:
        _train(WORKER.value)
        return
    speeds = {name: _measure(strategy, count) for name, (strategy, count) in CONTENDERS.items()}
    _report(speeds)


def _measure(strategy: str, count: int) -> float:
    """Images a second of so many processes together."""
    addresses = _free_addresses(count)
    processes = [
        subprocess.Popen(
            [sys.executable, __file__, f"--worker={strategy}", *_own_flags()],
            env={**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3", "TF_CONFIG": _place(addresses, index)},
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        for index in range(count)
    ]
    answers = [process.communicate()[0] for process in processes]
    if any(process.returncode for process in processes):
        raise RuntimeError("a process failed; run it alone with --worker=none to see why")
    return BATCH.value * STEPS.value / min(json.loads(answers[0].splitlines()[-1]))


def _own_flags() -> list[str]:
    return [f"--{flag.name}={flag.value}" for flag in (ROUNDS, STEPS, BATCH, WIDTH)]


def _free_addresses(count: int) -> list[str]:
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [f"127.0.0.1:{each.getsockname()[1]}" for each in sockets]


def _place(addresses: list[str], index: int) -> str:
    cluster = {"worker": addresses}
    return json.dumps({"cluster": cluster, "task": {"type": "worker", "index": index}})


def _train(strategy: str) -> None:
    """Prints the seconds of each block."""
    import numpy as np

    import keras_infogan as infogan  # first: it sets TensorFlow up
    from keras_infogan import datasets
    from keras_infogan.runs import distribution

    import tensorflow as tf  # isort: skip

    tf.config.threading.set_intra_op_parallelism_threads(1)
    latents = infogan.LatentSpec(
        noise=62, codes={"digit": infogan.Categorical(10), "style": infogan.Uniform(2, weight=0.1)}
    )
    images = np.random.default_rng(0).integers(0, 256, (BATCH.value * 20, 28, 28, 1), np.uint8)
    with distribution.connect(strategy) as workers:
        with workers.strategy.scope():
            model = infogan.InfoGAN.from_architecture(
                "mnist", latents, networks={"width_multiplier": WIDTH.value}
            )
            model.compile()
        clock = _Clock(STEPS.value)
        steps = (ROUNDS.value + 1) * STEPS.value  # the first block traces and warms up
        batches = datasets.training_batches(images, BATCH.value, seed=0)
        model.fit(batches, steps_per_epoch=steps, callbacks=[clock.callback()], verbose=0)
        print(json.dumps(clock.blocks()[1:]), flush=True)
    os._exit(0)


class _Clock:
    """Notes the time after every so many steps."""

    def __init__(self, steps: int):
        self.steps = steps
        self.times = [time.perf_counter()]

    def callback(self):
        import keras

        return keras.callbacks.LambdaCallback(on_train_batch_end=self._note)

    def blocks(self) -> list[float]:
        return [end - begin for begin, end in zip(self.times, self.times[1:], strict=False)]

    def _note(self, batch: int, logs: object = None) -> None:
        if (batch + 1) % self.steps == 0:
            self.times.append(time.perf_counter())


def _report(speeds: dict[str, float]) -> None:
    alone, one, two = speeds.values()
    efficiency = two / (2.0 * one)
    print(f"{'':12} {'ms a step':>10} {'images/s':>9} {'efficiency':>11}")
    for name, speed in speeds.items():
        share = {"1 worker": "1.00", "2 workers": f"{efficiency:.2f}"}.get(name, "")
        print(f"{name:12} {BATCH.value * 1e3 / speed:10.0f} {speed:9.0f} {share:>11}")
    if JSON.value:
        numbers = {
            "images_per_second": alone,
            "images_per_second_1_worker": one,
            "images_per_second_2_workers": two,
            "strategy_share": one / alone,
            "efficiency": efficiency,
        }
        Path(JSON.value).write_text(json.dumps(numbers, indent=2) + "\n")


if __name__ == "__main__":
    app.run(main)
