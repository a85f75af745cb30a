import json

import pytest

from keras_infogan.bulk import manifest
from keras_infogan.bulk.manifest import Manifest
from keras_infogan.bulk.shards import FinishedShard, Layout
from keras_infogan.runtime.files import file_sha256

JOB = {"command": "generate", "seed": 3}


def make_shard(layout, number):
    path = layout.path(number)
    path.write_text(f"rows of {number}")
    return FinishedShard(number, path.name, 10, path.stat().st_size, file_sha256(path))


@pytest.fixture
def layout(tmp_path):
    return Layout(tmp_path, 30, 10, "parquet")


@pytest.fixture
def begun(tmp_path, layout):
    """A manifest with the shards 2 and 0, in that order."""
    begun = Manifest(tmp_path, JOB)
    begun.write()
    begun.add(make_shard(layout, 2))
    begun.add(make_shard(layout, 0))
    return begun


def test_it_says_the_job_and_then_each_shard(begun):
    lines = begun.path.read_text().splitlines()
    assert json.loads(lines[0]) == JOB
    assert [json.loads(line)["shard"] for line in lines[1:]] == [2, 0]
    begun.write()
    lines = begun.path.read_text().splitlines()
    assert [json.loads(line)["shard"] for line in lines[1:]] == [0, 2]
    assert json.loads(lines[1]) == {
        "shard": 0,
        "file": "shard-00000-of-00003.parquet",
        "rows": 10,
        "bytes": 9,
        "sha256": begun.finished[0].sha256,
    }


def test_it_is_read_back(begun, tmp_path):
    assert Manifest(tmp_path, JOB).finished == begun.finished


def test_a_torn_line_is_none(begun, tmp_path, layout):
    with open(begun.path, "a") as file:
        file.write('{"shard": 1, "fi')
    again = Manifest(tmp_path, JOB)
    assert sorted(again.finished) == [0, 2]
    again.write()
    again.add(make_shard(layout, 1))
    assert sorted(Manifest(tmp_path, JOB).finished) == [0, 1, 2]


def test_shards_that_are_not_what_is_written_of_them(begun, layout):
    layout.path(0).write_text("rows of 9")
    layout.path(2).unlink()
    said = []
    begun.check(layout, said.append)
    assert begun.finished == {}
    assert "shard-00002-of-00003.parquet is missing" in said[0]
    assert "shard-00000-of-00003.parquet is damaged" in said[1]


def test_another_job(begun, tmp_path):
    with pytest.raises(ValueError, match="holds another job: it differs in count, seed"):
        Manifest(tmp_path, {"command": "generate", "seed": 4, "count": 30})


def test_a_damaged_first_line(tmp_path):
    (tmp_path / manifest.FILE).write_text("nonsense\n")
    with pytest.raises(ValueError, match="_manifest.jsonl is damaged"):
        Manifest(tmp_path, JOB)
