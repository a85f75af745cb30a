import numpy as np
import pytest
import tensorflow_datasets as tfds

from keras_infogan.datasets import load_images, open_images

GENERATOR = np.random.default_rng(0)
COUNT = 5
VALUES = {
    "image": GENERATOR.integers(0, 256, (COUNT, 4, 5, 3), np.uint8),
    "text": [f"text {i}, größer" for i in range(COUNT)],
    "texts": [["one", f"{i}"] for i in range(COUNT)],
    "sketch": GENERATOR.integers(0, 256, (COUNT, 6, 6, 1), np.uint8),
    "maps": GENERATOR.integers(0, 256, (COUNT, 4, 5, 7), np.uint8),
    "points": GENERATOR.integers(0, 256, (COUNT, 3, 2), np.uint8),
    "label": np.arange(COUNT),
}
UNREAD = {
    "weight": np.full(COUNT, 0.5, np.float32),
    "vector": np.zeros((COUNT, 3), np.uint8),
    "photo": GENERATOR.integers(0, 256, (COUNT, 3, 3, 3), np.uint8),
    "tags": [["a"] * i for i in range(COUNT)],
}
VIDEOS = GENERATOR.integers(0, 256, (COUNT, 3, 4, 5, 1), np.uint8)


class AccompaniedImages(tfds.core.GeneratorBasedBuilder):
    """Images with companions of every kind, and with features that are not read."""

    VERSION = tfds.core.Version("1.0.0")

    def _info(self):
        features = {
            "image": tfds.features.Image(shape=(4, 5, 3)),
            "text": tfds.features.Text(),
            "texts": tfds.features.Sequence(tfds.features.Text(), length=2),
            "sketch": tfds.features.Image(shape=(6, 6, 1)),
            "maps": tfds.features.Tensor(shape=(4, 5, 7), dtype=np.uint8, encoding="zlib"),
            "nested": {"points": tfds.features.Tensor(shape=(3, 2), dtype=np.uint8)},
            "label": tfds.features.ClassLabel(num_classes=COUNT),
            "weight": np.float32,
            "vector": tfds.features.Tensor(shape=(3,), dtype=np.uint8),
            "photo": tfds.features.Image(shape=(None, None, 3)),
            "tags": tfds.features.Sequence(tfds.features.Text()),
        }
        return tfds.core.DatasetInfo(
            builder=self, features=tfds.features.FeaturesDict(features), disable_shuffling=True
        )

    def _split_generators(self, dl_manager):
        return {"train": self._generate_examples()}

    def _generate_examples(self):
        for i in range(COUNT):
            example = {name: values[i] for name, values in (VALUES | UNREAD).items()}
            points = example.pop("points")
            yield i, {**example, "nested": {"points": points}}


class SmallVideos(tfds.core.GeneratorBasedBuilder):
    """Videos whose number of frames is known, or is not."""

    VERSION = tfds.core.Version("1.0.0")
    BUILDER_CONFIGS = [tfds.core.BuilderConfig(name=name) for name in ("known", "unknown")]

    def _info(self):
        frames = 3 if self.builder_config.name == "known" else None
        video = tfds.features.Video(shape=(frames, 4, 5, 1))
        return tfds.core.DatasetInfo(
            builder=self,
            features=tfds.features.FeaturesDict({"image": video}),
            disable_shuffling=True,
        )

    def _split_generators(self, dl_manager):
        return {"train": ((i, {"image": video}) for i, video in enumerate(VIDEOS))}

    def _generate_examples(self):
        raise NotImplementedError


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory):
    return str(tmp_path_factory.mktemp("tfds"))


def test_texts_images_and_arrays_come_with_the_images(data_dir):
    data = load_images("accompanied_images", "train", data_dir)
    np.testing.assert_array_equal(data.images, VALUES["image"])
    assert sorted(data.labels) == ["label"]
    assert sorted(data.companions) == ["maps", "nested/points", "sketch", "text", "texts"]
    assert data.companions["text"].tolist() == VALUES["text"]
    assert data.companions["texts"].tolist() == VALUES["texts"]
    for name in ("sketch", "maps", "points"):
        found = data.companions["nested/points" if name == "points" else name]
        assert found.dtype == np.uint8
        np.testing.assert_array_equal(found, VALUES[name])


def test_companions_of_a_part_of_a_split(data_dir):
    data = load_images("accompanied_images", "train[2:4]", data_dir)
    assert data.companions["texts"].tolist() == VALUES["texts"][2:4]
    np.testing.assert_array_equal(data.companions["sketch"], VALUES["sketch"][2:4])


def test_a_resized_image_leaves_its_companions_as_they_are(data_dir):
    data = load_images("accompanied_images", "train", data_dir, image_size=(2, 2), channels=1)
    assert data.images.shape == (COUNT, 2, 2, 1)
    np.testing.assert_array_equal(data.companions["sketch"], VALUES["sketch"])


def test_videos_are_read(data_dir):
    data = load_images("small_videos/known", "train", data_dir)
    np.testing.assert_array_equal(data.images, VIDEOS)
    assert data.companions == data.labels == {}
    stored = open_images("small_videos/known", "train", data_dir)
    np.testing.assert_array_equal(np.concatenate(list(stored.images(1, 4))), VIDEOS[1:4])


@pytest.mark.parametrize("setting", [{"image_size": (2, 2)}, {"channels": 3}])
def test_videos_are_not_resized(data_dir, setting):
    with pytest.raises(ValueError, match="should be left out for videos.*small_videos'. Received"):
        load_images("small_videos/known", "train", data_dir, **setting)


def test_videos_of_several_lengths_are_refused(data_dir):
    with pytest.raises(ValueError, match="the shape of videos should be known"):
        load_images("small_videos/unknown", "train", data_dir)
