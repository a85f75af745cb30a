import keras
import numpy as np
import pytest
from keras import layers

from keras_infogan.metrics import inception_v3
from keras_infogan.metrics.inception import inception_inputs


def small_inception(weights):
    """Of the real one the ends only: its input, its two layers of interest."""
    assert weights == "imagenet"
    inputs = layers.Input([299, 299, 3])
    pooled = layers.GlobalAveragePooling2D(name="avg_pool")(inputs)
    return keras.Model(inputs, layers.Dense(4, "softmax", name="predictions")(pooled))


def test_features_are_of_the_pooling_and_probabilities_of_the_top(monkeypatch):
    monkeypatch.setattr(keras.applications, "InceptionV3", small_inception)
    extractor = inception_v3()
    assert extractor.name == "inception_v3_keras"
    extracted = extractor(np.full([2, 8, 8, 1], 255, np.uint8))
    np.testing.assert_allclose(extracted.features, np.ones([2, 3]), rtol=1e-4)
    assert extracted.probabilities.shape == (2, 4)


def test_keras_names_the_layers_so():
    network = keras.applications.InceptionV3(weights=None)
    assert network.get_layer("avg_pool").output.shape == (None, 2048)
    assert network.output.shape == (None, 1000)


@pytest.mark.parametrize("channels", [1, 3])
def test_inputs(channels):
    images = np.zeros([2, 4, 4, channels], np.float32)
    images[1] = 1.0
    inputs = inception_inputs(images).numpy()
    assert inputs.shape == (2, 299, 299, 3)
    np.testing.assert_allclose(inputs[0], -1.0, atol=1e-5)
    np.testing.assert_allclose(inputs[1], 1.0, atol=1e-5)


def test_colors_stay_apart():
    colors = np.broadcast_to(np.float32([0.0, 0.5, 1.0]), [1, 4, 4, 3])
    np.testing.assert_allclose(inception_inputs(colors)[0, 150, 150], [-1, 0, 1], atol=1e-5)


def test_other_channels():
    with pytest.raises(ValueError, match="`images` should have 1 or 3 channels. Received: 2"):
        inception_inputs(np.zeros([1, 4, 4, 2]))


@pytest.mark.parametrize(
    "failure",
    [
        Exception("URL fetch failure on https://storage.googleapis.com/w.h5: None -- unreachable"),
        ValueError("Incomplete or corrupted file detected. The md5 file hash does not match"),
    ],
)
def test_without_weights(monkeypatch, failure):
    def fail(weights):
        raise failure

    monkeypatch.setattr(keras.applications, "InceptionV3", fail)
    with pytest.raises(OSError, match="weights of Inception v3 should be in .* Received: ") as info:
        inception_v3()
    assert str(failure) in str(info.value)


def test_other_failures_are_not_hidden(monkeypatch):
    def fail(weights):
        raise TypeError("a bug")

    monkeypatch.setattr(keras.applications, "InceptionV3", fail)
    with pytest.raises(TypeError, match="a bug"):
        inception_v3()
