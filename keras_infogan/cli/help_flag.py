"""The flag --help of every command: the command's own docstring and flags."""

import sys
from collections.abc import Sequence
from typing import Any

from absl import flags


def help_first(arguments: Sequence[str]) -> list[str]:
    """Keeps only --help, so that help is shown without the required flags."""
    helps = [argument for argument in arguments[1:] if argument in ("--help", "-help", "-h", "-?")]
    return [arguments[0], "--help"] if helps else list(arguments)


def define_help(name: str, module: Any) -> None:
    """Defines --help, which prints the docstring and the flags of a command, and ends it.

    Args:
        name: of the command, such as "infogan-train".
        module: with the docstring and the flags of the command.
    """

    class HelpFlag(flags.BooleanFlag):
        """Prints the command's own docstring and flags."""

        def __init__(self) -> None:
            super().__init__("help", False, "show this help", allow_hide_cpp=True)

        def parse(self, argument: object) -> None:
            if argument:
                print(_help_text(name, module))
                raise SystemExit(0)

    flags.DEFINE_flag(HelpFlag(), module_name=__name__)


def _help_text(name: str, module: Any) -> str:
    lines = [(module.__doc__ or "").strip().replace("infogan-COMMAND", name), "", "flags:"]
    for flag in _own_flags():
        lines.append(f"  --{flag.name}: {flag.help}{_default_note(flag)}")
    return "\n".join(lines)


def _own_flags() -> list[flags.Flag[Any]]:
    """The command's flags: those that this package defined in this process, and --config."""
    values = flags.FLAGS
    # For a module run by `python -m`, absl records the program's path as the defining module.
    own = ("keras_infogan", "__main__", "ml_collections", sys.argv[0])
    return [
        values[name]
        for name in sorted(values)
        if str(values.find_module_defining_flag(name)).startswith(own)
    ]


def _default_note(flag: flags.Flag[Any]) -> str:
    if flag.default in (None, "", []):
        return ""
    return f" (default: {flag.default_as_str})"
