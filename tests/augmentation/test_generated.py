import numpy as np
import pytest
import tensorflow_datasets as tfds

from keras_infogan.augmentation import UNMATCHED, generate_values, label_images, write_dataset
from keras_infogan.datasets import load_images


def test_images_of_each_value_with_latents_of_their_own(model):
    images = generate_values(model, "kind", 3, 4, seed=5)
    assert (images.shape, images.dtype) == ((3, 4, 8, 8, 1), np.uint8)
    expected = model.sample(4, {"kind": 2}, seed=5 * 3 + 2)
    np.testing.assert_allclose(images[2] / 255, expected, atol=1 / 255)
    np.testing.assert_array_equal(images, generate_values(model, "kind", 3, 4, seed=5))


def test_images_get_the_classes_of_their_values():
    images = np.arange(3)[:, None, None, None, None] * np.ones([1, 2, 4, 4, 1], np.uint8)
    kept, labels = label_images(images, [7, UNMATCHED, 0])
    assert kept[:, 0, 0, 0].tolist() == [0, 0, 2, 2]
    assert labels.tolist() == [7, 7, 0, 0]


@pytest.mark.parametrize("channels", [1, 3])
def test_a_dataset_is_read_as_it_was_written(tmp_path, capsys, channels):
    generator = np.random.default_rng(0)
    images = generator.integers(0, 256, [40, 8, 8, channels]).astype(np.uint8)
    labels = np.arange(40) % 3
    path = write_dataset(tmp_path / "dataset", images, labels, 4)

    assert path == tmp_path / "dataset" / "generated" / "1.0.0"
    found = load_images("generated", "train", str(tmp_path / "dataset"))
    written = {image.tobytes(): label for image, label in zip(images, labels, strict=True)}
    read = zip(found.images, found.labels["label"], strict=True)
    assert {image.tobytes(): label for image, label in read} == written
    assert not np.array_equal(found.labels["label"], labels)  # shuffled
    builder = tfds.builder_from_directory(path)
    assert builder.info.features["label"].num_classes == 4
    assert builder.info.splits["train"].num_examples == 40
    captured = capsys.readouterr()
    assert (captured.out, captured.err) == ("", "")


def test_a_dataset_stays_as_it_is(tmp_path):
    first = np.zeros([4, 8, 8, 1], np.uint8)
    for images in (first, first + 1):
        write_dataset(tmp_path, images, np.arange(4), 4)
    assert load_images("generated", "train", str(tmp_path)).images.max() == 0
