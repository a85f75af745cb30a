import io

import numpy as np
import pytest
import tensorflow as tf
from PIL import Image

from keras_infogan.explorer import Control, ServedModel, ServedModels
from keras_infogan.explorer.grids import axes_of, make_grid
from keras_infogan.explorer.served_models import ServerError

CODES = {"coin": (1.0,), "kind": 1, "style": (0.0, 1.0)}
PIXELS = 70  # of the page, for a pixel of the model's 4 x 4
GRAYS = [128, 128, 255, 255]  # the first row of the image under CODES


def grays(picture):
    """The model's pixels in the page's picture."""
    return picture[PIXELS // 2 :: PIXELS, PIXELS // 2 :: PIXELS, 0]


def test_controls_of_models_side_by_side(models, controls):
    assert models.connect() == controls
    assert models.labels == ["legible 1", "again"]
    models.check()


def test_pictures(models):
    pictures = models.pictures(CODES, seed=7)
    assert [picture.shape for picture in pictures] == [(280, 280, 3)] * 2
    for picture in pictures:
        np.testing.assert_array_equal(grays(picture)[0], GRAYS)


def test_grid(models, controls):
    axes = axes_of(controls)
    grid = make_grid(CODES, 0, axes["kind"], axes["coin"], rows=9, columns=9)
    for picture in models.grids(grid):
        factor = picture.shape[0] // (2 * (4 + 2))
        assert picture.shape == (factor * 2 * 6, factor * 3 * 6, 3)
        corners = picture[factor // 2 :: 6 * factor, factor // 2 :: 6 * factor, 0]
        np.testing.assert_array_equal(corners, [[0, 128, 255]] * 2)


def test_morph(models):
    end = {**CODES, "style": (1.0, -1.0)}
    (half, _) = models.morphs(CODES, end, seed=0, position=0.5)
    np.testing.assert_array_equal(grays(half)[0], [128, 191, 128, 255])
    gifs = models.gifs(CODES, end, seed=0, frames=5)
    for data in gifs:
        with Image.open(io.BytesIO(data)) as gif:
            assert (gif.n_frames, gif.size) == (8, (280, 280))


def test_read(models):
    (pixels, _) = models.pictures(CODES, seed=0)
    picture = tf.io.encode_png(pixels).numpy()
    for read in models.readings(picture, is_inverted=False, seed=0):
        assert "**kind: 1 (probability 0.980)**" in read.text
        assert "**coin: 1.00 ± 0.00**, entropy 0.00 nats" in read.text
        assert read.bars.ndim == 3
        np.testing.assert_array_equal(grays(read.reconstruction)[0], GRAYS)
    (read, _) = models.readings(picture, is_inverted=True, seed=0)
    assert "**coin: 0.00 ± 0.00**" in read.text


def test_trouble_is_a_sentence(server):
    away = ServedModels([ServedModel("127.0.0.1:1", "legible")])
    with pytest.raises(ServerError, match=r"^The server at 127.0.0.1:1 does not answer.$"):
        away.check()
    for model in (ServedModel(server, "other"), ServedModel(server, "legible", 9)):
        with pytest.raises(ServerError, match=f"^The server at {server} refuses {model.label}: .*"):
            ServedModels([model]).connect()


def test_a_model_is_asked_for_its_own_codes_only(models, controls):
    picture, _ = models.pictures({**CODES, "slant": (1.0,)}, seed=0)
    np.testing.assert_array_equal(grays(picture)[0], GRAYS)


def test_models_that_disagree_on_a_code_are_refused(server, monkeypatch):
    def connect(model):
        model.controls = (Control("kind", "categorical", len(model.model_name)),)

    monkeypatch.setattr(ServedModel, "connect", connect)
    models = [ServedModel(server, "legible"), ServedModel(server, "again")]
    with pytest.raises(
        ValueError, match="should be equal in all models. Received: .*size=7.*size=5"
    ):
        ServedModels(models).connect()


def test_there_should_be_a_model():
    with pytest.raises(ValueError, match="Received: none"):
        ServedModels([])
