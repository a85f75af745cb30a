import importlib
import sys
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def import_benchmark():
    """Imports a module of the folder `benchmarks`, which is no package; not one with flags."""
    folder = str(Path(__file__).parents[2] / "benchmarks")
    sys.path.insert(0, folder)
    yield importlib.import_module
    sys.path.remove(folder)
