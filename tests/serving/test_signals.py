"""Processes that are told to stop, and processes that are killed."""

import contextlib
import random
import signal
import subprocess
import sys
import threading
import time

import grpc
import numpy as np
import pytest

from keras_infogan.serving import Client
from keras_infogan.serving.protocol.errors import StatusError
from keras_infogan.serving.repository import model_config
from keras_infogan.serving.repository.servable import Servable

pytestmark = pytest.mark.slow

# Exports one version after another, as fast as it can, until it is killed.
EXPORTER = """
import sys
import keras, keras_infogan as infogan
from keras_infogan.networks import Networks

layers = keras.layers
latents = infogan.LatentSpec(noise=2, codes={"kind": infogan.Categorical(3)})
image = [layers.Dense(16, "sigmoid"), layers.Reshape([4, 4, 1])]
generator = keras.Sequential([layers.Input([5]), *image])
trunk = keras.Sequential([layers.Input([4, 4, 1]), layers.Flatten(), layers.Dense(4)])
head = keras.Sequential([layers.Input([4]), layers.Dense(1)])
recognition = keras.Sequential([layers.Input([4]), layers.Dense(latents.parameter_count)])
bound = infogan.VariationalBound(latents, recognition)
model = infogan.InfoGAN(latents, generator, trunk, head, bound)
model.compile()
while True:
    infogan.export_savedmodel(model, sys.argv[1])
    print("exported", flush=True)
"""


def start(serve, base_path):
    return serve("--model_name=digits", f"--model_base_path={base_path}")


def test_sigterm_finishes_what_is_in_flight_and_exits_0(serve, base_path):
    server = start(serve, base_path)
    outcomes, asked = [], threading.Barrier(9)

    def ask(number):
        protocol = "rest" if number % 2 else "grpc"
        port = server.rest_api_port if protocol == "rest" else server.port
        address = f"127.0.0.1:{port}"
        with Client(address, "digits", protocol=protocol, batch_size=100_000) as client:
            client.signatures()
            asked.wait()
            try:
                seeds = np.arange(20_000) + number
                outcomes.append(client.predict("sample", {"seed": seeds}, ["digit"])["digit"])
            except StatusError as error:
                outcomes.append(error)

    threads = [threading.Thread(target=ask, args=[number]) for number in range(8)]
    for thread in threads:
        thread.start()
    asked.wait()
    time.sleep(0.3)  # they are on their way
    assert server.end(seconds=15.0) == 0
    for thread in threads:
        thread.join()
    answers = [outcome for outcome in outcomes if not isinstance(outcome, StatusError)]
    assert answers and all(len(answer) == 20_000 for answer in answers)
    # Who came too late was told so.
    late = {outcome.code for outcome in outcomes if isinstance(outcome, StatusError)}
    assert late <= {grpc.StatusCode.UNAVAILABLE}


def test_a_killed_server_answers_the_same_after_a_restart(serve, base_path):
    def answers(server):
        with Client(f"127.0.0.1:{server.port}", "digits") as client:
            return client.generate({"digit": range(10), "style": [0.1, 0.2]}, seed=7)

    first = start(serve, base_path)
    before = answers(first)
    assert first.end(signal.SIGKILL) == -signal.SIGKILL
    np.testing.assert_array_equal(answers(start(serve, base_path)), before)


@pytest.mark.timeout(1800)
def test_an_exporter_killed_at_any_moment_leaves_whole_versions(tmp_path, is_long):
    chance = random.Random(0)
    base_path, seen = tmp_path / "served", set()
    for _ in range(10 if is_long else 1):
        exporter = subprocess.Popen(
            [sys.executable, "-c", EXPORTER, str(base_path)], stdout=subprocess.PIPE, text=True
        )
        assert exporter.stdout.readline() == "exported\n"
        time.sleep(chance.uniform(0.0, 1.5))
        exporter.kill()
        exporter.wait()
        exporter.stdout.close()
        versions = model_config.find_versions(base_path)
        new = {path for number, path in versions.items() if number not in seen}
        assert new
        seen |= set(versions)
        for path in new:
            with contextlib.closing(Servable(path)) as servable:
                outputs = servable.run(
                    servable.signatures["sample"], {"seed": np.int64([3])}, ["image"]
                )
            assert outputs["image"].shape == (1, 4, 4, 1)
