import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
import types
from pathlib import Path

import grpc
import httpx
import pytest
import tensorflow as tf

from keras_infogan.serving import EmbeddedServer

IMAGE = tf.TensorSpec([None, 4, 4, 1], tf.float32, name="image")
SEED = tf.TensorSpec([None], tf.int64, name="seed")
DIGIT = tf.TensorSpec([None], tf.int64, name="digit")
STYLE = tf.TensorSpec([None, 2], tf.float32, name="style")
DIGITS = 10


class TinyModel(tf.Module):
    """The exported signatures, without any training: the image's first row holds the codes."""

    def __init__(self, brightness: float) -> None:
        self.brightness = tf.Variable(brightness)

    def _image(self, seed, digit, style):
        batch = tf.shape(seed)[0]
        codes = tf.stack([tf.cast(digit, tf.float32) / DIGITS, *tf.unstack(style, axis=1)], axis=1)
        noise = tf.cast(seed % 7, tf.float32)[:, tf.newaxis] / 7.0
        background = tf.fill([batch, 12], self.brightness)
        flat = tf.concat([codes, noise, background], axis=1)
        return tf.reshape(tf.clip_by_value(flat, 0.0, 1.0), [batch, 4, 4, 1])

    @tf.function(input_signature=[SEED, DIGIT, STYLE])
    def generate(self, seed, digit, style):
        return {"image": self._image(seed, digit, style)}

    @tf.function(input_signature=[SEED, DIGIT, STYLE])
    def generate_png(self, seed, digit, style):
        pixels = tf.cast(self._image(seed, digit, style) * 255.0, tf.uint8)
        return {"image_bytes": tf.map_fn(tf.io.encode_png, pixels, fn_output_signature=tf.string)}

    @tf.function(input_signature=[SEED])
    def sample(self, seed):
        digit = seed % DIGITS
        style = tf.stack([tf.cast(seed % 3, tf.float32) / 3.0] * 2, axis=1)
        return {"image": self._image(seed, digit, style), "digit": digit, "style": style}

    @tf.function(input_signature=[IMAGE])
    def recognize(self, image):
        digit = tf.cast(tf.round(image[:, 0, 0, 0] * DIGITS), tf.int64)
        mean = image[:, 0, 1:3, 0]
        return {
            "digit": digit,
            "digit_probabilities": tf.one_hot(digit, DIGITS),
            "style_mean": mean,
            "style_stddev": tf.ones_like(mean) * 0.1,
        }

    @tf.function(input_signature=[IMAGE])
    def discriminate(self, image):
        logit = tf.reduce_mean(image, axis=[1, 2, 3])
        return {"logit": logit, "probability_real": tf.sigmoid(logit)}


def save_tiny_model(path, brightness: float = 0.5) -> None:
    model = TinyModel(brightness)
    signatures = {
        "serving_default": model.generate,
        "generate": model.generate,
        "generate_png": model.generate_png,
        "sample": model.sample,
        "recognize": model.recognize,
        "discriminate": model.discriminate,
    }
    tf.saved_model.save(model, str(path), signatures=signatures)


def save_example_model(path) -> None:
    """A SavedModel of TensorFlow 1 on tf.Example: labels, scores and numbers of a feature x."""
    v1 = tf.compat.v1
    with tf.Graph().as_default(), v1.Session() as session:
        examples = v1.placeholder(tf.string, [None], name="tf_example")
        x = tf.io.parse_example(examples, {"x": tf.io.FixedLenFeature([], tf.float32)})["x"]
        scale = v1.get_variable("scale", initializer=2.0)
        scores = tf.stack([x, scale * x], axis=1)
        classes = tf.where(scores > 0.0, tf.fill(tf.shape(scores), "up"), "down")
        session.run(v1.global_variables_initializer())
        info = tf.compat.v1.saved_model.build_tensor_info
        inputs = {"inputs": info(examples)}

        def signature(outputs, method):
            tensors = {name: info(tensor) for name, tensor in outputs.items()}
            return v1.saved_model.build_signature_def(
                inputs, tensors, f"tensorflow/serving/{method}"
            )

        signatures = {
            "serving_default": signature({"classes": classes, "scores": scores}, "classify"),
            "scores": signature({"scores": scores}, "classify"),
            "regress": signature({"outputs": scale * x}, "regress"),
            "wide": signature({"outputs": scores}, "regress"),
            "text": signature({"outputs": tf.identity(examples)}, "regress"),
            "flat": signature({"scores": x}, "classify"),
            "echo": signature({"classes": examples[:, tf.newaxis]}, "classify"),
            "other": signature({"x": x, "y": x, "z": x}, "predict"),
        }
        builder = v1.saved_model.Builder(str(path))
        builder.add_meta_graph_and_variables(session, ["serve"], signatures)
        builder.save()


@pytest.fixture(scope="session")
def example_model(tmp_path_factory):
    """A model of tf.Example; nobody writes into it."""
    path = tmp_path_factory.mktemp("exported") / "example"
    logger = tf.get_logger()
    logger.setLevel("ERROR")
    save_example_model(path)
    return path


@pytest.fixture(scope="session")
def saved_model(tmp_path_factory):
    """A SavedModel to copy; nobody writes into it."""
    path = tmp_path_factory.mktemp("exported") / "model"
    save_tiny_model(path)
    return path


@pytest.fixture(scope="session")
def brighter_saved_model(tmp_path_factory):
    """The same model with another variable, to tell versions apart."""
    path = tmp_path_factory.mktemp("exported") / "brighter"
    save_tiny_model(path, brightness=1.0)
    return path


@pytest.fixture
def base_path(saved_model, tmp_path):
    """A base path with version 1."""
    shutil.copytree(saved_model, tmp_path / "digits" / "1")
    return tmp_path / "digits"


MONITORING = 'prometheus_config { enable: true path: "/monitoring/prometheus/metrics" }'


@pytest.fixture(scope="session")
def server(saved_model, example_model, free_ports, tmp_path_factory):
    """A server that tests read from; what changes a model starts its own.

    It is the embedded one, unless the environment names a TensorFlow Serving to hold to the same
    tests: its binary in TENSORFLOW_MODEL_SERVER, or in TF_SERVING_ADDRESS (127.0.0.1:PORT, and
    TF_SERVING_REST_PORT, 8501 by default) one that serves what `python tests/serving/conftest.py
    DIRECTORY` wrote, with the model config file in that directory.
    """
    if address := os.environ.get("TF_SERVING_ADDRESS"):
        host, _, port = address.rpartition(":")
        assert host in ("127.0.0.1", "localhost"), "forward the server's ports to this machine"
        rest_api_port = int(os.environ.get("TF_SERVING_REST_PORT", "8501"))
        yield types.SimpleNamespace(port=int(port), rest_api_port=rest_api_port)
        return
    base = tmp_path_factory.mktemp("served")
    shutil.copytree(saved_model, base / "digits" / "1")
    shutil.copytree(example_model, base / "examples" / "00000123")
    if binary := os.environ.get("TENSORFLOW_MODEL_SERVER"):
        arguments = write_configs(base)
        real = ServerProcess(free_ports(2), *arguments, command=[binary])
        yield real
        real.end()
        return
    models = {"digits": base / "digits", "examples": base / "examples"}
    with EmbeddedServer(models, monitoring_path="/monitoring/prometheus/metrics") as running:
        yield running


@pytest.fixture(scope="module")
def channel(server):
    options = [("grpc.enable_http_proxy", 0)]
    with grpc.insecure_channel(f"127.0.0.1:{server.port}", options) as opened:
        yield opened


@pytest.fixture(scope="module")
def http(server):
    with httpx.Client(base_url=f"http://127.0.0.1:{server.rest_api_port}", timeout=60) as client:
        yield client


def write_configs(base):
    """Writes the config files of a server of both models; returns its flags."""
    entries = [
        f'config {{ name: "{name}" base_path: "{base / name}" model_platform: "tensorflow" }}'
        for name in ("digits", "examples")
    ]
    (base / "models.config").write_text(f"model_config_list {{ {' '.join(entries)} }}")
    (base / "monitoring.config").write_text(MONITORING)
    return [
        f"--model_config_file={base / 'models.config'}",
        f"--monitoring_config_file={base / 'monitoring.config'}",
    ]


class ServerProcess:
    """`infogan-serve` in a process of its own, for tests that measure or kill it."""

    def __init__(
        self, ports, *arguments, command=(sys.executable, "-m", "keras_infogan.cli.serve")
    ):
        self.port, self.rest_api_port = ports
        self.lines = []
        command = [*command, *arguments]
        command += [f"--port={self.port}", f"--rest_api_port={self.rest_api_port}"]
        self.process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        self._wait_until_it_answers()

    def _read(self):
        self.lines.extend(iter(self.process.stdout.readline, ""))

    def _wait_until_it_answers(self, seconds=120.0):
        deadline = time.monotonic() + seconds
        for port in (self.port, self.rest_api_port):
            while True:
                with socket.socket() as probe:
                    if probe.connect_ex(("127.0.0.1", port)) == 0:
                        break
                assert self.process.poll() is None, "".join(self.lines)
                assert time.monotonic() < deadline, "".join(self.lines)
                time.sleep(0.02)

    def wait_for(self, text, seconds=120.0):
        deadline = time.monotonic() + seconds
        while not any(text in line for line in self.lines):
            assert self.process.poll() is None, "".join(self.lines)
            assert time.monotonic() < deadline, "".join(self.lines)
            time.sleep(0.02)

    def megabytes(self):
        """Resident memory, without what files back."""
        with open(f"/proc/{self.process.pid}/status") as file:
            fields = dict(line.split(":", 1) for line in file if ":" in line)
        return int(fields["RssAnon"].split()[0]) / 1024

    def end(self, number=signal.SIGTERM, seconds=60.0):
        """Sends a signal and returns the exit status."""
        if self.process.poll() is None:
            os.kill(self.process.pid, number)
        status = self.process.wait(seconds)
        self._reader.join(10.0)
        self.process.stdout.close()
        return status


@pytest.fixture
def serve(free_ports):
    """Starts servers in processes of their own; they end with the test."""
    started = []

    def start(*arguments):
        started.append(ServerProcess(free_ports(2), *arguments))
        return started[-1]

    yield start
    for server in started:
        server.end(signal.SIGKILL)


if __name__ == "__main__":
    directory = Path(sys.argv[1]).resolve()
    save_tiny_model(directory / "digits" / "1")
    save_example_model(directory / "examples" / "00000123")
    print("tensorflow_model_server", *write_configs(directory))
