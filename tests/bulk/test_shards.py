import errno
import hashlib

import pyarrow.parquet as pq
import pytest

from keras_infogan.bulk import formats
from keras_infogan.bulk.shards import FinishedShard, Layout, Shard


def test_rows_are_cut_into_shards(tmp_path):
    layout = Layout(tmp_path, 25, 10, "parquet")
    assert layout.shards == 3
    assert [layout.shard(number) for number in range(3)] == [
        Shard(0, 0, 10),
        Shard(1, 10, 20),
        Shard(2, 20, 25),
    ]
    assert layout.path(2) == tmp_path / "shard-00002-of-00003.parquet"


def test_a_shard_is_written_with_its_checksum(tmp_path, squares):
    job = squares(directory=tmp_path)
    rows, shard = job.load(), job.layout.shard(2)
    finished = job.layout.write(shard, rows.schema, rows.batches(shard, None))
    path = tmp_path / "shard-00002-of-00003.parquet"
    data = path.read_bytes()
    assert finished == FinishedShard(2, path.name, 5, len(data), hashlib.sha256(data).hexdigest())
    assert pq.read_table(path)["square"].to_pylist() == [400, 441, 484, 529, 576]
    assert list(tmp_path.iterdir()) == [path]


def test_a_full_disk_is_a_sentence_and_leaves_what_was_there(tmp_path, squares, monkeypatch):
    layout, rows = squares(directory=tmp_path).layout, squares().load()
    layout.path(0).write_bytes(b"before")

    def write(path, schema, batches):
        path.write_bytes(b"half")
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setitem(formats.WRITERS, "parquet", write)
    with pytest.raises(OSError, match="shard-00000-of-00003.parquet cannot be written: No space"):
        layout.write(layout.shard(0), rows.schema, [])
    assert [path.read_bytes() for path in tmp_path.iterdir()] == [b"before"]


def test_what_cannot_be_read_is_no_failure_to_write(tmp_path, squares):
    layout, rows = squares(directory=tmp_path).layout, squares().load()

    def batches():
        raise OSError("no such image")
        yield

    with pytest.raises(ValueError, match="^no such image$"):
        layout.write(layout.shard(0), rows.schema, batches())


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((0, 10, "parquet"), "`count` should be an int of at least 1. Received: count=0"),
        (
            (25, 0, "parquet"),
            "`rows_per_shard` should be an int of at least 1. Received: rows_per_shard=0",
        ),
        ((25, 10, "csv"), "one of parquet, tfrecord. Received: 'csv'"),
    ],
)
def test_bad_layouts(tmp_path, arguments, message):
    with pytest.raises(ValueError, match=message):
        Layout(tmp_path, *arguments)
