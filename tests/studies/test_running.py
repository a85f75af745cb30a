import os

import pytest

from keras_infogan.reports import study_report
from keras_infogan.runs.directory import WorkDirectory
from keras_infogan.runtime.files import write_json
from keras_infogan.studies import Row, Study, running
from keras_infogan.studies.directory import RunRecord, StudyDirectory
from keras_infogan.studies.plan import StudyOptions
from keras_infogan.studies.sweep import sweep

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


class Commands:
    """Stands in for child processes: keeps what was asked, and leaves what they would leave."""

    def __init__(self, failing=()):
        self.failing = failing
        self.calls = []

    def __call__(self, name, arguments, log):
        flags = dict(argument.removeprefix("--").split("=", 1) for argument in arguments)
        work = WorkDirectory(flags["workdir"])
        place = f"{work.path.parent.name}/{work.path.name}"
        self.calls.append((name, place))
        with log.open("a") as output:
            output.write(f"{name} begins\n")
            if place in self.failing:
                output.write("infogan-train: error: generator_loss became nan\n\n")
                return 1
        if name == "train":
            row = {row.name: row for row in STUDY.rows}[work.path.parent.name]
            config = row.configuration(int(flags["config.seed"]))
            config.steps = int(flags.get("config.steps", config.steps))
            work.start(config.to_dict())
            work.model.touch()
            work.metrics.write_text(HISTORY)
        else:
            write_json(work.evaluation, {"step": 300, **score(0.96)})
        return 0


def run(study, options, commands):
    return running.run_study(study, options, study_report, running.SequentialRunner(commands))


def test_a_study_runs_seed_by_seed(directory, capsys):
    commands = Commands()
    assert run(STUDY, StudyOptions(str(directory.path), seeds=2), commands)
    assert commands.calls == [
        (name, f"{row}/seed_{seed}")
        for seed in (0, 1)
        for row in ("line", "other")
        for name in ("train", "evaluate")
    ]
    out = capsys.readouterr().out
    assert "tiny: rows 2, seeds 2: 4 runs, 0 of them finished before" in out
    assert "[1/4] line, seed 0: 400 updates; its output is in" in out
    assert "[4/4] other, seed 1: finished after 0:00:00" in out
    assert "[3/4] line, seed 1: finished after 0:00:00, about 0:00:00 left" in out
    assert f"page: {directory.report}" in out
    assert directory.report.read_text().startswith("<!DOCTYPE html>")
    record = directory.read_records()["other/seed_1"]
    assert record.status == "finished"
    path = directory.run_directory("other", 1).path
    assert record.commands == (
        "infogan-train --config=basicprop_line --config.latents.noise=5 --config.seed=1 "
        f"--workdir={path}",
        f"infogan-evaluate --metrics=codes,information --workdir={path}",
    )
    assert {"python", "tensorflow", "keras", "machine"} <= record.versions.keys()


def test_a_finished_study_is_not_repeated_and_may_grow(directory, capsys):
    run(STUDY, StudyOptions(str(directory.path), seeds=1), Commands())
    again = Commands()
    assert run(STUDY, StudyOptions(str(directory.path), seeds=1), again)
    assert again.calls == []
    assert "2 runs, 2 of them finished before" in capsys.readouterr().out
    more = Commands()
    assert run(STUDY, StudyOptions(str(directory.path), seeds=2), more)
    assert {place for _, place in more.calls} == {"line/seed_1", "other/seed_1"}


def test_a_trained_run_is_only_evaluated(directory):
    finish(directory, LINE, 0)
    directory.run_directory("line", 0).evaluation.unlink()
    write_json(directory.settings, {"study": "tiny", "seeds": 1})
    commands = Commands()
    run(STUDY, StudyOptions(str(directory.path), seeds=1), commands)
    assert commands.calls[:2] == [("evaluate", "line/seed_0"), ("train", "other/seed_0")]
    assert directory.read_records()["line/seed_0"].commands[0].startswith("infogan-train")


def test_a_failure_ends_no_study_and_is_tried_again(directory, capsys):
    options = StudyOptions(str(directory.path), seeds=1, data_dir="data", steps=9)
    assert not run(STUDY, options, Commands(failing=("line/seed_0",)))
    out = capsys.readouterr().out
    assert "[1/2] line, seed 0: failed after 0:00:00: infogan-train: error: generator_loss" in out
    assert "line, seed 0: failed: infogan-train: error: generator_loss became nan" in out
    records = directory.read_records()
    assert records["line/seed_0"].status == "failed"
    assert records["line/seed_0"].message == "infogan-train: error: generator_loss became nan"
    assert "--config.steps=9" in records["other/seed_0"].commands[0]
    assert records["other/seed_0"].commands[1].endswith("--data_dir=data")
    assert "generator_loss became nan" in directory.report.read_text()

    commands = Commands()
    assert run(STUDY, options, commands)
    assert commands.calls == [("train", "line/seed_0"), ("evaluate", "line/seed_0")]
    assert directory.read_records()["line/seed_0"].status == "finished"
    assert "generator_loss became nan" not in directory.report.read_text()


def test_some_rows_now_and_the_others_later(directory):
    options = StudyOptions(str(directory.path), seeds=1, rows=("other",))
    commands = Commands()
    assert run(STUDY, options, commands)
    assert commands.calls == [("train", "other/seed_0"), ("evaluate", "other/seed_0")]
    assert "1 of 2 runs finished, 0 failed, 1 to come" in directory.report.read_text()
    refused(directory, r"`rows` should be among \['line', 'other'\]", rows=("others",))


def test_an_interrupted_study_goes_on(directory):
    def interrupt(name, arguments, log):
        raise KeyboardInterrupt

    options = StudyOptions(str(directory.path), seeds=1)
    with pytest.raises(KeyboardInterrupt):
        run(STUDY, options, interrupt)
    assert directory.read_records()["line/seed_0"].status == "interrupted"
    assert "0 of 2 runs finished, 0 failed, 2 to come" in directory.report.read_text()
    assert run(STUDY, options, Commands())


def test_the_time_of_all_attempts_counts(directory):
    directory.path.mkdir()
    write_json(directory.settings, {"study": "tiny", "seeds": 1})
    directory.write_record("line", 0, RunRecord("interrupted", seconds=100.0, attempts=1))
    run(STUDY, StudyOptions(str(directory.path), seeds=1), Commands())
    record = directory.read_records()["line/seed_0"]
    assert 100.0 <= record.seconds < 160.0
    assert record.attempts == 2
    assert "finished after 2 attempts" in directory.report.read_text()


def test_a_study_is_kept_from_a_second_process(directory):
    def another(name, arguments, log):
        with pytest.raises(ValueError, match=f"in use by process {os.getpid()}"):
            run(STUDY, StudyOptions(str(directory.path), seeds=1), Commands())
        return 1

    assert not run(STUDY, StudyOptions(str(directory.path), seeds=1), another)


def refused(directory, message, study=STUDY, **options):
    before = {path: path.read_bytes() for path in directory.path.rglob("*") if path.is_file()}
    commands = Commands()
    with pytest.raises(ValueError, match=message):
        run(study, StudyOptions(str(directory.path), **{"seeds": 1, **options}), commands)
    assert commands.calls == []
    after = {path: path.read_bytes() for path in directory.path.rglob("*") if path.is_file()}
    assert after == before


def test_a_foreign_directory_is_refused(directory):
    directory.path.mkdir()
    (directory.path / "thesis.tex").touch()
    refused(directory, "which holds other files")


def test_another_study_is_refused(directory):
    run(STUDY, StudyOptions(str(directory.path), seeds=2), Commands())
    another = Study("another", "", "", "", (LINE,), 1)
    refused(directory, "holds the study 'tiny'. Give another --workdir for 'another'", another)
    refused(directory, "holds a study of 2 seeds; .* Received: seeds=1")
    refused(directory, "seed_0 holds a run of another config: it differs in steps", steps=9)


def test_a_damaged_directory_is_named(directory):
    directory.path.mkdir()
    directory.settings.write_text("[]")
    refused(directory, "study.json is damaged")
    write_json(directory.settings, {"study": "tiny", "seeds": 1})
    for damaged in ("{", '{"line/seed_0": {"state": 1}}', '{"line/seed_0": 3}'):
        directory.records.write_text(damaged)
        with pytest.raises(ValueError, match="runs.json is damaged"):
            directory.read_records()


def test_bad_settings_leave_nothing_behind(directory):
    with pytest.raises(
        ValueError, match="`seeds` should be an int of at least 1. Received: seeds=0"
    ):
        StudyOptions("W", seeds=0)
    with pytest.raises(ValueError, match="`config.steps` should be an int of at least 1"):
        run(STUDY, StudyOptions(str(directory.path), 1, steps=0), Commands())
    missing = Study("s", "", "", "", (Row("a", "A", "nist", ""),), 1)
    with pytest.raises(ValueError, match="nist"):
        run(missing, StudyOptions(str(directory.path), 1), Commands())
    assert not directory.path.exists()


def test_what_a_study_sets_itself_stays(directory):
    for setting in ("latents.noise=3", "seed=5"):
        options = StudyOptions(str(directory.path), seeds=1, set=(setting,))
        with pytest.raises(
            ValueError, match=f"sets these fields itself. Received: .'{setting[:4]}"
        ):
            run(STUDY, options, Commands())
    assert not directory.path.exists()


def test_a_sweep_runs_as_any_study(directory):
    study = sweep("basicprop_line", ["latents.noise=4,5"])

    def finish_it(name, arguments, log):
        flags = dict(argument.removeprefix("--").split("=", 1) for argument in arguments)
        if name == "train":
            row = next(row for row in study.rows if row.name in flags["workdir"])
            assert flags["config.latents.noise"] == str(row.overrides["latents.noise"])
            finish(directory, row, int(flags["config.seed"]), **score(0.9))
        return 0

    assert run(study, StudyOptions(str(directory.path), seeds=1), finish_it)
    page = directory.report.read_text()
    assert "latents.noise = 4" in page and "--sweep=basicprop_line" in page
    assert run(
        sweep("basicprop_line", ["latents.noise=4"]), StudyOptions(str(directory.path), 1), None
    )
    refused(directory, "holds the study 'sweep_basicprop_line'")
