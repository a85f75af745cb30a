import os
import pickle

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import tensorflow as tf

from keras_infogan.bulk import columns, plan
from keras_infogan.bulk.shards import Shard
from keras_infogan.bulk.sources import dataset_images, folder_images, in_passes, parquet_images
from keras_infogan.datasets import BasicPropLine, load_images

SHAPE = (8, 8, 1)
SHARDS = [Shard(0, 0, 12), Shard(1, 12, 24), Shard(2, 24, 32)]


def png(image):
    return tf.io.encode_png(image).numpy()


def read(found, tmp_path, shape=SHAPE):
    """All images of a source, shard by shard, as a job reads them."""
    reader = pickle.loads(pickle.dumps(found.read))
    inputs = [None] * len(SHARDS)
    if found.inputs:
        plan.write_plan(tmp_path / "plan.parquet", found.inputs(), 12)
        inputs = [plan.read_plan(tmp_path / "plan.parquet", shard.number) for shard in SHARDS]
    parts = [
        np.concatenate(list(reader(shard, rows, shape)))
        for shard, rows in zip(SHARDS, inputs, strict=True)
    ]
    assert [len(part) for part in parts] == [shard.stop - shard.start for shard in SHARDS]
    return np.concatenate(parts)


@pytest.fixture
def folder(tmp_path, images):
    """The 32 images in two sub-folders, in the order of their names."""
    for i, image in enumerate(images):
        path = tmp_path / "pictures" / ("a" if i < 20 else "b") / f"{i:02d}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(png(image))
    return tmp_path / "pictures"


def test_a_folder(folder, images, tmp_path):
    found = folder_images(folder)
    assert found.count == 32
    np.testing.assert_array_equal(read(found, tmp_path), images)
    assert next(iter(found.inputs()))["file"][20].as_py() == "b/20.png"
    (folder / "b" / "31.png").rename(folder / "b" / "32.png")
    assert folder_images(folder).facts != found.facts


def test_a_file_that_is_no_image(folder, tmp_path):
    (folder / "b" / "25.png").write_text("nonsense")
    with pytest.raises(OSError, match="that can be read. Received: .*25.png"):
        read(folder_images(folder), tmp_path)


def test_a_file_name_that_a_table_cannot_hold(folder):
    os.rename(folder / "b" / "25.png", os.fsencode(folder) + b"/b/\xff.png")
    with pytest.raises(ValueError, match=r"should be UTF-8, since .* Received: b/.udcff.png"):
        folder_images(folder)


def test_deep_values_are_scaled_in_every_source(tmp_path):
    deep = tf.io.encode_png(np.arange(64, dtype=np.uint16).reshape(8, 8, 1)).numpy()
    expected = np.round(np.arange(64).reshape(8, 8, 1) * 255 / 63)
    (tmp_path / "0.png").write_bytes(deep)
    rows = pa.table({"file": ["0.png"]})
    (image,) = folder_images(tmp_path).read(Shard(0, 0, 1), rows, SHAPE)
    np.testing.assert_array_equal(image[0], expected)
    pq.write_table(pa.table({"image": [deep]}), tmp_path / "rows.parquet")
    (image,) = parquet_images(tmp_path / "rows.parquet").read(Shard(0, 0, 1), None, SHAPE)
    np.testing.assert_array_equal(image[0], expected)


def test_no_folder(tmp_path):
    with pytest.raises(OSError, match="should be a folder of images. Received: .*missing"):
        folder_images(tmp_path / "missing")


@pytest.fixture
def parquet(tmp_path, images):
    """Writes the images as Parquet files of 20 and 12 rows, in row groups of 7."""

    def write(encode):
        for name, rows in (("a", images[:20]), ("b", images[20:])):
            path = tmp_path / "parquet" / name / "rows.parquet"
            path.parent.mkdir(parents=True)
            pq.write_table(pa.table({"image": encode(rows)}), path, row_group_size=7)
        (tmp_path / "parquet" / "_inputs.parquet").write_text("not for readers")
        return tmp_path / "parquet"

    return write


@pytest.mark.parametrize(
    "encode",
    [
        lambda rows: columns.column(rows, pa.binary(64)),
        lambda rows: pa.array([png(row) for row in rows]),
        lambda rows: pa.array([{"bytes": png(row), "path": "a"} for row in rows]),
    ],
    ids=["pixels", "files", "structs"],
)
def test_parquet(parquet, images, tmp_path, encode):
    found = parquet_images(parquet(encode))
    assert found.count == 32
    np.testing.assert_array_equal(read(found, tmp_path), images)


def test_one_parquet_file(parquet, images):
    folder = parquet(lambda rows: columns.column(rows, pa.binary(64)))
    found = parquet_images(folder / "b" / "rows.parquet")
    (batch,) = found.read(Shard(0, 5, 6), None, SHAPE)
    np.testing.assert_array_equal(batch, images[25:26])


@pytest.mark.parametrize(
    ("encode", "message"),
    [
        (lambda rows: columns.column(rows[:, 1:], pa.binary(56)), "or as 64 bytes of pixels"),
        (lambda rows: pa.array(range(len(rows))), "Received: a column of int64"),
        (lambda rows: pa.array([b"nonsense"] * len(rows)), "that can be read. Received: .*a/rows"),
        (lambda rows: pa.array([b"", None] * (len(rows) // 2)), "Received: empty cells"),
    ],
    ids=["another size", "numbers", "no images", "empty cells"],
)
def test_parquet_without_images(parquet, tmp_path, encode, message):
    with pytest.raises(ValueError, match=message):
        read(parquet_images(parquet(encode)), tmp_path)


def test_no_parquet(parquet, tmp_path):
    with pytest.raises(OSError, match="a Parquet file or a folder of them. Received"):
        parquet_images(tmp_path / "missing")
    with pytest.raises(ValueError, match="Received: .'image'., without 'picture'"):
        parquet_images(parquet(lambda rows: pa.array([b""] * len(rows))), "picture")


class FewLines(BasicPropLine):
    """A registered dataset small enough to prepare in a test."""

    EXAMPLES_PER_CLASS = {"train": 3, "test": 2}


def test_a_dataset(tmp_path):
    name, split = "few_lines/clean", "train[3:]+test[:5]"
    loaded = load_images(name, split, str(tmp_path))
    found = dataset_images(name, split, str(tmp_path))
    assert found.count == len(loaded.images) == 32
    assert found.facts["dataset"].startswith("few_lines/clean:")
    np.testing.assert_array_equal(read(found, tmp_path, (28, 28, 1)), loaded.images)


def test_an_unknown_dataset(tmp_path):
    with pytest.raises(ValueError, match="should be a TFDS dataset. Received: 'nist'"):
        dataset_images("nist", "test", str(tmp_path))


def test_batches_of_any_length_become_passes():
    rows = np.arange(1300)[:, None]
    parts = np.split(rows, [3, 3, 700, 1299])
    passes = list(in_passes(parts))
    assert [len(each) for each in passes] == [250] * 5 + [50]
    np.testing.assert_array_equal(np.concatenate(passes), rows)


def test_transparent_parts_show_the_background(tmp_path):
    (tmp_path / "clear.png").write_bytes(png(np.zeros([8, 8, 4], np.uint8)))
    rows = pa.table({"file": ["clear.png"]})
    pq.write_table(
        pa.table({"image": [(tmp_path / "clear.png").read_bytes()]}), tmp_path / "rows.parquet"
    )
    shard = Shard(0, 0, 1)
    for background, value in (("white", 255), ("black", 0)):
        (image,) = folder_images(tmp_path, background).read(shard, rows, SHAPE)
        assert (image == value).all()
        found = parquet_images(tmp_path / "rows.parquet", background=background)
        (image,) = found.read(shard, None, SHAPE)
        assert (image == value).all()
        assert found.facts.get("background", "white") == background
    with pytest.raises(ValueError, match="`background` should be the name of a color"):
        folder_images(tmp_path, "no color")
