"""The examples in docstrings run, and give what they say."""

import ast
import contextlib
import doctest
import importlib
import re
from pathlib import Path

import keras
import numpy as np
import pytest
import tensorflow as tf

import keras_infogan as infogan

ROOT = Path(infogan.__file__).parent
OPTIONS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
PUBLIC = {name: getattr(infogan, name) for name in infogan.__all__}
DOCUMENTED = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)


def docstrings(path):
    """Yields the docstrings of a source file."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, DOCUMENTED) and (text := ast.get_docstring(node)):
            yield text


def module_name(path):
    return ".".join(path.relative_to(ROOT.parent).with_suffix("").parts)


SOURCES = sorted(ROOT.rglob("*.py"))
EXAMPLES = {
    module_name(path): count
    for path in SOURCES
    if (count := sum(">>>" in text for text in docstrings(path)))
}


@pytest.fixture(scope="session")
def given_names():
    """What a reader has at hand, next to the names of the module itself."""
    generator = np.random.default_rng(0)
    latents = infogan.LatentSpec(
        noise=62, codes={"digit": infogan.Categorical(10), "style": infogan.Uniform(2)}
    )
    keras.utils.set_random_seed(0)
    model = infogan.InfoGAN.from_architecture("mnist", latents, networks={"width_multiplier": 0.05})
    model.compile()
    return {
        "np": np,
        "tf": tf,
        "keras": keras,
        "infogan": infogan,
        "Path": Path,
        "images": generator.integers(0, 256, [64, 28, 28, 1], dtype=np.uint8),
        "labels": np.arange(64) % 10,
        "latents": latents,
        "model": model,
    }


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_examples_of_a_module_run(name, given_names, tmp_path):
    module = importlib.import_module(name)
    found = [test for test in doctest.DocTestFinder().find(module) if test.examples]
    assert len(found) == EXAMPLES[name]
    failures = []
    for number, test in enumerate(found):
        folder = tmp_path / str(number)
        folder.mkdir()
        test.globs = {**PUBLIC, **vars(module), **given_names, "tmp": folder}
        keras.utils.set_random_seed(0)
        runner = doctest.DocTestRunner(optionflags=OPTIONS)
        with contextlib.chdir(folder):
            runner.run(test, out=failures.append)
    assert not failures, "".join(failures)


@pytest.mark.parametrize("path", SOURCES, ids=module_name)
def test_an_example_is_code(path):
    for text in docstrings(path):
        for section in re.findall(r"^Examples?:(.*)", text, flags=re.MULTILINE | re.DOTALL):
            assert ">>>" in section or section.startswith(":\n"), text
