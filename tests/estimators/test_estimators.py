import math

import keras
import numpy as np
import pytest
import tensorflow as tf

from keras_infogan.estimators import (
    NWJ,
    SMILE,
    ConcatenatedStatistics,
    DonskerVaradhan,
    Estimator,
    InfoNCE,
    InformationEstimate,
    StatisticsNetwork,
    estimate_information,
)

LOG_2 = math.log(2.0)
ESTIMATORS = [DonskerVaradhan, NWJ, InfoNCE, SMILE]
NETWORKS = [StatisticsNetwork, ConcatenatedStatistics]


@pytest.fixture
def scores():
    """e^T is 2 and 4 on joint draws, 3 and 1 elsewhere, whose mean is 2."""
    return tf.math.log([[2.0, 3.0], [1.0, 4.0]])


def gaussians(information, dimensions):
    """A source of x = r c + sqrt(1 - r^2) n whose I(x; c) is this; returns it and r."""
    correlation = math.sqrt(-math.expm1(-2.0 * information / dimensions))

    @tf.function
    def sample(batch_size, seed):
        c, noise = tf.unstack(tf.random.stateless_normal([2, batch_size, dimensions], seed))
        return correlation * c + math.sqrt(1.0 - correlation**2) * noise, c

    return sample, correlation


def log_density_ratios(x, c, correlation):
    """log p(x|c) / p(x) of every pair: the variances are 1 - r^2 and 1."""
    variance = 1.0 - correlation**2
    residuals = tf.reduce_sum(tf.square(x[:, None] - correlation * c[None, :]), axis=-1)
    squares = tf.reduce_sum(tf.square(x), axis=-1, keepdims=True)
    return (squares - residuals / variance - x.shape[1] * math.log(variance)) / 2.0


def gradient_by_scores(estimator, scores, training):
    scores = tf.Variable(scores)
    with tf.GradientTape() as tape:
        value = estimator(scores, training=training)
    return value, tape.gradient(value, scores).numpy()


def fit(sample=None, estimator=None, **kwargs):
    settings = {"steps": 1, "batch_size": 4, "held_out": 2, **kwargs}
    sample = sample or gaussians(1.0, 1)[0]
    return estimate_information(sample, estimator or InfoNCE(), StatisticsNetwork(4, 2), **settings)


@pytest.mark.parametrize(
    ("estimator", "nats"),
    [
        (DonskerVaradhan(), 1.5 * LOG_2 - LOG_2),
        (NWJ(), 1.5 * LOG_2 - 2.0 / math.e),
        (InfoNCE(), (math.log(2 / 5) + math.log(4 / 5)) / 2 + LOG_2),
        (SMILE(), 1.5 * LOG_2 - LOG_2),
        (SMILE(clip=LOG_2), 1.5 * LOG_2 - math.log(3 / 2)),
    ],
)
@pytest.mark.parametrize("training", [False, True])
def test_values_by_hand(estimator, nats, training, scores):
    value = estimator(scores, training=training)
    assert value.shape == () and value.dtype == tf.float32
    assert float(value) == pytest.approx(nats, rel=1e-5)


def test_smile_clips_the_marginal_term_only():
    scores = tf.constant([[8.0, 7.0], [-9.0, 0.0]])
    assert float(SMILE(clip=2.0)(scores)) == pytest.approx(4.0 - math.log(math.cosh(2.0)), rel=1e-5)


@pytest.mark.parametrize("estimator", ESTIMATORS)
def test_equal_scores_hold_no_information(estimator):
    # NWJ's optimum for independent x and c is T = 1.
    assert float(estimator()(tf.ones([8, 8]))) == pytest.approx(0.0, abs=1e-6)


@pytest.mark.parametrize("estimator", ESTIMATORS)
def test_scores_of_independent_draws_hold_no_more_than_none(estimator):
    scores = 0.1 * tf.random.stateless_normal([512, 512], (0, 0))
    shift = 1.0 if estimator is NWJ else 0.0
    assert float(estimator()(scores + shift)) == pytest.approx(0.0, abs=0.02)


@pytest.mark.parametrize("size", [2, 16])
def test_info_nce_is_capped(size):
    assert float(InfoNCE()(100.0 * tf.eye(size))) == pytest.approx(math.log(size), rel=1e-6)


@pytest.mark.parametrize("estimator", [DonskerVaradhan, InfoNCE, SMILE])
def test_large_scores_stay_finite(estimator):
    value, gradient = gradient_by_scores(estimator(), 1e4 * tf.eye(4) - 5e3, training=True)
    assert np.isfinite(value)
    assert np.isfinite(gradient).all()


def test_gradient_of_nwj(scores):
    _, gradient = gradient_by_scores(NWJ(), scores, training=True)
    np.testing.assert_allclose(
        gradient, [[0.5, -3 / 2 / math.e], [-1 / 2 / math.e, 0.5]], rtol=1e-5
    )


def test_gradient_of_info_nce(scores):
    # (identity - softmax over each row) / B
    _, gradient = gradient_by_scores(InfoNCE(), scores, training=True)
    np.testing.assert_allclose(gradient, [[0.3, -0.3], [-0.1, 0.1]], rtol=1e-5)


def test_gradient_of_smile_is_that_of_jensen_shannon(scores):
    # sigmoid(-log t) = 1 / (1 + t) on joint draws, -sigmoid(log t) = -t / (1 + t) elsewhere.
    _, gradient = gradient_by_scores(SMILE(clip=0.1), scores, training=True)
    expected = np.array([[1 / 3, -3 / 4], [-1 / 2, 1 / 5]]) / 2
    np.testing.assert_allclose(gradient, expected, rtol=1e-5)


def test_gradient_of_donsker_varadhan_has_the_moving_average(scores):
    estimator = DonskerVaradhan(momentum=0.9)
    shares = np.array([[0.0, 3.0], [1.0, 0.0]]) / 2
    _, gradient = gradient_by_scores(estimator, scores, training=True)
    # The first average is the batch's own 2.
    np.testing.assert_allclose(gradient, np.eye(2) / 2 - shares / 2, rtol=1e-5)
    assert float(estimator.log_average) == pytest.approx(LOG_2)
    # Then the batch has e^T of mean 8, and the average is 0.9 * 2 + 0.1 * 8.
    value, gradient = gradient_by_scores(estimator, scores + math.log(4.0), training=True)
    np.testing.assert_allclose(gradient, np.eye(2) / 2 - 4 * shares / 2.6, rtol=1e-5)
    assert math.exp(float(estimator.log_average)) == pytest.approx(2.6)
    assert float(value) == pytest.approx(LOG_2 / 2, rel=1e-5)


def test_donsker_varadhan_keeps_its_average_when_it_only_reads(scores):
    estimator = DonskerVaradhan()
    estimator(scores, training=True)
    _, gradient = gradient_by_scores(estimator, scores + 3.0, training=False)
    np.testing.assert_allclose(gradient, [[0.5, -0.75], [-0.25, 0.5]], rtol=1e-5)
    assert float(estimator.log_average) == pytest.approx(LOG_2)


def test_no_momentum_is_the_plain_gradient(scores):
    estimator = DonskerVaradhan(momentum=0.0)
    estimator(scores + 5.0, training=True)
    _, gradient = gradient_by_scores(estimator, scores, training=True)
    np.testing.assert_allclose(gradient, [[0.5, -0.75], [-0.25, 0.5]], rtol=1e-5)


def test_a_batch_that_overflowed_leaves_the_average_alone(scores):
    estimator = DonskerVaradhan()
    for batch in (scores * math.inf, scores, scores * math.nan):
        estimator(batch, training=True)
    assert float(estimator.log_average) == pytest.approx(LOG_2)


@pytest.mark.parametrize("estimator", ESTIMATORS)
@pytest.mark.parametrize("information", [0.0, 0.5, 1.0])
def test_the_density_ratio_of_gaussians_gives_their_information(estimator, information):
    sample, correlation = gaussians(information, dimensions=2)
    scores = log_density_ratios(*sample(2000, (0, 1)), correlation)
    shift = 1.0 if estimator is NWJ else 0.0
    assert float(estimator()(scores + shift)) == pytest.approx(information, abs=0.06)


def test_the_optimum_is_where_gradients_vanish():
    # Along T, T + 1 and 1.1 T, whose derivatives at the log density ratio are 0 in expectation.
    sample, correlation = gaussians(0.5, dimensions=2)
    scores = log_density_ratios(*sample(1000, (0, 1)), correlation)
    for estimator in (DonskerVaradhan(), InfoNCE(), SMILE(), NWJ()):
        shift = 1.0 if isinstance(estimator, NWJ) else 0.0
        _, gradient = gradient_by_scores(estimator, scores + shift, training=True)
        assert float(gradient.sum()) == pytest.approx(0.0, abs=0.05)
        assert float((gradient * scores.numpy()).sum()) == pytest.approx(0.0, abs=0.06)


@pytest.mark.parametrize("estimator", [DonskerVaradhan(0.5), NWJ(), InfoNCE(), SMILE(3.0)])
def test_estimators_survive_their_config(estimator, scores):
    serialized = keras.saving.serialize_keras_object(estimator)
    restored = keras.saving.deserialize_keras_object(serialized)
    assert type(restored) is type(estimator)
    assert restored.get_config() == estimator.get_config()
    assert float(restored(scores)) == float(estimator(scores))


@pytest.mark.parametrize("network", [StatisticsNetwork(8, 3, seed=5), ConcatenatedStatistics(8, 5)])
def test_networks_survive_their_config(network):
    serialized = keras.saving.serialize_keras_object(network)
    restored = keras.saving.deserialize_keras_object(serialized)
    x, c = gaussians(1.0, 3)[0](4, (0, 0))
    np.testing.assert_array_equal(restored(x, c), network(x, c))


@pytest.mark.parametrize("network", NETWORKS)
def test_scores_are_of_all_pairs(network):
    network = network(8)
    x, c = tf.random.stateless_normal([3, 4], (0, 0)), tf.random.stateless_normal([3, 2], (0, 1))
    scores = network(x, c)
    assert scores.shape == (3, 3) and scores.dtype == tf.float32
    alone = network(x[1:2], c[2:3])
    np.testing.assert_allclose(scores[1, 2], alone[0, 0], rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("network", NETWORKS)
def test_gradients_reach_every_weight(network):
    network, estimator = network(8), NWJ()
    x, c = gaussians(1.0, 3)[0](16, (0, 0))
    with tf.GradientTape() as tape:
        value = estimator(network(x, c), training=True)
    weights = [variable.value for variable in network.trainable_variables]
    assert weights and not estimator.trainable_variables
    for gradient in tape.gradient(value, weights):
        assert float(tf.norm(gradient)) > 0.0


@pytest.mark.parametrize("network", NETWORKS)
@pytest.mark.parametrize("estimator", ESTIMATORS)
def test_mixed_precision_keeps_scores_in_float32(network, estimator):
    keras.mixed_precision.set_dtype_policy("mixed_float16")
    try:
        network, estimator = network(8), estimator()
        x, c = gaussians(1.0, 3)[0](4, (0, 0))
        scores = network(tf.cast(x, tf.float16), tf.cast(c, tf.float16))
        value = estimator(scores, training=True)
    finally:
        keras.mixed_precision.set_dtype_policy("float32")
    assert scores.dtype == tf.float32 and value.dtype == tf.float32
    assert {str(weight.dtype) for weight in network.weights + estimator.weights} <= {"float32"}


def test_the_seed_is_of_the_initial_weights():
    x, c = gaussians(1.0, 3)[0](4, (0, 0))
    first, again, other = (StatisticsNetwork(8, seed=seed)(x, c) for seed in (1, 1, 2))
    np.testing.assert_array_equal(first, again)
    assert np.abs(first - other).max() > 1e-3


def test_info_nce_finds_the_information_of_gaussians():
    sample, _ = gaussians(1.0, dimensions=2)
    estimate = estimate_information(
        sample, InfoNCE(), StatisticsNetwork(32, 8), steps=200, learning_rate=5e-3
    )
    assert estimate.mean == pytest.approx(1.0, abs=0.12)
    assert 0.0 < estimate.standard_deviation < 0.3
    assert estimate.standard_error == pytest.approx(estimate.standard_deviation / math.sqrt(32))


@pytest.mark.slow
@pytest.mark.parametrize("network", [StatisticsNetwork(64, 16), ConcatenatedStatistics(32)])
@pytest.mark.parametrize("estimator", ESTIMATORS)
def test_every_pair_finds_the_information_of_gaussians(network, estimator):
    sample, _ = gaussians(1.0, dimensions=2)
    network = type(network).from_config(network.get_config())
    estimate = estimate_information(sample, estimator(), network, steps=600, learning_rate=2e-3)
    assert estimate.mean == pytest.approx(1.0, abs=0.2)


def test_equal_seeds_give_equal_estimates():
    assert fit(seed=3) == fit(seed=3)


def test_no_draw_is_seen_twice():
    seeds = []

    def sample(batch_size, seed):
        seeds.append(tuple(seed.numpy()))
        return gaussians(1.0, 1)[0](batch_size, seed)

    estimate = fit(sample, steps=2, held_out=3, seed=7)
    assert set(seeds) == {(7, index) for index in range(5)}
    assert len(seeds) == 5
    assert estimate.batches == 3


def test_what_a_batch_says_of_the_mean():
    assert InformationEstimate(1.0, 0.5, 25).standard_error == pytest.approx(0.1)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: DonskerVaradhan(momentum=1.0), r"`momentum` should be .* Received: momentum=1.0"),
        (lambda: SMILE(clip=0.0), r"`clip` should be above 0. Received: clip=0.0"),
        (lambda: NWJ()(tf.zeros([3, 4])), r"`scores` should be .* Received: shape \(3, 4\)"),
        (lambda: InfoNCE()(tf.zeros([1, 1])), r"`scores` should be .* Received: shape \(1, 1\)"),
        (lambda: SMILE()(tf.zeros([4])), r"`scores` should be .* Received: shape \(4,\)"),
        (
            lambda: StatisticsNetwork(0),
            r"`units` should be an int of at least 1. Received: units=0",
        ),
        (
            lambda: StatisticsNetwork(embedding=2.0),
            r"`embedding` should be .* Received: embedding=2.0",
        ),
        (lambda: ConcatenatedStatistics(True), r"`units` should be .* Received: units=True"),
        (
            lambda: StatisticsNetwork()(tf.zeros([2, 8, 8]), tf.zeros([2, 1])),
            r"`x` and `c` should be matrices .* Received: shapes \(2, 8, 8\) and \(2, 1\)",
        ),
        (
            lambda: ConcatenatedStatistics()(tf.zeros([2, 8]), tf.zeros([2])),
            r"`x` and `c` should be matrices .* Received: shapes \(2, 8\) and \(2,\)",
        ),
        (lambda: fit(steps=0), r"`steps` should be an int of at least 1. Received: steps=0"),
        (
            lambda: fit(batch_size=1),
            r"`batch_size` should be an int of at least 2. Received: batch_size=1",
        ),
        (
            lambda: fit(held_out=1),
            r"`held_out` should be an int of at least 2. Received: held_out=1",
        ),
        (lambda: fit(learning_rate=0.0), r"`learning_rate` should be .* Received: .*=0.0"),
        (lambda: fit(learning_rate=math.nan), r"`learning_rate` should be .* Received: .*=nan"),
    ],
)
def test_values_that_are_refused(make, message):
    with pytest.raises(ValueError, match=message):
        make()


@pytest.mark.parametrize(
    ("x", "c", "message"),
    [
        (np.ones([4]), np.ones([4, 1]), r"Received: shapes \(4,\) and \(4, 1\) for batch_size=4"),
        (np.ones([4, 1]), np.ones([3, 1]), r"Received: shapes \(4, 1\) and \(3, 1\)"),
        (np.ones([5, 1]), np.ones([5, 1]), r"Received: shapes \(5, 1\) and \(5, 1\)"),
        (np.full([4, 1], np.nan), np.ones([4, 1]), r"finite .*NaN or infinity in x for seed=\[0, "),
        (np.ones([4, 1]), np.full([4, 1], np.inf), r"finite .*NaN or infinity in c for seed=\[0, "),
    ],
)
def test_draws_that_are_refused(x, c, message):
    with pytest.raises(ValueError, match=message):
        fit(lambda batch_size, seed: (x, c))


def test_what_is_no_estimator_is_refused():
    with pytest.raises(TypeError, match="`estimator` should be an Estimator. Received: "):
        fit(estimator="InfoNCE")


def test_the_base_class_estimates_nothing():
    with pytest.raises(NotImplementedError):
        Estimator()(tf.zeros([2, 2]))
