"""Mixed load while versions come and go, one of them broken.

The long form (KERAS_INFOGAN_LONG=1) takes ten minutes and holds the server's memory to a limit.
"""

import random
import shutil
import sys
import threading
import time

import grpc
import httpx
import numpy as np
import pytest

from keras_infogan.serving import Client
from keras_infogan.serving.protocol.errors import StatusError

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc"),
]

WORKERS = 6
MALFORMED_SHARE = 0.05
BRIGHTNESSES = (0.5, 1.0)  # of odd and of even versions
IMAGE = np.full([2, 4, 4, 1], 0.3, np.float32)

WRONG = [
    ("generate", {"seed": [1]}, "digit"),
    ("recognize", {"image": np.zeros([2], np.float32)}, "Images should have shape"),
    ("nothing", {"seed": [1]}, "not found"),
    ("sample", {"seed": np.zeros([1, 2], np.int64)}, ""),
]
WRONG_CODES = (grpc.StatusCode.INVALID_ARGUMENT, grpc.StatusCode.FAILED_PRECONDITION)


def publish(saved_model, base_path, version, is_broken=False):
    temporary = base_path / f".tmp-{version}"
    shutil.copytree(saved_model, temporary)
    if is_broken:
        graph = temporary / "saved_model.pb"
        graph.write_bytes(graph.read_bytes()[:100])
    temporary.rename(base_path / str(version))


class Worker(threading.Thread):
    """Asks at random until told to stop; `failures` is what should not have happened."""

    def __init__(self, server, number, stopping):
        super().__init__()
        self._random = random.Random(number)
        protocol = "rest" if number % 3 == 2 else "grpc"
        port = server.rest_api_port if protocol == "rest" else server.port
        self._client = Client(f"127.0.0.1:{port}", "digits", protocol=protocol, retries=0)
        self._stopping = stopping
        self.answered = self.refused = 0
        self.failures = []

    def run(self):
        with self._client:
            while not self._stopping.is_set() and len(self.failures) < 5:
                try:
                    self._ask()
                except Exception as error:
                    self.failures.append(repr(error))

    def _ask(self):
        if self._random.random() < MALFORMED_SHARE:
            self._ask_wrongly(*self._random.choice(WRONG))
            self.refused += 1
            return
        signature = self._random.choice(
            ["generate", "generate_png", "sample", "recognize", "discriminate"]
        )
        getattr(self, f"_check_{signature}")(self._random.randrange(10**6))
        self.answered += 1

    def _ask_wrongly(self, signature, inputs, text):
        try:
            self._client.predict(signature, inputs)
        except StatusError as error:
            assert error.code in WRONG_CODES and text in error.message, repr(error)
        except ValueError as error:  # from the client, which sends no such images
            assert text in str(error), repr(error)
        else:
            raise AssertionError(f"{signature} answered {inputs}")

    def _check_generate(self, seed):
        image = self._client.generate({"digit": [3, 4], "style": [0.1, 0.2]}, seed=[seed, seed + 1])
        check_images(image, [3, 4], [seed, seed + 1])

    def _check_generate_png(self, seed):
        (png,) = self._client.generate_png({"digit": 3, "style": [0.1, 0.2]}, seed=seed)
        assert png.startswith(b"\x89PNG")

    def _check_sample(self, seed):
        answer = self._client.sample([seed, seed + 1, seed + 2])
        seeds = np.arange(seed, seed + 3)
        assert answer["digit"].tolist() == (seeds % 10).tolist()
        check_images(answer["image"], seeds % 10, seeds)

    def _check_recognize(self, seed):
        image = IMAGE.copy()
        image[:, 0, 0, 0] = [seed % 10 / 10, 0.7]
        assert self._client.recognize(image)["digit"].tolist() == [seed % 10, 7]

    def _check_discriminate(self, seed):
        logit = self._client.predict("discriminate", {"image": IMAGE}, ["logit"])["logit"]
        np.testing.assert_allclose(logit, [0.3, 0.3], rtol=1e-5)


def check_images(image, digits, seeds):
    np.testing.assert_allclose(image[:, 0, 0, 0], np.float32(digits) / 10, rtol=1e-6)
    np.testing.assert_allclose(image[:, 0, 3, 0], np.float32(np.array(seeds) % 7) / 7, rtol=1e-6)
    background = image[:, 1:].ravel()
    assert any((background == brightness).all() for brightness in BRIGHTNESSES)


@pytest.mark.timeout(1200)
@pytest.mark.parametrize("batching", [False, True], ids=["alone", "batched"])
def test_nothing_is_lost_while_versions_come_and_go(
    serve, base_path, saved_model, brighter_saved_model, is_long, batching
):
    seconds, every = (600.0, 20.0) if is_long else (9.0, 2.0)
    broken = 4
    server = serve(
        "--model_name=digits",
        f"--model_base_path={base_path}",
        "--file_system_poll_wait_seconds=0.5",
        *(["--enable_batching"] if batching else []),
    )
    stopping = threading.Event()
    workers = [Worker(server, number, stopping) for number in range(WORKERS)]
    for worker in workers:
        worker.start()
    started = time.monotonic()
    version, first_minute, highest = 1, 0.0, 0.0
    while (elapsed := time.monotonic() - started) < seconds:
        if elapsed > version * every:
            version += 1
            source = [brighter_saved_model, saved_model][version % 2]
            publish(source, base_path, version, is_broken=version == broken)
        if elapsed < 60.0:
            first_minute = max(first_minute, server.megabytes())
        highest = max(highest, server.megabytes())
        time.sleep(0.2)
    stopping.set()
    for worker in workers:
        worker.join()
    answered = sum(worker.answered for worker in workers)
    refused = sum(worker.refused for worker in workers)
    print(
        f"\n{answered} answered, {refused} refused in {seconds:.0f} s, {version} versions, "
        f"memory {first_minute:.0f} MB in the first minute, {highest:.0f} MB at most"
    )
    assert [failure for worker in workers for failure in worker.failures] == []
    assert answered > 20 * seconds and refused > 0 and version >= broken
    assert any(f"version {broken} failed to load" in line for line in server.lines)
    if is_long:
        assert highest <= 1.05 * first_minute
    assert server.end() == 0


def test_a_broken_version_is_in_the_status_with_its_reason(serve, base_path, saved_model):
    server = serve(
        "--model_name=digits",
        f"--model_base_path={base_path}",
        "--file_system_poll_wait_seconds=0.1",
    )
    publish(saved_model, base_path, 2, is_broken=True)
    server.wait_for("version 2 failed to load")
    answer = httpx.get(f"http://127.0.0.1:{server.rest_api_port}/v1/models/digits").json()
    two, one = answer["model_version_status"]
    assert (two["version"], two["state"]) == ("2", "END")
    assert two["status"]["error_code"] != "OK" and two["status"]["error_message"]
    assert (one["version"], one["state"]) == ("1", "AVAILABLE")
