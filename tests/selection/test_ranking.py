"""From runs to a pick, with commands that run in this process and networks of a few weights."""

import json

import numpy as np
import pytest

from keras_infogan import datasets, networks
from keras_infogan.reports import study_report
from keras_infogan.runs.directory import WorkDirectory
from keras_infogan.runs.evaluating import evaluate_run
from keras_infogan.runs.model_file import load_model
from keras_infogan.runs.training import train
from keras_infogan.runtime.files import write_json
from keras_infogan.selection import measure_candidate, ranking, selection_study
from keras_infogan.selection.candidates import read_codes
from keras_infogan.studies import results, running
from keras_infogan.studies.directory import StudyDirectory
from keras_infogan.studies.plan import StudyOptions

SETTINGS = ("architecture=tiny", "batch_size=16", "networks.width_multiplier=0.1")


@pytest.fixture
def tiny_data(monkeypatch, images, make_networks):
    """64 images, and labels that nobody but the log of accuracies may touch."""

    def load_images(name, split, data_dir=None, **settings):
        labels = {"label": np.arange(64) % 3}
        return datasets.LabeledImages(np.concatenate([images, images]), labels)

    monkeypatch.setattr(datasets, "load_images", load_images)
    monkeypatch.setitem(networks.ARCHITECTURES, "tiny", make_networks)


class InProcess:
    """Runs a study's commands here; a row may be made to fail."""

    def __init__(self, study, failing=()):
        self.rows = {row.name: row for row in study.rows}
        self.failing = failing

    def __call__(self, name, arguments, log):
        flags = dict(argument.removeprefix("--").split("=", 1) for argument in arguments)
        work = WorkDirectory(flags["workdir"])
        row, seed = self.rows[work.path.parent.name], int(work.path.name.removeprefix("seed_"))
        if f"{row.name}/{seed}" in self.failing:
            return 1
        if name == "train":
            train(row.configuration(seed), flags["workdir"])
        else:
            assert flags["metrics"] == "held_out"
            evaluate_run(WorkDirectory(flags["workdir"]), groups=("held_out",))
        return 0


@pytest.mark.slow
@pytest.mark.usefixtures("tiny_data")
def test_a_selection_from_end_to_end(tmp_path, capsys, images):
    study = selection_study("mnist", ["2", "3"], seeds=2)
    options = StudyOptions(str(tmp_path / "study"), 2, None, 2, (), SETTINGS)
    execute = InProcess(study.changed(options.settings()), failing=("digit_3/1",))
    assert not running.run_study(study, options, study_report, running.SequentialRunner(execute))
    said = ranking.rank_candidates(study, options, count=200)
    head, two, three, sentence = said.splitlines()
    assert head.split()[:3] == ["candidate", "seeds", "held-out"]
    assert (two.split()[:2], three.split()[:2]) == (["digit_2", "2"], ["digit_3", "1"])
    assert "digit -" in two or "digit 0" in two  # two updates teach nothing
    assert three.endswith("too few seeds")
    assert sentence == "Nothing is picked: the verdicts say what each candidate lacks."

    directory = StudyDirectory(tmp_path / "study")
    kept = json.loads((directory.path / "selection.json").read_text())
    assert (kept["pick"], kept["seed"], kept["images"]) == (None, None, 64)
    assert [each["name"] for each in kept["candidates"]] == ["digit_2", "digit_3"]
    assert kept["candidates"][0]["sizes"] == {"digit": 2, "style": 2}
    assert kept["candidates"][0]["numbers"]["error"] is None
    record = json.loads(directory.run_directory("digit_2", 0).evaluation.read_text())
    assert not any(name.startswith(("code_accuracy", "nmi")) for name in record)
    assert "held-out information digit (nats)" in directory.report.read_text()

    # By hand, of the same models.
    (result, _) = results.read_study(study.changed(options.settings()), directory, seeds=2)
    candidate = measure_candidate(result, images)
    models = [load_model(run.directory) for run in result.runs]
    codes = [read_codes(model, images) for model in models]
    assert codes[0].categories.shape == (32, 1)
    assert codes[0].numbers.shape == (32, 2)
    shares = [np.bincount(each.categories[:, 0], minlength=2) / 32 for each in codes]
    assert candidate.unused == [int(np.sum(share < 0.05)) for share in shares]
    read = [run.scores["held_out_information/digit"] for run in result.runs]
    assert candidate.information["digit"] == pytest.approx(np.mean(read))

    # A run that another command evaluated, without what is asked for.
    write_json(directory.run_directory("digit_3", 0).evaluation, {"step": 2, "nmi/digit": 0.1})
    with pytest.raises(ValueError, match="should have held_out_information/digit, .* 'step'"):
        ranking.rank_candidates(study, options, count=200)


def test_without_a_finished_run(tmp_path):
    study = selection_study("mnist", ["2", "3"])
    with pytest.raises(ValueError, match="A run should be finished. Received: none of"):
        ranking.rank_candidates(study, StudyOptions(str(tmp_path), 3), count=200)


def test_the_same_images_by_chance():
    images = np.arange(100)
    some = ranking._random_subset(images, 30)
    assert len(set(some.tolist())) == 30 and some.max() > 50
    np.testing.assert_array_equal(some, ranking._random_subset(images, 30))
    np.testing.assert_array_equal(ranking._random_subset(images, 500), images)
