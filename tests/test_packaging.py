"""What is declared: every distribution that the code imports, and the versions that were tested."""

import ast
import re
import sys
from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import keras_infogan

PACKAGE = Path(keras_infogan.__file__).parent
ROOT = PACKAGE.parent
# TensorFlow installs what these modules come from, in the version that it needs.
OF_TENSORFLOW = {"google": "protobuf"}
EXTRAS = ("serve", "bulk", "hub", "explore", "ray")
NO_CHECKOUT = not (ROOT / "constraints.txt").is_file()


def imported_modules(folder):
    """The top-level modules, not of Python itself, that the files of a folder import."""
    names = set()
    for path in folder.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                names |= {alias.name.split(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and not node.level:
                names.add(node.module.split(".")[0])
    return names - set(sys.stdlib_module_names) - {PACKAGE.name} - set(OF_TENSORFLOW)


def requirements():
    return [Requirement(line) for line in metadata.requires("keras-infogan")]


def declared(extras):
    """Names of the distributions that an installation with some extras asks for."""
    environments = [{"extra": extra} for extra in ("", *extras)]
    return {
        canonicalize_name(each.name)
        for each in requirements()
        if each.marker is None or any(each.marker.evaluate(one) for one in environments)
    }


def undeclared(modules, names):
    """The modules that none of the distributions provides."""
    providers = metadata.packages_distributions()
    return {
        module
        for module in modules
        if not {canonicalize_name(each) for each in providers.get(module, [])} & names
    }


def test_every_imported_distribution_is_declared():
    assert undeclared(imported_modules(PACKAGE), declared(EXTRAS)) == set()


def test_an_undeclared_import_is_found(tmp_path):
    (tmp_path / "loose.py").write_text("import json\nimport pluggy\nfrom numpy import ones\n")
    assert undeclared(imported_modules(tmp_path), declared(EXTRAS)) == {"pluggy"}


@pytest.mark.skipif(NO_CHECKOUT, reason="constraints are in a checkout only")
@pytest.mark.parametrize("file", ["constraints.txt", "constraints-oldest.txt"])
def test_each_tested_set_meets_the_declared_bounds(file):
    lines = (ROOT / file).read_text(encoding="utf-8").splitlines()
    versions = {}
    for line in lines:
        if match := re.match(r"([\w.\-]+)==([\w.]+)", line):
            versions[canonicalize_name(match[1])] = match[2]
    wrong = {
        str(each): versions.get(canonicalize_name(each.name))
        for each in requirements()
        if each.marker is None or each.marker.evaluate({"extra": "test"})
        if not each.specifier.contains(versions.get(canonicalize_name(each.name), "0"))
    }
    assert wrong == {}
