"""Warm-up: recorded requests that run before a version is announced as available."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import tensorflow as tf
from google.protobuf.message import DecodeError
from tensorflow_serving.apis import prediction_log_pb2

from keras_infogan.serving.protocol import errors
from keras_infogan.serving.repository import (
    classification,
    multi_inference,
    prediction,
    regression,
)
from keras_infogan.serving.repository.servable import Servable
from keras_infogan.serving.repository.signature_calls import Call, run_call

WARMUP_FILE = Path("assets.extra") / "tf_serving_warmup_requests"
MAXIMUM_RECORDS = 1_000


def replay(servable: Servable) -> int:
    """Runs the warm-up requests of a SavedModel, so that no caller waits for the first run.

    Args:
        servable: a loaded version; `assets.extra/tf_serving_warmup_requests` in its directory is
            an uncompressed TFRecord of `PredictionLog` messages, or absent.

    Returns:
        The number of requests that ran.

    Raises:
        StatusError: when a record cannot be read or fails, or there are more than 1,000.

    Example::

        replay(Servable("/models/digits/1"))   # 3
    """
    path = servable.path / WARMUP_FILE
    if not path.is_file():
        return 0
    count = 0
    try:
        for record in tf.data.TFRecordDataset(str(path)).as_numpy_iterator():
            if count == MAXIMUM_RECORDS:
                raise errors.invalid_argument(
                    f"Number of warmup records exceeds the maximum ({MAXIMUM_RECORDS})"
                )
            _run(servable, prediction_log_pb2.PredictionLog.FromString(record))
            count += 1
    except (tf.errors.OpError, DecodeError) as error:
        raise errors.invalid_argument(f"Failed to read warmup requests: {error}") from error
    return count


def _run(servable: Servable, log: prediction_log_pb2.PredictionLog) -> None:
    """Runs a record; kinds without a request for a signature are skipped."""
    kind = log.WhichOneof("log_type")
    if kind in _CALLS:
        run_call(_CALLS[kind](servable, getattr(log, kind).request))


_CALLS: dict[str, Callable[[Servable, Any], Call[object]]] = {
    "predict_log": prediction.predict,
    "classify_log": classification.classify,
    "regress_log": regression.regress,
    "multi_inference_log": multi_inference.infer,
}
