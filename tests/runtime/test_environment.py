import os
import subprocess
import sys

import pytest

from keras_infogan.runtime import environment


def test_nothing_is_written_to_stderr_in_the_block(capfd):
    os.write(2, b"before\n")
    with environment.closed_stderr():
        os.write(2, b"native code\n")
    os.write(2, b"after\n")
    assert capfd.readouterr().err == "before\nafter\n"


def test_stderr_returns_after_an_error(capfd):
    with pytest.raises(ValueError), environment.closed_stderr():
        raise ValueError
    os.write(2, b"heard\n")
    assert capfd.readouterr().err == "heard\n"


def test_onednn_is_on_unless_a_user_says_otherwise():
    code = (
        "import os, keras_infogan.runtime.environment; print(os.environ['TF_ENABLE_ONEDNN_OPTS'])"
    )
    for given, used in (({}, "1"), ({"TF_ENABLE_ONEDNN_OPTS": "0"}, "0")):
        others = {k: v for k, v in os.environ.items() if k != "TF_ENABLE_ONEDNN_OPTS"}
        done = subprocess.run(
            [sys.executable, "-c", code],
            env=others | given,
            capture_output=True,
            text=True,
            check=True,
        )
        assert done.stdout.strip() == used


def test_a_users_level_of_logs_stays(monkeypatch):
    monkeypatch.setenv("TF_CPP_MIN_LOG_LEVEL", "1")
    environment.import_tensorflow_quietly()
    assert os.environ["TF_CPP_MIN_LOG_LEVEL"] == "1"
