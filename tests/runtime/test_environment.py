import os
import subprocess
import sys
import types

import keras  # noqa: F401
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


def test_proxies_are_hidden_in_the_block_only(monkeypatch):
    proxies = {"HTTP_PROXY": "http://a:1", "all_proxy": "socks5://b:2", "NO_PROXY": "c"}
    for name, value in proxies.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("PROXY_OF_NOTHING", "1")
    with pytest.raises(KeyError), environment.without_proxies():
        assert not any(name in os.environ for name in proxies)
        assert os.environ["PROXY_OF_NOTHING"] == "1"
        raise KeyError
    assert {name: os.environ[name] for name in proxies} == proxies


def test_the_backend_of_an_imported_keras_counts(monkeypatch):
    monkeypatch.setenv("KERAS_BACKEND", "jax")
    environment.require_tensorflow_backend()  # Keras is here already, with TensorFlow
    config = types.SimpleNamespace(backend=lambda: "numpy")
    monkeypatch.setitem(sys.modules, "keras", types.SimpleNamespace(config=config))
    with pytest.raises(RuntimeError, match="^The Keras backend should be .* Received: numpy$"):
        environment.require_tensorflow_backend()


@pytest.mark.parametrize("text", [None, "{", "{}", '{"backend": "tensorflow"}'])
def test_keras_json_may_be_missing_or_damaged(monkeypatch, tmp_path, text):
    monkeypatch.delitem(sys.modules, "keras")
    monkeypatch.delenv("KERAS_BACKEND", raising=False)
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    if text is not None:
        (tmp_path / "keras.json").write_text(text)
    environment.require_tensorflow_backend()
