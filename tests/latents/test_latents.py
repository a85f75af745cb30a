import math

import keras
import numpy as np
import pytest
import tensorflow as tf

from keras_infogan import Bernoulli, Categorical, Gaussian, LatentSpec, Uniform
from keras_infogan.latents.codes import MINIMUM_STDDEV

KINDS = [Categorical, Uniform, Gaussian, Bernoulli]
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
    [(Uniform(2), 0.0, 1 / 3), (Gaussian(2), 0.0, 1.0), (Bernoulli(2), 0.5, 0.25)],
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


def test_spec_counts_its_columns(latents):
    assert latents.width == 4 + 3 + 2
    assert latents.parameter_count == 3 + 2 * 2
    assert latents.categorical_names == ["kind"]
    assert latents.entropy() == pytest.approx({"kind": math.log(3.0), "style": 2 * LOG_2})


def test_sample_draws_each_part_once_per_seed(latents):
    drawn = latents.sample(5, seed=(0, 1))
    assert {name: (value.shape, value.dtype) for name, value in drawn.items()} == {
        "noise": ((5, 4), tf.float32),
        "kind": ((5,), tf.int64),
        "style": ((5, 2), tf.float32),
    }
    assert np.abs(drawn["noise"]).max() <= 1.0
    again, other = latents.sample(5, seed=(0, 1)), latents.sample(5, seed=(0, 2))
    np.testing.assert_array_equal(drawn["style"], again["style"])
    assert not np.array_equal(drawn["noise"], other["noise"])


def test_codes_of_one_kind_are_drawn_apart():
    drawn = LatentSpec(0, {"a": Uniform(2), "b": Uniform(2)}).sample(50, seed=(0, 1))
    assert abs(np.corrcoef(drawn["a"][:, 0], drawn["b"][:, 0])[0, 1]) < 0.4


def test_rows_of_a_seed_do_not_depend_on_their_batch(latents):
    seeds = tf.constant([7, -3, 2**40], tf.int64)
    together = latents.sample_rows(seeds)
    alone = latents.sample_rows(seeds[1:2])
    for name, value in together.items():
        np.testing.assert_array_equal(value[1:2], alone[name])
    # Seeds that differ in their high bits only are different seeds.
    low, high = latents.sample_rows(tf.constant([1, 1 + 2**32], tf.int64))["noise"]
    assert not np.array_equal(low, high)


def test_concatenate_puts_noise_first_then_codes_in_order(latents):
    rows = latents.concatenate(
        {
            "noise": tf.constant([[0.1, 0.2, 0.3, 0.4]]),
            "kind": tf.constant([1], tf.int64),
            "style": tf.constant([[0.5, -0.5]]),
        }
    )
    np.testing.assert_allclose(rows, [[0.1, 0.2, 0.3, 0.4, 0, 1, 0, 0.5, -0.5]])


def test_split_undoes_the_order_of_q(latents):
    parts = latents.split(tf.range(7.0)[None])
    np.testing.assert_array_equal(parts["kind"], [[0, 1, 2]])
    np.testing.assert_array_equal(parts["style"], [[3, 4, 5, 6]])


def test_log_prob_is_one_number_a_row_and_code(latents):
    values = {"kind": tf.constant([0, 2], tf.int64), "style": tf.zeros([2, 2])}
    log_prob = latents.log_prob(values, tf.zeros([2, 7]))
    np.testing.assert_allclose(log_prob["kind"], [-math.log(3.0)] * 2, rtol=1e-5)
    np.testing.assert_allclose(log_prob["style"], [-2 * NORMAL_PEAK] * 2, rtol=1e-5)


def test_a_spec_may_lack_noise_or_codes():
    assert LatentSpec(0, {"kind": Categorical(3)}).sample(2, (0, 0))["noise"].shape == (2, 0)
    plain = LatentSpec(3)
    assert plain.split(tf.zeros([2, 0])) == {}
    assert plain.concatenate(plain.sample(2, (0, 0))).shape == (2, 3)


def test_fix_repeats_a_value_or_takes_one_a_row(latents):
    drawn = latents.sample(2, (0, 0))
    fixed = latents.fix(drawn, {"kind": 2, "style": [0.5, -1.0]})
    np.testing.assert_array_equal(fixed["kind"], [2, 2])
    np.testing.assert_array_equal(fixed["style"], [[0.5, -1.0]] * 2)
    np.testing.assert_array_equal(fixed["noise"], drawn["noise"])
    rows = latents.fix(drawn, {"kind": np.array([1, 0], np.int32), "style": [[0, 1], [1, 0]]})
    np.testing.assert_array_equal(rows["kind"], [1, 0])
    np.testing.assert_array_equal(rows["style"], [[0, 1], [1, 0]])
    np.testing.assert_array_equal(latents.fix(drawn, {"style": 0.25})["style"], 0.25)


@pytest.mark.parametrize(
    ("codes", "error", "message"),
    [
        ({"digit": 1}, ValueError, "should be one of .'kind', 'style'.. Received: 'digit'"),
        ({"kind": 3}, ValueError, "A category should be in 0..2. Received: 3"),
        ({"kind": [0, -1]}, ValueError, r"should be in 0..2. Received: \[0, -1\]"),
        ({"kind": [0, 1, 2]}, ValueError, r"shape \[\] or \[2\]. Received: \[3\]"),
        ({"kind": 1.5}, TypeError, "takes ints. Received: dtype float32"),
        ({"style": [1.0, 2.0, 3.0]}, ValueError, r"shape \[2\] or \[2, 2\]. Received: \[3\]"),
        ({"style": float("nan")}, ValueError, "finite.* Received: "),
    ],
)
def test_fix_refuses_what_a_code_cannot_be(latents, codes, error, message):
    with pytest.raises(error, match=message):
        latents.fix(latents.sample(2, (0, 0)), codes)


def test_traversal_keeps_a_row_and_walks_one_code(latents):
    values, width = latents.traversal("kind", rows=2, columns=9, seed=(0, 0))
    assert width == 3
    np.testing.assert_array_equal(values["kind"], [0, 1, 2, 0, 1, 2])
    for name in ("noise", "style"):
        np.testing.assert_array_equal(values[name][0], values[name][2])
        assert not np.array_equal(values[name][2], values[name][3])
    values, width = latents.traversal("style", rows=2, columns=4, seed=(0, 0))
    assert width == 8
    assert values["style"].shape == (16, 2)


def test_spec_survives_its_config(latents):
    serialized = keras.saving.serialize_keras_object(latents)
    restored = keras.saving.deserialize_keras_object(serialized)
    assert repr(restored) == repr(latents)
    assert repr(latents) == (
        "LatentSpec(noise=4, codes={'kind': Categorical(3, weight=1.0), "
        "'style': Uniform(2, weight=0.5)})"
    )


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"noise": -1}, ValueError, "`noise` should be an int of at least 0. Received: noise=-1"),
        ({"noise": 1.0}, ValueError, "Received: noise=1.0"),
        ({"noise": 0}, ValueError, "should have noise or codes"),
        ({"noise": 1, "codes": {"kind": 3}}, TypeError, "'kind' should be a keras_infogan code"),
        ({"noise": 1, "codes": {"a b": Uniform(1)}}, ValueError, "identifier .* Received: 'a b'"),
        ({"noise": 1, "codes": {"seed": Uniform(1)}}, ValueError, "Received: 'seed'"),
        (
            {"noise": 1, "codes": {"a": Uniform(1), "a_mean": Uniform(1)}},
            ValueError,
            r"Received: \['a_mean'\]",
        ),
    ],
)
def test_spec_refuses(arguments, error, message):
    with pytest.raises(error, match=message):
        LatentSpec(**arguments)


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
