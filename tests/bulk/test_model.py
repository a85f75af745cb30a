import numpy as np
import pytest
import tensorflow as tf

from keras_infogan.bulk.model import PASS_ROWS, CodeColumn, SignatureModel, find_model, fingerprint
from keras_infogan.runs.directory import WorkDirectory
from keras_infogan.runs.model_file import save_model
from keras_infogan.runtime.files import write_json


@pytest.fixture
def loaded(model_path, load_once):
    return load_once(model_path)


def test_it_knows_its_codes(loaded):
    assert loaded.codes == {"kind": CodeColumn(True, 3), "style": CodeColumn(False, 2)}
    assert [str(column) for column in loaded.codes.values()] == [
        "ints in 0..2",
        "2 finite numbers per row",
    ]
    assert loaded.image_shape == (8, 8, 1)
    assert list(loaded.readings) == ["kind", "kind_probabilities", "style_mean", "style_stddev"]


def test_images_are_those_of_the_signatures(loaded, model_path):
    seeds = np.array([7, 8, 2**40])
    made = loaded.generate(seeds)
    sample = tf.saved_model.load(str(model_path)).signatures["sample"](seed=tf.constant(seeds))
    np.testing.assert_array_equal(made["kind"], sample["kind"])
    np.testing.assert_array_equal(made["style"], sample["style"])
    pixels = tf.image.convert_image_dtype(sample["image"], tf.uint8, saturate=True)
    np.testing.assert_array_equal(made["image"], pixels)


def test_a_row_does_not_depend_on_its_company(loaded):
    seeds = np.arange(PASS_ROWS + 30)
    made = loaded.generate(seeds)
    order = np.random.default_rng(0).permutation(seeds)[:40]
    again = loaded.generate(order)
    for name, values in made.items():
        np.testing.assert_array_equal(values[order], again[name])


def test_codes_that_are_given_leave_the_others_as_drawn(loaded):
    seeds = np.arange(5)
    drawn, given = loaded.generate(seeds), loaded.generate(seeds, {"kind": np.full(5, 2)})
    np.testing.assert_array_equal(given["kind"], [2] * 5)
    np.testing.assert_array_equal(given["style"], drawn["style"])
    same = given["image"][drawn["kind"] == 2], drawn["image"][drawn["kind"] == 2]
    np.testing.assert_array_equal(*same)
    assert (given["image"] != drawn["image"]).any()


def test_codes_are_read(loaded, images):
    read = loaded.recognize(images)
    assert {name: values.shape for name, values in read.items()} == {
        "kind": (32,),
        "kind_probabilities": (32, 3),
        "style_mean": (32, 2),
        "style_stddev": (32, 2),
    }
    np.testing.assert_array_equal(read["kind"], read["kind_probabilities"].argmax(axis=1))


def test_a_run_and_its_export_agree(model, tmp_path, images):
    run = WorkDirectory(tmp_path / "run")
    run.start({})
    save_model(model, run)
    assert find_model(str(run.path), None) == run.model
    of_run = SignatureModel(run.model)
    posterior = model.recognize(images)["style"]
    np.testing.assert_allclose(
        of_run.recognize(images)["style_mean"], posterior.mean(), rtol=1e-5, atol=1e-6
    )
    assert of_run.generate(np.arange(3))["image"].shape == (3, 8, 8, 1)


def test_a_model_is_found(model_path):
    assert find_model(None, str(model_path)) == model_path
    assert find_model(None, str(model_path.parent)) == model_path


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((None, None), "from --workdir, --preset or --model_base_path. Received"),
        (("W", "M"), "from --workdir, --preset or --model_base_path. Received"),
        ((None, "missing"), "should hold versions of a model.*Received: missing"),
        (("missing", None), "a run that infogan-train started. Received: missing"),
    ],
)
def test_no_model(tmp_path, monkeypatch, arguments, message):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ValueError, match=message):
        find_model(*arguments)


def test_a_directory_that_is_no_saved_model(tmp_path):
    (tmp_path / "saved_model.pb").write_bytes(b"nonsense")
    with pytest.raises(ValueError, match="should be a SavedModel. Received"):
        SignatureModel(tmp_path)


def test_a_saved_model_of_somebody_else(tmp_path):
    tf.saved_model.save(tf.Module(), str(tmp_path))
    with pytest.raises(ValueError, match="without generate, sample"):
        SignatureModel(tmp_path)


def test_fingerprints_follow_contents_and_names(tmp_path):
    one, other = tmp_path / "1" / "m", tmp_path / "2" / "m"
    for path in (one, other):
        path.mkdir(parents=True)
        write_json(path / "weights", [1])
    assert fingerprint(one) == fingerprint(other)
    write_json(other / "weights", [2])
    assert fingerprint(one) != fingerprint(other)
    write_json(other / "weights", [1])
    (other / "weights").rename(other / "biases")
    assert fingerprint(one) != fingerprint(other)
