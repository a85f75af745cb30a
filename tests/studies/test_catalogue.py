import pytest

from keras_infogan.cli.command import config_names
from keras_infogan.studies import STUDIES


def test_the_studies():
    assert {name: len(study.rows) for name, study in STUDIES.items()} == {
        "disentanglement": 2,
        "evtimova": 8,
        "poster": 4,
        "rectangles": 4,
        "mnist_seeds": 2,
        "quick": 2,
        "slides": 23,
        "wasserstein": 3,
        "zoo": 40,
    }
    assert all(study.name == name for name, study in STUDIES.items())
    assert STUDIES["mnist_seeds"].seeds == 10
    assert STUDIES["mnist_seeds"].thresholds == (0.97, 0.95)


@pytest.mark.parametrize(
    "row",
    [pytest.param(row, id=f"{s.name}-{row.name}") for s in STUDIES.values() for row in s.rows],
)
def test_each_row_has_its_config(row):
    if row.config not in config_names():
        pytest.skip(f"the config {row.config} is not written yet")
    assert row.configuration(seed=1).name == row.config
