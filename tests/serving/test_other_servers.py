"""Holds the real TensorFlow Serving, where there is one, to the tests of the embedded server."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

CONTRACT = ("test_grpc_server.py", "test_rest_server.py", "test_inference.py", "test_clients.py")


@pytest.mark.timeout(1200)
def test_tensorflow_serving_passes_the_same_tests():
    if not (os.environ.get("TENSORFLOW_MODEL_SERVER") or os.environ.get("TF_SERVING_ADDRESS")):
        pytest.skip(
            "no TensorFlow Serving: name its binary in TENSORFLOW_MODEL_SERVER, or a running one "
            "in TF_SERVING_ADDRESS"
        )
    folder = Path(__file__).parent
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
    command += [str(folder / name) for name in CONTRACT]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=1200)
    assert ended.returncode == 0, ended.stdout[-5000:]
