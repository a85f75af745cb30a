import json

import pytest

from keras_infogan.runtime.files import write_json
from keras_infogan.studies.directory import RunRecord, StudyDirectory


@pytest.fixture
def directory(tmp_path):
    return StudyDirectory(tmp_path / "study")


def test_records_are_plain_json(directory):
    directory.path.mkdir()
    record = RunRecord("finished", "", 1.5, ("infogan-train",), {"python": "3"}, attempts=2)
    directory.write_record("line", 0, record)
    assert directory.read_records() == {"line/seed_0": record}
    assert json.loads(directory.records.read_text())["line/seed_0"]["seconds"] == 1.5


def test_records_of_before_attempts_were_counted_are_read(directory):
    directory.path.mkdir()
    old = {"status": "failed", "message": "", "seconds": 1.5, "commands": [], "versions": {}}
    write_json(directory.records, {"line/seed_0": old})
    assert directory.read_records()["line/seed_0"].attempts == 0


def test_a_file_in_the_place_of_the_directory(tmp_path):
    (tmp_path / "study").touch()
    with pytest.raises(OSError, match="study cannot be written"):
        StudyDirectory(tmp_path / "study").start("tiny", 1)
