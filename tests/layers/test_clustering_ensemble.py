import numpy as np
import pytest
import tensorflow as tf

from keras_infogan.layers import ClusteringEnsemble


def make_ensemble(classifiers, size):
    ensemble = ClusteringEnsemble(classifiers, size)
    ensemble.build([None, 8, 8, 1])
    return ensemble


def certain(*categories):
    """Logits of one network that is sure of a category of each image, of three in all."""
    return 50.0 * tf.one_hot(categories, 3)


def test_networks_give_logits_side_by_side():
    ensemble = make_ensemble(3, 4)
    images = tf.random.uniform([5, 8, 8, 1], seed=0)
    logits = ensemble(images)
    assert logits.shape == (3, 5, 4)
    np.testing.assert_allclose(logits[1], ensemble.networks[1](images))
    assert not np.allclose(logits[0], logits[1])


@pytest.mark.parametrize(("side", "convolutions"), [(28, 3), (32, 3), (64, 4), (8, 1)])
def test_maps_are_halved_until_they_are_small(side, convolutions):
    ensemble = ClusteringEnsemble(1, 10)
    ensemble.build([None, side, side, 3])
    kernels = [weight for weight in ensemble.trainable_variables if len(weight.shape) == 4]
    assert len(kernels) == convolutions


def test_an_update_is_remembered():
    ensemble = make_ensemble(2, 3)
    ensemble.record(tf.stack([certain(0, 0, 1), certain(2, 2, 0)]), tf.constant([3.0, 1.0]))
    np.testing.assert_allclose(ensemble.losses_so_far, [0.06, 0.02], rtol=1e-5)
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


def test_the_vote_is_in_the_names_of_the_best():
    ensemble = make_ensemble(3, 3)
    first, best, merged = certain(0, 1, 2), certain(1, 2, 0), certain(0, 0, 2)
    ensemble.record(tf.stack([first, best, merged]), tf.constant([0.0, -1.0, 1.0]))
    # A new image, on which the first two disagree; the third has both their classes in one.
    vote = ensemble.vote(tf.stack([certain(0), certain(2), certain(0)]))
    # In the names of the second: the first says 1, the second 2, the third half of each.
    np.testing.assert_allclose(vote, [[0.0, 0.5, 0.5]], atol=1e-5)
    vote = ensemble.vote(tf.stack([certain(2), certain(0), certain(2)]))
    np.testing.assert_allclose(vote, [[1.0, 0.0, 0.0]], atol=1e-5)
