import base64
import dataclasses
import math
from pathlib import Path

import pytest

from keras_infogan.reports import illustrations
from keras_infogan.studies.directory import RunRecord
from keras_infogan.studies.results import StudyRun

NAN = float("nan")
RUN = StudyRun(
    seed=3,
    directory=None,
    record=RunRecord("finished"),
    scores={"code_accuracy/digit": 0.98},
    history=[
        {"step": 100.0, "generator_loss": 1.0, "information/digit": 1.5},
        {"step": 200.0, "generator_loss": NAN, "information/digit": 2.0},
    ],
    pictures={},
    codes={"digit": {"kind": "categorical", "size": 10}},
    entropies={"digit": 2.303, "real_fake": 0.693},
)


@pytest.mark.parametrize(
    ("code", "columns"),
    [
        ({"kind": "categorical", "size": 10}, "Columns: the 10 values of the code 'c'."),
        (
            {"kind": "uniform", "size": 1},
            "Columns: the code 'c', its one dimension from its lowest value to its highest.",
        ),
        (
            {"kind": "uniform", "size": 2},
            "Columns: the code 'c', its 2 dimensions side by side, each from its lowest value to "
            "its highest.",
        ),
    ],
)
def test_what_rows_and_columns_are(code, columns):
    assert illustrations.walk({"c": code}, "c") == f"Rows: draws of all other latents. {columns}"


def test_a_picture_of_no_code():
    assert illustrations.walk({}, "samples") == "Generated images: draws of all latents."


def test_a_curve_is_told_in_words_and_limited_by_its_entropy():
    losses, information = illustrations.curves_of([RUN])  # no accuracy was logged
    assert losses.alternative == (
        "Losses against updates: generator_loss ends at 1.000 (update 100)."
    )
    assert losses.caption == "Losses against updates. One seed."
    assert information.alternative.endswith("information/digit ends at 2.000 (update 200).")
    assert information.caption.endswith("Dotted lines show the entropy in the same color.")
    svg = base64.b64decode(information.source.partition(",")[2]).decode()
    assert "H(digit) 2.303" in svg and "H(real_fake)" not in svg


def test_a_curve_without_a_finite_value():
    run = dataclasses.replace(RUN, history=[{"step": 100.0, "generator_loss": math.inf}])
    (losses,) = illustrations.curves_of([run])
    assert losses.alternative == "Losses against updates: no finite value."


def test_the_last_picture_of_each_code(tmp_path):
    path = Path(tmp_path / "digit-0001200.png")
    path.write_bytes(b"\x89PNG")
    found = illustrations.pictures_of(dataclasses.replace(RUN, pictures={"digit": path}))
    assert found.title == "Pictures of seed 3 (finished, accuracy 0.980)"
    (figure,) = found.figures
    assert figure.caption.endswith("the 10 values of the code 'digit'. At update 1,200.")
    assert figure.alternative == f"Generated images, seed 3. {figure.caption}"


def test_a_run_without_accuracy_or_pictures():
    run = dataclasses.replace(RUN, scores={}, record=RunRecord("failed"))
    assert illustrations.pictures_of(run) == ("Pictures of seed 3 (failed)", [])
