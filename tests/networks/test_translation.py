import keras
import numpy as np
import pytest

from keras_infogan.networks import Recipe
from keras_infogan.networks.translation import translator

RECIPE = Recipe("dcgan", options={"width_multiplier": 0.05})


def test_a_row_of_columns_and_an_image_becomes_another_image():
    model = translator(RECIPE, (8, 12, 1), (8, 12, 3), 5, "generator")
    assert model.input_shape == (None, 5 + 96)
    assert model.output_shape == (None, 8, 12, 3)


def test_columns_color_the_whole_image():
    """Instance normalization takes away what a convolution adds to all pixels: .009 is left."""
    keras.utils.set_random_seed(0)
    model = translator(RECIPE, (32, 32, 1), (32, 32, 3), 4, "generator")
    source = np.random.default_rng(0).uniform(size=[1, 32 * 32])
    images = np.asarray(model(np.hstack([np.eye(4), np.repeat(source, 4, axis=0)])))
    colors = images[:, 8:24, 8:24].mean(axis=(1, 2))
    assert colors.std(axis=0).max() > 0.02


@pytest.mark.parametrize(("source", "target"), [((8, 8, 1), (4, 4, 3)), ((6, 6, 1), (6, 6, 3))])
def test_other_sizes_are_refused(source, target):
    with pytest.raises(ValueError, match="one size, with sides that are multiples of 4"):
        translator(RECIPE, source, target, 0, "inverse")
