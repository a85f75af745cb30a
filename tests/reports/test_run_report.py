import json
import re

import numpy as np
import pytest

from keras_infogan.configs import basicprop_line
from keras_infogan.evaluation.pictures import write_png
from keras_infogan.reports import run_report
from keras_infogan.runs.directory import WorkDirectory
from keras_infogan.runtime.files import write_json

HISTORY = (
    "epoch,step,seconds,images_per_second,discriminator_loss,generator_loss,information/place\n"
    "1,100,60.0,200.0,0.5,1.0,1.0\n2,200,60.0,210.0,0.4,2.0,2.0\n"
)


@pytest.fixture
def run(tmp_path):
    """A run with everything that a page shows."""
    directory = WorkDirectory(tmp_path / "run")
    directory.start(basicprop_line.get_config().to_dict())
    directory.metrics.write_text(HISTORY)
    directory.images.mkdir()
    picture = np.zeros([4, 4, 1], np.float32)
    for step in range(10, 210, 10):
        write_png(directory.images / f"place-{step:07d}.png", picture)
    write_png(directory.path / "confusion-place.png", picture)
    record = {
        "config": "basicprop_line",
        "step": 200,
        "images": 1000,
        "samples": 500,
        "code_accuracy/place": 0.98,
        "information/place": 2.1,
        "entropy/place": 2.3,
        "intervals": {"code_accuracy/place": [0.97, 0.99]},
        "classes": {},
    }
    write_json(directory.evaluation, record)
    write_json(directory.machine, {"python": "3.11 <b>"})
    directory.model.touch()
    return directory


def test_everything_is_on_the_page(run):
    page = run_report.render(run)
    for text in (
        "basicprop_line, seed 0",
        "Update 200 of 400; trained, evaluated.",
        "On 1,000 real and 500 generated images",
        "0.9700 to 0.9900",
        "2.3026",  # the entropy next to the information
        "2.0 minutes of wall time",
        "210 images/s in the last epoch",
        "3.11 &lt;b&gt;",
        "&#34;batch_size&#34;",
        "percent of the test images of each class",
    ):
        assert text in page, text
    assert "entropy/place" not in page


def test_the_page_needs_nothing_from_outside(run):
    page = run_report.render(run)
    assert set(re.findall(r'(?:src|href)="([a-z]+):', page)) == {"data"}


def test_pictures_are_spread_over_training_and_end_with_the_last(run):
    steps = [int(step) for step in re.findall(r"<figcaption>Update (\d+)<", run_report.render(run))]
    assert len(steps) == run_report.MOMENTS
    assert (steps[0], steps[-1]) == (10, 200)
    assert steps == sorted(steps)


def test_a_run_that_has_only_begun(tmp_path):
    directory = WorkDirectory(tmp_path / "run")
    directory.start(basicprop_line.get_config().to_dict())
    page = run_report.render(directory)
    for text in (
        "Update 0 of 400; unfinished, not evaluated.",
        f"infogan-evaluate --workdir={directory.path}",
        "not finished its first epoch yet",
        "No pictures were written.",
        "No labels, or not evaluated.",
    ):
        assert text in page, text


def test_a_directory_without_a_run_is_refused(tmp_path):
    with pytest.raises(ValueError, match="should hold a run that infogan-train started"):
        run_report.render(WorkDirectory(tmp_path))


def test_a_damaged_machine_file_is_named(run):
    run.machine.write_text("{")
    with pytest.raises(ValueError, match="machine.json is damaged"):
        run_report.render(run)
    run.machine.unlink()
    assert json.loads(run.evaluation.read_text())["step"] == 200
    run_report.render(run)
