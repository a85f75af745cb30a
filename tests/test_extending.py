"""The guide for a new paper works as it is written."""

import contextlib
import re
from pathlib import Path
from unittest import mock

import pytest

from keras_infogan.runs.registry import MODELS, OBJECTIVES, REGULARIZERS

GUIDE = Path(__file__).parents[1] / "docs" / "extending.md"


@pytest.fixture
def stack():
    with contextlib.ExitStack() as stack:
        yield stack


@pytest.mark.slow
def test_the_blocks_of_the_guide_run_in_order(tmp_path, monkeypatch, stack):
    monkeypatch.chdir(tmp_path)
    for table in (MODELS, OBJECTIVES, REGULARIZERS):
        stack.enter_context(mock.patch.dict(table))  # takes back what the guide adds
    names = {"__name__": "guide"}
    blocks = re.findall(r"```python\n(.*?)```", GUIDE.read_text(encoding="utf-8"), re.DOTALL)
    assert len(blocks) == 5
    for block in blocks:
        exec(compile(block, str(GUIDE), "exec"), names)
    assert names["history"]["drift"][0] > 0.0
    assert type(names["loaded"]).__name__ == "ModeSeekingInfoGAN"
    model = names["model"]
    assert model.objective.get_config() == {"margin": 1.0}
    assert [penalty.get_config() for penalty in model.regularizers] == [{"weight": 0.001}]
    assert model.get_config()["mode_seeking_weight"] == 0.1
