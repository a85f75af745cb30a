import os
from pathlib import PurePath

import pytest

from keras_infogan.datasets import find_files, read_folder


@pytest.fixture
def make(tmp_path):
    """Makes empty files, and returns their folder."""

    def make(*names):
        for name in names:
            path = tmp_path / "folder" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch()
        return tmp_path / "folder"

    return make


def names(folder):
    return [name.as_posix() for name in read_folder(folder).names]


def test_pictures_are_told_by_their_suffix(make):
    kinds = ["a.PNG", "b.jpg", "c.jpeg", "d.gif", "e.bmp", "f.webp", "g.tif", "h.tiff"]
    files = read_folder(make(*kinds, "i.txt", "j.HEIC", "k"))
    assert files.names == tuple(map(PurePath, kinds))
    assert files.ignored == {".txt": 1, ".heic": 1, "(no suffix)": 1}


def test_hidden_files_and_folders_of_other_programs_are_ignored(make):
    folder = make("a.png", "._a.png", ".cache/b.png", "__MACOSX/._a.png", "__MACOSX/c.png")
    make("@eaDir/a.png/thumb.jpg", "oak/../d.png", "$RECYCLE.BIN/e.png")
    assert names(folder) == ["a.png", "d.png"]
    assert read_folder(folder).ignored == {}


def test_links_are_followed_and_loops_are_not(make, tmp_path):
    folder = make("a/1.png", "b/2.png")
    (folder / "a" / "up").symlink_to(folder)
    (folder / "a" / "b").symlink_to(folder / "b")
    (folder / "b" / "a").symlink_to(folder / "a")
    (folder / "c.png").symlink_to(folder / "a" / "1.png")
    (folder / "gone.jpg").symlink_to(folder / "missing.jpg")
    (folder / "oak").symlink_to(folder / "missing")
    found = [name.as_posix() for name in find_files(folder)]
    assert found == ["a/1.png", "a/b/2.png", "b/2.png", "b/a/1.png", "c.png", "gone.jpg"]
    (folder / "c.png").unlink()
    (folder / "gone.jpg").unlink()
    assert read_folder(folder).ignored == {"(broken link)": 1}


@pytest.mark.skipif(os.geteuid() == 0, reason="root can read every folder")
def test_a_folder_that_cannot_be_read_is_an_error(make):
    folder = make("a/1.png", "b/2.png")
    (folder / "a").chmod(0)
    with pytest.raises(PermissionError):
        read_folder(folder)
    (folder / "a").chmod(0o700)


def test_what_is_no_file_is_no_picture(make):
    folder = make("a.png", "b.png/c.jpg")
    os.mkfifo(folder / "d.png")
    assert [name.as_posix() for name in find_files(folder)] == ["a.png", "b.png/c.jpg"]


@pytest.mark.parametrize("other", ["test", "VAL", "validation"])
def test_train_and_another_split_are_no_classes(make, other):
    files = read_folder(make("train/oak/1.png", "train/ash/2.png", f"{other}/oak/3.png"))
    by_name = {
        name.as_posix(): split for name, split in zip(files.names, files.splits, strict=True)
    }
    assert by_name["train/oak/1.png"] == "train"
    assert by_name[f"{other}/oak/3.png"] == other.lower()
    assert files.class_names == ("ash", "oak")


def test_splits_without_classes(make):
    files = read_folder(make("train/1.png", "test/2.png"))
    assert files.splits == ("test", "train")
    assert files.class_names == ()


@pytest.mark.parametrize(
    "kinds", [("train", "oak"), ("test", "val"), ("train",)], ids=["a class", "no train", "alone"]
)
def test_other_folders_are_classes(make, kinds):
    files = read_folder(make(*(f"{kind}/1.png" for kind in kinds)))
    assert set(files.splits) == {""}
    assert files.classes == tuple(sorted(kinds))


def test_the_home_directory_may_be_meant(make, monkeypatch):
    monkeypatch.setenv("HOME", str(make("a.png")))
    assert names("~") == ["a.png"]


def test_images_inside_and_outside_of_splits_are_refused(make):
    folder = make("train/oak/1.png", "train/2.png", "test/oak/3.png")
    with pytest.raises(ValueError, match="with train/2.png outside subfolders"):
        read_folder(folder)
