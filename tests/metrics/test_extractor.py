import keras
import numpy as np
import pytest
from keras import layers

from keras_infogan.metrics import Extractor, image_batches


def flat(images):
    return np.reshape(images, [len(images), -1])


@pytest.fixture
def pixels():
    return Extractor("pixels", flat)


def test_bytes_and_floats_give_the_same_features(pixels, images):
    extracted = pixels(images)
    assert extracted.probabilities is None
    assert extracted.features.shape == (32, 64)
    np.testing.assert_allclose(extracted.features, images.reshape(32, -1) / 255, rtol=1e-6)
    np.testing.assert_array_equal(
        pixels(images.astype(np.float32) / 255).features, extracted.features
    )


def test_preprocessing_comes_first(images):
    mean = Extractor("mean", flat, lambda x: np.mean(x, axis=(1, 2), keepdims=True))
    expected = images.mean(axis=(1, 2)) / 255
    np.testing.assert_allclose(mean(images).features, expected, rtol=1e-5)


def test_a_keras_model_infers(images):
    model = keras.Sequential([layers.Input([8, 8, 1]), layers.Flatten(), layers.Dropout(0.5)])
    extractor = Extractor("dropout", model)
    np.testing.assert_array_equal(extractor(images).features, flat(images / np.float32(255)))


def test_a_model_of_features_and_probabilities(images):
    inputs = layers.Input([8, 8, 1])
    features = layers.Flatten()(inputs)
    probabilities = layers.Dense(3, "softmax")(features)
    model = keras.Model(inputs, {"features": features, "probabilities": probabilities})
    extracted = Extractor("both", model)(images)
    assert (extracted.features.shape, extracted.probabilities.shape) == ((32, 64), (32, 3))


@pytest.mark.parametrize("value", [np.nan, np.inf, -0.1, 256.0, 1.5])
def test_images_out_of_range(pixels, value):
    with pytest.raises(ValueError, match="^Images should .* Received: "):
        pixels(np.full([2, 8, 8, 1], value, np.float32))


@pytest.mark.parametrize("shape", [(8, 8, 1), (0, 8, 8, 1)])
def test_no_batch_of_images(pixels, shape):
    with pytest.raises(
        ValueError, match="shape \\[batch, H, W, C\\]|at least one image. Received: "
    ):
        pixels(np.zeros(shape, np.uint8))


@pytest.mark.parametrize(
    ("outputs", "message"),
    [
        (np.full([2, 3], np.nan), "`features` should be finite"),
        (np.zeros([2, 4, 4, 8]), "`features` should be a matrix"),
        (np.zeros([3, 4]), "`features` should have a row for each of 2 images. Received: 3"),
        (
            {"features": np.zeros([2, 3]), "probabilities": np.ones([2, 2])},
            "`probabilities` should be rows of probabilities",
        ),
        (
            {"features": np.zeros([2, 3]), "probabilities": np.ones([1, 1])},
            "`probabilities` should have a row for each of 2 images. Received: 1",
        ),
    ],
)
def test_what_a_model_may_not_give(outputs, message):
    with pytest.raises(ValueError, match=message):
        Extractor("broken", lambda images: outputs)(np.zeros([2, 8, 8, 1], np.uint8))


def test_an_extractor_has_a_name_and_a_model():
    with pytest.raises(ValueError, match="`name` should not be empty. Received: name=''"):
        Extractor("", flat)
    with pytest.raises(TypeError, match="`model` should be a Keras model .* Received: 'pixels'"):
        Extractor("pixels", "pixels")


def test_batches_of_an_array(images):
    batches = list(image_batches(images, 10))
    assert [len(batch) for batch in batches] == [10, 10, 10, 2]
    np.testing.assert_array_equal(np.concatenate(batches), images)
    with pytest.raises(ValueError, match="`batch_size` should be an int of at least 1. Received"):
        image_batches(images, 0)


def test_nan_is_said(pixels):
    images = np.zeros([3, 8, 8, 1])
    images[1, 0] = np.nan
    with pytest.raises(ValueError, match="not hold NaN. Received: NaN in 1 of 3 images"):
        pixels(images)


@pytest.mark.parametrize("shape", [(2, 9, 8, 1), (2, 8, 8, 3)])
def test_a_keras_model_wants_its_own_size_and_color(shape):
    model = keras.Sequential([layers.Input([8, None, 1]), layers.GlobalMaxPooling2D()])
    extractor = Extractor("small", model)
    assert extractor(np.zeros([2, 8, 5, 1])).features.shape == (2, 1)
    with pytest.raises(ValueError, match=r"\[batch, 8, any, 1\] for 'small'. Received: ") as caught:
        extractor(np.zeros(shape))
    assert "\n" not in str(caught.value)


def test_preprocessing_may_give_the_size():
    model = keras.Sequential([layers.Input([4, 4, 1]), layers.Flatten()])
    halved = Extractor("halved", model, lambda images: images[:, ::2, ::2])
    assert halved(np.zeros([2, 8, 8, 1])).features.shape == (2, 16)
