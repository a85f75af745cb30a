import functools

import numpy as np
import pyarrow as pa
import pytest

from keras_infogan.bulk import columns, engines
from keras_infogan.bulk.job import Job
from keras_infogan.bulk.model import SignatureModel
from keras_infogan.bulk.shards import Layout
from keras_infogan.export import export_savedmodel

# Models by their paths: a test loads no model again that another has loaded.
_load = functools.cache(SignatureModel)


@pytest.fixture
def load_once(monkeypatch):
    """Makes jobs in this process share loaded models, and is what loads them."""
    monkeypatch.setattr("keras_infogan.bulk.generation.SignatureModel", _load)
    monkeypatch.setattr("keras_infogan.bulk.encoding.SignatureModel", _load)
    return _load


@pytest.fixture(scope="session")
def exported(tmp_path_factory):
    return tmp_path_factory.mktemp("models") / "tiny"


@pytest.fixture
def model_path(exported, make_model):
    """The tiny model of the whole suite, exported once: codes kind (3) and style (2 numbers)."""
    if not exported.exists():
        export_savedmodel(make_model(), exported)
    return exported / "1"


class Squares:
    """Rows that need no model: i and i squared."""

    schema = pa.schema([("index", pa.int64()), ("square", pa.int64())])

    def batches(self, shard, inputs):
        for start in range(shard.start, shard.stop, 4):
            index = np.arange(start, min(start + 4, shard.stop))
            yield columns.batch_of({"index": index, "square": index**2}, self.schema)


@pytest.fixture
def squares(tmp_path):
    """Makes a job of 25 rows in shards of 10."""

    def make(facts=None, load=Squares, directory=tmp_path / "out", format="parquet", inputs=None):
        return Job(Layout(directory, 25, 10, format), facts or {}, load, inputs)

    return make


@pytest.fixture
def threads():
    """Two of this process, whatever the machine has."""
    return engines.Engine(threads=2)


@pytest.fixture
def contents():
    """Reads the bytes of every file of a directory by name, the lock apart."""

    def read(directory):
        files = (path for path in directory.iterdir() if path.name != "_lock")
        return {path.name: path.read_bytes() for path in files}

    return read
