import numpy as np
import pytest

from keras_infogan.metrics.label_reader import train_label_reader


def bars(count, seed):
    """A bar in one of four rows, of one of three brightnesses, on noise, uint8 [N, 8, 8, 1]."""
    generator = np.random.default_rng(seed)
    labels = {"row": generator.integers(0, 4, count), "brightness": generator.integers(0, 3, count)}
    images = generator.integers(0, 40, [count, 8, 8, 1])
    for shift in (0, 1):
        rows = 2 * labels["row"] + shift
        images[np.arange(count), rows] = 90 + 80 * labels["brightness"][:, None, None]
    return images.astype(np.uint8), labels


@pytest.mark.parametrize("frames", [1, 3])
def test_it_reads_every_label_of_unseen_images_and_videos(frames):
    images, labels = bars(400, 0)
    unseen, truth = bars(200, 1)
    if frames > 1:
        images, unseen = (np.stack([each] * frames, axis=1) for each in (images, unseen))
    reader = train_label_reader(images, labels, updates=120, batch_size=64)
    for some in (unseen, unseen / np.float32(255.0)):
        read = reader.read(some)
        assert list(read) == ["row", "brightness"] and read["row"].dtype == np.int64
        assert all(np.mean(read[name] == truth[name]) > 0.97 for name in truth)


@pytest.mark.parametrize(
    ("labels", "sentence"),
    [
        ({}, "There should be a label to read. Received: none"),
        ({"a": [0, 1]}, "one for each of 40 images. Received: 'a', int64 \\[2\\]"),
        ({"a": np.full(40, -1)}, "integers from 0 on"),
        ({"a": np.ones(40)}, "integers from 0 on.* Received: 'a', float64"),
    ],
)
def test_it_refuses_labels_that_are_none(labels, sentence):
    with pytest.raises(ValueError, match=sentence):
        train_label_reader(bars(40, 0)[0], labels)
