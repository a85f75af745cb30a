"""What every test needs: a quiet TensorFlow, fixed seeds, and MNIST where it is prepared."""

import gc
import importlib
import os
import signal
import socket
import sys
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

# ruff: noqa: E402  (TensorFlow reads the variable when it is imported)
import keras
import numpy as np
import pytest
from absl import flags
from keras import layers

from keras_infogan import (
    Categorical,
    InfoGAN,
    LatentSpec,
    Uniform,
    VariationalBound,
    datasets,
    networks,
)
from keras_infogan.networks import Networks


def pytest_collection_modifyitems(items):
    """Files with slow tests go first, so that no worker is left with one at the end."""
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: item.path not in slow)


@pytest.fixture(autouse=True, scope="module")
def collected_once():
    """Hides from later collections what a file leaves behind.

    A server collects garbage whenever it closes a version, and walks through all that TensorFlow
    keeps of the files before: a sixth of the suite's time.
    """
    yield
    gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True)
def fixed_seeds():
    keras.utils.set_random_seed(0)


@pytest.fixture(scope="session")
def free_ports():
    """Finds so many ports of this machine that nothing listens at."""

    def find(count):
        probes = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
        ports = [probe.getsockname()[1] for probe in probes]
        for probe in probes:
            probe.close()
        return ports

    return find


@pytest.fixture(scope="session")
def mnist_data_dir():
    """A folder in which TFDS finds MNIST prepared; the test is skipped without one."""
    named = [os.environ.get(name) for name in ("INFOGAN_TFDS", "TFDS_DATA_DIR")]
    shared = Path(__file__).parents[2] / "shared" / "tfds"
    for folder in [*filter(None, named), shared, Path.home() / "tensorflow_datasets"]:
        if any(Path(folder).glob("mnist/*/dataset_info.json")):
            return str(folder)
    pytest.skip("no prepared MNIST: name its folder in TFDS_DATA_DIR")


@pytest.fixture
def latents():
    """One code of each kind that the paper uses, small enough to work by hand."""
    return LatentSpec(noise=4, codes={"kind": Categorical(3), "style": Uniform(2, weight=0.5)})


@pytest.fixture
def images():
    """32 images of 8 x 8 pixels, uint8: noise of three brightnesses."""
    generator = np.random.default_rng(0)
    brightness = np.repeat([64, 128, 255], [10, 11, 11])[:, None, None, None]
    return (generator.random([32, 8, 8, 1]) * brightness).astype(np.uint8)


@pytest.fixture
def make_networks():
    """Makes the four networks of an InfoGAN on 8 x 8 images, a few hundred weights each."""

    def make(width, parameter_count, image_shape=None, dtype="float32", **options):
        assert (
            options.get("discriminator_normalization", "batch") == "batch"
        )  # it has none to choose
        channels = image_shape[-1] if image_shape else 1
        generator = keras.Sequential(
            [
                layers.Input([width], dtype="float32"),
                layers.Dense(16, dtype=dtype),
                layers.BatchNormalization(dtype=dtype),
                layers.ReLU(dtype=dtype),
                layers.Dense(64 * channels, dtype=dtype),
                layers.Activation("sigmoid", dtype="float32"),
                layers.Reshape([8, 8, channels], dtype="float32"),
            ],
            name="generator",
        )
        trunk = keras.Sequential(
            [
                layers.Input([8, 8, channels], dtype="float32"),
                layers.Flatten(dtype=dtype),
                layers.Dense(16, activation="leaky_relu", dtype=dtype),
            ],
            name="trunk",
        )
        discriminator_head = keras.Sequential(
            [layers.Input([16]), layers.Dense(1, dtype="float32")], name="discriminator_head"
        )
        features = layers.Input([16])
        parameters = (
            layers.Dense(parameter_count, dtype="float32")(features)
            if parameter_count
            else features[:, :0]
        )
        recognition_head = keras.Model(features, parameters, name="recognition_head")
        return Networks(generator, trunk, discriminator_head, recognition_head)

    return make


@pytest.fixture
def tiny_data(monkeypatch, images, make_networks):
    """Every dataset is 32 small images, and there is a small architecture for them."""

    def load_images(name, split, data_dir=None, **settings):
        return datasets.LabeledImages(images, {"label": np.arange(32) % 3})

    monkeypatch.setattr(datasets, "load_images", load_images)
    monkeypatch.setitem(networks.ARCHITECTURES, "tiny", make_networks)


@pytest.fixture
def make_model(latents, make_networks):
    """Makes a tiny InfoGAN that is not compiled yet; arguments as for its constructor."""

    def make(latents=latents, dtype="float32", ramps=(), image_shape=None, **kwargs):
        keras.utils.set_random_seed(kwargs.get("seed", 0))
        networks = make_networks(latents.width, latents.parameter_count, image_shape, dtype=dtype)
        information = VariationalBound(latents, networks.recognition_head, *ramps)
        return InfoGAN(
            latents,
            networks.generator,
            networks.trunk,
            networks.discriminator_head,
            information,
            **kwargs,
        )

    return make


@pytest.fixture
def model(make_model):
    """A compiled tiny InfoGAN."""
    model = make_model()
    model.compile()
    return model


@pytest.fixture
def run_command(monkeypatch, capsys):
    """Runs `infogan-NAME` in this process; returns its exit status, stdout and stderr."""
    # A command that means to end its process at all costs is a guest here.
    monkeypatch.setattr(os, "_exit", lambda status: None)
    handlers = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}

    def run(name, *arguments):
        forget_commands()
        module = importlib.import_module(f"keras_infogan.cli.{name}")
        monkeypatch.setattr(sys, "argv", [f"infogan-{name}", *arguments])
        with pytest.raises(SystemExit) as ended:
            module.entry_point()
        captured = capsys.readouterr()
        return ended.value.code, captured.out, captured.err

    yield run
    forget_commands()
    for number, handler in handlers.items():
        signal.signal(number, handler)


def forget_commands():
    """Two commands share flag names, and never a process; here they do."""
    for module_name, defined in list(flags.FLAGS.flags_by_module_dict().items()):
        for flag in list(defined):
            ours = module_name.startswith("keras_infogan.cli") or flag.name.startswith("config")
            if ours and flag.name in flags.FLAGS:
                delattr(flags.FLAGS, flag.name)
    for module_name in list(sys.modules):
        if module_name.startswith("keras_infogan.cli."):
            del sys.modules[module_name]


@pytest.fixture(scope="session")
def is_long():
    """Whether the tests that have a long form run it: KERAS_INFOGAN_LONG=1."""
    return os.environ.get("KERAS_INFOGAN_LONG") == "1"
