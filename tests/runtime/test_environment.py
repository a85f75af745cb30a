import os
import sys
import types

import keras  # noqa: F401
import pytest

from keras_infogan.runtime import environment


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


def test_nothing_is_written_to_a_closed_stderr(capfd):
    with environment.closed_stderr():
        os.write(2, b"hidden")
    os.write(2, b"shown")
    assert capfd.readouterr().err == "shown"


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
