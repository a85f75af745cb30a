import pytest

from keras_infogan import LatentSpec
from keras_infogan.callbacks import (
    TraversalImages,
)


def test_pictures_of_every_code(attach, model, tmp_path):
    callback = attach(TraversalImages(tmp_path / "deep" / "images", every=2, rows=2))
    model.step.assign(12)
    callback.on_epoch_end(0)
    assert not (tmp_path / "deep").exists()
    callback.on_epoch_end(1)
    names = sorted(path.name for path in (tmp_path / "deep" / "images").iterdir())
    assert names == ["kind-0000012.png", "style-0000012.png"]
    for name in names:
        assert (tmp_path / "deep" / "images" / name).read_bytes().startswith(b"\x89PNG")


def test_pictures_show_the_same_noise_each_time(attach, model, tmp_path):
    callback = attach(TraversalImages(tmp_path, rows=2, seed=3))
    for step in (1, 2):
        model.step.assign(step)
        callback.on_epoch_end(0)
    first, second = sorted(tmp_path.glob("kind-*"))
    assert first.read_bytes() == second.read_bytes()


def test_a_model_without_codes_has_pictures_too(make_model, tmp_path):
    callback = TraversalImages(tmp_path, rows=2)
    callback.set_model(make_model(LatentSpec(3)))
    callback.on_epoch_end(0)
    assert [path.name for path in tmp_path.iterdir()] == ["samples-0000000.png"]


def test_pictures_every_no_epoch():
    with pytest.raises(
        ValueError, match="`every` should be an int of at least 1. Received: every=0"
    ):
        TraversalImages("logs", every=0)
