import pytest

from keras_infogan import networks


@pytest.fixture(autouse=True)
def tiny(monkeypatch, make_networks):
    """An architecture "tiny" of small images, of one channel or two."""
    monkeypatch.setitem(networks.ARCHITECTURES, "tiny", make_networks)
