"""Jobs whose processes are killed end byte for byte where unbroken ones end.

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
from keras_infogan.bulk.engines import Engine

pytestmark = pytest.mark.slow

SHARDS = 120


def start(model_path, out, engine):
    command = [
        sys.executable,
        "-m",
        "keras_infogan.cli.generate",
        f"--model_base_path={model_path}",
    ]
    command += [f"--out={out}", f"--engine={engine}", "--rows_per_shard=250", "--threads=2"]
    return subprocess.Popen([*command, f"--count={250 * SHARDS}"], stdout=subprocess.DEVNULL)


def finished(out):
    """How many shards the manifest names."""
    path = out / manifest.FILE
    return path.read_bytes().count(b'"sha256"') if path.exists() else 0


def kill_after(process, out, count):
    """Kills the process and all its descendants once so many further shards are finished."""
    psutil = pytest.importorskip("psutil")
    wanted = finished(out) + count
    while finished(out) < wanted:
        assert process.poll() is None, "it ended before it could be killed"
        time.sleep(0.001)
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


@pytest.mark.timeout(600)
def test_killed_under_ray(model_path, whole, contents, tmp_path, is_long):
    pytest.importorskip("ray")
    chance, out = random.Random(0), tmp_path / "out"
    for _ in range(5 if is_long else 1):
        kill_after(start(model_path, out, "ray"), out, chance.randint(2, 10))
        assert 0 < finished(out) < SHARDS
    bulk.generate(
        out, model_path, 250 * SHARDS, rows_per_shard=250, engine=Engine("ray", threads=2)
    )
    assert contents(out) == contents(whole)


@pytest.mark.timeout(600)
def test_killed_in_threads(model_path, load_once, whole, threads, contents, tmp_path, is_long):
    chance, out = random.Random(1), tmp_path / "out"
    for _ in range(5 if is_long else 1):
        kill_after(start(model_path, out, "threads"), out, chance.randint(2, 10))
        assert 0 < finished(out) < SHARDS
    bulk.generate(out, model_path, 250 * SHARDS, rows_per_shard=250, engine=threads)
    assert contents(out) == contents(whole)


def test_stopped_by_sigterm(model_path, tmp_path):
    out = tmp_path / "out"
    process = start(model_path, out, "threads")
    while finished(out) < 2:
        assert process.poll() is None
        time.sleep(0.001)
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=60) == 128 + signal.SIGTERM
    assert not list(out.glob(".*"))
