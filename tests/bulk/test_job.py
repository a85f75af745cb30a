import os
import signal

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from keras_infogan.bulk import engines, manifest, plan
from keras_infogan.bulk.job import LOCK, run_job
from keras_infogan.runs.preemption import Interrupted
from keras_infogan.runtime.locks import exclusive


def test_every_row_once(squares, threads, contents, capsys):
    job = squares()
    run_job(job, threads)
    table = pq.read_table(job.layout.directory)  # passes over the manifest
    assert table["square"].to_pylist() == [i * i for i in range(25)]
    assert sorted(contents(job.layout.directory)) == [
        manifest.FILE,
        *(f"shard-0000{number}-of-00003.parquet" for number in range(3)),
    ]
    assert "25 rows, 25 of them new" in capsys.readouterr().out


def test_a_finished_job_is_left_alone(squares, threads, contents):
    run_job(squares(), threads)
    before, said = contents(squares().layout.directory), []
    run_job(squares(load=None), threads, said.append)  # nothing is loaded
    assert contents(squares().layout.directory) == before
    assert said == [f"{squares().layout.directory}: 25 rows, 0 of them new"]


def test_what_is_damaged_missing_or_half_written_is_made_again(
    squares, threads, contents, tmp_path
):
    run_job(squares(), threads)
    directory = squares().layout.directory
    whole = contents(directory)
    (directory / "shard-00000-of-00003.parquet").write_bytes(b"damaged")
    (directory / "shard-00001-of-00003.parquet").unlink()
    (directory / ".shard-00001-of-00003.77.parquet").write_bytes(b"half")
    (directory / "._manifest.77.jsonl").write_bytes(b"half")
    said = []
    run_job(squares(), threads, said.append)
    assert contents(directory) == whole
    assert [" is damaged " in said[0], " is missing" in said[1]] == [True, True]
    assert "20 of them new" in said[2]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it_and_the_same_job_goes_on(squares, threads, contents, monkeypatch, number):
    run_job(squares(directory=squares().layout.directory.with_name("whole")), threads)
    make = engines.make_shards

    def interrupted(*arguments):
        yield from make(*arguments[:3], [1])
        os.kill(os.getpid(), number)
        signal.pause()

    monkeypatch.setattr(engines, "make_shards", interrupted)
    said = []
    with pytest.raises(Interrupted) as caught:
        run_job(squares(), threads, said.append)
    assert caught.value.number == number
    assert "1 of 3 shards are finished; rerun the same command to resume" in said[0]
    monkeypatch.undo()
    run_job(squares(), threads)
    directory = squares().layout.directory
    assert contents(directory) == contents(directory.with_name("whole"))


def test_another_job_is_refused(squares, threads, contents):
    run_job(squares({"seed": 1}), threads)
    before = contents(squares().layout.directory)
    with pytest.raises(ValueError, match="another job: it differs in seed. .* another --out"):
        run_job(squares({"seed": 2}), threads)
    with pytest.raises(ValueError, match="it differs in format"):
        run_job(squares({"seed": 1}, format="tfrecord"), threads)
    assert contents(squares().layout.directory) == before


def test_other_files_are_left_alone(squares, threads, tmp_path):
    (tmp_path / "letter.txt").write_text("dear")
    with pytest.raises(ValueError, match=f"should be empty or hold a job.*Received: {tmp_path}"):
        run_job(squares(directory=tmp_path), threads)
    assert [path.name for path in tmp_path.iterdir()] == ["letter.txt"]


def test_a_second_process_is_refused(squares, threads):
    directory = squares().layout.directory
    directory.mkdir()
    with exclusive(directory / LOCK):
        with pytest.raises(ValueError, match=f"process {os.getpid()} on .* another --out"):
            run_job(squares(), threads)


def test_a_place_that_cannot_be_written(squares, threads, tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(OSError, match="file/out cannot be written: Not a directory"):
        run_job(squares(directory=tmp_path / "file" / "out"), threads)


def test_each_shard_gets_its_rows_of_the_inputs(squares, threads):
    class Echoes:
        schema = pa.schema([("index", pa.int64()), ("value", pa.int64())])

        def batches(self, shard, inputs):
            rows = {"index": range(shard.start, shard.stop), "value": inputs["value"].chunk(0)}
            yield pa.record_batch(rows, schema=self.schema)

    job = squares(load=Echoes, inputs=lambda: [pa.record_batch({"value": range(100, 125)})])
    run_job(job, threads)
    assert pq.read_table(job.layout.directory)["value"].to_pylist() == list(range(100, 125))
    assert (job.layout.directory / plan.FILE).is_file()
