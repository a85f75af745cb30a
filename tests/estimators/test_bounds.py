import math

import keras
import numpy as np
import pytest
import tensorflow as tf

from keras_infogan.estimators import (
    NWJ,
    SMILE,
    DonskerVaradhan,
    Estimator,
    InfoNCE,
)

LOG_2 = math.log(2.0)


ESTIMATORS = [DonskerVaradhan, NWJ, InfoNCE, SMILE]


@pytest.fixture
def scores():
    """e^T is 2 and 4 on joint draws, 3 and 1 elsewhere, whose mean is 2."""
    return tf.math.log([[2.0, 3.0], [1.0, 4.0]])


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
def test_the_density_ratio_of_gaussians_gives_their_information(estimator, information, gaussians):
    sample, correlation = gaussians(information, dimensions=2)
    scores = log_density_ratios(*sample(2000, (0, 1)), correlation)
    shift = 1.0 if estimator is NWJ else 0.0
    assert float(estimator()(scores + shift)) == pytest.approx(information, abs=0.06)


def test_the_optimum_is_where_gradients_vanish(gaussians):
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


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: DonskerVaradhan(momentum=1.0), r"`momentum` should be .* Received: momentum=1.0"),
        (lambda: SMILE(clip=0.0), r"`clip` should be above 0. Received: clip=0.0"),
        (lambda: NWJ()(tf.zeros([3, 4])), r"`scores` should be .* Received: shape \(3, 4\)"),
        (lambda: InfoNCE()(tf.zeros([1, 1])), r"`scores` should be .* Received: shape \(1, 1\)"),
        (lambda: SMILE()(tf.zeros([4])), r"`scores` should be .* Received: shape \(4,\)"),
    ],
)
def test_values_that_are_refused(make, message):
    with pytest.raises(ValueError, match=message):
        make()


def test_the_base_class_estimates_nothing():
    with pytest.raises(NotImplementedError):
        Estimator()(tf.zeros([2, 2]))
