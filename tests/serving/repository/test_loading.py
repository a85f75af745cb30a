import shutil

import pytest
import tensorflow as tf
from tensorflow_serving.apis import prediction_log_pb2

from keras_infogan.serving.protocol.errors import StatusError
from keras_infogan.serving.repository.batch_scheduler import BatchScheduler
from keras_infogan.serving.repository.batching_options import BatchingOptions
from keras_infogan.serving.repository.batching_servable import BatchingServable
from keras_infogan.serving.repository.loading import LoadingOptions
from keras_infogan.serving.repository.servable import Servable


def write_failing_warmup(path):
    log = prediction_log_pb2.PredictionLog()
    log.predict_log.request.model_spec.signature_name = "nothing"
    (path / "assets.extra").mkdir()
    file = path / "assets.extra" / "tf_serving_warmup_requests"
    with tf.io.TFRecordWriter(str(file)) as writer:
        writer.write(log.SerializeToString())


def test_it_loads_a_servable(saved_model):
    servable = LoadingOptions().load(saved_model)
    assert isinstance(servable, Servable)
    servable.close()


def test_a_scheduler_joins_the_requests(saved_model):
    servable = LoadingOptions(scheduler=BatchScheduler(BatchingOptions())).load(saved_model)
    assert isinstance(servable, BatchingServable)
    servable.close()


def test_a_warmup_that_fails_closes_what_was_loaded(saved_model, tmp_path, monkeypatch):
    path = tmp_path / "1"
    shutil.copytree(saved_model, path)
    write_failing_warmup(path)
    closed = []
    monkeypatch.setattr(Servable, "close", lambda servable: closed.append(servable))
    with pytest.raises(StatusError, match='Serving signature key "nothing" not found'):
        LoadingOptions().load(path)
    assert len(closed) == 1


def test_warmup_can_be_left_out(saved_model, tmp_path):
    path = tmp_path / "1"
    shutil.copytree(saved_model, path)
    write_failing_warmup(path)
    LoadingOptions(enable_model_warmup=False).load(path).close()


def test_other_tags_are_another_graph(saved_model):
    with pytest.raises(StatusError, match="gpu"):
        LoadingOptions(saved_model_tags=("serve", "gpu")).load(saved_model)
