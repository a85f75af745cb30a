"""The guide for a new paper works as it is written."""

import re
from pathlib import Path

import pytest

GUIDE = Path(__file__).parents[1] / "docs" / "extending.md"


@pytest.mark.slow
def test_the_blocks_of_the_guide_run_in_order(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    names = {"__name__": "guide"}
    blocks = re.findall(r"```python\n(.*?)```", GUIDE.read_text(encoding="utf-8"), re.DOTALL)
    assert len(blocks) == 5
    for block in blocks:
        exec(compile(block, str(GUIDE), "exec"), names)
    assert names["history"]["drift"][0] > 0.0
    assert type(names["loaded"]).__name__ == "ModeSeekingInfoGAN"
    assert names["model"].objective.get_config() == {"margin": 1.0}
