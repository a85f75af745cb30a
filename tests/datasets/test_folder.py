import os

import numpy as np
import pytest
import tensorflow as tf

from keras_infogan.datasets import PictureReader, decode_files, load_images


def write(path, value, shape=(4, 6, 3)):
    """An image of one value."""
    path.parent.mkdir(parents=True, exist_ok=True)
    encode = tf.io.encode_png if path.suffix.lower() == ".png" else tf.io.encode_jpeg
    path.write_bytes(encode(np.full(shape, value, np.uint8)).numpy())


def load(path, split, **kwargs):
    return load_images("image_folder", split, path=str(path), **kwargs)


def values(data):
    """What tells the images apart."""
    return data.images[:, 0, 0, 0].tolist()


@pytest.fixture
def flat(tmp_path):
    """20 images of the values 0 to 19, whose names are in that order."""
    for i in range(20):
        write(tmp_path / f"{i:02d}.png", i)
    return tmp_path


@pytest.fixture
def classes(tmp_path):
    """Ten images in each of two sub-folders, 0-9 and 100-109."""
    for name, first in (("oak", 100), ("ash", 0)):
        for i in range(10):
            write(tmp_path / name / "deep" / f"{i}.png", first + i)
    return tmp_path


def test_a_share_is_held_out(flat):
    train, test = (load(flat, split) for split in ("train", "test"))
    assert train.images.shape == (17, 4, 6, 3)
    assert train.images.dtype == np.uint8
    assert sorted(values(test)) == [2, 3, 6]
    assert sorted(values(train) + values(test)) == list(range(20))
    assert train.labels == {}
    assert len(load(flat, "test", test_share=0.5).images) == 14


def test_the_split_is_always_the_same_and_in_random_order(flat):
    train = values(load(flat, "train"))
    assert train == values(load(flat, "train"))
    assert train != sorted(train)


def test_slices_and_sums_are_those_of_tfds(flat):
    train, test = (values(load(flat, split)) for split in ("train", "test"))
    assert values(load(flat, "train[:50%]")) == train[:8]
    assert values(load(flat, "train[-2:]+test")) == train[-2:] + test


def test_sub_folders_are_classes_in_the_order_of_names(classes):
    train, test = (load(classes, split, test_share=0.3) for split in ("train", "test"))
    for data in (train, test):
        assert data.labels["class"].dtype == np.int64
        assert data.labels["class"].tolist() == [int(value >= 100) for value in values(data)]
        assert data.class_names == {"class": ("ash", "oak")}
    assert len(train.images) + len(test.images) == 20


def test_folders_named_train_and_test_are_the_splits(tmp_path):
    for split, first in (("train", 0), ("Test", 100)):
        for name in ("ash", "oak"):
            for i in range(3):
                write(tmp_path / split / name / f"{i}.png", first + i + 10 * (name == "oak"))
    train, test = (load(tmp_path, split) for split in ("train", "test"))
    assert sorted(values(train)) == [0, 1, 2, 10, 11, 12]
    assert sorted(values(test)) == [100, 101, 102, 110, 111, 112]
    assert test.class_names == {"class": ("ash", "oak")}
    assert test.labels["class"].tolist() == [int(value >= 110) for value in values(test)]
    with pytest.raises(ValueError, match=r"one of .'test', 'train'., or a slice"):
        load(tmp_path, "val")


def test_a_class_folder_may_be_a_link(classes, tmp_path_factory):
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    write(elsewhere / "0.png", 200)
    (classes / "fir").symlink_to(elsewhere)
    data = load(classes, "train+test")
    assert data.class_names["class"] == ("ash", "fir", "oak")
    assert values(data)[data.labels["class"].tolist().index(1)] == 200


def test_a_name_may_be_no_utf8(tmp_path):
    write(tmp_path / "ash" / "0.png", 1)
    os.mkdir(os.fsencode(tmp_path) + b"/gr\xfcn")
    os.rename(tmp_path / "ash" / "0.png", os.fsencode(tmp_path) + b"/gr\xfcn/\xff.png")
    write(tmp_path / "ash" / "0.png", 2)
    data = load(tmp_path, "train+test")
    assert sorted(values(data)) == [1, 2]
    assert data.class_names["class"] == ("ash", r"gr\xfcn")
    open(os.fsencode(tmp_path) + b"/gr\xfcn/\xff.png", "wb").close()
    with pytest.raises(OSError, match=r"gr.xfcn/.xff.png .no picture"):
        load(tmp_path, "train+test")


def test_one_sub_folder_is_no_class(tmp_path):
    for i in range(3):
        write(tmp_path / "images" / f"{i}.png", i)
    assert load(tmp_path, "train").labels == {}


def test_images_are_brought_to_one_form(tmp_path):
    write(tmp_path / "a.PNG", 100, (9, 5, 1))
    write(tmp_path / "b.jpeg", 100, (64, 40, 3))
    write(tmp_path / "c.jpg", 100, (3, 3, 1))
    data = load(tmp_path, "train+test", image_size=(8, 8), channels=3)
    assert data.images.shape == (3, 8, 8, 3)
    np.testing.assert_allclose(data.images, 100, atol=2)
    assert load(tmp_path, "train+test", image_size=(8, 8), channels=1).images.shape[-1] == 1


def test_other_and_hidden_files_are_passed_over(flat):
    (flat / "notes.txt").write_text("no image")
    (flat / "._00.png").write_text("no image")
    (flat / ".cache" / "x.png").parent.mkdir()
    (flat / ".cache" / "x.png").write_text("no image")
    (flat / "folder.png").mkdir()
    assert len(load(flat, "train+test").images) == 20


def test_a_folder_that_is_not_there_is_named(tmp_path):
    with pytest.raises(OSError, match=f"Received: {tmp_path}/none, which is none$"):
        load(tmp_path / "none", "train")


def test_a_folder_without_images_is_named(tmp_path):
    with pytest.raises(OSError, match=f"Received: {tmp_path}, which holds none$"):
        load(tmp_path, "train")


@pytest.mark.parametrize("content", [b"no image", b""])
def test_an_undecodable_file_is_named(flat, content):
    (flat / "13.png").write_bytes(content)
    with pytest.raises(OSError, match=f"Received: {flat}/13.png .no picture.$"):
        load(flat, "train+test")


def test_all_undecodable_files_are_named_with_their_reasons(flat):
    (flat / "13.png").write_bytes(b"no image")
    (flat / "04.png").unlink()
    (flat / "04.png").symlink_to("gone.png")
    with pytest.raises(OSError, match="Received: 2 pictures that cannot be read: ") as error:
        load(flat, "train+test")
    assert f"{flat}/13.png (no picture)" in str(error.value)
    assert f"{flat}/04.png (No such file or directory)" in str(error.value)
    assert "`skip_damaged` be True" in str(error.value)


def test_damaged_images_can_be_skipped(classes):
    (classes / "oak" / "deep" / "4.png").write_bytes(b"no image")
    data = load(classes, "train+test", skip_damaged=True)
    assert len(data.images) == 19
    assert data.labels["class"].tolist() == [int(value >= 100) for value in values(data)]
    (sentence,) = data.notes.sentences()
    assert sentence == (
        f"1 picture that cannot be read was left out: {classes}/oak/deep/4.png (no picture)"
    )


def test_a_folder_of_damaged_images_only_is_refused(tmp_path):
    (tmp_path / "0.png").write_bytes(b"no image")
    with pytest.raises(OSError, match="0.png .no picture"):
        load(tmp_path, "train+test", skip_damaged=True)


def test_notes_count_what_was_done(tmp_path):
    write(tmp_path / "00.png", 9)
    clear = np.zeros((4, 6, 4), np.uint8)
    (tmp_path / "01.png").write_bytes(tf.io.encode_png(clear).numpy())
    deep = np.arange(24, dtype=np.uint16).reshape(4, 6, 1)
    (tmp_path / "02.png").write_bytes(tf.io.encode_png(deep).numpy())
    (tmp_path / "notes.txt").touch()
    data = load(tmp_path, "train+test", channels=3, background="#ff0000")
    assert (data.notes.transparent, data.notes.deep) == (1, 1)
    assert [255, 0, 0] in data.images[:, 0, 0].tolist()
    both = (data.notes + data.notes).sentences()
    assert both[0].startswith("2 pictures with transparent parts")
    assert both[1].startswith("2 pictures of more than 8 bits per value")
    assert both[2] == "ignored files that are no pictures: .txt 1"


def test_a_truncated_file_is_named(flat):
    write(flat / "20.jpg", 7, (64, 64, 3))
    whole = (flat / "20.jpg").read_bytes()
    (flat / "20.jpg").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(OSError, match="20.jpg"):
        load(flat, "train+test", image_size=(4, 6))


def test_several_sizes_are_refused_and_both_files_named(tmp_path):
    write(tmp_path / "a.png", 1, (4, 6, 3))
    write(tmp_path / "b.png", 1, (4, 5, 3))
    with pytest.raises(
        ValueError, match=r"one size.* \(4, [56], 3\) in .*\.png and \(4, [56], 3\)"
    ):
        load(tmp_path, "train+test")


def test_images_inside_and_outside_of_sub_folders_are_refused(classes):
    write(classes / "stray.png", 1)
    with pytest.raises(ValueError, match=f"Received: {classes}, with stray.png outside"):
        load(classes, "train")


@pytest.mark.parametrize("split", ["validation", "train[:1"])
def test_an_unknown_split_is_answered_with_the_known_ones(flat, split):
    with pytest.raises(ValueError, match=r"one of \['test', 'train'\].*Received: '"):
        load(flat, split)


def test_an_empty_split_is_refused(tmp_path):
    write(tmp_path / "only.png", 1)
    assert len(load(tmp_path, "test").images) == 1
    with pytest.raises(
        ValueError, match="'train', which is empty; of the 1 images in .* 1 are in 'test', 0 are in"
    ):
        load(tmp_path, "train")


def test_settings_are_checked(flat):
    with pytest.raises(ValueError, match="`test_share` should be above 0 and below 1. Rec.*=1.0"):
        load(flat, "test", test_share=1.0)
    with pytest.raises(ValueError, match="`background` should be the name of a color.*'whit'"):
        load(flat, "test", background="whit")


@pytest.mark.parametrize(
    ("name", "path"), [("image_folder", None), ("image_arrays", ""), ("mnist", "/tmp")]
)
def test_a_path_goes_with_a_folder_or_arrays_only(name, path):
    with pytest.raises(ValueError, match=f"Received: path={path!r}, name={name!r}"):
        load_images(name, "train", path=path)


def test_paths_may_be_text(flat):
    images = list(decode_files([str(flat / "03.png"), flat / "05.png"], PictureReader()))
    assert [int(image[0, 0, 0]) for image in images] == [3, 5]
    with pytest.raises(OSError, match="Received: .*/no.png"):
        list(decode_files([str(flat / "no.png")], PictureReader()))


@pytest.mark.parametrize("paths", ["03.png", b"03.png", bytearray(b"03.png")])
def test_one_path_is_no_list_of_paths(paths):
    with pytest.raises(TypeError, match="^`paths` should be a list of paths. Received: "):
        list(decode_files(paths, PictureReader()))


def test_paths_are_no_bytes():
    with pytest.raises(TypeError, match="A picture should be a path or the bytes of a file"):
        list(decode_files([b"\x89PNG"], PictureReader()))
