"""What every command shares: flag parsing, help texts, one-line errors."""

import ast
import contextlib
import logging as standard_logging
import os
import re
import signal
import sys
import threading
import warnings
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, NoReturn

from absl import flags, logging
from ml_collections import config_flags

from keras_infogan.cli import help_flag
from keras_infogan.runtime import environment
from keras_infogan.runtime.extras import MissingExtraError

USAGE_ERROR = 2
FAILURE = 1
SIGNALLED = 128
BAR = "{desc}: {percentage:3.0f}%|{bar}| {elapsed}<{remaining}"


def run(
    main: Callable[[Sequence[str]], int | None], module_name: str, takes_arguments: bool = False
) -> None:
    """Runs a command: parses its flags, calls `main`, and turns errors into one line.

    Args:
        main: receives the arguments left over after flag parsing, the program's name first; its
            return value is the exit status (None is 0).
        module_name: `__name__` of the module that defines the command's flags and docstring.
        takes_arguments: whether arguments may be left over.

    Raises:
        SystemExit: always: 0 for success and help, 1 for a failure, 2 for bad flags, 130 for
            Ctrl-C, 143 for SIGTERM where the command saves first, and 75 where another worker of
            the job is gone. Errors go to stderr as `NAME: error: MESSAGE`, with no traceback.

    Example, the last lines of a command's module::

        def entry_point() -> None:
            command.run(main, __name__)
    """
    module = sys.modules[module_name]
    name = _command_name(module_name, module.__file__)
    arguments = _parse_flags(name, module)
    if len(arguments) > 1 and not takes_arguments:
        _fail(name, f"takes flags only. Received: {arguments[1]!r}", USAGE_ERROR)
    environment.import_tensorflow_quietly()
    _quiet_third_parties()
    try:
        status = main(arguments)
    except KeyboardInterrupt as error:
        # Shells report a process that a signal ended in this way: SIGINT unless another is named.
        number = getattr(error, "number", signal.SIGINT)
        _fail(name, str(error) or "interrupted", SIGNALLED + number)
    except _expected_errors() as error:
        if os.environ.get("KERAS_INFOGAN_DEBUG"):
            raise
        _fail(name, _one_line(error), getattr(error, "exit_status", FAILURE))
    sys.stdout.flush()
    raise SystemExit(status or 0)


def define_config() -> flags.FlagHolder[Any]:
    """Defines `--config`, a file or the name of a built-in config, and `--config.K=V`."""
    holder = config_flags.DEFINE_config_file(
        "config",
        None,
        "a Python file that defines get_config(), or the name of a built-in experiment "
        f"({', '.join(config_names())}); --config.FIELD=VALUE changes a field",
    )
    flags.mark_flag_as_required("config")
    return holder


@contextlib.contextmanager
def progress_bar(total: float) -> Iterator[Callable[[float, str], None]]:
    """A progress bar: call it with the amount done since the last call, and the name of the task.

    It is not shown where stderr is no terminal: stderr then holds only the line of an error.
    """
    from tqdm import tqdm

    with tqdm(total=total, disable=None, leave=False, bar_format=BAR) as bar:

        def progress(amount: float, name: str) -> None:
            bar.set_description(name, refresh=False)
            bar.update(amount)

        yield progress


def stop_on_signals() -> threading.Event:
    """Returns an event that SIGTERM and Ctrl-C set from now on, for commands that are servers."""
    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    return stopping


def config_names() -> list[str]:
    """Names of the built-in experiments."""
    return sorted(
        path.stem for path in _configs_directory().glob("*.py") if not path.stem.startswith("_")
    )


def _configs_directory() -> Path:
    import keras_infogan.configs as configs

    return Path(configs.__file__).parent


def _expected_errors() -> tuple[type[Exception], ...]:
    """The errors that a user can cause: by a config, a path, data, a server that is down.

    Libraries raise the same types for a bug, so such a bug is also printed as one line. Set
    KERAS_INFOGAN_DEBUG=1 to see its traceback. All other types keep their traceback.
    """
    # ml_collections raises KeyError, AttributeError and TypeError for a field that a config lacks
    # or that has another type.
    expected = [ValueError, TypeError, OSError, RuntimeError, KeyError, AttributeError]
    expected.append(MissingExtraError)
    # Only a module that was imported can have raised its errors.
    if tensorflow := sys.modules.get("tensorflow"):
        expected.append(tensorflow.errors.OpError)
    if callbacks := sys.modules.get("keras_infogan.callbacks"):
        expected.append(callbacks.NonFiniteLossError)
    return tuple(expected)


def _command_name(module_name: str, path: str | None) -> str:
    stem = module_name.rpartition(".")[2]
    if stem == "__main__" and path:
        stem = os.path.splitext(os.path.basename(path))[0]
    return f"infogan-{stem}"


def _parse_flags(name: str, module: Any) -> list[str]:
    help_flag.define_help(name, module)
    try:
        arguments = help_flag.help_first(_joined(sys.argv))
        sys.argv = [_resolve_config(argument) for argument in arguments]
        return flags.FLAGS(sys.argv)
    except flags.Error as error:
        _fail(name, f"{_flag_sentence(error)} (see {name} --help)", USAGE_ERROR)
    except (
        ImportError,
        SyntaxError,
        OSError,
        AttributeError,
        KeyError,
        TypeError,
        ValueError,
    ) as error:
        # ml_collections evaluates the config file and its overrides while flags are parsed.
        message = _one_line(error)
        if re.match(r"'\w+'", message):  # its whole message is the field, and perhaps a hint
            message = f"--config.FIELD should be a field of the config. Received: {message}"
        _fail(name, message, USAGE_ERROR)


def _flag_sentence(error: flags.Error) -> str:
    """The message of absl; of a flag that is missing, in our words."""
    message = _one_line(error)
    missing = re.match(r"flag --(\w+)=None: ", message)
    return f"--{missing[1]} should be given. Received: no such flag" if missing else message


def _joined(arguments: Sequence[str]) -> list[str]:
    """Turns `--config NAME` into `--config=NAME`; absl accepts both."""
    joined = list(arguments)
    for index, argument in enumerate(joined[:-1]):
        if argument in ("--config", "-config"):
            joined[index : index + 2] = [f"--config={joined[index + 1]}"]
            break
    return joined


def _resolve_config(argument: str) -> str:
    """Turns `--config=mnist` into the path of its file, unless the flag takes names only."""
    flag, _, value = argument.partition("=")
    if flag not in ("--config", "-config") or not value:
        return argument
    if os.path.isfile(path := os.path.expanduser(value)):
        return f"{flag}={path}"
    if "config" in flags.FLAGS and isinstance(flags.FLAGS["config"], flags.EnumFlag):
        return argument
    named = _configs_directory() / f"{value}.py"
    if not named.is_file():
        raise ValueError(
            f"--config should be a file or one of {', '.join(config_names())}. Received: {value!r}"
        )
    return f"{flag}={named}"


def _one_line(error: BaseException) -> str:
    message = str(error)
    if isinstance(error, KeyError | AttributeError):
        with contextlib.suppress(SyntaxError, ValueError):
            message = str(ast.literal_eval(message))  # ml_collections raises reprs of messages
    return " ".join(message.split()) or type(error).__name__


def _quiet_third_parties() -> None:
    """Hides warnings of TensorFlow, TFP and TFDS, which a user of a command cannot act on."""
    warnings.simplefilter("ignore")
    logging.use_absl_handler()
    logging.set_verbosity(logging.ERROR)
    standard_logging.getLogger("tensorflow").setLevel(standard_logging.ERROR)


def _fail(name: str, message: str, status: int) -> NoReturn:
    sys.stdout.flush()
    print(f"{name}: error: {message}", file=sys.stderr)
    raise SystemExit(status)
