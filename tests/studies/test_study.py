import json
import math
import os
import signal
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from keras_infogan.cli.command import config_names
from keras_infogan.reports import study_report
from keras_infogan.runs.directory import WorkDirectory
from keras_infogan.runtime.files import write_json
from keras_infogan.studies import STUDIES, Row, Study, processes, results, running, scores
from keras_infogan.studies.directory import Record, StudyDirectory
from keras_infogan.studies.plan import Options
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
    work = directory.run(row.name, seed)
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
    return running.run(study, options, study_report, running.Successively(commands))


# Definitions


def test_a_row_resolves_its_config():
    config = OTHER.configuration(seed=3)
    assert (config.seed, config.latents.noise) == (3, 5)
    assert config.name == "basicprop_line"
    assert OTHER.overrides.keys() == {"latents.noise"}


def test_a_study_can_be_shorter():
    assert STUDY.changed({}) == STUDY
    line, other = (row.configuration(seed=0) for row in STUDY.changed({"steps": 7}).rows)
    assert (line.steps, other.steps, other.latents.noise) == (7, 7, 5)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"name": "a/b"}, "lower case letters, digits and underscores. Received: name='a/b'"),
        ({"name": ""}, "`name` should be"),
        ({"scores": ()}, "`scores` should name"),
        ({"metrics": ("fid",)}, "Received: .'fid'"),
    ],
)
def test_a_row_refuses(change, message):
    with pytest.raises(ValueError, match=message):
        Row(**{"name": "a", "label": "A", "config": "mnist", "reported": "", **change})


@pytest.mark.parametrize(
    ("config", "overrides", "message"),
    [
        ("nist", {}, "config that comes with the package. Received: config='nist'"),
        ("mnist", {"stepz": 3}, "stepz"),
        ("mnist", {"steps": "many"}, "many"),
    ],
)
def test_a_config_that_is_none(config, overrides, message):
    with pytest.raises(ValueError, match=message):
        Row("a", "A", config, "", overrides=overrides).configuration(0)


def test_a_study_refuses():
    with pytest.raises(ValueError, match=r"names of their own. Received: \['line', 'line'\]"):
        Study("s", "S", "", "", (LINE, LINE), 1)
    with pytest.raises(ValueError, match="names of their own"):
        Study("s", "S", "", "", (), 1)
    with pytest.raises(
        ValueError, match="`seeds` should be an int of at least 1. Received: seeds=0"
    ):
        Study("s", "S", "", "", (LINE,), 0)


def test_the_studies():
    assert {name: len(study.rows) for name, study in STUDIES.items()} == {
        "disentanglement": 2,
        "evtimova": 8,
        "poster": 4,
        "rectangles": 4,
        "mnist_seeds": 2,
        "quick": 2,
        "wasserstein": 3,
    }
    assert all(study.name == name for name, study in STUDIES.items())
    assert STUDIES["mnist_seeds"].seeds == 10
    assert STUDIES["mnist_seeds"].thresholds == (0.97, 0.95)


@pytest.mark.parametrize(
    "row",
    [pytest.param(row, id=f"{s.name}-{row.name}") for s in STUDIES.values() for row in s.rows],
)
def test_each_row_has_its_config(row):
    if row.config not in config_names():
        pytest.skip(f"the config {row.config} is not written yet")
    assert row.configuration(seed=1).name == row.config


# Scores, worked out by hand


def test_spread():
    assert scores.spread([0.98, 0.96, 0.90]) == pytest.approx((2.84 / 3, 0.90, 0.98, 3))
    assert scores.spread([1.0, math.nan, 3.0, math.inf]) == (2.0, 1.0, 3.0, 2)
    assert scores.spread([math.nan]) is None
    assert scores.spread([]) is None


def test_scores_over_seeds(directory):
    for seed, accuracy in enumerate((0.98, 0.96, 0.90)):
        finish(directory, LINE, seed, **score(accuracy, information=2.0 + seed / 10))
    directory.write_record("line", 3, Record("failed", "out of memory"))
    (line, other) = results.read(STUDY, directory, seeds=5)
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
    run = results.read_run(directory.run("line", 0), 0)
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


# DiscriminatorOutput runs


def test_a_run_that_does_not_exist_is_waiting(directory):
    run = results.read_run(directory.run("line", 0), 0)
    assert (run.record.status, run.scores, run.history, run.pictures) == ("waiting", {}, [], {})
    assert results.updates(run) == 0


def test_what_is_read_of_a_run(directory):
    finish(directory, LINE, 0, **score(math.nan))
    work = directory.run("line", 0)
    for name in ("place-0000100.png", "place-0000300.png", "stroke_width-0000300.png", "x.png"):
        (work.images / name).touch()
    # Whoever evaluated it: a run with scores is finished.
    run = results.read_run(work, 0, Record("failed", "killed", seconds=8.0))
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
    (directory.run("line", 0).path / name).write_text('{"half": ')
    with pytest.raises(ValueError, match=f"{name} is damaged"):
        results.read_run(directory.run("line", 0), 0)


# Running


def test_a_study_runs_seed_by_seed(directory, capsys):
    commands = Commands()
    assert run(STUDY, Options(str(directory.path), seeds=2), commands)
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
    path = directory.run("other", 1).path
    assert record.commands == (
        "infogan-train --config=basicprop_line --config.latents.noise=5 --config.seed=1 "
        f"--workdir={path}",
        f"infogan-evaluate --metrics=codes,information --workdir={path}",
    )
    assert {"python", "tensorflow", "keras", "machine"} <= record.versions.keys()


def test_a_finished_study_is_not_repeated_and_may_grow(directory, capsys):
    run(STUDY, Options(str(directory.path), seeds=1), Commands())
    again = Commands()
    assert run(STUDY, Options(str(directory.path), seeds=1), again)
    assert again.calls == []
    assert "2 runs, 2 of them finished before" in capsys.readouterr().out
    more = Commands()
    assert run(STUDY, Options(str(directory.path), seeds=2), more)
    assert {place for _, place in more.calls} == {"line/seed_1", "other/seed_1"}


def test_a_trained_run_is_only_evaluated(directory):
    finish(directory, LINE, 0)
    directory.run("line", 0).evaluation.unlink()
    write_json(directory.settings, {"study": "tiny", "seeds": 1})
    commands = Commands()
    run(STUDY, Options(str(directory.path), seeds=1), commands)
    assert commands.calls[:2] == [("evaluate", "line/seed_0"), ("train", "other/seed_0")]
    assert directory.read_records()["line/seed_0"].commands[0].startswith("infogan-train")


def test_a_failure_ends_no_study_and_is_tried_again(directory, capsys):
    options = Options(str(directory.path), seeds=1, data_dir="data", steps=9)
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
    options = Options(str(directory.path), seeds=1, rows=("other",))
    commands = Commands()
    assert run(STUDY, options, commands)
    assert commands.calls == [("train", "other/seed_0"), ("evaluate", "other/seed_0")]
    assert "1 of 2 runs finished, 0 failed, 1 to come" in directory.report.read_text()
    refused(directory, r"`rows` should be among \['line', 'other'\]", rows=("others",))


def test_an_interrupted_study_goes_on(directory):
    def interrupt(name, arguments, log):
        raise KeyboardInterrupt

    options = Options(str(directory.path), seeds=1)
    with pytest.raises(KeyboardInterrupt):
        run(STUDY, options, interrupt)
    assert directory.read_records()["line/seed_0"].status == "interrupted"
    assert "0 of 2 runs finished, 0 failed, 2 to come" in directory.report.read_text()
    assert run(STUDY, options, Commands())


def test_the_time_of_all_attempts_counts(directory):
    directory.path.mkdir()
    write_json(directory.settings, {"study": "tiny", "seeds": 1})
    directory.write_record("line", 0, Record("interrupted", seconds=100.0, attempts=1))
    run(STUDY, Options(str(directory.path), seeds=1), Commands())
    record = directory.read_records()["line/seed_0"]
    assert 100.0 <= record.seconds < 160.0
    assert record.attempts == 2
    assert "finished after 2 attempts" in directory.report.read_text()


def test_a_study_is_kept_from_a_second_process(directory):
    def another(name, arguments, log):
        with pytest.raises(ValueError, match=f"in use by process {os.getpid()}"):
            run(STUDY, Options(str(directory.path), seeds=1), Commands())
        return 1

    assert not run(STUDY, Options(str(directory.path), seeds=1), another)


# Directories that are refused, and left as they were


def refused(directory, message, study=STUDY, **options):
    before = {path: path.read_bytes() for path in directory.path.rglob("*") if path.is_file()}
    commands = Commands()
    with pytest.raises(ValueError, match=message):
        run(study, Options(str(directory.path), **{"seeds": 1, **options}), commands)
    assert commands.calls == []
    after = {path: path.read_bytes() for path in directory.path.rglob("*") if path.is_file()}
    assert after == before


def test_a_foreign_directory_is_refused(directory):
    directory.path.mkdir()
    (directory.path / "thesis.tex").touch()
    refused(directory, "which holds other files")


def test_another_study_is_refused(directory):
    run(STUDY, Options(str(directory.path), seeds=2), Commands())
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
        Options("W", seeds=0)
    with pytest.raises(ValueError, match="`config.steps` should be an int of at least 1"):
        run(STUDY, Options(str(directory.path), 1, steps=0), Commands())
    missing = Study("s", "", "", "", (Row("a", "A", "nist", ""),), 1)
    with pytest.raises(ValueError, match="nist"):
        run(missing, Options(str(directory.path), 1), Commands())
    assert not directory.path.exists()


def test_a_file_in_the_place_of_the_directory(tmp_path):
    (tmp_path / "study").touch()
    with pytest.raises(OSError, match="study cannot be written"):
        StudyDirectory(tmp_path / "study").start("tiny", 1)


def test_the_command_can_be_typed():
    settings = ("batch_size=64", "policy=float32")
    options = Options("my runs", seeds=2, steps=5, rows=("line",), set=settings)
    assert options.command(STUDIES["quick"]) == (
        "infogan-study --study=quick '--workdir=my runs' --seeds=2 --steps=5 "
        "--set=batch_size=64 --set=policy=float32"
    )
    assert options.settings() == {"steps": 5, "batch_size": 64, "policy": "float32"}


def test_what_a_study_sets_itself_stays(directory):
    for setting in ("latents.noise=3", "seed=5"):
        options = Options(str(directory.path), seeds=1, set=(setting,))
        with pytest.raises(
            ValueError, match=f"sets these fields itself. Received: .'{setting[:4]}"
        ):
            run(STUDY, options, Commands())
    assert not directory.path.exists()


@pytest.mark.parametrize("setting", ["batch_size", "=64", ""])
def test_what_to_set_names_a_field_and_a_value(setting):
    with pytest.raises(ValueError, match="`set` should be FIELD=VALUE. Received"):
        Options("runs", seeds=1, set=(setting,))


# Child processes


def python(tmp_path, source):
    return processes.Executor().run([sys.executable, "-c", source], tmp_path / "log")


def test_a_child_leaves_its_output_and_its_status(tmp_path):
    assert python(tmp_path, "print('once')") == 0
    assert python(tmp_path, "import sys; print('twice'); sys.exit('bad  line\\n')") == 1
    log = tmp_path / "log"
    assert log.read_text() == "once\ntwice\nbad  line\n\n"
    assert processes.failure("train", 1, log, begin=5) == "bad  line"
    assert processes.failure("train", 1, log, begin=log.stat().st_size) == "no output"


def test_a_killed_child_says_so(tmp_path):
    status = python(tmp_path, "import os; print('step 5', flush=True); os.kill(os.getpid(), 9)")
    assert processes.failure("train", status, tmp_path / "log", 0) == (
        "infogan-train was ended by SIGKILL, after: step 5"
    )


def test_a_long_or_broken_line_is_no_harm(tmp_path):
    (tmp_path / "log").write_bytes(b"\xff" + b"x" * 9000)
    assert len(processes.failure("train", 1, tmp_path / "log", 0)) == processes.LONGEST_MESSAGE


SAVING = (
    "import signal, time\nsignal.signal(signal.SIGTERM, signal.default_int_handler)\n"
    "try:\n print('at work', flush=True); time.sleep(60)\n"
    "except KeyboardInterrupt:\n time.sleep(0.3); print('saved')"
)


def wait_for_work(tmp_path):
    while not (tmp_path / "log").exists() or "at work" not in (tmp_path / "log").read_text():
        time.sleep(0.05)


def test_an_interrupt_lets_the_child_save(tmp_path):

    def interrupt():
        wait_for_work(tmp_path)
        os.kill(os.getpid(), signal.SIGINT)

    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        threading.Thread(target=interrupt).start()
        with pytest.raises(KeyboardInterrupt):
            python(tmp_path, SAVING)
    finally:
        signal.signal(signal.SIGINT, before)
    assert (tmp_path / "log").read_text() == "at work\nsaved\n"


def test_a_child_is_ended_from_another_thread_and_no_other_begins(tmp_path):
    executor = processes.Executor()
    command = [sys.executable, "-c", SAVING]
    with ThreadPoolExecutor() as pool:
        running_child = pool.submit(executor.run, command, tmp_path / "log")
        wait_for_work(tmp_path)
        executor.end()
        executor.end()  # a second signal would come while it saves
    assert running_child.result() == 0
    assert executor.run(command, tmp_path / "log") == -signal.SIGTERM
    assert (tmp_path / "log").read_text() == "at work\nsaved\n"


def test_a_child_has_its_share_of_the_threads(tmp_path):
    source = (
        "import os; print(*(os.environ.get(n) for n in "
        f"{(*processes.THREAD_VARIABLES, 'MORE')!r}), os.getcwd(), os.getpgid(0))"
    )
    executor = processes.Executor(3, str(tmp_path), None, {"MORE": "yes"})
    assert executor.run([sys.executable, "-c", source], tmp_path / "log") == 0
    expected = f"3 3 3 yes {tmp_path} {os.getpgid(0)}\n"
    assert (tmp_path / "log").read_text() == expected


def test_records_are_plain_json(directory):
    directory.path.mkdir()
    record = Record("finished", "", 1.5, ("infogan-train",), {"python": "3"}, attempts=2)
    directory.write_record("line", 0, record)
    assert directory.read_records() == {"line/seed_0": record}
    assert json.loads(directory.records.read_text())["line/seed_0"]["seconds"] == 1.5


def test_records_of_before_attempts_were_counted_are_read(directory):
    directory.path.mkdir()
    old = {"status": "failed", "message": "", "seconds": 1.5, "commands": [], "versions": {}}
    write_json(directory.records, {"line/seed_0": old})
    assert directory.read_records()["line/seed_0"].attempts == 0


# Sweeps


def test_a_sweep_runs_as_any_study(directory):
    study = sweep("basicprop_line", ["latents.noise=4,5"])

    def finish_it(name, arguments, log):
        flags = dict(argument.removeprefix("--").split("=", 1) for argument in arguments)
        if name == "train":
            row = next(row for row in study.rows if row.name in flags["workdir"])
            assert flags["config.latents.noise"] == str(row.overrides["latents.noise"])
            finish(directory, row, int(flags["config.seed"]), **score(0.9))
        return 0

    assert run(study, Options(str(directory.path), seeds=1), finish_it)
    page = directory.report.read_text()
    assert "latents.noise = 4" in page and "--sweep=basicprop_line" in page
    assert run(sweep("basicprop_line", ["latents.noise=4"]), Options(str(directory.path), 1), None)
    refused(directory, "holds the study 'sweep_basicprop_line'")
