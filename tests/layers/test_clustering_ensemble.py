import numpy as np
import pytest
import tensorflow as tf

from keras_infogan import metrics
from keras_infogan.layers import ClusteringEnsemble


def make_ensemble(classifiers, size):
    ensemble = ClusteringEnsemble(classifiers, size)
    ensemble.build([None, 8, 8, 1])
    return ensemble


def certain(*categories):
    """Logits of one network that is sure of a category of each image, of three in all."""
    return 50.0 * tf.one_hot(categories, 3)


def logits_of(ensemble, index, images):
    """The logits of one network, by a convolution of its own at a time."""

    def normalized(values, normalization, channels):
        own = slice(index * channels, (index + 1) * channels)
        scale = normalization.gamma[own] / np.sqrt(normalization.moving_variance[own] + 1e-3)
        values = (values - normalization.moving_mean[own]) * scale + normalization.beta[own]
        return tf.nn.leaky_relu(values, 0.1)

    first, *others = ensemble.normalizations
    channels = 16
    kernel = ensemble.first.kernel[..., index * channels : (index + 1) * channels]
    values = normalized(tf.nn.conv2d(images, kernel, 2, "SAME"), first, channels)
    for kernels, normalization in zip(ensemble.kernels, others, strict=False):
        channels *= 2
        values = tf.nn.conv2d(values, kernels[index], 2, "SAME")
        values = normalized(values, normalization, channels)
    values = tf.reshape(values, [len(images), -1]) @ ensemble.hidden.kernel[index]
    values = normalized(values, others[-1], 128)
    return values @ ensemble.head.kernel[index] + ensemble.head.bias[index]


@pytest.mark.parametrize(("height", "width"), [(8, 8), (28, 28), (20, 12)])
def test_each_network_has_kernels_of_its_own(height, width):
    ensemble = ClusteringEnsemble(3, 4)
    ensemble.build([None, height, width, 3])
    for weight in ensemble.weights:  # also the averages, which are 0 and 1 at first
        weight.assign(np.random.default_rng(len(weight.shape)).uniform(0.1, 0.3, weight.shape))
    images = tf.random.uniform([5, height, width, 3], seed=0)
    logits = ensemble(images)
    assert logits.shape == (3, 5, 4)
    for index in range(3):
        np.testing.assert_allclose(logits[index], logits_of(ensemble, index, images), rtol=1e-4)
    assert not np.allclose(logits[0], logits[1])


def test_the_initial_weights_are_those_of_separate_networks():
    ensemble = ClusteringEnsemble(8, 10)
    ensemble.build([None, 28, 28, 1])
    fan_ins = [16, 16 * 16, 16 * 32, 4 * 4 * 64]
    kernels = [ensemble.first.kernel, *ensemble.kernels, ensemble.hidden.kernel]
    for kernel, fan_in in zip(kernels, fan_ins, strict=True):
        assert np.std(kernel) == pytest.approx(0.2 * np.sqrt(2 / fan_in), rel=0.05)


def test_the_gradient_reaches_every_weight():
    ensemble = make_ensemble(2, 3)
    with tf.GradientTape() as tape:
        loss = tf.reduce_sum(ensemble(tf.random.uniform([5, 8, 8, 1]), training=True)[..., 0])
    gradients = tape.gradient(loss, [weight.value for weight in ensemble.trainable_variables])
    assert all(gradient is not None for gradient in gradients)


@pytest.mark.parametrize(("side", "convolutions"), [(28, 2), (32, 2), (64, 3), (8, 0)])
def test_maps_are_halved_until_they_are_small(side, convolutions):
    ensemble = ClusteringEnsemble(1, 10)
    ensemble.build([None, side, side, 3])
    assert len(ensemble.kernels) == convolutions


def record_twice(ensemble, logits):
    """The clusters are those of earlier batches."""
    for _ in range(2):
        ensemble.record(tf.stack(logits))


def test_a_batch_with_nan_is_not_in_the_clusters():
    ensemble = make_ensemble(2, 3)
    record_twice(ensemble, [certain(0, 1, 2), certain(1, 2, 0)])
    before = ensemble.translation.numpy()
    ensemble.record(tf.fill([2, 3, 3], float("nan")))
    np.testing.assert_allclose(ensemble.translation, before, atol=1e-5)


def test_an_update_is_remembered():
    ensemble = make_ensemble(2, 3)
    ensemble.record(tf.stack([certain(0, 0, 1), certain(2, 2, 0)]))
    # Two images lie in category 0 of the first and 2 of the second, each with weight 0.02.
    expected = np.zeros([3, 3])
    expected[0, 2], expected[1, 0] = 0.04, 0.02
    np.testing.assert_allclose(ensemble.meetings[0, :, 1], expected, atol=1e-6)


def test_an_ensemble_round_trip():
    ensemble = ClusteringEnsemble(3, 4)
    assert ClusteringEnsemble.from_config(ensemble.get_config()).get_config() == (
        ensemble.get_config()
    )
    with pytest.raises(
        ValueError, match="`classifiers` should be an int of at least 1. Received: classifiers=0"
    ):
        ClusteringEnsemble(0, 4)


def test_the_vote_translates_the_categories():
    ensemble = make_ensemble(3, 3)
    record_twice(ensemble, [certain(0, 1, 2), certain(1, 2, 0), certain(2, 0, 1)])
    seen = ensemble.vote(tf.stack([certain(0, 1, 2), certain(1, 2, 0), certain(2, 0, 1)]))
    np.testing.assert_allclose(np.sort(seen, axis=1), [[0, 0, 1]] * 3, atol=1e-4)
    assert sorted(np.argmax(seen, axis=1)) == [0, 1, 2]
    # A new image, on which the last network disagrees.
    vote = ensemble.vote(tf.stack([certain(0), certain(1), certain(0)]))
    np.testing.assert_allclose(np.sort(vote), [[0, 1 / 3, 2 / 3]], atol=1e-4)
    assert np.argmax(vote) == np.argmax(seen[0])


def test_a_class_that_networks_merge_in_different_ways_is_a_category_of_the_vote():
    """Four classes; each of four networks merges another pair and splits another class."""
    truth = np.arange(400) % 4
    half = np.arange(400) // 4 % 2
    logits = []
    for merged, split in ((0, 2), (1, 3), (2, 0), (3, 1)):
        own = np.where(truth == (merged + 1) % 4, merged, truth)
        own = np.where((truth == split) & (half == 1), (merged + 1) % 4, own)
        logits.append(50.0 * tf.one_hot(own, 4))
    ensemble = make_ensemble(4, 4)
    record_twice(ensemble, logits)
    alone = [np.argmax(each, axis=1) for each in logits]
    assert max(metrics.clustering_scores(truth, each).code_accuracy for each in alone) < 0.7
    vote = np.argmax(ensemble.vote(tf.stack(logits)), axis=1)
    assert metrics.clustering_scores(truth, vote).code_accuracy > 0.9


def test_the_vote_keeps_its_numbers():
    ensemble = make_ensemble(2, 3)
    both = [certain(0, 1, 2), certain(1, 2, 0)]
    numbers = []
    ensemble.record(tf.stack(both))
    for order in ([0, 1, 2], [2, 0, 1], [1, 1, 0], [0, 1, 2]):  # other images each time
        ensemble.record(tf.stack([tf.gather(each, order) for each in both]))
        numbers.append(np.argmax(ensemble.vote(tf.stack(both)), axis=1).tolist())
    assert numbers.count(numbers[0]) == 4


def test_a_category_that_no_image_has():
    ensemble = make_ensemble(2, 3)
    record_twice(ensemble, [certain(0, 1, 1), certain(1, 0, 0)])
    vote = ensemble.vote(tf.stack([certain(0, 1), certain(1, 0)]))
    assert np.isfinite(vote).all()
    assert len(set(np.argmax(vote, axis=1))) == 2


def test_before_the_first_batch_the_vote_is_the_mean():
    vote = make_ensemble(2, 3).vote(tf.stack([certain(0), certain(1)]))
    np.testing.assert_allclose(vote, [[0.5, 0.5, 0.0]], atol=1e-4)


def test_only_the_most_confident_networks_vote():
    ensemble = ClusteringEnsemble(3, 3, voters=2)
    ensemble.build([None, 8, 8, 1])
    unsure = certain(2, 2, 2) / 50.0
    record_twice(ensemble, [certain(0, 1, 2), unsure, certain(1, 2, 0)])
    np.testing.assert_allclose(ensemble.confidence / (1 - 0.98**2), [1, 0.576117, 1], rtol=1e-4)
    vote = ensemble.vote(tf.stack([certain(0, 1, 2), unsure, certain(1, 2, 0)]))
    np.testing.assert_allclose(np.sort(vote, axis=1), [[0, 0, 1]] * 3, atol=1e-4)
    without = ensemble.vote(tf.stack([certain(0, 1, 2), certain(0, 1, 0), certain(1, 2, 0)]))
    np.testing.assert_allclose(without, vote, atol=1e-4)


def test_a_vote_is_a_distribution_before_any_batch_was_seen():
    ensemble = ClusteringEnsemble(3, 3, voters=1)
    ensemble.build([None, 8, 8, 1])
    vote = ensemble.vote(tf.stack([certain(0, 1, 2)] * 3))
    np.testing.assert_allclose(vote, tf.eye(3), atol=1e-4)


@pytest.mark.parametrize("voters", [0, 4, 1.5, True])
def test_voters_are_some_of_the_networks(voters):
    message = f"an int from 1 to the number of classifiers. Received: voters={voters} with class"
    with pytest.raises(ValueError, match=message):
        ClusteringEnsemble(3, 4, voters)
