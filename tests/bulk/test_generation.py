from functools import partial

import numpy as np
import pyarrow.parquet as pq
import pytest
import tensorflow as tf

from keras_infogan import bulk, export_savedmodel
from keras_infogan.bulk.columns import rows_of


@pytest.fixture
def generate(model_path, load_once, threads):
    return partial(bulk.generate, model_path=model_path, engine=threads, report=lambda text: None)


def read(directory):
    """Every column of a directory's shards as an array, in the order of shards."""
    table = pq.read_table(directory).combine_chunks()
    return {name: rows_of(table[name].chunk(0)) for name in table.column_names}


def test_rows_say_what_they_are(generate, model_path, load_once, tmp_path):
    generate(tmp_path / "out", count=700, seed=40, rows_per_shard=300)
    rows = read(tmp_path / "out")
    assert list(rows) == ["index", "seed", "kind", "style", "image"]
    np.testing.assert_array_equal(rows["index"], np.arange(700))
    np.testing.assert_array_equal(rows["seed"], np.arange(40, 740))
    made = load_once(model_path).generate(rows["seed"])
    np.testing.assert_array_equal(rows["kind"], made["kind"])
    np.testing.assert_array_equal(rows["style"], made["style"])
    np.testing.assert_array_equal(rows["image"].reshape(-1, 8, 8, 1), made["image"])
    metadata = pq.read_schema(tmp_path / "out" / "shard-00002-of-00003.parquet").metadata
    assert metadata == {b"image_shape": b"8,8,1", b"image_encoding": b"raw"}


def test_equal_seeds_give_equal_rows_in_other_shards(generate, tmp_path):
    generate(tmp_path / "one", count=600, rows_per_shard=600)
    generate(tmp_path / "other", count=123, seed=333, rows_per_shard=50)
    one, other = read(tmp_path / "one"), read(tmp_path / "other")
    for name in ("seed", "kind", "style", "image"):
        np.testing.assert_array_equal(one[name][333:456], other[name])


def test_png_and_tfrecord(generate, tmp_path):
    generate(tmp_path / "png", count=3, image="png", format="tfrecord")
    generate(tmp_path / "raw", count=3)
    (path,) = (tmp_path / "png").glob("*.tfrecord")
    features = {
        "seed": tf.io.FixedLenFeature([], tf.int64),
        "style": tf.io.FixedLenFeature([2], tf.float32),
        "image": tf.io.FixedLenFeature([], tf.string),
    }
    raw = read(tmp_path / "raw")
    for i, row in enumerate(tf.data.TFRecordDataset(str(path))):
        row = tf.io.parse_single_example(row, features)
        assert row["seed"] == i
        np.testing.assert_array_equal(row["style"], raw["style"][i])
        pixels = tf.io.decode_png(row["image"])
        np.testing.assert_array_equal(pixels, raw["image"][i].reshape(8, 8, 1))


def test_codes_of_all_rows(generate, tmp_path):
    generate(tmp_path / "out", count=4, codes={"kind": 2.0, "style": [0.5, -1.0]})
    rows = read(tmp_path / "out")
    np.testing.assert_array_equal(rows["kind"], [2] * 4)
    np.testing.assert_array_equal(rows["style"], [[0.5, -1.0]] * 4)
    generate(tmp_path / "one number", count=4, codes={"style": 0.5})
    np.testing.assert_array_equal(read(tmp_path / "one number")["style"], [[0.5, 0.5]] * 4)


def test_a_table_of_codes(generate, model_path, load_once, tmp_path):
    kinds, seeds = np.arange(700) % 3, np.arange(700) * 5
    lines = [f"{kind},{seed}" for kind, seed in zip(kinds, seeds, strict=True)]
    table = tmp_path / "codes.csv"
    table.write_text("\n".join(["kind,seed", *lines]))
    generate(tmp_path / "out", table=table, codes={"style": 0.25}, rows_per_shard=300)
    rows = read(tmp_path / "out")
    np.testing.assert_array_equal(rows["kind"], kinds)
    np.testing.assert_array_equal(rows["seed"], seeds)
    given = {"kind": kinds, "style": np.full([700, 2], 0.25, np.float32)}
    made = load_once(model_path).generate(seeds, given)
    np.testing.assert_array_equal(rows["image"].reshape(-1, 8, 8, 1), made["image"])
    table.write_text("kind,seed\n0,0\n")
    with pytest.raises(ValueError, match="another job: it differs in count, shards, table"):
        generate(tmp_path / "out", table=table, codes={"style": 0.25}, rows_per_shard=300)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({}, "Either a count or a table"),
        ({"count": 3, "codes": {"sort": 1}}, "one of .'kind', 'style'.. Received: 'sort'"),
        ({"count": 3, "codes": {"kind": 3}}, "kind should be one of the ints in 0..2. Received: 3"),
        ({"count": 3, "codes": {"kind": 0.5}}, "kind should be one of the ints"),
        ({"count": 3, "codes": {"kind": [1, 2]}}, "kind should be one of the ints"),
        ({"count": 3, "codes": {"style": [1, 2, 3]}}, "style should be 2 finite numbers"),
        ({"count": 3, "codes": {"style": float("nan")}}, "style should be 2 finite numbers"),
        ({"count": 3, "seed": -1}, "Seeds should be in 0.."),
        ({"count": 3, "seed": 2**63 - 2}, "Seeds should be in 0.."),
        ({"count": 0}, "`count` should be an int of at least 1"),
        ({"count": 3, "image": "jpeg"}, "`image` should be one of"),
    ],
    ids=str,
)
def test_a_mistake_leaves_nothing(generate, tmp_path, arguments, message):
    with pytest.raises(ValueError, match=message):
        generate(tmp_path / "out", **arguments)
    assert not (tmp_path / "out").exists()


@pytest.mark.filterwarnings("ignore:The export has no signature")
def test_pngs_have_four_channels_at_most(make_model, threads, tmp_path):
    path = export_savedmodel(make_model(image_shape=(8, 8, 5)), tmp_path / "deep")
    with pytest.raises(ValueError, match="`image` should be 'raw' .* with 5 channels"):
        bulk.generate(tmp_path / "out", path, count=3, image="png", engine=threads)
    assert not (tmp_path / "out").exists()
