import math

import numpy as np
import pytest
import tensorflow as tf

from keras_infogan.datasets import Decoder, arrays, load_images
from keras_infogan.datasets.arrays import MOST_TEXTS, find_array_format, load_arrays

COUNT = 300


@pytest.fixture
def images():
    """Images that are all different: the first two pixels are the row's number."""
    drawn = np.random.default_rng(0).integers(0, 256, (COUNT, 4, 6, 3), np.uint8)
    drawn[:, 0, 0, 0], drawn[:, 0, 0, 1] = np.divmod(np.arange(COUNT), 256)
    return drawn


@pytest.fixture
def save(tmp_path):
    def save(name="all.npz", **stored):
        np.savez(tmp_path / name, **stored)
        return str(tmp_path / name)

    return save


def rows(data):
    """Which rows of `images` these are."""
    return data.images[:, 0, 0, 0].astype(int) * 256 + data.images[:, 0, 0, 1]


def test_a_share_of_one_file_is_held_out(save, images):
    path = save(images=images)
    train, test = (load_arrays(path, split) for split in ("train", "test"))
    assert sorted([*rows(train), *rows(test)]) == list(range(COUNT))
    assert abs(len(test.images) - 30) < 4 * math.sqrt(COUNT * 0.1 * 0.9)
    more = load_arrays(path, "test", test_share=0.3)
    assert rows(more)[: len(test.images)].tolist() == rows(test).tolist()
    for data in (train, test):
        np.testing.assert_array_equal(data.images, images[rows(data)])
    assert rows(train).tolist() != sorted(rows(train))


def test_an_image_stays_in_its_split_whatever_happens_to_others(save, images):
    test = set(rows(load_arrays(save(images=images), "test")))
    order = np.random.default_rng(1).permutation(COUNT)[:200]
    fewer = set(rows(load_arrays(save(images=images[order]), "test")))
    assert fewer == test & set(order.tolist())


def test_equal_images_are_in_one_split(save, images):
    path = save(images=np.concatenate([images, images[:100]]))
    train, test = (set(rows(load_arrays(path, split))) for split in ("train", "test"))
    assert not train & test and len(train | test) == COUNT


def test_black_and_white_is_split_in_the_same_way_as_bytes(save, images):
    drawn = images > 127
    one = load_arrays(save("bool.npz", images=drawn), "test").images
    two = load_arrays(save("bytes.npz", images=drawn * np.uint8(255)), "test").images
    np.testing.assert_array_equal(one, two)


def test_slices_and_sums_are_those_of_tfds(save, images):
    path = save(images=images)
    train, test = (rows(load_arrays(path, split)).tolist() for split in ("train", "test"))
    assert rows(load_arrays(path, "train[:50%]")).tolist() == train[: round(len(train) / 2)]
    assert rows(load_arrays(path, "train[-2:]+test")).tolist() == train[-2:] + test


def test_one_image_is_the_test_split(save, images):
    path = save(images=images[:1])
    assert len(load_arrays(path, "test").images) == 1
    with pytest.raises(
        ValueError, match=f"'train', which is empty; of the 1 images in {path} 1 are"
    ):
        load_arrays(path, "train")


def test_files_are_the_splits_in_random_order(save, images, tmp_path):
    save("train.npz", images=images[:200], kind=np.arange(200))
    save("test.npz", images=images[200:], kind=np.arange(200, 300))
    train, test = (load_arrays(tmp_path, split) for split in ("train", "test"))
    assert sorted(rows(train)) == list(range(200)) and rows(train).tolist() != list(range(200))
    assert sorted(rows(test)) == list(range(200, 300))
    for data in (train, test):
        np.testing.assert_array_equal(data.labels["kind"], rows(data))
    both = load_arrays(tmp_path, "test[:3]+train[:2]")
    assert rows(both).tolist() == [*rows(test)[:3], *rows(train)[:2]]
    assert both.labels["kind"].tolist() == rows(both).tolist()
    with pytest.raises(ValueError, match=r"split should name one of \['test', 'train'\]"):
        load_arrays(tmp_path, "val")


def test_only_the_file_of_the_split_is_read(save, images, tmp_path, monkeypatch):
    save("train.npz", images=images)
    save("test.npz", images=images[:50])
    found = []
    convert = arrays._convert
    monkeypatch.setattr(
        arrays, "_convert", lambda *given: found.append(len(given[0])) or convert(*given)
    )
    load_arrays(tmp_path, "test")
    assert found == [50]


def test_values_become_numbers_in_their_order(save, images):
    numbers = np.array([30, -5, 7], np.int16)[np.arange(COUNT) % 3]
    texts = np.array(["oak", "ash", "elm"])[np.arange(COUNT) % 3]
    flags = np.arange(COUNT) % 3 == 0
    path = save(images=images, number=numbers, text=texts, flag=flags)
    data = load_arrays(path, "train")
    assert data.class_names == {
        "number": ("-5", "7", "30"),
        "text": ("ash", "elm", "oak"),
        "flag": ("False", "True"),
    }
    kinds = rows(data) % 3
    assert data.labels["number"].tolist() == np.array([2, 0, 1])[kinds].tolist()
    assert data.labels["text"].tolist() == np.array([2, 0, 1])[kinds].tolist()
    assert data.labels["flag"].tolist() == np.array([1, 0, 0])[kinds].tolist()
    assert all(values.dtype == np.int64 for values in data.labels.values())


def test_the_numbers_are_those_of_all_files(save, images, tmp_path):
    save(
        "train.npz", images=images[:2], kind=np.array([5, 9], np.uint64), text=np.array(["b", "c"])
    )
    save("test.npz", images=images[2:4], kind=np.array([7, -1]), text=np.array(["a", "long"]))
    train, test = (load_arrays(tmp_path, split) for split in ("train", "test"))
    assert train.class_names == test.class_names
    assert train.class_names == {"kind": ("-1", "5", "7", "9"), "text": ("a", "b", "c", "long")}
    assert sorted(train.labels["kind"]) == [1, 3] and sorted(test.labels["kind"]) == [0, 2]
    assert sorted(train.labels["text"]) == [1, 2] and sorted(test.labels["text"]) == [0, 3]


def test_a_label_of_some_files_only_is_ignored(save, images, tmp_path):
    save("train.npz", images=images, kind=np.arange(COUNT), weight=np.zeros(COUNT))
    save("test.npz", images=images, other=np.arange(COUNT))
    data = load_arrays(tmp_path, "test")
    assert data.labels == {}
    assert data.notes.arrays == ("kind", "other", "weight")


def test_a_label_is_numbers_or_text(save, images, tmp_path):
    save("train.npz", images=images, kind=np.arange(COUNT))
    save("test.npz", images=images, kind=np.arange(COUNT).astype(str))
    with pytest.raises(ValueError, match="'kind' should be numbers in all files, or text in all"):
        load_arrays(tmp_path, "train")


@pytest.mark.parametrize(("count", "is_label"), [(MOST_TEXTS, True), (MOST_TEXTS + 1, False)])
def test_text_with_many_values_is_no_label(save, count, is_label):
    drawn = np.random.default_rng(0).integers(0, 256, (count, 4, 4), np.uint8)
    path = save(images=drawn, title=np.arange(count).astype(str), number=np.arange(count))
    data = load_arrays(path, "train")
    assert ("title" in data.labels) == is_label
    assert "number" in data.labels
    assert data.notes.sentences() == (
        [] if is_label else ["ignored arrays that are no labels: title"]
    )


def test_parts_of_characters_can_be_printed(save, images):
    data = load_arrays(save(images=images[:2], text=np.array(["\ud800", "b"])), "train+test")
    assert data.class_names["text"] == ("b", r"\ud800")


def test_notes_are_those_of_all_files_once(save, images):
    path = save(images=images, weight=np.zeros(COUNT))
    notes = load_arrays(path, "train").notes + load_arrays(path, "test").notes
    assert notes.sentences() == ["ignored arrays that are no labels: weight"]


@pytest.mark.parametrize("size", [(2, 3), (4, 4), (8, 8), (4, 6)])
@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("stored", [1, 3])
def test_images_are_converted_as_by_the_decoder(save, images, size, channels, stored, monkeypatch):
    monkeypatch.setattr(arrays, "_BATCH", 128)
    path = save(images=images[..., :stored])
    data = load_arrays(path, "train", size, channels)
    kept = load_arrays(path, "train").images
    decoder = Decoder(size, channels)
    expected = [decoder(tf.io.encode_png(image)).numpy() for image in kept]
    np.testing.assert_array_equal(data.images, expected)


def test_the_split_does_not_depend_on_the_size(save, images):
    path = save(images=images, row=np.arange(COUNT))
    kept, small = (load_arrays(path, "test", size) for size in (None, (2, 2)))
    np.testing.assert_array_equal(kept.labels["row"], small.labels["row"])
    assert small.images.shape[1:] == (2, 2, 3)


def test_files_of_several_sizes_need_one(save, images, tmp_path):
    save("train.npz", images=images)
    save("test.npz", images=images[:, :, :, 0])
    with pytest.raises(
        ValueError, match=r"one size, or .* Received: \(4, 6, 1\) in .*/test.npz and \(4, 6, 3\) in"
    ):
        load_arrays(tmp_path, "train")
    with pytest.raises(ValueError, match="Images should have one size"):
        find_array_format(tmp_path)
    assert load_arrays(tmp_path, "test", channels=3).images.shape == (COUNT, 4, 6, 3)


def test_the_stored_format_is_found(save, images, tmp_path):
    form = find_array_format(save("train.npz", images=images))
    assert (form.image_size, form.channels) == ((4, 6), 3)
    assert form.found == "300 images, 4x6, in color"
    save("test.npz", images=images[:20])
    assert find_array_format(tmp_path).found == "320 images, 4x6, in color"


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"test_share": 0.0}, "`test_share` should be above 0"),
        ({"image_size": (0, 4)}, "image_size should be"),
        ({"channels": 2}, "channels should be 1 or 3"),
    ],
)
def test_settings_are_checked(save, images, settings, message):
    with pytest.raises(ValueError, match=message):
        load_arrays(save(images=images), "train", **settings)


def test_arrays_are_a_dataset_of_their_own_name(save, images):
    path = save(images=images)
    data = load_images("image_arrays", "test", path=path, image_size=(2, 2), channels=1)
    assert data.images.shape[1:] == (2, 2, 1)
    with pytest.raises(ValueError, match="path should name .* if it is 'image_arrays'"):
        load_images("image_arrays", "test")
