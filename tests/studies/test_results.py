import math

import pytest

from keras_infogan.runtime.files import write_json
from keras_infogan.studies import Row, Study, results
from keras_infogan.studies.directory import RunRecord, StudyDirectory

LINE = Row("line", "BasicProp line", "basicprop_line", "a cliff in the losses")
OTHER = Row("other", "Another", "basicprop_line", "nothing", overrides={"latents.noise": 5})
STUDY = Study("tiny", "Tiny", "nobody", "Does it run?", (LINE, OTHER), seeds=2, thresholds=(0.95,))

HISTORY = (
    "epoch,step,seconds,code_accuracy/place,generator_loss\n"
    "1,100,60.0,0.90,1.5\n2,200,60.0,0.955,nan\n3,300,30.0,0.96,\n"
)


@pytest.fixture
def directory(tmp_path):
    return StudyDirectory(tmp_path / "study")


def finish(directory, row, seed, **evaluation):
    """Leaves a run as training and evaluation would, without either."""
    work = directory.run_directory(row.name, seed)
    work.start(row.configuration(seed).to_dict())
    work.model.touch()
    work.metrics.write_text(HISTORY)
    work.images.mkdir(exist_ok=True)
    write_json(work.evaluation, {"config": "tiny", "seed": seed, "step": 300, **evaluation})


def score(accuracy, information=2.0):
    return {"code_accuracy/place": accuracy, "information/place": information}


def test_a_run_that_does_not_exist_is_waiting(directory):
    run = results.read_run(directory.run_directory("line", 0), 0)
    assert (run.record.status, run.scores, run.history, run.pictures) == ("waiting", {}, [], {})
    assert results.updates(run) == 0


def test_what_is_read_of_a_run(directory):
    finish(directory, LINE, 0, **score(math.nan))
    work = directory.run_directory("line", 0)
    for name in ("place-0000100.png", "place-0000300.png", "stroke_width-0000300.png", "x.png"):
        (work.images / name).touch()
    # Whoever evaluated it: a run with scores is finished.
    run = results.read_run(work, 0, RunRecord("failed", "killed", seconds=8.0))
    assert (run.record.status, run.record.message, run.record.seconds) == ("finished", "", 8.0)
    assert {name: path.name for name, path in run.pictures.items()} == {
        "place": "place-0000300.png",
        "stroke_width": "stroke_width-0000300.png",
    }
    assert [epoch["step"] for epoch in run.history] == [100.0, 200.0, 300.0]
    assert math.isnan(run.history[1]["generator_loss"])  # "nan"
    assert math.isnan(run.history[2]["generator_loss"])  # empty
    assert math.isnan(run.scores["code_accuracy/place"])
    assert run.codes["place"]["size"] == 10


@pytest.mark.parametrize("name", ["evaluation.json", "config.json"])
def test_a_damaged_file_is_named(directory, name):
    finish(directory, LINE, 0)
    (directory.run_directory("line", 0).path / name).write_text('{"half": ')
    with pytest.raises(ValueError, match=f"{name} is damaged"):
        results.read_run(directory.run_directory("line", 0), 0)
