import ast
import re
import sys
import types
from pathlib import Path

import pytest
import tensorflow as tf
from absl import flags

from keras_infogan.callbacks import NonFiniteLossError
from keras_infogan.cli import command, path_flags


@pytest.fixture
def run(monkeypatch, capsys):
    """Runs a `main` as the command `infogan-sketch`; returns its status, stdout and stderr."""
    module = types.ModuleType("keras_infogan.cli.sketch", doc="Draws.\n\ninfogan-COMMAND --rows=N")
    module.__file__ = "sketch.py"
    monkeypatch.setitem(sys.modules, module.__name__, module)
    before = set(flags.FLAGS)
    kept = flags.FLAGS["help"] if "help" in before else None

    def run(main, *arguments):
        monkeypatch.setattr(sys, "argv", ["infogan-sketch", *arguments])
        with pytest.raises(SystemExit) as ended:
            command.run(main, module.__name__)
        captured = capsys.readouterr()
        return ended.value.code, captured.out, captured.err

    flags.DEFINE_integer(
        "sketch_rows", 3, "rows to draw", lower_bound=1, module_name="keras_infogan.cli.sketch"
    )
    yield run
    for name in set(flags.FLAGS) - before:
        delattr(flags.FLAGS, name)
    if kept is not None:
        flags.FLAGS["help"] = kept
    flags.FLAGS.unparse_flags()


def succeed(arguments):
    print(f"{flags.FLAGS.sketch_rows} rows")


def raising(error):
    def main(arguments):
        print("half done")
        raise error

    return main


def test_success(run):
    assert run(succeed, "--sketch_rows=5") == (0, "5 rows\n", "")


def test_status_of_main(run):
    assert run(lambda arguments: 3) == (3, "", "")


@pytest.mark.parametrize(
    ("error", "line"),
    [
        (ValueError("`a` should be 1.\n  Received: 2"), "`a` should be 1. Received: 2"),
        (TypeError("no number"), "no number"),
        (OSError(2, "No such file or directory", "/x"), "No such file or directory: '/x'"),
        (KeyError("'a key' is missing"), "'a key' is missing"),
        (NonFiniteLossError("loss became nan"), "loss became nan"),
        (RuntimeError(), "RuntimeError"),
        (tf.errors.DataLossError(None, None, "corrupted record"), "corrupted record"),
    ],
)
def test_an_expected_error_is_one_line(run, error, line):
    status, out, err = run(raising(error))
    assert status == 1
    assert out == "half done\n"
    assert err.startswith("infogan-sketch: error: ")
    assert line in err
    assert err.count("\n") == 1


def test_ctrl_c(run):
    status, _, err = run(raising(KeyboardInterrupt()))
    assert (status, err) == (130, "infogan-sketch: error: interrupted\n")


def test_a_bug_keeps_its_traceback(run, monkeypatch):
    monkeypatch.setattr(sys, "argv", ["infogan-sketch"])
    with pytest.raises(AssertionError):
        command.run(raising(AssertionError()), "keras_infogan.cli.sketch")


def test_debugging_keeps_the_traceback(run, monkeypatch):
    monkeypatch.setenv("KERAS_INFOGAN_DEBUG", "1")
    monkeypatch.setattr(sys, "argv", ["infogan-sketch"])
    with pytest.raises(ValueError, match="bad"):
        command.run(raising(ValueError("bad")), "keras_infogan.cli.sketch")


@pytest.mark.parametrize(
    ("argument", "message"),
    [
        ("--sketch_row=3", "sketch_row"),
        ("--sketch_rows=many", "many"),
        ("--sketch_rows=0", "0"),
        ("picture.png", "takes flags only. Received: 'picture.png'"),
    ],
)
def test_bad_flags(run, argument, message):
    status, out, err = run(succeed, argument)
    assert (status, out) == (2, "")
    assert err.startswith("infogan-sketch: error: ")
    assert message in err
    assert err.count("\n") == 1


def test_help_tells_the_commands_own_flags(run):
    status, out, err = run(succeed, "--sketch_rows=nonsense", "--help")
    assert (status, err) == (0, "")
    assert out.startswith("Draws.\n\ninfogan-sketch --rows=N\n\nflags:\n")
    assert "  --sketch_rows: rows to draw (default: '3')" in out.replace(
        "default: 3", "default: '3'"
    )
    assert "verbosity" not in out


def test_names_of_experiments():
    assert command.config_names() == sorted(command.config_names())
    assert "mnist" in command.config_names()
    assert not any(name.startswith("_") for name in command.config_names())


@pytest.mark.parametrize(
    ("arguments", "path"),
    [
        (["--sketch_out=~/a.png"], "/home/ada/a.png"),
        (["--sketch_out=a~.png"], "a~.png"),
        ([], None),
    ],
)
def test_a_flag_that_is_a_path_knows_the_home_directory(run, monkeypatch, arguments, path):
    monkeypatch.setenv("HOME", "/home/ada")
    path_flags.define_path("sketch_out", None, "the file to write")
    shown = run(lambda _: print(flags.FLAGS.sketch_out), *arguments)
    assert shown == (0, f"{path}\n", "")


def test_no_flag_that_is_a_path_is_a_plain_string():
    """Words of its help tell a path."""
    words = ("director", "file", "folder", "socket", "proto,")
    found = []
    for path in Path(command.__file__).parent.glob("*.py"):
        for call in ast.walk(ast.parse(path.read_text())):
            if isinstance(call, ast.Call) and getattr(call.func, "attr", "") == "DEFINE_string":
                text = " ".join(
                    str(argument.value)
                    for argument in call.args
                    if isinstance(argument, ast.Constant)
                )
                text = re.sub(r"--\w+", "", text)  # other flags
                found += [text] if any(word in text for word in words) else []
    assert found == []


def test_a_config_in_the_home_directory(tmp_path, monkeypatch):
    (tmp_path / "own.py").touch()
    monkeypatch.setenv("HOME", str(tmp_path))
    assert command._resolve_config("--config=~/own.py") == f"--config={tmp_path}/own.py"
