import keras
import pytest


@pytest.fixture
def saved_and_loaded(tmp_path):
    """Saves a model of a layer; returns the layer of the loaded model."""

    def save(layer, input_shape):
        model = keras.Sequential([keras.layers.Input(input_shape), layer])
        model.save(tmp_path / "model.keras")
        return keras.saving.load_model(tmp_path / "model.keras").layers[0]

    return save
