import json
import os

import numpy as np
import pytest

from keras_infogan.runs.directory import WorkDirectory
from keras_infogan.runs.evaluating import evaluate_run
from keras_infogan.runs.model_file import load_model
from keras_infogan.runs.training import train
from keras_infogan.runtime.locks import exclusive

STEPS = 7
STEPS_PER_EPOCH = 3


def weights_of(path):
    model = load_model(WorkDirectory(path))
    state = [*model.weights, *model.generator_optimizer.variables]
    return [variable.numpy() for variable in [*state, *model.discriminator_optimizer.variables]]


def test_a_run_leaves_what_it_promises(config, tmp_path, capsys, steps_of):
    run = tmp_path / "run"
    train(config, str(run))
    kept = json.loads((run / "config.json").read_text())
    assert kept == json.loads(json.dumps(config.to_dict()))  # JSON has no tuples
    assert steps_of(run) == [3, 6, 7]
    assert {path.name for path in (run / "images").iterdir()} == {
        f"{code}-{step:07d}.png" for code in ("digit", "style") for step in (3, 6, 7)
    }
    assert list((run / "logs").rglob("events.*"))
    assert (run / "checkpoints" / "ckpt-4.index").is_file()
    out = capsys.readouterr().out
    assert f"work directory: {run}" in out
    assert "data: mnist, 32 images of 8x8x1; starting at step 0" in out
    assert f"model: {run / 'model.keras'}" in out

    scores = evaluate_run(WorkDirectory(run))
    assert json.loads((run / "evaluation.json").read_text()) == scores
    assert (scores["config"], scores["step"], scores["seed"]) == ("tiny", STEPS, 0)
    assert 0.0 <= scores["code_accuracy/digit"] <= scores["majority_accuracy/digit"] <= 1.0
    assert scores["information/digit"] <= scores["entropy/digit"] == pytest.approx(np.log(3.0))
    assert list(scores["classes"]) == ["digit"]
    assert {"code_accuracy/digit", "information/style"} <= set(scores["intervals"])
    assert (run / "confusion-digit.png").read_bytes().startswith(b"\x89PNG")

    # A second run on the finished directory trains no further and keeps what it has.
    before, rows = weights_of(run), steps_of(run)
    capsys.readouterr()
    train(config, str(run))
    assert f"trained to step {STEPS}: nothing is left to do" in capsys.readouterr().out
    for one, other in zip(before, weights_of(run), strict=True):
        np.testing.assert_array_equal(one, other)
    assert steps_of(run) == rows


@pytest.mark.slow
def test_an_interrupted_run_resumes_bit_for_bit(config, tmp_path, interrupt_at, capsys, steps_of):
    config.generator_average = config.discriminator_average = 0.5
    config.consistency.update(
        {"weight": 1.0, "classifiers": 2, "ensemble_steps": 2}
    )  # all its phases
    whole, path = tmp_path / "whole", tmp_path / "run"
    train(config, str(whole))
    # Between two epochs, and inside one.
    for first, step in ((0, STEPS_PER_EPOCH), (STEPS_PER_EPOCH, 5)):
        interrupt_at(step)
        with pytest.raises(KeyboardInterrupt):
            train(config, str(path))
        out = capsys.readouterr().out
        assert f"starting at step {first}" in out
        assert f"interrupted at step {step}, which is saved" in out
        assert not (path / "model.keras").exists()
        with pytest.raises(ValueError, match="unfinished run"):
            evaluate_run(WorkDirectory(path))
    train(config, str(path))
    assert "starting at step 5" in capsys.readouterr().out
    for one, other in zip(weights_of(whole), weights_of(path), strict=True):
        np.testing.assert_array_equal(one, other)
    assert steps_of(path) == sorted(set(steps_of(path)))
    assert steps_of(path)[-1] == STEPS


def test_another_config_is_refused(config, tmp_path):
    WorkDirectory(tmp_path).start(config.to_dict())
    config.batch_size = 4
    with pytest.raises(ValueError, match="another config.* differs in batch_size"):
        train(config, str(tmp_path))


def test_a_foreign_directory_is_refused(config, tmp_path):
    (tmp_path / "thesis.tex").touch()
    with pytest.raises(ValueError, match="which holds other files"):
        train(config, str(tmp_path))
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.tex"]


def test_a_bad_setting_leaves_nothing_behind(config, tmp_path):
    config.steps = 0
    with pytest.raises(ValueError, match="`config.steps` should be an int of at least 1"):
        train(config, str(tmp_path / "run"))
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize("damage", ["truncated", "flipped"])
@pytest.mark.parametrize("suffix", ["index", "data-00000-of-00001"])
def test_a_damaged_checkpoint_is_named(config, tmp_path, interrupt_at, damage, suffix):
    run = tmp_path / "run"
    interrupt_at(1)
    with pytest.raises(KeyboardInterrupt):
        train(config, str(run))
    path = run / "checkpoints" / f"ckpt-1.{suffix}"
    content = bytearray(path.read_bytes())
    if damage == "truncated":
        path.write_bytes(content[: len(content) // 2])
    else:
        content[len(content) // 2] ^= 255
        path.write_bytes(content)
    with pytest.raises(ValueError, match="checkpoint .*ckpt-1 is damaged, and there is no other"):
        train(config, str(run))


def test_an_earlier_checkpoint_stands_in_for_a_damaged_one(config, tmp_path, interrupt_at, capsys):
    whole, run = tmp_path / "whole", tmp_path / "run"
    train(config, str(whole))
    interrupt_at(5)
    with pytest.raises(KeyboardInterrupt):
        train(config, str(run))
    (run / "checkpoints" / "ckpt-5.data-00000-of-00001").write_bytes(b"nothing")
    capsys.readouterr()
    train(config, str(run))
    out = capsys.readouterr().out
    assert "ckpt-5 is damaged: ckpt-5.data-00000-of-00001 is not as it was saved" in out
    assert "starting at step 4" in out
    for one, other in zip(weights_of(whole), weights_of(run), strict=True):
        np.testing.assert_array_equal(one, other)


def test_a_second_process_is_refused(config, tmp_path):
    run = tmp_path / "run"
    run.mkdir()
    WorkDirectory(run).start(config.to_dict())
    with exclusive(run / "lock"):
        with pytest.raises(ValueError, match=f"is in use by process {os.getpid()} on "):
            train(config, str(run))
    train(config, str(run))


def test_numpy_numbers_are_written_as_pythons(config, tmp_path):
    with config.ignore_type():
        config.steps = np.int64(1)
        config.generator_learning_rate = np.float64(1e-3)
    train(config, str(tmp_path / "run"))
    kept = json.loads((tmp_path / "run" / "config.json").read_text())
    assert (kept["steps"], kept["generator_learning_rate"]) == (1, 1e-3)


def test_a_run_that_lacks_newer_fields_is_resumed_and_evaluated(config, tmp_path, capsys):
    config.steps = 1
    run = tmp_path / "run"
    train(config, str(run))
    path = run / "config.json"
    kept = json.loads(path.read_text())
    del kept["restarts"], kept["data"]["label"], kept["information"]["generator_ramp"]
    path.write_text(json.dumps(kept))
    capsys.readouterr()
    train(config, str(run))
    assert "trained to step 1: nothing is left to do" in capsys.readouterr().out
    assert evaluate_run(WorkDirectory(run))["step"] == 1
    config.restarts = 2  # not its default
    with pytest.raises(ValueError, match="another config: it differs in restarts"):
        train(config, str(run))
