import keras
import numpy as np
import pytest

from keras_infogan.callbacks import (
    CodeAccuracy,
    Evaluation,
    MetricsTable,
)
from keras_infogan.evaluation.subject import Subject


def test_accuracy_joins_the_logs(model, images):
    labels = {"digit": np.arange(32) % 3}
    seen = keras.callbacks.LambdaCallback(on_epoch_end=lambda epoch, logs: logs_of.update(logs))
    logs_of = {}
    history = model.fit(
        images, batch_size=16, callbacks=[CodeAccuracy(images, labels), seen], verbose=0
    )
    for logs in (history.history, logs_of):
        assert {"code_accuracy/kind", "majority_accuracy/kind", "nmi/kind", "ari/kind"} <= set(logs)


def test_evaluation_joins_the_logs_every_other_epoch(model, images, tmp_path, rows_of):
    subject = Subject(model, images, {"digit": np.arange(32) % 3}, samples=20)
    table = MetricsTable(tmp_path / "metrics.csv", 16)
    callbacks = [Evaluation(subject, ["codes", "attributes"], every=2), table]
    history = model.fit(images, batch_size=16, epochs=3, callbacks=callbacks, verbose=0).history
    for name in ("code_accuracy/kind", "monotonicity/style_0/slant"):
        assert np.isnan(history[name]).tolist() == [False, True, False]
        assert [row[name] == "nan" for row in rows_of(table.path)] == [False, True, False]
    assert "fakes" not in vars(subject)  # nothing is kept from epoch to epoch


def test_evaluation_refuses(model, images):
    subject = Subject(model, images, {})
    with pytest.raises(
        ValueError, match="`every` should be an int of at least 1. Received: every=0"
    ):
        Evaluation(subject, every=0)
    with pytest.raises(ValueError, match="Received: .'fid'"):
        Evaluation(subject, ["fid"])


@pytest.mark.parametrize(
    ("labels", "error", "message"),
    [
        (np.zeros(32, int), TypeError, "dictionary of names and labels. Received: ndarray"),
        ({"digit": [0, 1]}, ValueError, "a label for each of 32 images. Received: {'digit': 2}"),
    ],
)
def test_labels_are_checked_before_training(model, images, labels, error, message):
    for make in (CodeAccuracy, lambda *data: Subject(model, *data)):
        with pytest.raises(error, match=message):
            make(images, labels)
