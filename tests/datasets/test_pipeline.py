import itertools

import numpy as np
import pytest
import tensorflow as tf

from keras_infogan.datasets import training_batches


def numbered(count):
    """Images of two bytes, of which each tells its own index."""
    return np.arange(count, dtype=np.uint16).view(np.uint8).reshape(count, 1, 2, 1)


def indices(batches, steps):
    arrays = list(itertools.islice(batches.as_numpy_iterator(), steps))
    return np.stack([array.reshape(-1).view(np.uint16) for array in arrays])


def test_an_epoch_is_a_permutation():
    seen = indices(training_batches(numbered(1000), 100, seed=3), 20)
    first, second = seen[:10].ravel(), seen[10:].ravel()
    assert sorted(first) == sorted(second) == list(range(1000))
    assert (first != second).any()
    assert first.tolist() != list(range(1000))


def test_what_an_epoch_leaves_out_changes():
    seen = indices(training_batches(numbered(10), 4, seed=0), 40).reshape(20, 8)
    assert all(len(set(epoch)) == 8 for epoch in seen.tolist())
    left_out = {frozenset(range(10)) - set(epoch) for epoch in seen.tolist()}
    assert len(left_out) > 5


@pytest.mark.parametrize("first_step", [1, 7, 23])
def test_a_resumed_pipeline_goes_on_bit_for_bit(first_step):
    images = numbered(1000)
    whole = indices(training_batches(images, 128, seed=5), 30)
    resumed = indices(training_batches(images, 128, seed=5, first_step=first_step), 7)
    np.testing.assert_array_equal(resumed, whole[first_step : first_step + 7])


def test_a_far_step_starts_at_once():
    seen = indices(training_batches(numbered(1000), 100, seed=0, first_step=10**12), 10)
    assert sorted(seen.ravel()) == list(range(1000))


def test_seeds_differ_in_every_bit():
    orders = {
        tuple(indices(training_batches(numbered(100), 100, seed=seed), 1)[0])
        for seed in (-1, 0, 1, 256, 2**31, 2**40)
    }
    assert len(orders) == 6


def test_epochs_that_are_256_apart_differ():
    epochs = indices(training_batches(numbered(20), 20, seed=0), 300)
    assert len({tuple(order) for order in epochs}) > 295
    assert (epochs[0] != epochs[256]).any()


def test_batches_are_uint8_of_a_static_shape_without_end():
    batches = training_batches(np.zeros((50, 8, 6, 3), np.uint8), 16, seed=0)
    assert batches.element_spec == tf.TensorSpec((16, 8, 6, 3), tf.uint8)
    assert batches.cardinality() == tf.data.INFINITE_CARDINALITY


def test_a_batch_may_hold_all_images():
    assert sorted(indices(training_batches(numbered(5), 5, seed=0), 1)[0]) == [0, 1, 2, 3, 4]
    assert indices(training_batches(numbered(1), 1, seed=0), 3).tolist() == [[0], [0], [0]]


@pytest.mark.parametrize("batch_size", [0, 6, 2.0])
def test_an_impossible_batch_size_is_refused(batch_size):
    message = f"from 1 to the number of images. Received: batch_size={batch_size} with 5 images"
    with pytest.raises(ValueError, match=message):
        training_batches(numbered(5), batch_size, seed=0)


def test_float_images_are_refused():
    with pytest.raises(TypeError, match="should be uint8. Received: float32"):
        training_batches(np.zeros((5, 2, 2, 1), np.float32), 2, seed=0)


def test_images_without_channels_are_refused():
    with pytest.raises(ValueError, match=r"if they are videos. Received: \(5, 2, 2\)"):
        training_batches(np.zeros((5, 2, 2), np.uint8), 2, seed=0)


def test_a_negative_step_is_refused():
    with pytest.raises(ValueError, match="`first_step` should be an int of at least 0"):
        training_batches(numbered(5), 2, seed=0, first_step=-1)


def test_a_seed_is_an_int_of_64_bits():
    with pytest.raises(ValueError, match="`seed` should be an int of 64 bits"):
        training_batches(numbered(5), 2, seed=0.5)


@pytest.mark.parametrize("labels", [np.arange(4), np.arange(6), np.zeros([4, 2])])
def test_labels_are_one_per_image(labels):
    with pytest.raises(ValueError, match=r"`labels` should have shape \[5, \.\.\.\], one for"):
        training_batches(numbered(5), 2, seed=0, labels=labels)


def test_labels_stay_with_their_images():
    batches = training_batches(numbered(1000), 100, seed=3, labels=np.arange(1000))
    for images, labels in itertools.islice(batches.as_numpy_iterator(), 12):
        np.testing.assert_array_equal(images.reshape(-1).view(np.uint16), labels)
