import zipfile
from pathlib import Path

import numpy as np
import pytest

from keras_infogan.datasets.array_files import find_array_files, read_array_file

IMAGES = np.arange(5 * 4 * 6 * 3, dtype=np.uint8).reshape(5, 4, 6, 3)


@pytest.fixture
def save(tmp_path):
    """Writes arrays to a file, and returns its path."""

    def save(name="all.npz", **arrays):
        np.savez(tmp_path / name, **arrays)
        return tmp_path / name

    return save


def test_a_file_is_read(save):
    file = read_array_file(save(images=IMAGES, kind=np.arange(5)))
    assert (file.count, file.image_shape) == (5, (4, 6, 3))
    np.testing.assert_array_equal(file.images, IMAGES)
    assert file.labels["kind"].tolist() == [0, 1, 2, 3, 4]
    assert file.ignored == ()


@pytest.mark.parametrize("shape", [(5, 4, 6), (5, 4, 6, 1)])
def test_gray_images_may_have_no_channel(save, shape):
    stored = IMAGES[..., 0].reshape(shape)
    file = read_array_file(save(images=stored))
    assert file.image_shape == (4, 6, 1)
    np.testing.assert_array_equal(file.images[..., 0], IMAGES[..., 0])


def test_true_is_white(save):
    file = read_array_file(save(images=np.eye(4, dtype=bool)[np.newaxis]))
    assert file.images.dtype == np.uint8
    np.testing.assert_array_equal(file.images[0, ..., 0], 255 * np.eye(4))


def test_fortrans_order_is_the_same_image(save):
    one = read_array_file(save("c.npz", images=IMAGES))
    two = read_array_file(save("f.npz", images=np.asfortranarray(IMAGES)))
    np.testing.assert_array_equal(one.images, two.images)
    np.testing.assert_array_equal(one.numbers, two.numbers)


def test_the_numbers_are_those_of_the_pixels(save):
    images = IMAGES[[0, 1, 0, 2, 1]]
    numbers = read_array_file(save(images=images)).numbers
    assert numbers[0] == numbers[2] and numbers[1] == numbers[4]
    assert len(set(numbers)) == 3


def test_what_is_a_label(save):
    path = save(
        images=IMAGES,
        small=np.arange(5, dtype=np.int8),
        flag=np.arange(5) > 2,
        text=np.array(list("abcab")),
        raw=np.array([b"gr\xc3\xbcn", b"\xff", b"", b"a", b"b"]),
        weight=np.linspace(0, 1, 5),
        names=np.array(list("abc")),
        pairs=np.zeros((5, 2), np.int64),
        thing=np.array([{}, 1, 2, 3, 4], object),
        record=np.zeros(5, [("ü", np.int64)]),
        one=np.int64(3),
    )
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("notes.txt", "by me")
    file = read_array_file(path)
    assert list(file.labels) == ["small", "flag", "text", "raw"]
    assert file.labels["raw"].tolist() == ["grün", r"\xff", "", "a", "b"]
    assert file.ignored == ("weight", "names", "pairs", "thing", "record", "one", "notes.txt")


def test_factors_are_labels(save):
    factors = np.arange(10).reshape(5, 2)
    names = np.array(["hair", "frame"])
    file = read_array_file(save(images=IMAGES, factors=factors, factor_names=names))
    assert {name: values.tolist() for name, values in file.labels.items()} == {
        "hair": [0, 2, 4, 6, 8],
        "frame": [1, 3, 5, 7, 9],
    }
    assert file.ignored == ()


def test_factors_of_one_column_without_names_are_one_label(save):
    assert list(read_array_file(save(images=IMAGES, factors=np.arange(5))).labels) == ["factors"]


@pytest.mark.parametrize(
    ("factors", "names"),
    [
        (np.zeros((5, 2), np.int64), None),
        (np.zeros((5, 2), np.int64), ["a", "b", "c"]),
        (np.zeros((5, 2), np.int64), [["a", "b"]]),
        (np.zeros((5, 2), np.int64), [1, 2]),
        (np.zeros((4, 2), np.int64), ["a", "b"]),
        (np.zeros((5, 2)), ["a", "b"]),
    ],
)
def test_factors_without_their_names_are_refused(save, factors, names):
    named = {} if names is None else {"factor_names": np.array(names)}
    path = save(images=IMAGES, factors=factors, **named)
    with pytest.raises(
        ValueError, match=rf"`factors` should be integers \[5, F\], and .* in {path}$"
    ):
        read_array_file(path)


def test_two_labels_of_one_name_are_refused(save):
    factors = {"factors": np.zeros((5, 2), int), "factor_names": np.array(["hair", "hair"])}
    with pytest.raises(ValueError, match=r"different names. Received: \['hair', 'hair'\] in .*npz"):
        read_array_file(save(images=IMAGES, **factors))
    factors["factor_names"] = np.array(["hair", "eyes"])
    with pytest.raises(ValueError, match="different names"):
        read_array_file(save(images=IMAGES, eyes=np.arange(5), **factors))


@pytest.mark.parametrize(
    ("images", "received"),
    [
        (np.zeros((5, 4, 6)), r"float64 of shape \[5, 4, 6\]"),
        (np.zeros((5, 4, 6), np.int64), "int64"),
        (np.zeros((5, 4, 6), np.uint16), "uint16"),
        (np.zeros((5, 4, 6, 2), np.uint8), r"uint8 of shape \[5, 4, 6, 2\]"),
        (np.zeros((5, 4, 6, 4), np.uint8), r"uint8 of shape \[5, 4, 6, 4\]"),
        (np.zeros((4, 6), np.uint8), r"uint8 of shape \[4, 6\]"),
        (np.zeros((0, 4, 6), np.uint8), r"uint8 of shape \[0, 4, 6\]"),
        (np.zeros((5, 0, 6), np.uint8), r"uint8 of shape \[5, 0, 6\]"),
        (np.array([None] * 5, object), "object"),
    ],
)
def test_other_images_are_refused(save, images, received):
    path = save(images=images)
    with pytest.raises(
        ValueError, match=rf"`images` should be uint8 or bool, .* Received: {received}.* in {path}$"
    ):
        read_array_file(path)


def test_integers_of_0_and_1_are_refused_by_the_packages_rule(save):
    path = save(images=np.eye(4, dtype=np.uint8)[np.newaxis])
    with pytest.raises(ValueError, match=rf"{path}: Images should use the range \[0, 255\] if"):
        _ = read_array_file(path).images


@pytest.mark.parametrize(
    ("arrays", "found"), [({"x": IMAGES, "y": IMAGES}, "x, y"), ({}, "no arr")]
)
def test_a_file_without_images_is_refused(save, arrays, found):
    path = save(**arrays)
    with pytest.raises(ValueError, match=f"an array `images`. Received: {path}, with {found}"):
        read_array_file(path)


def test_damaged_files_are_named(save, tmp_path):
    whole = save(images=IMAGES, kind=np.arange(5)).read_bytes()
    damaged = {
        "empty": b"",
        "text": b"no archive",
        "half": whole[: len(whole) // 2],
        "array": b"\x93NUMPY\x01\x00",
    }
    for name, content in damaged.items():
        path = tmp_path / f"{name}.npz"
        path.write_bytes(content)
        with pytest.raises(
            OSError, match=rf"should name .npz files that can be read. Received: {path} \(.+\)$"
        ):
            read_array_file(path)


def test_flipped_bytes_are_noticed(save, tmp_path):
    content = bytearray(save(images=IMAGES).read_bytes())
    place = content.index(IMAGES.tobytes()[:50])
    content[place] ^= 1
    path = tmp_path / "flipped.npz"
    path.write_bytes(content)
    with pytest.raises(OSError, match=f"Received: {path} .*Bad CRC-32"):
        _ = read_array_file(path).images


@pytest.mark.parametrize(
    "member",
    [
        b"",
        b"no array",
        b"\x93NUMPY\x01\x00\x10\x00{'descr': nothing",
        b"\x93NUMPY\x01\x00\x46\x00{'descr': '|u1', 'fortran_order': False, "
        b"'shape': (2, 4, 4), }".ljust(70)
        + b"\n",
    ],
)
def test_a_damaged_array_is_named(tmp_path, member):
    path = tmp_path / "one.npz"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("images.npy", member)
    with pytest.raises(OSError, match=rf"Received: {path} \(.+\)$") as error:
        _ = read_array_file(path).images
    assert "\n" not in str(error.value)


def test_objects_are_never_unpickled(save, tmp_path):
    class Bomb:
        def __reduce__(self):
            return Path.touch, (tmp_path / "boom",)

    read_array_file(save(images=IMAGES, bomb=np.array([Bomb()] * 5, object)))
    assert not (tmp_path / "boom").exists()


def test_a_path_is_a_file_or_a_folder_with_one(save, tmp_path):
    path = save(images=IMAGES)
    (tmp_path / "README.txt").touch()
    (tmp_path / "._all.npz").touch()
    assert find_array_files(path) == find_array_files(tmp_path) == {"": path}


def test_the_home_directory_may_be_meant(save, tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    path = save(images=IMAGES)
    assert find_array_files("~/all.npz") == {"": path}


@pytest.mark.parametrize("names", [("train", "test"), ("Train", "VAL"), ("train", "valid", "test")])
def test_files_that_are_named_for_splits(save, tmp_path, names):
    paths = {name.lower(): save(f"{name}.npz", images=IMAGES) for name in names}
    assert find_array_files(tmp_path) == paths


@pytest.mark.parametrize(
    ("names", "found"),
    [
        ((), "which holds no .npz file"),
        (("a", "b"), "which holds a.npz, b.npz"),
        (("train", "test", "more"), "which holds more.npz, test.npz, train.npz"),
        (("val", "test"), "which holds test.npz, val.npz"),
        (("train", "Train"), "which holds Train.npz, train.npz"),
    ],
)
def test_other_folders_are_refused(save, tmp_path, names, found):
    for name in names:
        save(f"{name}.npz", images=IMAGES)
    with pytest.raises(
        OSError, match=f"an .npz file, or a folder .* Received: {tmp_path}, {found}"
    ):
        find_array_files(tmp_path)


def test_a_path_that_is_not_there_is_named(tmp_path):
    with pytest.raises(OSError, match=f"Received: {tmp_path}/none.npz, which is not there"):
        find_array_files(tmp_path / "none.npz")
