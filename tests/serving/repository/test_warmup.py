import contextlib
import shutil

import pytest
import tensorflow as tf
from tensorflow_serving.apis import prediction_log_pb2

from keras_infogan.serving.protocol.errors import StatusError
from keras_infogan.serving.repository import warmup
from keras_infogan.serving.repository.servable import Servable


def predict_log(signature_name="sample", seed=1):
    log = prediction_log_pb2.PredictionLog()
    request = log.predict_log.request
    request.model_spec.name = "digits"
    request.model_spec.signature_name = signature_name
    request.inputs["seed"].CopyFrom(tf.make_tensor_proto([seed], tf.int64))
    return log.SerializeToString()


def write_warmup(version_path, records):
    path = version_path / "assets.extra" / "tf_serving_warmup_requests"
    path.parent.mkdir(exist_ok=True)
    with tf.io.TFRecordWriter(str(path)) as writer:
        for record in records:
            writer.write(record)


@pytest.fixture
def path(saved_model, tmp_path):
    shutil.copytree(saved_model, tmp_path / "1")
    return tmp_path / "1"


def replay(path):
    with contextlib.closing(Servable(path)) as loaded:
        return warmup.replay(loaded)


def test_no_file_is_no_warmup(path):
    assert replay(path) == 0


def test_every_request_runs(path):
    write_warmup(path, [predict_log(seed=seed) for seed in range(3)])
    assert replay(path) == 3


def test_a_kind_without_a_service_is_passed_over(path):
    log = prediction_log_pb2.PredictionLog()
    log.session_run_log.request.model_spec.name = "digits"
    write_warmup(path, [log.SerializeToString()])
    assert replay(path) == 1


def test_examples_warm_up_as_well(path, example_model):
    log = prediction_log_pb2.PredictionLog()
    log.regress_log.request.model_spec.signature_name = "regress"
    example = log.regress_log.request.input.example_list.examples.add()
    example.features.feature["x"].float_list.value.append(1.0)
    shutil.rmtree(path)
    shutil.copytree(example_model, path)
    write_warmup(path, [log.SerializeToString()])
    assert replay(path) == 1


def test_a_request_that_fails_fails_the_version(path):
    write_warmup(path, [predict_log(signature_name="nothing")])
    with pytest.raises(StatusError, match='Serving signature key "nothing" not found.'):
        replay(path)


def test_a_record_that_is_no_log_fails_the_version(path):
    write_warmup(path, [b"\xff\xff"])
    with pytest.raises(StatusError, match="Failed to read warmup requests"):
        replay(path)


def test_a_thousand_records_are_the_limit(path, monkeypatch):
    monkeypatch.setattr(warmup, "MAXIMUM_RECORDS", 2)
    write_warmup(path, [predict_log()] * 3)
    with pytest.raises(StatusError, match="exceeds the maximum"):
        replay(path)
