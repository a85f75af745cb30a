import keras
import numpy as np
import pytest

from keras_infogan.objectives import NonSaturating
from keras_infogan.runs.directory import WorkDirectory
from keras_infogan.runs.model_file import load_model, save_model


def test_a_damaged_model_is_named(config, tmp_path):
    directory = WorkDirectory(tmp_path)
    directory.start(config.to_dict())
    directory.model.write_bytes(b"no zip file")
    with pytest.raises(ValueError, match="model.keras is damaged"):
        load_model(directory)


def test_a_class_that_is_not_imported_is_named(make_model, tmp_path):
    @keras.saving.register_keras_serializable("elsewhere")
    class Quiet(NonSaturating):
        pass

    directory = WorkDirectory(tmp_path)
    directory.start({"name": "tiny"})
    model = make_model(objective=Quiet())
    model.compile()
    save_model(model, directory)
    del keras.saving.get_custom_objects()["elsewhere>Quiet"]
    message = r"model.keras cannot be loaded. Could not locate class 'Quiet'"
    with pytest.raises(ValueError, match=message) as raised:
        load_model(directory)
    assert "config" not in str(raised.value)


def test_a_model_is_loaded_as_it_was_saved(model, tmp_path):
    directory = WorkDirectory(tmp_path)
    directory.start({"name": "tiny"})
    save_model(model, directory)
    loaded = load_model(directory)
    np.testing.assert_array_equal(loaded.sample(2, seed=1), model.sample(2, seed=1))
