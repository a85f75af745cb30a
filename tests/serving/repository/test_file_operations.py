import contextlib

import pytest
import tensorflow as tf

from keras_infogan.serving.repository import model_config
from keras_infogan.serving.repository.loading import LoadingOptions
from keras_infogan.serving.repository.model import Model
from keras_infogan.serving.repository.servable import Servable

NAME = tf.TensorSpec([], tf.string, name="name")


class Reader(tf.Module):
    """Gives a caller any file, in the branch of a condition."""

    @tf.function(input_signature=[NAME])
    def __call__(self, name):
        long = tf.strings.length(name) > 0
        return {"text": tf.cond(long, lambda: tf.io.read_file(name), lambda: name)}


def save(module, path):
    tf.saved_model.save(module, str(path), signatures=module.__call__)


def test_a_graph_that_reads_files_is_found(tmp_path):
    save(Reader(), tmp_path)
    with contextlib.closing(Servable(tmp_path)) as servable:
        assert servable.file_operations == ("ReadFile",)


@pytest.mark.parametrize("fixture", ["saved_model", "example_model"])
def test_what_saves_and_loads_variables_is_no_such_graph(fixture, request):
    with contextlib.closing(Servable(request.getfixturevalue(fixture))) as servable:
        assert servable.file_operations == ()


def test_the_operator_is_told(tmp_path):
    save(Reader(), tmp_path / "reader" / "1")
    (config,) = model_config.from_base_paths({"reader": tmp_path / "reader"})
    events = []
    model = Model(config, LoadingOptions(), events.append)
    model.poll()
    model.close()
    assert events == [
        "model reader: version 1 available",
        "warning: model reader: version 1 can read or write files of this machine (ReadFile): "
        "serve it only if you trust it",
    ]
