import httpx
import numpy as np
import pytest
import tensorflow as tf
import tensorflow_datasets as tfds

from keras_infogan.datasets import (
    BasicPropRectangles,
    basicprop,
    load_images,
    open_images,
    training_batches,
)


class TinyPairs(BasicPropRectangles):
    """A registered dataset small enough to prepare in a test."""

    EXAMPLES_PER_CLASS = {"train": 3, "test": 1}


class TinyPictures(tfds.core.GeneratorBasedBuilder):
    """Images of any kind that a configuration's name asks for."""

    VERSION = tfds.core.Version("1.0.0")
    BUILDER_CONFIGS = [
        tfds.core.BuilderConfig(name=name)
        for name in ("equal_sizes", "varying_sizes", "wide", "no_image")
    ]

    def _info(self):
        name = self.builder_config.name
        wide = name == "wide"
        image = tfds.features.Image(
            shape=(None, None, 1 if wide else 3), dtype=np.uint16 if wide else np.uint8
        )
        key = "picture" if name == "no_image" else "image"
        return tfds.core.DatasetInfo(
            builder=self, features=tfds.features.FeaturesDict({key: image, "weight": np.float32})
        )

    def _split_generators(self, dl_manager):
        return {"train": self._generate_examples()}

    def _generate_examples(self):
        (key,) = self.info.features.keys() - {"weight"}
        feature = self.info.features[key]
        for i in range(3):
            rows = 4 + i if self.builder_config.name == "varying_sizes" else 4
            image = np.full((rows, 5, feature.shape[-1]), 10 * i, feature.np_dtype)
            yield i, {key: image, "weight": 0.5}


@pytest.fixture(scope="session")
def data_dir(tmp_path_factory):
    return str(tmp_path_factory.mktemp("tfds"))


def test_images_and_labels_come_in_the_order_of_the_dataset(data_dir):
    data = load_images("tiny_pairs", "train", data_dir)
    expected = tfds.as_numpy(tfds.load("tiny_pairs", split="train", data_dir=data_dir))
    examples = list(expected)
    assert len(examples) == 300
    np.testing.assert_array_equal(data.images, np.stack([e["image"] for e in examples]))
    assert data.images.dtype == np.uint8
    assert sorted(data.labels) == ["left_height", "right_height"]
    for name, values in data.labels.items():
        assert values.dtype == np.int64
        assert values.tolist() == [e[name] for e in examples]


def test_labels_belong_to_their_images(data_dir):
    data = load_images("tiny_pairs/clean", "test", data_dir)
    masks = basicprop.rectangle_masks(data.labels["left_height"], data.labels["right_height"])
    np.testing.assert_array_equal(data.images[..., 0] == 255, masks)


def test_a_slice_of_a_split_and_two_splits_at_once(data_dir):
    whole = load_images("tiny_pairs", "train", data_dir).images
    slice_of_it = load_images("tiny_pairs", "train[100:250]", data_dir).images
    np.testing.assert_array_equal(slice_of_it, whole[100:250])
    assert len(load_images("tiny_pairs", "train+test", data_dir).images) == 400


def test_images_whose_size_only_the_files_tell(data_dir):
    data = load_images("tiny_pictures/equal_sizes", "train", data_dir)
    assert data.images.shape == (3, 4, 5, 3)
    assert data.images[:, 0, 0, 0].tolist() == [0, 10, 20]
    assert data.labels == {}


def test_varying_sizes_are_brought_to_one(data_dir):
    data = load_images("tiny_pictures/varying_sizes", "train", data_dir, image_size=(2, 3))
    assert data.images.shape == (3, 2, 3, 3)
    assert data.images[:, 0, 0, 0].tolist() == [0, 10, 20]


def test_channels_are_converted(data_dir):
    gray = load_images("tiny_pictures/equal_sizes", "train", data_dir, channels=1)
    assert gray.images.shape == (3, 4, 5, 1)
    colour = load_images("tiny_pairs", "test", data_dir, channels=3)
    assert colour.images.shape == (100, 28, 28, 3)


def test_varying_sizes_are_refused(data_dir):
    with pytest.raises(ValueError, match=r"one size, or.*Received: \(4, 5, 3\) and \(5, 5, 3\)"):
        load_images("tiny_pictures/varying_sizes", "train", data_dir)


@pytest.mark.parametrize("config", ["wide", "no_image"])
def test_a_dataset_without_bytes_named_image_is_refused(data_dir, config):
    with pytest.raises(ValueError, match="should have a uint8 feature named 'image'"):
        load_images(f"tiny_pictures/{config}", "train", data_dir)


def test_an_unknown_name_is_answered_with_close_ones(data_dir):
    with pytest.raises(ValueError, match="Received: 'basic_prop_lin'; close.*basic_prop_line"):
        load_images("basic_prop_lin", "train", data_dir)
    with pytest.raises(ValueError, match="should be a TFDS dataset. Received: 'qqqq'$"):
        load_images("qqqq", "train", data_dir)


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("tiny_pairs/nope", "BuilderConfig nope not found"),
        ("tiny_pairs:9.9.9", "cannot be loaded at version 9.9.9, only: 1.0.0"),
        ("tiny pairs", "Parsing builder name string tiny pairs failed"),
    ],
)
def test_an_impossible_name_is_refused_in_one_line(data_dir, name, reason):
    with pytest.raises(ValueError, match=reason) as error:
        load_images(name, "train", data_dir)
    assert str(error.value).startswith("name should be NAME[/CONFIG][:VERSION]")
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("split", ["validation", "train[:1"])
def test_an_unknown_split_is_answered_with_the_known_ones(data_dir, split):
    with pytest.raises(ValueError, match=r"one of \['test', 'train'\].*Received: '"):
        load_images("tiny_pairs", split, data_dir)


def test_an_empty_slice_is_refused(data_dir):
    with pytest.raises(ValueError, match=r"Received: 'train\[:0\]', which is empty"):
        load_images("tiny_pairs", "train[:0]", data_dir)


def test_without_network_a_download_fails_at_once(tmp_path, monkeypatch):
    def unreachable(url, **settings):
        raise httpx.ConnectError(f"no route to {url}")

    monkeypatch.setattr(httpx, "head", unreachable)
    with pytest.raises(OSError, match="prepared dataset 'mnist'.*cannot reach storage.google"):
        load_images("mnist", "train", str(tmp_path))
    assert not list(tmp_path.iterdir())


def test_a_data_dir_that_cannot_be_written_is_named(tmp_path):
    in_the_way = tmp_path / "file"
    in_the_way.touch()
    with pytest.raises(OSError, match=f"Received: {in_the_way}.*Not a directory"):
        load_images("tiny_pairs", "train", str(in_the_way / "tfds"))


def test_a_truncated_file_is_reported(tmp_path):
    load_images("tiny_pairs", "test", str(tmp_path))
    (records,) = tmp_path.glob("tiny_pairs/*/*/*test.tfrecord*")
    records.write_bytes(records.read_bytes()[:-100])
    with pytest.raises(OSError, match="'tiny_pairs' should be complete; delete its folder"):
        load_images("tiny_pairs", "test", str(tmp_path))


def test_a_missing_record_is_reported(tmp_path):
    load_images("tiny_pairs", "test", str(tmp_path))
    (path,) = tmp_path.glob("tiny_pairs/*/*/*test.tfrecord*")
    records = list(tf.data.TFRecordDataset(str(path)).take(99).as_numpy_iterator())
    with tf.io.TFRecordWriter(str(path)) as writer:
        for record in records:
            writer.write(record)
    with pytest.raises(OSError, match="99 of 100 examples"):
        load_images("tiny_pairs", "test", str(tmp_path))


def test_a_folder_without_metadata_is_reported(tmp_path):
    (tmp_path / "tiny_pairs" / "foreground_noise" / "1.0.0").mkdir(parents=True)
    with pytest.raises(OSError, match="no dataset_info.json"):
        load_images("tiny_pairs", "test", str(tmp_path))


@pytest.fixture
def prepare_fake(tmp_path, monkeypatch):
    """Prepares one of TFDS's own datasets from given examples instead of its download.

    `tfds.testing.mock_data` would not do: it replaces `as_dataset`, and `load_images` reads the
    files themselves.
    """
    monkeypatch.setattr(httpx, "head", lambda url, **settings: None)

    def prepare(name, examples):
        def split_generators(self, dl_manager):
            return {split: enumerate(rows) for split, rows in examples.items()}

        monkeypatch.setattr(tfds.builder_cls(name), "_split_generators", split_generators)
        return str(tmp_path)

    return prepare


def first_batch(data, batch_size):
    return next(training_batches(data.images, batch_size, seed=0).as_numpy_iterator())


def test_svhn_through_the_pipeline(prepare_fake):
    images = np.random.default_rng(0).integers(0, 256, (6, 32, 32, 3), np.uint8)
    rows = [{"image": images[i], "label": i, "id": f"train_{i}"} for i in range(6)]
    data = load_images("svhn_cropped", "train", prepare_fake("svhn_cropped", {"train": rows}))
    order = data.labels["label"]
    assert list(data.labels) == ["label"]
    assert sorted(order) == list(range(6))
    np.testing.assert_array_equal(data.images, images[order])
    assert first_batch(data, 4).shape == (4, 32, 32, 3)


def celeb_a_example(features, i):
    image = np.zeros((218, 178, 3), np.uint8)
    image[20:198] = 10 * i  # the square in the middle
    flags = {name: i % 2 == 0 for name in features["attributes"]} | {"Smiling": i == 3}
    numbers = {group: {name: 7 for name in features[group]} for group in ("landmarks", "identity")}
    return {"image": image, "attributes": flags, **numbers}


def test_celeb_a_through_the_pipeline(prepare_fake, tmp_path):
    features = tfds.builder("celeb_a", data_dir=tmp_path).info.features
    rows = [celeb_a_example(features, i) for i in range(6)]
    data_dir = prepare_fake("celeb_a", {"train": rows})
    data = load_images("celeb_a", "train", data_dir, image_size=(32, 32))
    assert data.images.shape == (6, 32, 32, 3)
    order = (data.images[:, 16, 16, 0] + 5) // 10
    assert sorted(order) == list(range(6))
    # JPEG lets the black above and below shine through a little.
    expected = 10 * np.broadcast_to(order[:, None, None, None], (6, 28, 32, 3))
    np.testing.assert_allclose(data.images[:, 2:-2], expected, atol=3)
    assert len(data.labels) == 40
    assert data.labels["attributes/Smiling"].tolist() == (order == 3).tolist()
    assert data.labels["attributes/Male"].tolist() == (order % 2 == 0).tolist()
    assert load_images("celeb_a", "train", data_dir).images.shape == (6, 218, 178, 3)
    assert first_batch(data, 4).shape == (4, 32, 32, 3)


def test_dsprites_through_the_pipeline(prepare_fake):
    names = ("shape", "scale", "orientation", "x_position", "y_position")
    images = np.random.default_rng(0).integers(0, 2, (3, 64, 64, 1), np.uint8)
    rows = []
    for i in range(3):
        labels = {f"label_{name}": i for name in names}
        rows.append({"image": images[i], **labels, **{f"value_{name}": 0.5 for name in names}})
    data_dir = prepare_fake("dsprites", {"train": rows})
    data = load_images("dsprites", "train", data_dir)
    order = data.labels["label_shape"]
    assert list(data.labels) == [f"label_{name}" for name in names]
    assert all((values == order).all() for values in data.labels.values())
    np.testing.assert_array_equal(data.images, 255 * images[order])
    small = load_images("dsprites", "train[:1]", data_dir, image_size=(32, 32))
    assert small.images.max() > 128
    assert first_batch(data, 2).shape == (2, 64, 64, 1)


@pytest.mark.data
def test_mnist_is_what_tfds_reads(mnist_data_dir):
    data = load_images("mnist", "test", mnist_data_dir)
    assert data.images.shape == (10_000, 28, 28, 1)
    # The test split's known counts of the digits 0 to 9.
    counts = [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]
    assert np.bincount(data.labels["label"]).tolist() == counts
    few = tfds.load("mnist", split="test[5000:5010]", data_dir=mnist_data_dir)
    for i, example in enumerate(tfds.as_numpy(few), start=5000):
        np.testing.assert_array_equal(data.images[i], example["image"])
        assert data.labels["label"][i] == example["label"]


def test_the_home_directory_may_be_meant(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    load_images("tiny_pairs", "test", "~/one")
    monkeypatch.setenv("TFDS_DATA_DIR", "~/two")
    load_images("tiny_pairs", "test")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["one", "two"]


def test_a_proxy_that_cannot_be_asked_stops_no_download(prepare_fake, monkeypatch):
    def without_socks(url, **settings):
        raise ImportError("Using SOCKS proxy, but the 'socksio' package is not installed.")

    image = np.zeros((32, 32, 3), np.uint8)
    rows = [{"image": image, "label": 0, "id": "train_0"}]
    data_dir = prepare_fake("svhn_cropped", {"train": rows})
    monkeypatch.setattr(httpx, "head", without_socks)
    assert len(load_images("svhn_cropped", "train", data_dir).images) == 1


@pytest.mark.parametrize("read", [load_images, open_images])
def test_a_name_and_a_split_are_text(read):
    with pytest.raises(TypeError, match="^`name` should be text. Received: name=None$"):
        read(None, "train")
    with pytest.raises(TypeError, match="^`split` should be text. Received: split=None$"):
        read("tiny_pairs", None)
