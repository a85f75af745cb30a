import keras
import numpy as np
import pytest

from keras_infogan.latents import GivenText
from keras_infogan.networks import Recipe
from keras_infogan.networks.stages import stage_one, stage_two, two_stages

RECIPE = Recipe("dcgan", options={"width_multiplier": 0.05})
TEXT = GivenText(["a", "b"], 3, examples=["a b"])


def test_the_second_stage_is_four_times_as_large():
    first = stage_one(RECIPE, 16 + 2 + 3, TEXT, (32, 64, 3))
    image, conditioning, *_ = first.output_shape
    assert image == (None, 8, 16, 3)
    assert conditioning == (None, 16)
    second = stage_two(RECIPE, 18, image[1:])
    generator = two_stages(first, second, 18)
    assert generator.input_shape == (None, 21)
    assert generator.output_shape == (None, 32, 64, 3)


def test_sides_that_the_first_stage_cannot_make():
    message = r"a quarter of the height and width of image_shape=\(36, 36, 3\)"
    with pytest.raises(ValueError, match=message):
        stage_one(RECIPE, 21, TEXT, (36, 36, 3))


def test_the_noise_of_the_conditioning_reaches_nothing_else():
    first = stage_one(RECIPE, 16 + 2 + 3, TEXT, (32, 64, 3))
    generator = two_stages(first, stage_two(RECIPE, 18, (8, 16, 3)), 18)
    mean_alone = keras.Model(first.input, first.output[2])
    silent = first.get_layer("log_deviation")
    silent.set_weights([0.0 * silent.get_weights()[0], np.full([16], -100.0)])
    rows = np.random.default_rng(0).uniform(-1, 1, [2, 21]).astype("float32")
    rows[1, 16:] = rows[0, 16:]
    np.testing.assert_array_equal(mean_alone(rows)[0], mean_alone(rows)[1])
    images = generator(rows, training=False)
    np.testing.assert_allclose(images[0], images[1], atol=1e-6)
