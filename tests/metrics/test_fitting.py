import keras
import numpy as np
import pytest

from keras_infogan.metrics.fitting import fit_reader, readable_images, unit_batch


def mean_reader():
    """One weight and a bias on the mean of an image."""
    network = keras.Sequential(
        [keras.layers.GlobalAveragePooling2D(), keras.layers.Dense(1, kernel_initializer="zeros")]
    )
    network.build([None, 4, 4, 1])
    return network


def grays(count=64):
    return np.linspace(0.0, 1.0, count, dtype=np.float32)[:, None, None, None] * np.ones([4, 4, 1])


def test_it_fits_a_line():
    """The target is 0.1 + x / 4 for a brightness of x."""
    images, network = grays().astype(np.float32), mean_reader()
    loss = keras.losses.MeanSquaredError()
    limits = {"updates": 700, "epochs": 700, "batch_size": 64}
    fit_reader(network, images, 0.1 + images[:, 0, 0] / 4.0, loss, **limits)
    weight, bias = network.get_weights()
    assert (float(weight[0, 0]), float(bias[0])) == pytest.approx((0.25, 0.1), abs=0.05)


@pytest.mark.parametrize(("updates", "epochs", "expected"), [(3, 9, 3), (9, 1, 2)])
def test_updates_or_epochs_end_first(updates, epochs, expected):
    network = mean_reader()
    loss = keras.losses.MeanSquaredError()
    images = grays().astype(np.float32)
    fit_reader(
        network, images, images[:, 0, 0], loss, updates=updates, epochs=epochs, batch_size=32
    )
    assert int(network.optimizer.iterations) == expected


def test_frames_lie_in_the_channels_and_bytes_are_shares_of_white():
    videos = np.zeros([2, 3, 4, 4, 2], np.uint8)
    videos[:, 1, ..., 1] = 255
    images = readable_images(videos)
    assert images.shape == (2, 4, 4, 6)
    assert unit_batch(images)[0, 0, 0].tolist() == [0, 0, 0, 1, 0, 0]
    with pytest.raises(ValueError, match="shape"):
        readable_images(np.zeros([4, 4, 1]))
