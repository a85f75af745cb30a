import math

import pytest

from keras_infogan.runtime.files import write_json
from keras_infogan.studies import Row, Study, results, scores
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


def test_spread():
    assert scores.spread([0.98, 0.96, 0.90]) == pytest.approx((2.84 / 3, 0.90, 0.98, 3))
    assert scores.spread([1.0, math.nan, 3.0, math.inf]) == (2.0, 1.0, 3.0, 2)
    assert scores.spread([math.nan]) is None
    assert scores.spread([]) is None


def test_scores_over_seeds(directory):
    for seed, accuracy in enumerate((0.98, 0.96, 0.90)):
        finish(directory, LINE, seed, **score(accuracy, information=2.0 + seed / 10))
    directory.write_record("line", 3, RunRecord("failed", "out of memory"))
    (line, other) = results.read_study(STUDY, directory, seeds=5)
    accuracy, information, nmi = scores.score_lines(line)
    assert accuracy.name == "code_accuracy/place"
    assert accuracy.spread == pytest.approx((2.84 / 3, 0.90, 0.98, 3))
    assert accuracy.entropy is None
    assert information.spread == pytest.approx((2.1, 2.0, 2.2, 3))
    assert information.entropy == pytest.approx(math.log(10.0))
    assert nmi == ("nmi", None, None)  # asked for, and in no run
    # Four runs were tried, the fifth was not begun.
    assert scores.success(line, 0.97) == (0.97, 1, 4)
    assert scores.success(line, 0.95) == (0.95, 2, 4)
    assert [run.record.status for run in line.runs] == ["finished"] * 3 + ["failed", "waiting"]
    assert [each.spread for each in scores.score_lines(other)] == [None] * 3


def test_time_to_an_accuracy(directory):
    finish(directory, LINE, 0, **score(0.96))
    run = results.read_run(directory.run_directory("line", 0), 0)
    assert scores.time_to(run.history, 0.95) == (200.0, 2.0)
    assert scores.time_to(run.history, 0.5) == (100.0, 1.0)
    assert scores.time_to(run.history, 0.97) is None
    assert scores.time_to([], 0.5) is None
    assert results.updates(run) == 300


def test_accuracy_is_of_the_worst_code():
    assert scores.accuracy({"code_accuracy/a/left": 0.9, "code_accuracy/b/right": 0.6}) == 0.6
    assert math.isnan(scores.accuracy({"information/a": 2.0}))
    assert math.isnan(scores.accuracy({"code_accuracy/a": math.nan, "code_accuracy/b": 0.5}))


def test_a_code_keeps_its_line_whatever_its_label():
    found = {
        "code_accuracy/a/left_height": 0.9,
        "information/a": 2.0,
        "information/real_fake": 0.1,
        "entropy/a": 2.3,
    }
    assert scores.selected(found, ("information", "code_accuracy")) == {
        "information/a": 2.0,
        "code_accuracy/a": 0.9,
    }
    assert scores.selected(found, ("information/real_fake",)) == {"information/real_fake": 0.1}
