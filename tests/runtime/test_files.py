import hashlib
import json
import os
from pathlib import Path

import pytest

from keras_infogan.runtime import files
from keras_infogan.runtime.files import replace_file, start_directory, write_json


def test_the_checksum_is_that_of_the_bytes(tmp_path):
    (tmp_path / "abc").write_bytes(b"abc")
    assert files.file_sha256(tmp_path / "abc") == hashlib.sha256(b"abc").hexdigest()
    assert files.file_sha256(tmp_path / "abc").startswith("ba7816bf")  # FIPS 180-2, example B.1


def test_json_is_for_people_too(tmp_path):
    files.write_json(tmp_path / "value.json", {"a": [1]})
    assert (tmp_path / "value.json").read_text() == '{\n  "a": [\n    1\n  ]\n}\n'


def test_a_temporary_file_has_the_suffix_of_its_path(tmp_path):
    seen = []

    def write(temporary):
        seen.append(temporary)
        temporary.write_text("new")

    path = tmp_path / "page.html"
    path.write_text("old")
    files.replace_file(path, write)
    assert (seen[0].parent, seen[0].suffix) == (tmp_path, ".html")
    assert path.read_text() == "new"
    assert not seen[0].exists()


def test_a_name_is_written_to_disk_or_its_directory_is_named(tmp_path):
    files.sync_directory(tmp_path)
    with pytest.raises(FileNotFoundError, match="nowhere"):
        files.sync_directory(tmp_path / "nowhere")


def test_the_cause_is_in_words(tmp_path):
    assert str(files.unwritable("x", OSError(28, "No space left on device"))) == (
        "x cannot be written: No space left on device"
    )
    assert str(files.unwritable("x", OSError("disk full"))) == "x cannot be written: disk full"


def test_replace_keeps_the_old_file_when_the_writer_fails(tmp_path):
    path = tmp_path / "value.json"
    write_json(path, {"a": 1})

    def fail(temporary):
        temporary.write_text("half")
        raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        replace_file(path, fail)
    assert json.loads(path.read_text()) == {"a": 1}
    assert os.listdir(tmp_path) == ["value.json"]


def test_a_directory_of_a_commands_own_work(tmp_path):
    out = tmp_path / "deep" / "out"
    for name in (None, "lock", "job.json", "more"):  # made, locked, begun, gone on with
        if name:
            (out / name).touch()
        start_directory(out, "job.json", "a job", "lock")
    (out / "job.json").unlink()
    with pytest.raises(ValueError, match="--out should be empty or hold a job .job.json.*Received"):
        start_directory(out, "job.json", "a job", "lock")
    with pytest.raises(OSError, match="more cannot be written: File exists"):
        start_directory(out / "more", "job.json", "a job", "lock")


@pytest.mark.parametrize(
    ("given", "meant"),
    [("~/runs", "/home/ada/runs"), (Path("~/runs"), "/home/ada/runs"), ("runs/~", "runs/~")],
)
def test_a_tilde_is_the_home_directory(monkeypatch, given, meant):
    monkeypatch.setenv("HOME", "/home/ada")
    assert files.user_path(given) == Path(meant)


def test_a_name_that_begins_with_a_tilde_may_be_no_user():
    assert files.user_path("~tmp-of-nobody/x") == Path("~tmp-of-nobody/x")
