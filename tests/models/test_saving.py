import keras
import pytest

EXPORT = r"keras_infogan.export_savedmodel\(model, directory\)"


@pytest.mark.parametrize("name", ["m.h5", "m.hdf5", "m", "m.weights"])
def test_only_the_keras_format_is_written(model, tmp_path, name):
    with pytest.raises(ValueError, match=f"^`filepath` should end in .keras; .*{EXPORT}") as caught:
        model.save(tmp_path / name)
    assert str(caught.value).endswith(f"Received: {tmp_path / name}")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.filterwarnings("ignore:You are saving your model as an HDF5 file")
def test_keras_own_function_says_the_same(model, tmp_path):
    with pytest.raises(ValueError, match=f"{EXPORT}. Received: an HDF5 file$"):
        keras.saving.save_model(model, tmp_path / "m.h5")


def test_the_keras_format_is_written(model, tmp_path):
    model.save(tmp_path / "m.keras")
    model.save(tmp_path / "m.keras", overwrite=True, zipped=True)
    loaded = keras.saving.load_model(tmp_path / "m.keras")
    assert (loaded.sample(2) == model.sample(2)).all()


def test_export_names_what_to_use(model, tmp_path):
    for arguments in ((tmp_path / "m",), (tmp_path / "m", "onnx")):
        with pytest.raises(NotImplementedError, match=f"^A SavedModel should be .*{EXPORT}"):
            model.export(*arguments)
    assert list(tmp_path.iterdir()) == []
