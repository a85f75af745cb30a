import errno

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import tensorflow as tf

from keras_infogan.bulk import columns, formats

SCHEMA = pa.schema(
    [
        ("index", pa.int64()),
        ("file", pa.string()),
        ("style", columns.vector_type(2)),
        ("image", pa.binary(4)),
    ],
    {"image_shape": "2,2,1"},
)


def batch(start, count):
    index = np.arange(start, start + count)
    style = np.stack([index, -index], axis=1).astype(np.float32)
    image = np.repeat(index, 4).astype(np.uint8).reshape(count, 2, 2, 1)
    files = pa.array([f"{i}.png" for i in index])
    return columns.batch_of({"index": index, "file": files, "style": style, "image": image}, SCHEMA)


def test_parquet_holds_the_rows_and_the_schema(tmp_path):
    path = tmp_path / "rows.parquet"
    formats.write_parquet(path, SCHEMA, [batch(0, 3), batch(3, 2)])
    table = pq.read_table(path)
    assert table.schema.types == SCHEMA.types
    assert table.schema.metadata == SCHEMA.metadata
    assert table.slice(4).to_pylist() == [
        {"index": 4, "file": "4.png", "style": [4.0, -4.0], "image": b"\x04\x04\x04\x04"}
    ]


def test_row_groups_are_of_bounded_size(tmp_path, monkeypatch):
    monkeypatch.setattr(formats, "ROW_GROUP_BYTES", 2 * batch(0, 3).nbytes)
    path = tmp_path / "rows.parquet"
    formats.write_parquet(path, SCHEMA, [batch(start, 3) for start in range(0, 15, 3)])
    metadata = pq.read_metadata(path)
    lengths = [metadata.row_group(k).num_rows for k in range(metadata.num_row_groups)]
    assert lengths == [6, 6, 3]


def test_tfrecord_holds_an_example_a_row(tmp_path):
    path = tmp_path / "rows.tfrecord"
    formats.write_tfrecord(path, SCHEMA, [batch(0, 3), batch(3, 2)])
    features = {
        "index": tf.io.FixedLenFeature([], tf.int64),
        "file": tf.io.FixedLenFeature([], tf.string),
        "style": tf.io.FixedLenFeature([2], tf.float32),
        "image": tf.io.FixedLenFeature([], tf.string),
    }
    rows = [tf.io.parse_single_example(row, features) for row in tf.data.TFRecordDataset(str(path))]
    assert [int(row["index"]) for row in rows] == [0, 1, 2, 3, 4]
    assert rows[4]["file"] == b"4.png"
    np.testing.assert_array_equal(rows[4]["style"], [4, -4])
    np.testing.assert_array_equal(tf.io.decode_raw(rows[4]["image"], tf.uint8), [4] * 4)


@pytest.mark.parametrize("name", formats.WRITERS)
def test_equal_rows_make_equal_bytes(tmp_path, name):
    for path in (tmp_path / "one", tmp_path / "other"):
        formats.WRITERS[name](path, SCHEMA, [batch(0, 3), batch(3, 2)])
    assert (tmp_path / "one").read_bytes() == (tmp_path / "other").read_bytes()


@pytest.mark.parametrize("name", formats.WRITERS)
def test_a_directory_that_is_missing_is_an_os_error(tmp_path, name):
    with pytest.raises(OSError) as caught:
        formats.WRITERS[name](tmp_path / "missing" / "rows", SCHEMA, [batch(0, 3)])
    assert caught.value.errno in (errno.ENOENT, None)
