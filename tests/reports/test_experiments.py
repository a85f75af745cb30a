import pytest

from keras_infogan.reports.experiments import Failure, describe_experiment, format_spread
from keras_infogan.runtime.files import write_json
from keras_infogan.studies import Row, Study, results
from keras_infogan.studies.directory import RunRecord, StudyDirectory
from keras_infogan.studies.scores import Spread

ROW = Row(
    "line",
    "Line",
    "basicprop_line",
    "a cliff",
    note="Ours is short.",
    overrides={"latents.noise": 5, "steps": 1200},
    scores=("code_accuracy", "information"),
)
STUDY = Study("tiny", "Tiny", "nobody", "Why?", (ROW,), seeds=2)


@pytest.fixture
def directory(tmp_path):
    return StudyDirectory(tmp_path / "study")


def describe(directory):
    (result,) = results.read_study(STUDY, directory, seeds=2)
    return describe_experiment(result)


def test_a_spread_as_text():
    assert format_spread(Spread(0.97, 0.96, 0.98, 2)) == ("0.970", "0.960", "0.980")
    assert format_spread(None) == ("–", "–", "–")


def test_a_row_that_was_not_begun(directory):
    found = describe(directory)
    assert (found.name, found.label, found.config) == ("line", "Line", "basicprop_line")
    assert (found.settings, found.lengths, found.seeds) == ("latents.noise = 5", "", 2)
    assert [line.title for line in found.lines] == ["accuracy", "information (nats)"]
    assert {line.numbers for line in found.lines} == {("–", "–", "–", "–", "0 of 2")}
    assert found.failures == found.curves == found.pictures == []


def test_a_row_with_one_run_that_finished_and_one_that_failed(directory):
    for seed in (0, 1):
        work = directory.run("line", seed)
        config = ROW.configuration(seed)
        config.steps = 1200 * (seed + 1)  # the second was started with other --steps
        work.start(config.to_dict())
    write_json(directory.run("line", 0).evaluation, {"information/place": 2.0})
    directory.run("line", 0).metrics.write_text("epoch,step,generator_loss\n1,1200,0.5\n")
    directory.write_record("line", 1, RunRecord("failed", "error: out of memory"))
    found = describe(directory)
    assert found.lengths == "1,200 or 2,400"
    assert found.failures == [Failure(1, "0", "error: out of memory")]
    (information, _) = found.lines
    assert information.numbers == ("2.000", "2.000", "2.000", "2.303", "1 of 2")
    assert len(found.curves) == len(found.pictures) == 1
