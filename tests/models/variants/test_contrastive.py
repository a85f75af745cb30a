import math

import keras
import numpy as np
import pytest
import tensorflow as tf

from keras_infogan import Categorical, Gaussian, LatentSpec, Uniform
from keras_infogan.models.variants import ContrastiveInfoGAN

LATENTS = LatentSpec(2, {"a": Uniform(2), "kind": Categorical(3), "b": Uniform(1)})


def make(**arguments):
    return ContrastiveInfoGAN.from_architecture("tiny", LATENTS, (8, 8, 1), **arguments)


def test_a_pair_shares_one_dimension():
    model = make()
    first, second = LATENTS.sample(3, (0, 1)), LATENTS.sample(3, (0, 2))
    joined = model._sharing(tf.constant([0, 1, 2]), first, second)
    same = tf.concat([tf.equal(joined[name], first[name]) for name in ("a", "b")], axis=-1)
    np.testing.assert_array_equal(same, np.eye(3, dtype=bool))
    np.testing.assert_array_equal(joined["kind"], second["kind"])
    np.testing.assert_array_equal(joined["noise"], second["noise"])


def test_a_network_that_guesses_costs_the_logarithm_of_the_dimensions():
    model = make()
    for variable in model.contrast_network.trainable_variables:
        variable.assign(tf.zeros_like(variable))
    assert float(model.contrast(8, tf.constant([0, 1]))) == pytest.approx(math.log(3.0))


def test_both_sides_get_the_weighted_term(images):
    images = tf.cast(images, tf.float32) / 255.0
    seed = tf.constant([0, 1])
    on, off = make(contrast_weight=3.0), make(contrast_weight=3.0, contrast_start=1)
    found = on.compute_losses(images, seed).named()
    without = off.compute_losses(images, seed).named()
    contrast = float(found["contrast"])
    for side in ("generator_loss", "discriminator_loss"):
        assert float(found[side] - without[side]) == pytest.approx(3.0 * contrast, rel=1e-4)


def test_refuses():
    with pytest.raises(ValueError, match="two continuous dimensions or more. Received"):
        ContrastiveInfoGAN.from_architecture(
            "tiny", LatentSpec(2, {"a": Uniform(1)}), (8, 8, 1), contrast_weight=1.0
        )
    with pytest.raises(
        ValueError, match="`contrast_weight` should be above 0. Received: contrast_weight=0"
    ):
        make(contrast_weight=0)


def test_the_contrast_network_sees_both_images():
    network = make().contrast_network
    assert network.input_shape == (None, 8, 8, 2)
    assert network.output_shape == (None, 3)
    assert isinstance(network, keras.Model)


def test_pairs_a_gap_apart_are_uniform_among_all_that_are():
    """As many pairs of uniform numbers, of which those too close are thrown away."""
    model = make(contrast_gap=1.2)
    count = 40_000
    first, second = model._apart(
        LATENTS.sample(count, (0, 1)), LATENTS.sample(count, (0, 2)), tf.constant([3, 4])
    )
    made = np.stack([first["b"][:, 0], second["b"][:, 0]])
    drawn = np.random.default_rng(0).uniform(-1, 1, [2, 10 * count])
    kept = drawn[:, np.abs(drawn[0] - drawn[1]) >= 1.2]
    distances = np.abs(made[0] - made[1])
    assert distances.min() >= 1.2 - 1e-6
    assert np.abs(made).max() <= 1.0
    assert distances.mean() == pytest.approx(1.2 + 0.8 / 3, abs=0.005)
    quantiles = [0.1, 0.25, 0.5, 0.75, 0.9]
    for one, other in zip(made, kept, strict=True):
        np.testing.assert_allclose(
            np.quantile(one, quantiles), np.quantile(other, quantiles), atol=0.02
        )


def test_the_gap_closes_from_the_start_of_the_contrast():
    model = make(contrast_gap=1.5, contrast_start=10, contrast_gap_steps=20)
    gaps = []
    for step in (0, 10, 20, 30, 40):
        model.step.assign(step)
        gaps.append(float(model.gap()))
    assert gaps == pytest.approx([1.5, 1.5, 0.75, 0.0, 0.0])
    assert float(make(contrast_gap=1.5).gap()) == 1.5


def test_a_gap_is_trained_with_and_kept_in_a_file(images, tmp_path):
    model = make(contrast_gap=1.5, contrast_gap_steps=20)
    model.compile()
    model.fit(images, batch_size=16, verbose=0)
    model.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras")
    assert (loaded.contrast_gap, loaded.contrast_gap_steps) == (1.5, 20)


@pytest.mark.parametrize("gap", [-0.1, 2.0, float("nan")])
def test_a_gap_that_no_pair_has_is_refused(gap):
    with pytest.raises(ValueError, match="`contrast_gap` should be (from 0 to below 2|finite)"):
        make(contrast_gap=gap)


def test_a_gap_is_between_uniform_codes():
    latents = LatentSpec(2, {"a": Gaussian(2)})
    with pytest.raises(ValueError, match="needs Uniform codes"):
        ContrastiveInfoGAN.from_architecture("tiny", latents, (8, 8, 1), contrast_gap=1.0)
