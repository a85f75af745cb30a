import numpy as np
import pytest

from keras_infogan.runs.directory import WorkDirectory
from keras_infogan.runs.model_file import load_model, save_model


def test_a_damaged_model_is_named(config, tmp_path):
    directory = WorkDirectory(tmp_path)
    directory.start(config.to_dict())
    directory.model.write_bytes(b"no zip file")
    with pytest.raises(ValueError, match="model.keras is damaged"):
        load_model(directory)


def test_a_model_is_loaded_as_it_was_saved(model, tmp_path):
    directory = WorkDirectory(tmp_path)
    directory.start({"name": "tiny"})
    save_model(model, directory)
    loaded = load_model(directory)
    np.testing.assert_array_equal(loaded.sample(2, seed=1), model.sample(2, seed=1))
