import multiprocessing.pool
import os
import threading

import grpc
import keras
import numpy as np
import pytest
import tensorflow as tf
from tensorflow_serving.apis import predict_pb2, prediction_log_pb2, prediction_service_pb2_grpc

from keras_infogan import Bernoulli, LatentSpec, export, export_savedmodel
from keras_infogan.serving import EmbeddedServer

SEEDS = tf.constant([0, -5, 2**40, 7], tf.int64)
KINDS = tf.constant([0, 1, 2, 2], tf.int64)
STYLES = tf.constant([[0.0, 1.0], [-1.0, 0.5], [0.25, 0.25], [1.0, -1.0]])
CODES = {"kind": KINDS, "style": STYLES}


@pytest.fixture
def base(tmp_path):
    return tmp_path / "models" / "digits"


@pytest.fixture
def exported(model, base):
    return tf.saved_model.load(str(export_savedmodel(model, base)))


def shapes(tensors):
    return {name: (value.shape.as_list(), value.dtype) for name, value in tensors.items()}


def test_signatures_are_the_contract(exported):
    images = [None, 8, 8, 1]
    inputs = {
        "seed": ([None], tf.int64),
        "kind": ([None], tf.int64),
        "style": ([None, 2], tf.float32),
    }
    expected = {
        "generate": (inputs, {"image": (images, tf.float32)}),
        "serving_default": (inputs, {"image": (images, tf.float32)}),
        "generate_png": (inputs, {"image_bytes": ([None], tf.string)}),
        "sample": (
            {"seed": ([None], tf.int64)},
            {
                "image": (images, tf.float32),
                "kind": ([None], tf.int64),
                "style": ([None, 2], tf.float32),
            },
        ),
        "recognize": (
            {"image": (images, tf.float32)},
            {
                "kind": ([None], tf.int64),
                "kind_probabilities": ([None, 3], tf.float32),
                "style_mean": ([None, 2], tf.float32),
                "style_stddev": ([None, 2], tf.float32),
            },
        ),
        "discriminate": (
            {"image": (images, tf.float32)},
            {"logit": ([None], tf.float32), "probability_real": ([None], tf.float32)},
        ),
    }  # fmt: skip
    assert set(exported.signatures) == set(expected)
    for name, (arguments, results) in expected.items():
        signature = exported.signatures[name]
        assert shapes(signature.structured_input_signature[1]) == arguments
        assert shapes(signature.structured_outputs) == results


def test_answers_are_the_models(exported, model, images):
    unit = tf.constant(images / np.float32(255.0))
    posteriors = model.recognize(images)
    answer = exported.signatures["recognize"](image=unit)
    np.testing.assert_allclose(answer["kind_probabilities"], posteriors["kind"].probs, atol=1e-6)
    np.testing.assert_array_equal(answer["kind"], np.argmax(posteriors["kind"].probs, axis=-1))
    np.testing.assert_allclose(answer["style_mean"], posteriors["style"].mean(), atol=1e-6)
    np.testing.assert_allclose(answer["style_stddev"], posteriors["style"].stddev(), atol=1e-6)
    answer = exported.signatures["discriminate"](image=unit)
    logits = model.discriminate_all(images).logits[:, 0]
    np.testing.assert_allclose(answer["logit"], logits, atol=1e-6)
    np.testing.assert_allclose(answer["probability_real"], tf.sigmoid(logits), atol=1e-6)
    latents = {**model.latents.sample_rows(SEEDS), **CODES}
    images = exported.signatures["generate"](seed=SEEDS, **CODES)["image"]
    np.testing.assert_allclose(images, model.generate(latents), atol=1e-6)


def test_png_holds_the_image(exported):
    images = exported.signatures["generate"](seed=SEEDS, **CODES)["image"]
    encoded = exported.signatures["generate_png"](seed=SEEDS, **CODES)["image_bytes"]
    for image, data in zip(images, encoded, strict=True):
        np.testing.assert_allclose(tf.io.decode_png(data) / 255, image, atol=1 / 255)


def test_equal_seeds_give_equal_images_in_any_batch_after_any_reload(exported, base):
    generate, sample = exported.signatures["generate"], exported.signatures["sample"]
    images = generate(seed=SEEDS, **CODES)["image"].numpy()
    drawn = sample(seed=SEEDS)
    for _ in range(2):
        np.testing.assert_array_equal(generate(seed=SEEDS, **CODES)["image"], images)
    reloaded = tf.saved_model.load(str(base / "1")).signatures
    np.testing.assert_array_equal(reloaded["generate"](seed=SEEDS, **CODES)["image"], images)
    order = tf.constant([2, 0, 3, 1, 2])
    mixed = reloaded["sample"](seed=tf.gather(SEEDS, order))
    for name, value in drawn.items():
        if name == "image":  # the matrix product of another batch may round otherwise
            np.testing.assert_allclose(mixed[name], tf.gather(value, order), atol=1e-6)
        else:
            np.testing.assert_array_equal(mixed[name], tf.gather(value, order))


def test_sample_is_generate_with_the_codes_it_drew(exported):
    drawn = exported.signatures["sample"](seed=SEEDS)
    again = exported.signatures["generate"](seed=SEEDS, kind=drawn["kind"], style=drawn["style"])
    np.testing.assert_allclose(again["image"], drawn["image"], atol=1e-6)


def test_rows_do_not_see_each_other(exported, images):
    unit = images / np.float32(255.0)
    together = exported.signatures["recognize"](image=tf.constant(unit[:4]))["style_mean"]
    for row in range(4):
        alone = exported.signatures["recognize"](image=tf.constant(unit[row : row + 1]))
        np.testing.assert_allclose(alone["style_mean"][0], together[row], atol=1e-6)


@pytest.mark.parametrize(
    ("name", "values"), [("kind", [0, 1, 2, 3]), ("kind", [-1, 0, 0, 0]), ("style", np.nan)]
)
def test_codes_out_of_range_are_refused(exported, name, values):
    bad = tf.zeros_like(CODES[name]) + tf.constant(values, CODES[name].dtype)
    with pytest.raises(tf.errors.InvalidArgumentError, match=f"{name} is out of its range"):
        exported.signatures["generate"](seed=SEEDS, **{**CODES, name: bad})


@pytest.mark.parametrize(("name", "shape"), [("style", [0]), ("style", [4, 3]), ("kind", [4, 1])])
def test_codes_of_another_shape_are_refused(exported, name, shape):
    bad = tf.zeros(shape, CODES[name].dtype)
    with pytest.raises(tf.errors.InvalidArgumentError, match="compatible with expected shape"):
        exported.signatures["generate"](seed=SEEDS, **{**CODES, name: bad})


@pytest.mark.parametrize("policy", ["mixed_float16", "mixed_bfloat16"])
def test_mixed_training_exports_float32(make_model, base, images, policy):
    model = make_model(dtype=policy)
    model.compile()
    model.fit(images, batch_size=16, verbose=0)
    loaded = tf.saved_model.load(str(export_savedmodel(model, base)))
    for signature in loaded.signatures.values():
        for output in signature.structured_outputs.values():
            assert output.dtype in (tf.float32, tf.int64, tf.string)
        operations = signature.graph.as_graph_def(use_pybind11_proto=False)
        assert not {node.op for node in operations.node} & {"LossScale"}
        dtypes = {
            tensor.dtype for operation in signature.graph.get_operations()
            for tensor in operation.outputs
        }  # fmt: skip
        assert not dtypes & {tf.float16, tf.bfloat16}
    unit = tf.constant(images / np.float32(255.0))
    answer = loaded.signatures["recognize"](image=unit)["style_mean"]
    np.testing.assert_allclose(answer, model.recognize(images)["style"].mean(), atol=0.05)
    assert keras.config.dtype_policy().name == "float32"


def test_warm_up_asks_every_signature(exported, base):
    path = base / "1" / "assets.extra" / "tf_serving_warmup_requests"
    requests = {}
    for record in tf.data.TFRecordDataset(str(path)).as_numpy_iterator():
        request = prediction_log_pb2.PredictionLog.FromString(record).predict_log.request
        requests[request.model_spec.signature_name] = {
            name: tf.constant(tf.make_ndarray(value)) for name, value in request.inputs.items()
        }
    assert set(requests) == set(exported.signatures) - {"serving_default"}
    for name, inputs in requests.items():
        exported.signatures[name](**inputs)


def test_versions_go_up(model, base):
    assert export_savedmodel(model, base) == base / "1"
    (base / "7").mkdir()
    (base / "notes.txt").touch()
    assert export_savedmodel(model, base) == base / "8"
    assert sorted(path.name for path in base.iterdir()) == ["1", "7", "8", "notes.txt"]


def test_failure_leaves_nothing_behind(model, base, monkeypatch):
    def fail(*arguments):
        raise OSError("disk full")

    monkeypatch.setattr(export, "_write_warm_up", fail)
    with pytest.raises(OSError, match="disk full"):
        export_savedmodel(model, base)
    assert list(base.iterdir()) == []


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_directory_that_cannot_be_written(model, tmp_path):
    tmp_path.chmod(0o500)
    with pytest.raises(OSError):
        export_savedmodel(model, tmp_path)


def test_base_path_that_is_a_file(model, tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(OSError):
        export_savedmodel(model, tmp_path / "file")


def test_a_version_that_another_exporter_took_is_passed_over(model, base, monkeypatch):
    rename = os.rename

    def slower(source, target):
        monkeypatch.setattr(os, "rename", rename)
        os.makedirs(target)
        (target / "saved_model.pb").touch()
        rename(source, target)

    monkeypatch.setattr(os, "rename", slower)
    assert export_savedmodel(model, base) == base / "2"


def test_two_exports_at_once(model, base, monkeypatch):
    write, both_wrote = export._write, threading.Barrier(2, timeout=60)

    def write_and_wait(*arguments):
        write(*arguments)
        both_wrote.wait()

    monkeypatch.setattr(export, "_write", write_and_wait)
    with multiprocessing.pool.ThreadPool(2) as pool:
        paths = pool.map(lambda _: export_savedmodel(model, base), range(2))
    assert sorted(path.name for path in paths) == ["1", "2"]
    assert sorted(path.name for path in base.iterdir()) == ["1", "2"]
    for path in paths:
        assert (path / "saved_model.pb").is_file()
        assert (path / "assets.extra" / "tf_serving_warmup_requests").is_file()


@pytest.mark.parametrize(
    "latents", [LatentSpec(4), LatentSpec(0, {"on": Bernoulli(2)})], ids=["no codes", "no noise"]
)
def test_specs_at_the_edge(make_model, base, latents):
    signatures = tf.saved_model.load(str(export_savedmodel(make_model(latents), base))).signatures
    assert ("recognize" in signatures) == bool(latents.codes)
    assert signatures["sample"](seed=SEEDS)["image"].shape == (4, 8, 8, 1)


@pytest.mark.parametrize("signature", ["recognize", "discriminate"])
@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda unit: unit * 255, r"Images should be in \[0, 1\]\. Received: values from 0 to 2"),
        (lambda unit: unit * 2 - 1, r"Images should be in \[0, 1\]\. Received: values from -1 to "),
        (lambda unit: np.where(unit > 0.2, np.nan, unit), r"NaN in \d+ of 32 images"),
    ],
)
def test_images_out_of_range_are_refused(exported, images, signature, change, message):
    unit = (images / 255.0).astype(np.float32)
    with pytest.raises(tf.errors.InvalidArgumentError, match=message):
        exported.signatures[signature](image=tf.constant(change(unit), tf.float32))


@pytest.mark.parametrize("signature", ["recognize", "discriminate"])
def test_no_images_are_refused(exported, signature):
    with pytest.raises(
        tf.errors.InvalidArgumentError, match=r"one image. Received: shape \[0 8 8 1"
    ):
        exported.signatures[signature](image=tf.zeros([0, 8, 8, 1]))


def test_what_cannot_be_exported(model, base):
    version = export_savedmodel(model, base)
    with pytest.raises(ValueError, match="which is itself a SavedModel"):
        export_savedmodel(model, version)
    assert not (version / "1").exists()
    with pytest.raises(TypeError, match="`model` should be an InfoGAN. Received: str"):
        export_savedmodel("model.keras", base)


@pytest.mark.parametrize("shape", [(8, 8, 1), (2, 8, 8, 3), (2, 7, 8, 1), (2, 64)])
def test_a_server_says_which_shape_is_asked_for(model, base, shape):
    with EmbeddedServer({"digits": export_savedmodel(model, base).parent}) as server:
        with grpc.insecure_channel(f"127.0.0.1:{server.port}") as channel:
            stub = prediction_service_pb2_grpc.PredictionServiceStub(channel)
            for signature in ("recognize", "discriminate"):
                sent = predict_pb2.PredictRequest()
                sent.model_spec.name, sent.model_spec.signature_name = "digits", signature
                sent.inputs["image"].CopyFrom(tf.make_tensor_proto(np.zeros(shape, np.float32)))
                with pytest.raises(
                    grpc.RpcError, match=r"compatible with expected shape \[\?,8,8,1"
                ):
                    stub.Predict(sent, timeout=30)


@pytest.mark.parametrize(("channels", "has_png"), [(1, True), (2, True), (4, True), (5, False)])
def test_images_that_no_png_can_hold_have_no_such_signature(make_model, channels, has_png):
    model = make_model(image_shape=(8, 8, channels))
    assert ("generate_png" in export.signature_functions(model)) == has_png


def test_an_export_without_png_warns(make_model, base):
    with pytest.warns(UserWarning, match="no signature `generate_png`, .* images have 5"):
        path = export_savedmodel(make_model(image_shape=(8, 8, 5)), base)
    signatures = tf.saved_model.load(str(path)).signatures
    assert "generate_png" not in signatures
    assert signatures["generate"](seed=SEEDS, **CODES)["image"].shape == (4, 8, 8, 5)
