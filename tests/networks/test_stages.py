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
    second = stage_two(RECIPE, conditioning[1] + 18, image[1:])
    generator = two_stages(first, second, 18)
    assert generator.input_shape == (None, 21)
    assert generator.output_shape == (None, 32, 64, 3)


def test_it_needs_noise_for_the_conditioning():
    with pytest.raises(ValueError, match="at least 16 columns of noise. Received: 1"):
        stage_one(RECIPE, 4, TEXT, (32, 32, 3))
