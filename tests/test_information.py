import math

import keras
import numpy as np
import pytest
import tensorflow as tf

from keras_infogan import (
    Categorical,
    Gaussian,
    LatentSpec,
    Ramp,
    Uniform,
    VariationalBound,
    real_fake_information,
)
from keras_infogan.estimators import InfoNCE, StatisticsNetwork
from keras_infogan.information import DetachedBound, EstimatedInformation
from keras_infogan.latents.codes import MINIMUM_STDDEV, UNIT_STDDEV_OFFSET
from keras_infogan.networks.outputs import DiscriminatorOutput

SAMPLES = 20_000


def raw_of(stddev):
    """The raw parameter that a normal posterior turns into this deviation."""
    return math.log(math.expm1(stddev - MINIMUM_STDDEV)) - UNIT_STDDEV_OFFSET


@pytest.fixture
def bound(latents, make_networks):
    return VariationalBound(
        latents, make_networks(latents.width, latents.parameter_count).recognition_head
    )


def bound_of(code, values, parameters):
    latents = LatentSpec(1, {"code": code})
    head = keras.Sequential([keras.layers.Input([1]), keras.layers.Dense(1)])
    return float(VariationalBound(latents, head).bounds({"code": values}, parameters)["code"])


def test_a_perfect_q_reaches_the_entropy_of_a_category():
    values = tf.constant([0, 1, 2, 1], tf.int64)
    nats = bound_of(Categorical(3), values, 100.0 * tf.one_hot(values, 3))
    assert nats == pytest.approx(math.log(3.0), rel=1e-5)


def test_a_q_that_knows_nothing_has_no_information():
    values = tf.constant([0, 1, 2, 1], tf.int64)
    assert bound_of(Categorical(3), values, tf.zeros([4, 3])) == pytest.approx(0.0, abs=1e-6)


def test_a_q_that_is_wrong_has_less_than_none():
    nats = bound_of(Categorical(2), tf.constant([0], tf.int64), tf.constant([[0.0, math.log(3.0)]]))
    assert nats == pytest.approx(math.log(1 / 4) + math.log(2.0), rel=1e-5)


def test_a_deviation_of_one_caps_a_uniform_code_below_zero():
    # Even where the mean is always right: ln 2 - ln(2 pi) / 2.
    values = tf.constant([[-0.5], [0.9]])
    nats = bound_of(Uniform(1), values, tf.concat([values, tf.zeros([2, 1])], axis=-1))
    assert nats == pytest.approx(-0.2258, abs=1e-4)


def test_a_narrow_q_of_a_uniform_code():
    # log q = -ln(2 pi) / 2 - ln 0.1 - 1/2 at one deviation from the mean.
    values = tf.constant([[0.1]])
    parameters = tf.constant([[0.0, raw_of(0.1)]])
    expected = math.log(2.0) - 0.9189385 - math.log(0.1) - 0.5
    assert bound_of(Uniform(1), values, parameters) == pytest.approx(expected, rel=1e-4)


@pytest.mark.parametrize("noise", [0.1, 0.5, 2.0])
def test_the_true_posterior_of_a_gaussian_channel_is_tight(noise):
    # x = c + noise n with c, n ~ N(0, 1): I(c; x) = ln(1 + 1 / noise^2) / 2, and c given x is
    # N(x / (1 + noise^2), noise^2 / (1 + noise^2)).
    codes = tf.random.stateless_normal([SAMPLES, 1], (0, 0))
    received = codes + noise * tf.random.stateless_normal([SAMPLES, 1], (0, 1))
    stddev = noise / math.sqrt(1 + noise**2)
    raw = tf.fill([SAMPLES, 1], raw_of(stddev))
    parameters = tf.concat([received / (1 + noise**2), raw], axis=-1)
    expected = math.log(1 + 1 / noise**2) / 2
    assert bound_of(Gaussian(1), codes, parameters) == pytest.approx(expected, abs=0.02)


def test_a_noisy_category_is_bounded_by_its_channel():
    # A symmetric channel that keeps one of two categories with probability 0.9:
    # I = ln 2 - H(0.9) with H(0.9) = 0.3251 nats.
    generator = np.random.default_rng(0)
    codes = generator.integers(0, 2, SAMPLES)
    received = np.where(generator.random(SAMPLES) < 0.9, codes, 1 - codes)
    logits = tf.one_hot(received, 2) * math.log(9.0)
    assert bound_of(Categorical(2), tf.constant(codes), logits) == pytest.approx(0.3681, abs=0.01)


def test_loss_weighs_each_code(bound):
    bounds = {"kind": tf.constant(1.0), "style": tf.constant(-3.0)}
    assert float(bound.weighted(bounds)) == pytest.approx(-(1.0 - 0.5 * 3.0))


def test_loss_without_codes_is_zero(make_networks, latents):
    plain = VariationalBound(
        LatentSpec(2), make_networks(latents.width, latents.parameter_count).recognition_head
    )
    assert plain.bounds({}, tf.zeros([2, 0])) == {}
    assert float(plain.weighted({})) == 0.0


def test_gradients_reach_the_head_and_the_features(bound, latents):
    features = tf.Variable(tf.random.stateless_normal([8, 16], (0, 0)))
    drawn = latents.sample(8, (0, 1))
    with tf.GradientTape() as tape:
        loss = bound.weighted(bound.bounds(drawn, bound(features)))
    head = [variable.value for variable in bound.trainable_variables]
    assert len(head) == 2
    for gradient in tape.gradient(loss, [features, *head]):
        assert float(tf.norm(gradient)) > 0.0


def test_bound_survives_its_config(latents, make_networks):
    head = make_networks(latents.width, latents.parameter_count).recognition_head
    bound = VariationalBound(latents, head, Ramp(1, 2), Ramp(3, 4))
    serialized = keras.saving.serialize_keras_object(bound)
    restored = keras.saving.deserialize_keras_object(serialized)
    assert repr(restored.latents) == repr(latents)
    assert restored.generator_weight.get_config() == Ramp(1, 2).get_config()
    assert restored.discriminator_weight.get_config() == Ramp(3, 4).get_config()
    restored.recognition_head.set_weights(head.get_weights())
    features = tf.ones([2, 16])
    np.testing.assert_array_equal(restored(features), bound(features))


# The terms of a step


def reading_of(bound, features):
    return DiscriminatorOutput(features, None, bound(features))


def make_bound(kind, latents, make_networks, **arguments):
    head = make_networks(latents.width, latents.parameter_count).recognition_head
    bound = kind(latents, head, **arguments)
    bound.build((None, 16))
    return bound


def estimated(latents, make_networks, **arguments):
    return make_bound(
        EstimatedInformation,
        latents,
        make_networks,
        statistics_network=StatisticsNetwork(units=8, embedding=4),
        estimator=InfoNCE(),
        **arguments,
    )


def test_terms_of_the_variational_bound(latents, make_networks):
    ramps = {"generator_weight": Ramp(0, 4), "discriminator_weight": Ramp(0, 2)}
    bound = make_bound(VariationalBound, latents, make_networks, **ramps)
    drawn = latents.sample(8, (0, 1))
    fake = reading_of(bound, tf.random.stateless_normal([8, 16], (0, 2)))
    terms = bound.compute_losses(drawn, fake, step=1)
    bounds = bound.bounds(drawn, fake.parameters)
    loss = -float(bounds["kind"]) - 0.5 * float(bounds["style"])
    assert float(terms.generator) == pytest.approx(loss / 4, rel=1e-5)
    assert float(terms.discriminator) == pytest.approx(loss / 2, rel=1e-5)
    assert list(terms.logs) == bound.log_names == ["information/kind", "information/style"]


def test_a_detached_q_learns_and_nobody_else(latents, make_networks):
    bound = make_bound(DetachedBound, latents, make_networks)
    drawn, features = latents.sample(8, (0, 1)), tf.Variable(tf.random.normal([8, 16]))
    with tf.GradientTape(persistent=True) as tape:
        terms = bound.compute_losses(drawn, reading_of(bound, tf.identity(features)), step=0)
    assert float(terms.generator) == 0.0
    assert tape.gradient(terms.discriminator, features) is None
    head = [variable.value for variable in bound.trainable_variables]
    assert all(gradient is not None for gradient in tape.gradient(terms.discriminator, head))


def test_an_estimate_moves_both_sides_and_not_q(latents, make_networks):
    bound = estimated(latents, make_networks, weight=2.0)
    drawn, features = latents.sample(8, (0, 1)), tf.Variable(tf.random.normal([8, 16]))
    with tf.GradientTape(persistent=True) as tape:
        fake = reading_of(bound, tf.identity(features))
        terms = bound.compute_losses(drawn, fake, step=0, training=True)
    scores = bound.statistics_network(features, latents.encode_codes(drawn))
    assert float(terms.generator) == pytest.approx(-2.0 * float(InfoNCE()(scores)), rel=1e-4)
    assert float(tf.norm(tape.gradient(terms.generator, features))) > 0
    q = [variable.value for variable in bound.recognition_head.trainable_variables]
    statistics = [variable.value for variable in bound.statistics_network.trainable_variables]
    assert all(gradient is None for gradient in tape.gradient(terms.generator, q))
    assert all(g is not None for g in tape.gradient(terms.discriminator, q + statistics))
    assert list(terms.logs) == bound.log_names
    assert bound.log_names[-1] == "information/estimate"


def test_an_estimate_survives_its_config(latents, make_networks):
    bound = estimated(latents, make_networks, weight=0.5, generator_weight=Ramp(3, 4))
    restored = keras.saving.deserialize_keras_object(keras.saving.serialize_keras_object(bound))
    assert isinstance(restored.estimator, InfoNCE)
    assert restored.weight == 0.5
    assert restored.generator_weight.get_config() == Ramp(3, 4).get_config()
    assert restored.statistics_network.get_config()["embedding"] == 4


def test_an_estimate_refuses(latents, make_networks):
    with pytest.raises(ValueError, match="needs codes. Received: none"):
        estimated(LatentSpec(2), make_networks)
    with pytest.raises(ValueError, match="`weight` should be above 0. Received: weight=0"):
        estimated(latents, make_networks, weight=0)


def test_real_and_fake_at_chance():
    assert float(real_fake_information(tf.zeros([4, 1]), tf.zeros([4, 1]))) == pytest.approx(0.0)


def test_real_and_fake_at_perfection():
    logits = tf.fill([4, 1], 100.0)
    assert float(real_fake_information(logits, -logits)) == pytest.approx(math.log(2.0))


def test_real_and_fake_by_hand():
    # D = 3/4 on real and 1/4 on fake images.
    logits = tf.constant([[math.log(3.0)]])
    expected = math.log(2.0) + math.log(3 / 4)
    assert float(real_fake_information(logits, -logits)) == pytest.approx(expected, rel=1e-5)
