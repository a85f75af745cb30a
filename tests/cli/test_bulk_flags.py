from types import SimpleNamespace

import pytest

from keras_infogan import bulk
from keras_infogan.cli import bulk_flags


@pytest.fixture
def given(monkeypatch):
    """Sets the flags; those that are not given have their defaults."""

    def give(**values):
        defaults = dict.fromkeys(["workdir", "preset", "model_base_path", "threads", "ray_address"])
        flags = {**defaults, "format": "parquet", "rows_per_shard": 10_000, **values}
        monkeypatch.setattr(bulk_flags, "FLAGS", SimpleNamespace(**flags))

    return give


def test_without_flags_the_engine_has_its_own_defaults(given):
    given()
    engine = bulk.Engine()
    assert bulk_flags.options() == {"format": "parquet", "rows_per_shard": 10_000, "engine": engine}


def test_flags_become_the_options_of_a_job(given):
    given(format="tfrecord", rows_per_shard=5, threads=3, ray_address="local")
    engine = bulk.Engine(threads=3, ray_address="local")
    assert bulk_flags.options() == {"format": "tfrecord", "rows_per_shard": 5, "engine": engine}


def test_the_model_is_the_highest_version_of_an_exported_one(given, tmp_path):
    for version in ("2", "10"):
        (tmp_path / version).mkdir()
        (tmp_path / version / "saved_model.pb").touch()
    given(model_base_path=str(tmp_path))
    assert bulk_flags.model() == tmp_path / "10"
