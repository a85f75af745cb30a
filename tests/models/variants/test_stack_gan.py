import numpy as np
import pytest
import tensorflow as tf

from keras_infogan import Categorical, LatentSpec
from keras_infogan.latents import GivenClass, GivenText
from keras_infogan.models.variants import StackGAN
from keras_infogan.objectives import Wasserstein

TEXT = GivenText(["red", "blue"], 1, examples=["red", "blue"])


def make(given, noise=16, **arguments):
    latents = LatentSpec(noise, {"kind": Categorical(3)}, given=given)
    networks = {"width_multiplier": 0.05}
    return StackGAN.from_architecture("dcgan", latents, (32, 32, 1), networks=networks, **arguments)


def test_the_conditioning_is_the_divergence_from_a_standard_normal():
    model = make({"word": TEXT}, conditioning_weight=0.5)
    images = tf.zeros([2, 32, 32, 1])
    given = {"word": tf.constant([[[2]], [[3]]], tf.int64)}
    seed = tf.constant([0, 1])
    logs = model.compute_losses(images, seed, training=False, given=given).logs
    _, encoded = model.draw(2, seed, given)
    _, _, mean, log_deviation = model.generator.get_layer("stage_one")(encoded)
    mean, deviation = mean.numpy(), np.exp(log_deviation.numpy())
    by_hand = 0.5 * (mean**2 + deviation**2 - 1 - 2 * np.log(deviation)).sum(axis=1).mean()
    assert float(logs["conditioning"]) == pytest.approx(by_hand, rel=1e-3)


def test_both_discriminators_reject_images_with_another_text():
    """With Wasserstein's loss, D's is the mean of what it rejects minus that of real pairs."""
    images = tf.random.stateless_uniform([2, 32, 32, 1], (0, 1))
    given = {"word": tf.constant([[[2]], [[3]]], tf.int64)}
    seed = tf.constant([0, 1])
    losses = [
        make({"word": TEXT}, objective=Wasserstein(), matching_aware=aware).compute_losses(
            images, seed, training=False, given=given
        )
        for aware in (False, True)
    ]
    model = make({"word": TEXT})
    columns = model.latents.encode_given(given)
    small = tf.nn.avg_pool2d(images, 4, 4, "VALID")
    real, other = (
        tf.reduce_mean(
            model.discriminate_fakes(images, each).logits + model.first_discriminator([small, each])
        )
        for each in (columns, columns[::-1])
    )
    # (fake + other) / 2 - real, and fake - real without mismatched pairs.
    by_hand = (losses[0].discriminator + real + other) / 2.0 - real
    assert float(losses[1].discriminator) == pytest.approx(float(by_hand), abs=1e-6)


def test_it_needs_one_text_and_enough_noise():
    with pytest.raises(ValueError, match="StackGAN should be given one GivenText"):
        make({"word": GivenClass(3)})
    with pytest.raises(ValueError, match="at least 16 dimensions, .* Received: noise=15"):
        make({"word": TEXT}, noise=15)
    with pytest.raises(ValueError, match="`conditioning_weight`"):
        make({"word": TEXT}, conditioning_weight=-1.0)


def test_a_word_that_is_not_known_is_refused():
    with pytest.raises(ValueError, match="Received: 'green'"):
        make({"word": TEXT}).sample(1, {"word": "green"})
