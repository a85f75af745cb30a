"""Speed of the training step compared with a naive one, on the MNIST networks at batch 128.

python benchmarks/training.py [--json=FILE] [--rounds=5] [--steps=6]
python benchmarks/training.py --learning_updates=500 --data_dir=DIR   # equal updates, accuracy

Each contender has its own process. They take turns in short blocks, so that other work of the
machine affects all of them equally. `naive` runs in TensorFlow's stock environment;
`naive, oneDNN on` has the one setting that the package makes for its users.
"""

import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from absl import app, flags

JSON = flags.DEFINE_string("json", None, "file for the numbers, flat")
ROUNDS = flags.DEFINE_integer("rounds", 5, "blocks of each contender", lower_bound=1)
STEPS = flags.DEFINE_integer("steps", 6, "updates in a block", lower_bound=1)
LEARNING_UPDATES = flags.DEFINE_integer(
    "learning_updates", 0, "instead of timing, train this long on MNIST and print the accuracy"
)
DATA_DIR = flags.DEFINE_string("data_dir", None, "TFDS's data_dir, for --learning_updates")
SEED = flags.DEFINE_integer("seed", 0, "of --learning_updates")
WORKER = flags.DEFINE_enum("worker", None, ["ours", "naive", "parts"], "internal: one contender")

BATCH = 128
WARM_UP_STEPS = 3
CONTENDERS = {
    "ours": ("ours", {}),
    "naive": ("naive", {"TF_ENABLE_ONEDNN_OPTS": ""}),
    "naive, oneDNN on": ("naive", {"TF_ENABLE_ONEDNN_OPTS": "1"}),
}


def main(argv: list[str]) -> None:
    """Times the contenders, or is one of them."""
    del argv
    if WORKER.value:
        _serve_turns(WORKER.value)
    elif LEARNING_UPDATES.value:
        _compare_learning()
    else:
        _report(_take_turns())


def _take_turns() -> dict[str, list[float]]:
    """Milliseconds a step of each contender, a value a block; parts of our step last."""
    workers = {name: _start(kind, settings) for name, (kind, settings) in CONTENDERS.items()}
    blocks: dict[str, list[float]] = {name: [] for name in workers}
    for _ in range(ROUNDS.value):
        for name, worker in workers.items():
            blocks[name].append(_ask(worker)["step"])
    for worker in workers.values():
        worker.communicate()
    parts = _start("parts", {})
    measured = [_ask(parts) for _ in range(ROUNDS.value)]
    parts.communicate()
    for part in measured[0]:
        blocks[part] = [block[part] for block in measured]
    return blocks


def _start(kind: str, settings: dict[str, str]) -> subprocess.Popen:
    environment = {**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3", **settings}
    environment = {name: value for name, value in environment.items() if value}
    worker = subprocess.Popen(
        [sys.executable, __file__, f"--worker={kind}", f"--steps={STEPS.value}"],
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    _ask(worker)  # the first block traces and warms up
    return worker


def _ask(worker: subprocess.Popen) -> dict[str, float]:
    worker.stdin.write("go\n")
    worker.stdin.flush()
    answer = worker.stdout.readline()
    if not answer:
        raise RuntimeError("a contender died; run it alone with --worker=... to see why")
    return json.loads(answer)


def _serve_turns(kind: str) -> None:
    if kind == "naive":
        # Before keras_infogan sets it: the stock environment has no such variable.
        os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "")
        if not os.environ["TF_ENABLE_ONEDNN_OPTS"]:
            del os.environ["TF_ENABLE_ONEDNN_OPTS"]
            import tensorflow  # noqa: F401  (reads the environment now)
    turn = _parts() if kind == "parts" else _steps(kind)
    for _ in sys.stdin:
        print(json.dumps(turn()), flush=True)


def _steps(kind: str) -> Callable[[], dict[str, float]]:
    model = _ours() if kind == "ours" else _naive()
    batches = _batches()

    def turn() -> dict[str, float]:
        started = time.perf_counter()
        model.fit(batches, steps_per_epoch=STEPS.value, verbose=0)
        return {"step": (time.perf_counter() - started) * 1e3 / STEPS.value}

    return turn


def _parts() -> Callable[[], dict[str, float]]:
    """Our step cut short after the forward pass and after the gradients."""
    model = _ours()
    import tensorflow as tf  # after the package, which turns oneDNN on

    images = tf.cast(next(iter(_batches())), tf.float32) / 255.0

    def losses() -> dict[str, tf.Tensor]:
        return model.play(images, tf.constant([0, 0]))

    @tf.function
    def forward() -> tf.Tensor:
        return tf.add_n(list(losses().values()))

    @tf.function
    def gradients() -> tf.Tensor:
        with tf.GradientTape(persistent=True) as tape:
            found = losses()
        sides = {
            "generator_loss": model.generator_variables(),
            "discriminator_loss": model.discriminator_variables(),
        }
        # Their sums make every gradient needed without an optimizer to use it.
        return tf.add_n(
            [
                tf.reduce_sum(gradient)
                for loss, variables in sides.items()
                for gradient in tape.gradient(found[loss], [each.value for each in variables])
            ]
        )

    def turn() -> dict[str, float]:
        return {
            name: _milliseconds(function)
            for name, function in (("forward", forward), ("forward and backward", gradients))
        }

    return turn


def _milliseconds(function: Callable[[], object]) -> float:
    function()
    started = time.perf_counter()
    for _ in range(STEPS.value):
        result = function()
    result.numpy()
    return (time.perf_counter() - started) * 1e3 / STEPS.value


def _latents():
    import keras_infogan as infogan

    return infogan.LatentSpec(
        noise=62, codes={"digit": infogan.Categorical(10), "style": infogan.Uniform(2, weight=0.1)}
    )


def _ours():
    import keras_infogan as infogan

    model = infogan.InfoGAN.from_architecture("mnist", _latents(), seed=SEED.value)
    model.compile()
    return model


def _naive():
    import keras

    sys.path.insert(0, str(Path(__file__).parent))
    from naive import NaiveInfoGAN

    keras.utils.set_random_seed(SEED.value)
    model = NaiveInfoGAN(_latents())
    model.compile()
    return model


def _batches():
    import numpy as np

    from keras_infogan.datasets import training_batches

    images = np.random.default_rng(0).integers(0, 256, (BATCH * 20, 28, 28, 1), np.uint8)
    return training_batches(images, BATCH, seed=0)


def _compare_learning() -> None:
    """Both trained for equal updates on MNIST, scored by the code's accuracy on test images."""
    import numpy as np

    from keras_infogan import datasets
    from keras_infogan.metrics import clustering_scores

    data = datasets.load_images("mnist", "train", DATA_DIR.value)
    test = datasets.load_images("mnist", "test", DATA_DIR.value)
    for name, model in (("ours", _ours()), ("naive", _naive())):
        batches = datasets.training_batches(data.images, BATCH, SEED.value)
        started = time.perf_counter()
        model.fit(batches, steps_per_epoch=LEARNING_UPDATES.value, verbose=0)
        seconds = time.perf_counter() - started
        if name == "ours":
            codes = np.argmax(model.recognize(test.images)["digit"].probs, axis=-1)
        else:
            codes = np.concatenate([model.categories(part) for part in np.split(test.images, 20)])
        accuracy = clustering_scores(test.labels["label"], codes).code_accuracy
        print(
            f"{name:6} seed {SEED.value}: accuracy {accuracy:.3f} after "
            f"{LEARNING_UPDATES.value} updates, {seconds:.0f} s",
            flush=True,
        )


def _report(blocks: dict[str, list[float]]) -> None:
    # What else a machine does only ever adds time, so the fastest block is the step's own.
    fastest = {name: min(values) for name, values in blocks.items()}
    speed = {name: BATCH * 1e3 / fastest[name] for name in CONTENDERS}
    ratio = {name: fastest[name] / fastest["ours"] for name in CONTENDERS}
    print(f"{'':20} {'ms a step':>10} {'median':>8} {'images/s':>9} {'ours is':>8}")
    for name in CONTENDERS:
        median = statistics.median(blocks[name])
        print(
            f"{name:20} {fastest[name]:10.0f} {median:8.0f} {speed[name]:9.0f} {ratio[name]:7.2f}x"
        )
    backward = fastest["forward and backward"] - fastest["forward"]
    shares = {
        "forward_share": fastest["forward"] / fastest["ours"],
        "backward_share": backward / fastest["ours"],
    }
    shares["optimizer_share"] = 1.0 - sum(shares.values())
    named = ", ".join(
        f"{name.removesuffix('_share')} {share:.0%}" for name, share in shares.items()
    )
    print(f"our step: {named} (and what `fit` adds)")
    if JSON.value:
        numbers = {
            "images_per_second": speed["ours"],
            "baseline_images_per_second": speed["naive"],
            "ratio": ratio["naive"],
            "baseline_onednn_images_per_second": speed["naive, oneDNN on"],
            "ratio_onednn": ratio["naive, oneDNN on"],
            **shares,
        }
        Path(JSON.value).write_text(json.dumps(numbers, indent=2) + "\n")


if __name__ == "__main__":
    app.run(main)
