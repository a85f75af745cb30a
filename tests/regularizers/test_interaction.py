from types import SimpleNamespace

import keras
import numpy as np
import pytest
import tensorflow as tf

from keras_infogan import Bernoulli, Categorical, LatentSpec, Uniform
from keras_infogan.regularizers import InteractionPenalty
from keras_infogan.regularizers.context import PenaltyContext
from keras_infogan.regularizers.interaction import share_of_interaction

TWO = LatentSpec(2, {"first": Categorical(3), "second": Categorical(4)})
LATENTS = LatentSpec(2, {"first": Categorical(3), "style": Uniform(2), "flags": Bernoulli(2)})


def context(generate, latents=TWO, batch_size=400, seed=(0, 1)):
    images = tf.zeros([batch_size, 1, 1, 1])
    nothing = (images, None, None, None, latents, tf.constant(seed))
    return PenaltyContext(images, *nothing, True, lambda codes: generate(codes)[:, None, :, None])


def test_codes_that_add_up_do_not_interact():
    weights = tf.random.stateless_normal([TWO.width, 5], (0, 0))
    assert float(InteractionPenalty()(context(lambda codes: codes @ weights))) < 1e-10


def test_a_change_that_undoes_another_is_all_interaction():
    dark, bright = tf.zeros([1, 2, 2, 1]), tf.fill([1, 2, 2, 1], 100.0)
    share = float(share_of_interaction(dark, bright, bright, dark))
    assert share == pytest.approx(1.0, rel=1e-4)


def test_pixels_of_their_own_for_each_pair_of_categories():
    """By hand, both codes changed: E||.||^2 = 4 over the four edges' 2 + 2 + 2 + 2."""

    def pairs(codes):
        joint = tf.einsum("bi,bj->bij", codes[:, 2:5], codes[:, 5:])
        return 100.0 * tf.reshape(joint, [-1, 12])

    x = np.eye(4, dtype=np.float32)[:, None, None]
    assert float(share_of_interaction(*tf.constant(1e3 * x))) == pytest.approx(0.5, rel=1e-6)
    # A row that changes one code alone has two edges of 2 and no interaction. Of the rows, 2/3
    # change the first and 3/4 the second: 4 * 1/2 / (8 * 1/2 + 4 * (1/6 + 1/4)).
    seen = [float(InteractionPenalty()(context(pairs, seed=(0, k)))) for k in range(20)]
    assert np.mean(seen) == pytest.approx(2 / (4 + 5 / 3), abs=0.02)


def test_changes_are_of_two_dimensions_and_of_nothing_else():
    seen = []

    def generate(codes):
        seen.append(codes)
        return codes

    InteractionPenalty()(context(generate, LATENTS, batch_size=403))
    corners = np.stack(np.split(seen[0].numpy(), 4))
    assert corners.shape == (4, 100, LATENTS.width)
    noise, kind, numbers = corners[..., :2], corners[..., 2:5], corners[..., 5:]
    np.testing.assert_array_equal(noise, np.broadcast_to(noise[0], noise.shape))
    assert (kind.sum(-1) == 1).all()
    changed = np.concatenate([(kind != kind[0]).any(-1, keepdims=True), numbers != numbers[0]], -1)
    assert changed[1:3].sum(-1).max() == 1
    np.testing.assert_array_equal(changed[3], changed[1] | changed[2])
    assert (changed[1] & changed[2]).sum() == 0
    assert changed[1].any(0).all() and changed[2].any(0).all()


def test_images_that_no_code_changes_have_a_penalty_of_zero():
    scale = tf.Variable(0.0)
    with tf.GradientTape() as tape:
        penalty = InteractionPenalty()(context(lambda codes: scale * tf.square(codes)))
    assert float(penalty) == 0.0
    assert np.isfinite(tape.gradient(penalty, scale))


def test_the_generator_minimizes_it_and_the_discriminator_does_not(make_model):
    latents = LatentSpec(2, {"kind": Categorical(3), "style": Uniform(1)})
    plain, held = (
        make_model(latents, regularizers=regularizers)
        for regularizers in ([], [InteractionPenalty(5.0)])
    )
    images = tf.random.stateless_uniform([16, 8, 8, 1], (0, 0))
    seed = tf.constant([1, 2])
    averages = [v.numpy() for v in held.generator.non_trainable_variables]
    losses = {
        name: model.compute_losses(images, seed).named()
        for name, model in (("a", plain), ("b", held))
    }
    moved = [v.numpy() for v in held.generator.non_trainable_variables]
    assert any((a != b).any() for a, b in zip(averages, moved, strict=True))
    for a, b in zip(plain.generator.variables, held.generator.variables, strict=True):
        np.testing.assert_array_equal(a, b)  # the further images moved no average
    penalty = losses["b"]["interaction"]
    assert 0 < float(penalty) <= 5
    for name, rise in (("discriminator_loss", 0.0), ("generator_loss", penalty)):
        np.testing.assert_allclose(losses["b"][name] - losses["a"][name], rise, atol=1e-5)


def test_it_refuses():
    with pytest.raises(ValueError, match="`weight` should be above 0. Received: weight=0"):
        InteractionPenalty(0)
    one = LatentSpec(3, {"digit": Categorical(10)})
    with pytest.raises(ValueError, match="two dimensions or more. Received: codes=.*digit"):
        InteractionPenalty().check(SimpleNamespace(latents=one))
    InteractionPenalty().check(SimpleNamespace(latents=LatentSpec(0, {"style": Uniform(2)})))


def test_config_round_trips():
    original = InteractionPenalty(0.5)
    restored = keras.saving.deserialize_keras_object(keras.saving.serialize_keras_object(original))
    assert restored.get_config() == original.get_config() == {"weight": 0.5}
