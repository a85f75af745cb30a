import importlib.metadata
import importlib.util
import subprocess
import sys

import pytest

from keras_infogan.runtime import extras

# Modules of a package whose distribution has another name.
DISTRIBUTIONS = {"grpc_health": "grpcio-health-checking", "grpc_reflection": "grpcio-reflection"}


@pytest.mark.parametrize("extra", sorted(extras.EXTRAS))
def test_an_installed_extra_passes(extra):
    extras.require(extra)


@pytest.mark.parametrize("extra", sorted(extras.EXTRAS))
def test_modules_are_those_of_the_distribution(extra):
    declared = {
        requirement.split(">=")[0]
        for requirement in importlib.metadata.requires("keras-infogan")
        if f'extra == "{extra}"' in requirement
    }
    for module in extras.EXTRAS[extra]:
        assert DISTRIBUTIONS.get(module, module.replace("_", "-")) in declared


def test_a_missing_extra_is_named(monkeypatch):
    find_spec = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name: None if name == "pyarrow" else find_spec(name)
    )
    with pytest.raises(ImportError, match=r"pip install 'keras-infogan\[bulk\]'. Missing: pyarrow"):
        extras.require("bulk")


@pytest.mark.parametrize(
    ("command", "missing", "extra"),
    [
        ("serve --model_name=m --model_base_path=.", "starlette", "serve"),
        ("generate --workdir=none --out=none --count=1", "pyarrow", "bulk"),
    ],
)
def test_a_command_names_it_in_one_line(command, missing, extra):
    name, *arguments = command.split()
    code = (
        f"import sys, importlib.util as u; find = u.find_spec\n"
        f"u.find_spec = lambda n, *a: None if n == {missing!r} else find(n, *a)\n"
        f"sys.argv = ['infogan-{name}', *{arguments!r}]\n"
        f"from keras_infogan.cli import {name}\n{name}.entry_point()"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=300)
    assert done.returncode == 1
    (line,) = done.stderr.strip().splitlines()
    assert line.startswith(f"infogan-{name}: error: This needs the extra [{extra}]")
