"""The mirror: each module of the package has a test file at the same place."""

from pathlib import Path

import keras_infogan

ROOT = Path(keras_infogan.__file__).parent
TESTS = Path(__file__).parent
# Built-in experiments: tests/configs builds every one of them.
UNMIRRORED = ("configs",)

# Modules without a test file of their own, each with the reason.
EXCEPTIONS = {
    "networks/outputs": "a tuple of three tensors",
    "runs/demo": "it trains, exports and serves for minutes: `make demo` runs it",
    "runtime/types": "names of types",
    **dict.fromkeys(
        [
            "cli/card_flags",
            "cli/serve_flags",
            "datasets/labeled",
            "datasets/prepared",
            "datasets/stored",
            "evaluation/fitted",
            "models/labels",
            "models/sources",
            "runtime/image_tensors",
        ],
        "tested with the modules that use it",
    ),
}


def test_every_module_has_its_test_file():
    assert untested(ROOT, TESTS) == set(EXCEPTIONS)


def test_a_module_without_a_test_file_is_found(tmp_path):
    for name in ("a/__init__.py", "a/one.py", "a/two.py", "configs/mnist.py", "three.py"):
        path = tmp_path / "package" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    (tmp_path / "tests" / "a").mkdir(parents=True)
    (tmp_path / "tests" / "a" / "test_two.py").touch()

    assert untested(tmp_path / "package", tmp_path / "tests") == {"a/one", "three"}


def untested(root: Path, tests: Path) -> set[str]:
    """The modules whose test file is missing, as paths without the suffix."""
    modules = [path.relative_to(root) for path in root.rglob("*.py") if path.stem != "__init__"]
    return {
        module.with_suffix("").as_posix()
        for module in modules
        if module.parts[0] not in UNMIRRORED
        and not (tests / module.parent / f"test_{module.name}").is_file()
    }
