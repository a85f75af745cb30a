import math

import keras
import numpy as np
import pytest
import tensorflow as tf
from tensorflow_probability import distributions as tfd

from keras_infogan import (
    Bernoulli,
    Categorical,
    Circular,
    Gaussian,
    LearnedCategorical,
    Uniform,
)
from keras_infogan.latents.codes import MINIMUM_STDDEV

KINDS = [Categorical, Uniform, Gaussian, Circular, Bernoulli]


LOG_2 = math.log(2.0)


# H(N(0, 1)) = ln(2 pi e) / 2, and -ln N(0; 0, 1).
NORMAL_ENTROPY = 1.4189385


NORMAL_PEAK = 0.9189385


@pytest.mark.parametrize(
    ("code", "nats"),
    [
        (Categorical(10), 2.3025851),
        (Categorical(1), 0.0),
        (Uniform(1), LOG_2),
        (Uniform(2), 2 * LOG_2),
        (Gaussian(3), 3 * NORMAL_ENTROPY),
        (Circular(2), 2 * math.log(2 * math.pi)),
        (Bernoulli(3), 3 * LOG_2),
    ],
)
def test_entropy_is_that_of_the_prior_in_nats(code, nats):
    assert code.entropy() == pytest.approx(nats, rel=1e-5, abs=1e-6)


def test_categories_are_equally_likely():
    values = Categorical(4).prior.sample(4000, seed=(1, 2)).numpy()
    assert values.dtype == np.int64
    np.testing.assert_allclose(np.bincount(values) / 4000, 0.25, atol=0.03)


@pytest.mark.parametrize(
    ("code", "mean", "variance"),
    [
        (Uniform(2), 0.0, 1 / 3),
        (Gaussian(2), 0.0, 1.0),
        (Circular(2), 0.0, math.pi**2 / 3),
        (Bernoulli(2), 0.5, 0.25),
    ],
)
def test_vectors_have_the_moments_of_their_prior(code, mean, variance):
    values = code.prior.sample(4000, seed=(1, 2)).numpy()
    assert values.shape == (4000, 2)
    assert values.dtype == np.float32
    np.testing.assert_allclose(values.mean(axis=0), mean, atol=0.06)
    np.testing.assert_allclose(values.var(axis=0), variance, atol=0.06)


def test_categorical_posterior_is_a_softmax():
    posterior = Categorical(2).posterior(tf.constant([[math.log(3.0), 0.0]]))
    np.testing.assert_allclose(posterior.log_prob([0]), math.log(0.75), rtol=1e-5)
    np.testing.assert_allclose(posterior.log_prob([1]), math.log(0.25), rtol=1e-5)


@pytest.mark.parametrize("kind", [Uniform, Gaussian])
def test_normal_posterior_starts_at_unit_width(kind):
    posterior = kind(2).posterior(tf.constant([[0.5, -0.5, 0.0, 0.0]]))
    np.testing.assert_allclose(posterior.mean(), [[0.5, -0.5]])
    np.testing.assert_allclose(posterior.stddev(), [[1.0, 1.0]], rtol=1e-5)
    # One dimension at the peak, one a deviation away from it.
    log_prob = posterior.log_prob([[0.5, 0.5]])
    np.testing.assert_allclose(log_prob, [-2 * NORMAL_PEAK - 0.5], rtol=1e-5)


def test_normal_posterior_never_narrows_to_a_point():
    posterior = Uniform(1).posterior(tf.constant([[0.0, -1e4]]))
    np.testing.assert_allclose(posterior.stddev(), [[MINIMUM_STDDEV]], rtol=1e-5)


def test_bernoulli_posterior_multiplies_its_coins():
    posterior = Bernoulli(2).posterior(tf.constant([[math.log(3.0), 0.0]]))
    log_prob = posterior.log_prob([[1.0, 0.0]])
    np.testing.assert_allclose(log_prob, [math.log(0.75 * 0.5)], rtol=1e-5)


@pytest.mark.parametrize("kind", KINDS)
def test_posterior_takes_the_parameters_it_announces(kind):
    code = kind(3)
    posterior = code.posterior(tf.zeros([5, code.parameter_count]))
    assert posterior.log_prob(code.prior.sample(5, seed=(0, 1))).shape == (5,)


def test_encodings():
    np.testing.assert_array_equal(Categorical(3).encode([2, 0]), [[0, 0, 1], [1, 0, 0]])
    np.testing.assert_array_equal(Uniform(2).encode([[0.5, -1.0]]), [[0.5, -1.0]])


def test_summaries_name_what_q_says():
    categorical = Categorical(2).summary(Categorical(2).posterior(tf.constant([[0.0, 2.0]])))
    assert categorical[""].numpy().tolist() == [1]
    assert categorical[""].dtype == tf.int64
    np.testing.assert_allclose(tf.reduce_sum(categorical["_probabilities"]), 1.0, rtol=1e-6)
    vector = Uniform(2).summary(Uniform(2).posterior(tf.zeros([1, 4])))
    assert {name: value.shape for name, value in vector.items()} == {
        "_mean": (1, 2),
        "_stddev": (1, 2),
    }


def test_traversals_show_all_that_a_code_can_say():
    np.testing.assert_array_equal(Categorical(3).traversal(10), [0, 1, 2])
    np.testing.assert_allclose(Bernoulli(1).traversal(10), [[0], [1]])
    np.testing.assert_allclose(
        Uniform(2).traversal(3), [[-1, 0], [0, 0], [1, 0], [0, -1], [0, 0], [0, 1]], atol=1e-6
    )
    # The 97.5 % quantile of N(0, 1).
    np.testing.assert_allclose(Gaussian(1).traversal(3), [[-1.95996], [0], [1.95996]], atol=1e-4)


@pytest.mark.parametrize("kind", KINDS)
def test_code_survives_its_config(kind):
    code = keras.saving.deserialize_keras_object(keras.saving.serialize_keras_object(kind(3, 0.5)))
    assert type(code) is kind
    assert (code.size, code.weight) == (3, 0.5)


@pytest.mark.parametrize("size", [0, -1, 2.0, True, "3"])
def test_size_is_a_positive_int(size):
    with pytest.raises(ValueError, match="`size` should be an int of at least 1. Received: size="):
        Categorical(size)


@pytest.mark.parametrize("weight", [-0.1, float("nan")])
def test_weight_is_not_negative(weight):
    with pytest.raises(ValueError, match="`weight` should be at least 0. Received: weight="):
        Uniform(1, weight)


def test_categories_may_be_of_unequal_probability():
    code = Categorical(3, probabilities=[0.5, 0.25, 0.25])
    assert code.entropy() == pytest.approx(1.5 * math.log(2.0))
    drawn = code.prior.sample(20_000, seed=(0, 1)).numpy()
    np.testing.assert_allclose(np.bincount(drawn) / 20_000, code.probabilities, atol=0.02)
    restored = keras.saving.deserialize_keras_object(keras.saving.serialize_keras_object(code))
    assert restored.probabilities == [0.5, 0.25, 0.25]


@pytest.mark.parametrize("probabilities", [[0.5, 0.5], [0.5, 0.25, 0.5], [1.0, 0.0, 0.0]])
def test_probabilities_are_a_distribution(probabilities):
    with pytest.raises(ValueError, match="should be 3 numbers above 0 that sum to 1. Received"):
        Categorical(3, probabilities=probabilities)


@pytest.mark.parametrize("kind", [Uniform, Gaussian])
def test_a_fixed_deviation_is_a_squared_error(kind):
    code = kind(2, stddev=1.0)
    assert code.parameter_count == 2
    posterior = code.posterior(tf.constant([[0.0, 1.0]]))
    loss = -float(posterior.log_prob([[0.5, 0.5]])[0]) - math.log(2 * math.pi)
    assert loss == pytest.approx((0.25 + 0.25) / 2, rel=1e-4)
    restored = keras.saving.deserialize_keras_object(keras.saving.serialize_keras_object(code))
    assert restored.stddev == 1.0
    with pytest.raises(ValueError, match="`stddev` should be above 0. Received: stddev=0"):
        kind(2, stddev=0)


def test_expected_encodings():
    np.testing.assert_allclose(
        Categorical(2).expected_encoding(Categorical(2).posterior(tf.zeros([1, 2]))), [[0.5, 0.5]]
    )
    fixed = Uniform(1, stddev=1.0)
    np.testing.assert_allclose(fixed.expected_encoding(fixed.posterior(tf.ones([1, 1]))), [[1.0]])


SHARES = np.array([0.6, 0.3, 0.1], np.float32)


EULER = 0.5772157


REWARDS = np.array([1.0, -2.0, 0.5], np.float32)


@pytest.fixture
def code():
    code = LearnedCategorical(3, temperature=0.7)
    code.adopt(keras.Variable(np.log(SHARES), dtype="float32"))
    return code


def test_the_prior_is_what_the_logits_say(code):
    drawn = code.prior.sample(20_000, seed=(0, 1)).numpy()
    np.testing.assert_allclose(np.bincount(drawn) / 20_000, SHARES, atol=0.02)
    assert code.entropy() == pytest.approx(-np.sum(SHARES * np.log(SHARES)), rel=1e-5)


def test_a_code_of_no_model_has_equal_categories():
    assert LearnedCategorical(4).entropy() == pytest.approx(np.log(4.0))


def test_the_generator_reads_one_hot_rows(code):
    values = code.prior.sample(50, seed=(0, 1))
    relaxed = code.relaxed_encoding(values, tf.constant([0, 2]))
    np.testing.assert_allclose(relaxed, code.encode(values), atol=1e-6)


def test_the_noise_is_gumbel_and_picks_the_category_that_was_drawn(code):
    values = code.prior.sample(50_000, seed=(0, 1))
    noise = code._noise(code.encode(values), tf.constant([0, 2])).numpy()
    np.testing.assert_allclose(noise.mean(axis=0), EULER, atol=0.02)
    np.testing.assert_allclose(noise.var(axis=0), np.pi**2 / 6, atol=0.05)
    np.testing.assert_array_equal((noise + np.log(SHARES)).argmax(axis=1), values)


def test_the_gradient_is_that_of_the_gumbel_softmax(code):
    """On average that of E[r . s], s relaxed one-hot rows as TensorFlow Probability draws them."""
    count = 100_000
    logits = tf.constant(np.log(SHARES))
    with tf.GradientTape() as tape:
        tape.watch(logits)
        relaxed = tfd.RelaxedOneHotCategorical(0.7, logits=logits).sample(count, seed=(3, 4))
        expected = tf.reduce_mean(tf.linalg.matvec(relaxed, REWARDS))
    expected_gradient = tape.gradient(expected, logits)
    values = code.prior.sample(count, seed=(0, 1))
    with tf.GradientTape() as tape:
        encoding = code.relaxed_encoding(values, tf.constant([0, 2]))
        reward = tf.reduce_mean(tf.linalg.matvec(encoding, REWARDS))
    np.testing.assert_allclose(
        tape.gradient(reward, code._logits.value), expected_gradient, atol=0.01
    )


def test_a_prior_learns_which_category_the_generator_should_draw(code):
    optimizer = keras.optimizers.SGD(1.0)
    for step in range(60):
        values = code.prior.sample(64, seed=(0, step))
        with tf.GradientTape() as tape:
            encoding = code.relaxed_encoding(values, tf.constant([1, step]))
            loss = -tf.reduce_mean(encoding[:, 2])
        optimizer.apply(tape.gradient(loss, [code._logits.value]), [code._logits])
    assert code.prior.probs_parameter()[2] > 0.8


@pytest.mark.parametrize("temperature", [0.0, -1.0, float("nan")])
def test_a_temperature_that_is_not_positive_is_refused(temperature):
    with pytest.raises(ValueError, match="temperature"):
        LearnedCategorical(3, temperature=temperature)


def test_an_angle_is_read_by_a_von_mises_distribution():
    # k (cos m, sin m) of k = 2 and m = pi / 2; ln q = k cos(c - m) - ln(2 pi I_0(k)).
    posterior = Circular(1).posterior(tf.constant([[0.0, 2.0]]))
    log_normalizer = math.log(2 * math.pi * 2.2795853)
    for angle, cosine in ((math.pi / 2, 1.0), (0.0, 0.0), (-math.pi / 2, -1.0)):
        log_prob = float(posterior.log_prob([[angle]])[0])
        assert log_prob == pytest.approx(2 * cosine - log_normalizer, abs=1e-4)
    assert float(posterior.mean()[0, 0]) == pytest.approx(math.pi / 2, abs=1e-5)
    # The mean of the encoding is I_1(k) / I_0(k) long.
    expected = Circular(1).expected_encoding(posterior)
    np.testing.assert_allclose(expected, [[0.0, 1.5906369 / 2.2795853]], atol=1e-4)


def test_both_ends_of_a_circle_are_the_same():
    code = Circular(1)
    ends = code.encode(tf.constant([[-math.pi], [math.pi]]))
    np.testing.assert_allclose(ends[0], ends[1], atol=1e-6)
    np.testing.assert_allclose(ends[0], [-1.0, 0.0], atol=1e-6)
    levels = code.levels(4).numpy()
    np.testing.assert_allclose(levels, np.pi * np.array([-1.0, -0.5, 0.0, 0.5]), atol=1e-6)
    posterior = code.posterior(tf.constant([[-3.0, 0.1]]))
    near, far = posterior.log_prob([[math.pi]]), posterior.log_prob([[-math.pi]])
    np.testing.assert_allclose(near, far, rtol=1e-5)


def test_an_angle_without_direction_has_finite_gradients_and_no_information():
    code, parameters = Circular(1), tf.zeros([3, 2])
    with tf.GradientTape() as tape:
        tape.watch(parameters)
        log_prob = code.posterior(parameters).log_prob(tf.constant([[0.0], [1.0], [-2.0]]))
    np.testing.assert_allclose(log_prob, -math.log(2 * math.pi), rtol=1e-4)
    assert bool(tf.reduce_all(tf.math.is_finite(tape.gradient(log_prob, parameters))))


def test_a_very_certain_angle_stays_finite():
    posterior = Circular(1).posterior(tf.constant([[1e8, 0.0]]))
    assert np.isfinite(posterior.log_prob([[0.0]]).numpy()).all()
    # Its variance is 1 - I_1(k) / I_0(k), about 1 / (2 k).
    expected = MINIMUM_STDDEV / math.sqrt(2.0)
    assert float(posterior.stddev()[0, 0]) == pytest.approx(expected, rel=0.01)
