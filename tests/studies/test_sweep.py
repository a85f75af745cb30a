"""Sweeps: studies of one's own."""

import pytest

from keras_infogan.studies.plan import StudyOptions
from keras_infogan.studies.sweep import sweep


def test_a_sweep_has_a_row_for_each_combination():
    study = sweep("mnist", ["networks.width_multiplier=0.25,0.5", "objective=hinge"])
    assert study.name == "sweep_mnist"
    assert [row.name for row in study.rows] == [
        "width_multiplier_0_25__objective_hinge",
        "width_multiplier_0_5__objective_hinge",
    ]
    assert study.rows[1].label == "networks.width_multiplier = 0.5, objective = hinge"
    config = study.rows[1].configuration(seed=4)
    assert (config.networks.width_multiplier, config.objective, config.seed) == (0.5, "hinge", 4)
    assert StudyOptions("runs", seeds=2).command(study) == (
        "infogan-study --sweep=mnist --grid=networks.width_multiplier=0.25,0.5 "
        "--grid=objective=hinge --workdir=runs --seeds=2"
    )


def test_values_of_either_sign_are_rows_of_their_own():
    study = sweep("mnist", ["information.weight=-1,1,1e-5"])
    assert [row.name for row in study.rows] == ["weight__1", "weight_1", "weight_1e_05"]


@pytest.mark.parametrize(
    ("grid", "message"),
    [
        ([], "at least one field, and each once. Received: ..$"),
        (["steps=1", "steps=2"], "each once"),
        (["batch_size"], "FIELD=VALUE,VALUE,... Received: 'batch_size'"),
        (["=3"], "FIELD=VALUE"),
        (["batch_size="], "FIELD=VALUE"),
        (["seed=1,2"], "leave the seed to `seeds`. Received: 'seed'"),
        (["batch_size=64,64"], "different names"),
    ],
)
def test_a_sweep_refuses(grid, message):
    with pytest.raises(ValueError, match=message):
        sweep("mnist", grid)
