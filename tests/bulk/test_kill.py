"""A job that is stopped and killed ends byte for byte where an unbroken one ends.

The long form (KERAS_INFOGAN_LONG=1) kills ten times.
"""

import random
import signal
import subprocess
import sys
import time

import pytest

from keras_infogan import bulk
from keras_infogan.bulk import manifest

pytestmark = pytest.mark.slow

SHARDS = 120
RAY = ("--ray_address=local",)


def start(model_path, out, *flags):
    command = [
        sys.executable,
        "-m",
        "keras_infogan.cli.generate",
        f"--model_base_path={model_path}",
    ]
    command += [f"--out={out}", *flags, "--rows_per_shard=250", "--threads=2"]
    return subprocess.Popen([*command, f"--count={250 * SHARDS}"], stdout=subprocess.DEVNULL)


def finished(out):
    """How many shards the manifest names."""
    path = out / manifest.FILE
    return path.read_bytes().count(b'"sha256"') if path.exists() else 0


def wait_for_shards(process, out, count):
    """Waits until so many further shards are finished."""
    wanted = finished(out) + count
    while finished(out) < wanted:
        assert process.poll() is None, "it ended before it could be stopped"
        time.sleep(0.001)


def stop_after(process, out, count):
    """Sends SIGTERM once so many further shards are finished."""
    wait_for_shards(process, out, count)
    process.send_signal(signal.SIGTERM)
    assert process.wait() == 128 + signal.SIGTERM


def kill_after(process, out, count):
    """Kills the process and all its descendants once so many further shards are finished."""
    psutil = pytest.importorskip("psutil")
    wait_for_shards(process, out, count)
    tree = [psutil.Process(process.pid), *psutil.Process(process.pid).children(recursive=True)]
    for each in tree:
        each.kill()
    assert process.wait() == -signal.SIGKILL
    psutil.wait_procs(tree)


@pytest.fixture
def whole(model_path, load_once, threads, tmp_path):
    """The directory of an unbroken job, made in threads."""
    bulk.generate(tmp_path / "whole", model_path, 250 * SHARDS, rows_per_shard=250, engine=threads)
    return tmp_path / "whole"


@pytest.mark.timeout(900)
def test_a_job_that_was_stopped_in_every_way(
    model_path, load_once, whole, threads, contents, tmp_path, is_long
):
    pytest.importorskip("ray")
    chance, out = random.Random(0), tmp_path / "out"
    for flags in [RAY, ()] * 5 if is_long else [RAY]:
        kill_after(start(model_path, out, *flags), out, chance.randint(2, 10))
        assert 0 < finished(out) < SHARDS
    stop_after(start(model_path, out), out, chance.randint(2, 10))
    assert 0 < finished(out) < SHARDS
    assert not list(out.glob(".*"))
    if is_long:
        assert start(model_path, out, *RAY).wait() == 0
    bulk.generate(out, model_path, 250 * SHARDS, rows_per_shard=250, engine=threads)
    assert contents(out) == contents(whole)
