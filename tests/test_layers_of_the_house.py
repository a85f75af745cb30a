"""The direction of imports: a room may import itself and the rooms above it, no others."""

import ast
from pathlib import Path

import keras_infogan

ROOT = Path(keras_infogan.__file__).parent

# The rooms of the house, from the ground up. A module belongs to the longest name that matches.
ROOMS = (
    "runtime",
    "trained",
    "serving.protocol",
    "serving.repository",
    "serving.server",
    "serving.client",
    "images",
    "latents",
    "schedules",
    "optimizers",
    "layers",
    "networks",
    "objectives",
    "information",
    "estimators",
    "regularizers",
    "models",
    "datasets",
    "metrics",
    "evaluation",
    "callbacks",
    "export",
    "portable",
    "configs",
    "runs",
    "studies",
    "selection",
    "augmentation",
    "bulk",
    "reports",
    "explorer",
    "cli",
)
# Servers and clients see SavedModels, so they import none of the training code.
ONLY = {"serving": ("serving", "runtime")}
MOST_TOP_MODULES = 12


def test_imports_point_upwards_only():
    assert violations(modules(ROOT)) == []


def test_an_upward_import_is_found(tmp_path):
    (tmp_path / "images.py").write_text("from keras_infogan.cli import train\n")
    (tmp_path / "serving").mkdir()
    (tmp_path / "serving" / "server.py").write_text("import keras_infogan.images\n")

    assert violations(modules(tmp_path)) == [
        "images imports cli.train",
        "serving.server imports images",
    ]


def test_few_modules_lie_at_the_top():
    assert len(list(ROOT.glob("*.py"))) <= MOST_TOP_MODULES


def violations(imports: dict[str, list[str]]) -> list[str]:
    return [
        f"{importer} imports {imported}"
        for importer, all_imported in sorted(imports.items())
        for imported in all_imported
        if not is_allowed(importer, imported)
    ]


def is_allowed(importer: str, imported: str) -> bool:
    only = ONLY.get(importer.partition(".")[0])
    if only and imported.partition(".")[0] not in only:
        return False
    importer, imported = room(importer), room(imported)
    return importer is None or imported is None or ROOMS.index(imported) <= ROOMS.index(importer)


def room(module: str) -> str | None:
    """The room of a module; None for the package itself and for `serving` as a whole."""
    return next((name for name in ROOMS if f"{module}.".startswith(f"{name}.")), None)


def modules(root: Path) -> dict[str, list[str]]:
    """What each module imports of the package, both without the package's name."""
    files = {
        ".".join(path.relative_to(root).with_suffix("").parts): path for path in root.rglob("*.py")
    }
    return {
        name.removesuffix(".__init__"): imported_by(ast.parse(path.read_text()))
        for name, path in files.items()
        if name != "__init__"
    }


def imported_by(tree: ast.Module) -> list[str]:
    names = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            names += [f"{node.module}.{alias.name}" for alias in node.names]
    return [
        name.removeprefix("keras_infogan.") for name in names if name.startswith("keras_infogan.")
    ]
