import keras
import numpy as np
import pytest
from keras import layers

from keras_infogan.datasets import load_images
from keras_infogan.metrics import build_classifier, image_batches, load_classifier, train_classifier


@pytest.fixture(scope="module")
def quadrants():
    """96 images of 8 x 8 pixels with one bright quadrant of four, and noise."""
    generator = np.random.default_rng(0)
    labels = generator.integers(0, 4, 96)
    images = generator.integers(0, 128, [96, 2, 4, 2, 4, 1])
    images[np.arange(96), labels // 2, :, labels % 2] += 127
    return images.reshape(96, 8, 8, 1).astype(np.uint8), labels


@pytest.fixture(scope="module")
def classifier(quadrants):
    return train_classifier("quadrant_classifier", *quadrants, epochs=8, batch_size=16)


def test_it_learns_and_gives_features_and_probabilities(quadrants, classifier):
    images, labels = quadrants
    extracted = classifier(images)
    assert classifier.name == "quadrant_classifier"
    assert extracted.features.shape == (96, 128)
    assert extracted.features.dtype == extracted.probabilities.dtype == np.float32
    assert np.mean(extracted.probabilities.argmax(axis=1) == labels) > 0.9


def test_a_saved_classifier_is_the_same_by_name_and_outputs(quadrants, classifier, tmp_path):
    classifier.model.save(tmp_path / "any_file.keras")
    again = load_classifier(tmp_path / "any_file.keras")
    assert again.name == "quadrant_classifier"
    for before, after in zip(classifier(quadrants[0]), again(quadrants[0]), strict=True):
        np.testing.assert_array_equal(before, after)


def test_untrained():
    model = build_classifier("faces", (12, 16, 3), 5)
    outputs = model(np.zeros([2, 12, 16, 3], np.float32))
    assert model.name == "faces"
    assert (outputs["features"].shape, outputs["probabilities"].shape) == ((2, 128), (2, 5))
    for first, second in zip(
        model.get_weights(), build_classifier("faces", (12, 16, 3), 5).get_weights(), strict=True
    ):
        np.testing.assert_array_equal(first, second)


@pytest.mark.parametrize(("shape", "count"), [((3, 8, 1), 2), ((8, 8, 1), 1)])
def test_what_cannot_be_built(shape, count):
    with pytest.raises(ValueError, match="`image_shape` should be of 4 pixels .* Received: "):
        build_classifier("small", shape, count)


@pytest.mark.parametrize(
    ("images", "labels", "message"),
    [
        (np.zeros([3, 8, 8, 1]), [0, 1], r"`labels` should have shape \[3\], .* Received: "),
        (np.zeros([0, 8, 8, 1]), [], "at least one image. Received: shape"),
        (np.zeros([2, 8, 8]), [0, 1], "Images should have shape .* Received: "),
        (np.zeros([2, 8, 8, 1]), [0, 0], "of two classes at least. Received: dtype int64"),
        (np.zeros([2, 8, 8, 1]), [-1, 1], "of two classes at least. Received: dtype int64"),
        (np.zeros([2, 8, 8, 1]), [0.0, 1.0], "should be integers .* Received: dtype float64"),
        (np.full([2, 8, 8, 1], np.nan), [0, 1], "not hold NaN. Received: NaN in 2 of 2"),
        (np.full([2, 8, 8, 1], 256.0), [0, 1], "Received: values from 256"),
        (np.ones([2, 8, 8, 1], np.uint8), [0, 1], "makes 1 white. Received: uint8"),
        (np.zeros([2, 8, 8, 1]), ["a", "b"], "should be integers .* Received: dtype <U1"),
    ],
)
def test_data_that_cannot_be_learned(images, labels, message):
    with pytest.raises(ValueError, match=message):
        train_classifier("broken", images, np.array(labels))


def test_files_that_hold_no_classifier(tmp_path):
    with pytest.raises(OSError, match="`path` should name a saved classifier. Received: .*is no"):
        load_classifier(tmp_path / "missing.keras")
    (tmp_path / "damaged.keras").write_bytes(b"PK")
    with pytest.raises(ValueError, match="damaged.keras is damaged or holds no Keras model"):
        load_classifier(tmp_path / "damaged.keras")
    other = keras.Sequential([layers.Input([2]), layers.Dense(1)])
    other.save(tmp_path / "other.keras")
    with pytest.raises(ValueError, match="should name a classifier with the outputs"):
        load_classifier(tmp_path / "other.keras")


@pytest.mark.slow
@pytest.mark.data
def test_mnist(mnist_data_dir):
    train = load_images("mnist", "train[:6000]", mnist_data_dir)
    test = load_images("mnist", "test[:1000]", mnist_data_dir)
    labels = train.labels["label"]
    classifier = train_classifier("mnist_classifier", train.images, labels, epochs=2)
    answers = [classifier(batch).probabilities.argmax(1) for batch in image_batches(test.images)]
    assert np.mean(np.concatenate(answers) == test.labels["label"]) > 0.9


@pytest.mark.parametrize("name", ["batch_size", "epochs"])
def test_a_training_without_updates_is_refused(name, quadrants):
    with pytest.raises(ValueError, match=f"`{name}` should be an int"):
        train_classifier("quadrants", *quadrants, **{name: 0})
