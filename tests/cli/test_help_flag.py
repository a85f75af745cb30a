import types

import pytest
from absl import flags

from keras_infogan.cli import help_flag


@pytest.mark.parametrize("word", ["--help", "-help", "-h", "-?"])
def test_help_comes_before_all_other_flags(word):
    assert help_flag.help_first(["infogan-sketch", "--rows=x", word]) == [
        "infogan-sketch",
        "--help",
    ]


def test_without_help_the_arguments_stay():
    arguments = ["infogan-sketch", "--rows=3"]
    assert help_flag.help_first(arguments) == arguments


def test_help_is_the_docstring_and_the_flags(capsys):
    kept = flags.FLAGS["help"] if "help" in flags.FLAGS else None
    flags.DEFINE_integer("sketch_rows", 3, "rows", module_name="keras_infogan.cli.sketch")
    try:
        help_flag.define_help("infogan-sketch", types.ModuleType("sketch", doc="infogan-COMMAND"))
        with pytest.raises(SystemExit) as ended:
            flags.FLAGS(["infogan-sketch", "--help"])
    finally:
        del flags.FLAGS.sketch_rows, flags.FLAGS.help
        if kept is not None:
            flags.FLAGS["help"] = kept
        flags.FLAGS.unparse_flags()
    assert ended.value.code == 0
    out = capsys.readouterr().out
    assert out.startswith("infogan-sketch\n\nflags:\n")
    assert "  --sketch_rows: rows (default:" in out
