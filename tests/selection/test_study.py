"""The sweeps that candidates come from."""

import pytest

from keras_infogan.selection import selection_study
from keras_infogan.studies.plan import StudyOptions


def test_candidates_are_every_combination():
    study = selection_study("mnist_consistent", ["8", "10"], ["0", "2"], seeds=2)
    assert (study.name, study.seeds) == ("select_mnist_consistent", 2)
    names = ["digit_8__style_0", "digit_8__style_2", "digit_10__style_0", "digit_10__style_2"]
    assert [row.name for row in study.rows] == names
    assert study.rows[1].configuration(0).latents.codes.digit.size == 8
    assert {row.metrics for row in study.rows} == {("held_out",)}  # no labels
    assert StudyOptions("runs", seeds=2, steps=9).command(study) == (
        "infogan-select --config=mnist_consistent --categories=8,10 --continuous=0,2 "
        "--workdir=runs --seeds=2 --steps=9"
    )


def test_codes_can_be_named():
    grid = ["latents.codes.first.size=5,10", "latents.codes.second.size=0,10"]
    study = selection_study("basicprop_rectangles", grid=grid)
    assert [row.name for row in study.rows][:2] == ["first_5__second_0", "first_5__second_10"]
    assert "'--grid=" not in StudyOptions("runs", seeds=3).command(study)


def test_a_code_that_another_field_sets():
    row = selection_study("image_folder", ["4"], ["0"]).rows[0]
    config = row.configuration(0)
    assert (row.name, config.categories, config.continuous) == ("category_4__style_0", 4, 0)
    assert config.latents.codes.category.size == 4


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"categories": ["10"], "seeds": 1}, "`seeds` should be at least 2, .* Received: 1"),
        ({}, "sizes to choose from: .* Received: none of them"),
        ({"config": "basicprop_rectangles", "categories": ["5"]}, "only code .* 'second'"),
        ({"config": "basicprop_line", "continuous": ["2"]}, "`continuous` sets .*'place'"),
        ({"grid": ["batch_size=64"]}, "fields of latents.codes.NAME. Received: ..batch_size=64"),
        ({"grid": ["latents.codes.glyph.size=2,3"]}, "config that comes with .*glyph"),
        ({"categories": ["ten"]}, "digit.*ten"),
        (
            {"categories": ["0", "5"], "continuous": ["0"]},
            "have a code. Received: .*digit.size = 0",
        ),
    ],
)
def test_what_is_no_selection(arguments, message):
    with pytest.raises(ValueError, match=message):
        selection_study(**{"config": "mnist", **arguments})
