import keras
import pytest
import tensorflow as tf

from keras_infogan import LatentSpec
from keras_infogan.layers import MinibatchDiscrimination
from keras_infogan.networks.outputs import DiscriminatorOutput
from keras_infogan.regularizers.base import RegularizedParts
from keras_infogan.regularizers.context import PenaltyContext
from keras_infogan.regularizers.gradient_penalties import R1, R2, GradientPenalty

# Penalties on gradients: D(x) = w . x has the gradient w at every image.


SLOPE = tf.reshape(tf.constant([3.0, 0.0, 0.0, 4.0]), [2, 2, 1])


def linear_context(slope=SLOPE):
    def read(images):
        logits = tf.reduce_sum(images * slope, axis=[1, 2, 3])[:, None]
        return DiscriminatorOutput(None, logits, None)

    images, fakes = tf.random.stateless_uniform([2, 3, 2, 2, 1], (0, 1))
    latents = LatentSpec(1)
    return PenaltyContext(
        images, fakes, read(images), read(fakes), read, latents, tf.constant([0, 0])
    )


def test_gradient_penalty_of_a_linear_critic():
    assert float(GradientPenalty(10.0)(linear_context())) == pytest.approx(160.0)  # 10 (5 - 1)^2


def test_a_video_has_one_gradient():
    slope = tf.random.stateless_normal([3, 2, 2, 3], (0, 1))  # three frames

    def read(videos):
        logits = tf.reduce_sum(videos * slope, axis=[1, 2, 3, 4])[:, None]
        return DiscriminatorOutput(None, logits, None)

    videos = tf.random.stateless_uniform([4, 3, 2, 2, 3], (0, 2))
    outputs = (read(videos), read(videos), read)
    context = PenaltyContext(videos, videos, *outputs, LatentSpec(1), tf.constant([0, 0]))
    norm = float(tf.norm(slope))
    assert float(R1(2.0)(context)) == pytest.approx(norm**2, rel=1e-4)
    assert float(GradientPenalty(1.0)(context)) == pytest.approx((norm - 1) ** 2, rel=1e-4)


def test_gradient_penalty_is_two_sided_and_finite_at_zero():
    slope = tf.Variable(tf.zeros([2, 2, 1]))
    with tf.GradientTape() as tape:
        value = GradientPenalty(1.0)(linear_context(slope))
    assert float(value) == pytest.approx(1.0, abs=1e-5)
    assert bool(tf.reduce_all(tf.math.is_finite(tape.gradient(value, slope))))


@pytest.mark.parametrize("kind", [R1, R2])
def test_r1_and_r2_of_a_linear_discriminator(kind):
    assert float(kind(0.5)(linear_context())) == pytest.approx(6.25)  # 0.5 / 2 * 5^2


@pytest.mark.parametrize("kind", [R1, R2])
def test_r1_and_r2_may_be_taken_on_a_share_of_the_batch(kind):
    read = []
    seen = linear_context()

    def discriminate(images):
        read.append(len(images))
        return seen.discriminate(images)

    context = seen._replace(discriminate=discriminate)
    assert float(kind(0.5, share=0.5)(context)) == pytest.approx(6.25)
    assert read == [2]  # of three images, rounded up
    restored = keras.saving.deserialize_keras_object(
        keras.saving.serialize_keras_object(kind(0.5, share=0.25))
    )
    assert (restored.weight, restored.share) == (0.5, 0.25)
    with pytest.raises(ValueError, match="`share` should be above 0 and at most 1. Received"):
        kind(0.5, share=0.0)


def test_r1_looks_at_real_images_and_r2_at_generated_ones():
    def read(images):  # D(x) = |x|^2 / 2 has the gradient x
        return DiscriminatorOutput(
            None, tf.reduce_sum(images**2, axis=[1, 2, 3])[:, None] / 2.0, None
        )

    seen = linear_context()._replace(discriminate=read)
    squares = [
        tf.reduce_mean(tf.reduce_sum(x**2, [1, 2, 3])) for x in (seen.images, seen.fake_images)
    ]
    assert float(R1(2.0)(seen)) == pytest.approx(float(squares[0]))
    assert float(R2(2.0)(seen)) == pytest.approx(float(squares[1]))


def test_the_interpolated_image_lies_between():
    at = []

    def read(images):
        at.append(images)
        return DiscriminatorOutput(None, tf.reduce_sum(images, axis=[1, 2, 3])[:, None], None)

    seen = linear_context()
    GradientPenalty()(seen._replace(discriminate=read))
    share = (at[0] - seen.fake_images) / (seen.images - seen.fake_images)
    spread = tf.reduce_max(share, [1, 2, 3]) - tf.reduce_min(share, [1, 2, 3])
    assert float(tf.reduce_max(spread)) < 1e-3  # one alpha an image
    assert 0 < float(tf.reduce_min(share)) < float(tf.reduce_max(share)) < 1


@pytest.mark.parametrize("kind", [R1, R2, GradientPenalty])
def test_gradient_regularizers_refuse(kind):
    with pytest.raises(ValueError, match="`weight` should be above 0. Received: weight=0"):
        kind(0.0)

    def parts(trunk, head):
        return RegularizedParts(LatentSpec(1), trunk, head, None, [])

    plain = keras.Sequential([keras.layers.Input([4])])
    trunk = keras.Sequential([keras.layers.Input([4]), keras.layers.BatchNormalization(name="bn")])
    with pytest.raises(ValueError, match=f"{kind.__name__} needs a .* Received: .*'bn'"):
        kind().check(parts(trunk, plain))
    head = keras.Sequential([keras.layers.Input([4]), MinibatchDiscrimination(2, name="mbd")])
    with pytest.raises(ValueError, match=f"{kind.__name__} needs a .* Received: .*'mbd'"):
        kind().check(parts(plain, head))


@pytest.mark.parametrize("original", [GradientPenalty(3.0), R1(2.0), R2(2.0)])
def test_config_round_trips(original):
    restored = keras.saving.deserialize_keras_object(keras.saving.serialize_keras_object(original))
    assert type(restored) is type(original)
    assert restored.get_config() == original.get_config()
