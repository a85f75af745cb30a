import numpy as np
import tensorflow as tf

from keras_infogan.latents import GivenText
from keras_infogan.networks import Recipe
from keras_infogan.networks.story import side_by_side, story_generator

RECIPE = Recipe("dcgan", options={"width_multiplier": 0.05})
TEXT = GivenText(["a", "b"], 1, sentences=3, examples=[["a", "b", "a"]])


def test_a_frame_does_not_know_later_sentences_but_by_the_story():
    generator = story_generator(RECIPE, 2 + 3, TEXT, (8, 8, 1))
    assert generator.output_shape == (None, 3, 8, 8, 1)
    one, other = generator(tf.constant([[0.1, 0.2, 2, 3, 2], [0.1, 0.2, 2, 3, 3]])).numpy()
    assert not np.allclose(one[2], other[2])


def test_frames_lie_side_by_side_in_channels():
    parts = RECIPE(1, 2, (8, 8, 6))
    trunk = side_by_side(parts, (3, 8, 8, 2))
    stories = tf.random.stateless_uniform([2, 3, 8, 8, 2], [0, 0])
    by_hand = tf.concat([stories[:, k] for k in range(3)], axis=-1)
    np.testing.assert_allclose(trunk(stories), parts.trunk(by_hand), atol=1e-6)
