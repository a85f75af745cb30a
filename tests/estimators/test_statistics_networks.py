import keras
import numpy as np
import pytest
import tensorflow as tf

from keras_infogan.estimators import (
    NWJ,
    SMILE,
    ConcatenatedStatistics,
    DonskerVaradhan,
    InfoNCE,
    StatisticsNetwork,
)

ESTIMATORS = [DonskerVaradhan, NWJ, InfoNCE, SMILE]


NETWORKS = [StatisticsNetwork, ConcatenatedStatistics]


@pytest.mark.parametrize("network", [StatisticsNetwork(8, 3, seed=5), ConcatenatedStatistics(8, 5)])
def test_networks_survive_their_config(network, gaussians):
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
def test_gradients_reach_every_weight(network, gaussians):
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
def test_mixed_precision_keeps_scores_in_float32(network, estimator, gaussians):
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


def test_the_seed_is_of_the_initial_weights(gaussians):
    x, c = gaussians(1.0, 3)[0](4, (0, 0))
    first, again, other = (StatisticsNetwork(8, seed=seed)(x, c) for seed in (1, 1, 2))
    np.testing.assert_array_equal(first, again)
    assert np.abs(first - other).max() > 1e-3


@pytest.mark.parametrize(
    ("make", "message"),
    [
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
    ],
)
def test_values_that_are_refused(make, message):
    with pytest.raises(ValueError, match=message):
        make()
