"""Warm-up: recorded requests that run before a version is announced as available."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import tensorflow as tf
from google.protobuf.message import DecodeError
from tensorflow_serving.apis import prediction_log_pb2

from keras_infogan.serving.protocol import errors
from keras_infogan.serving.repository import inference, prediction
from keras_infogan.serving.repository import signature_calls as runs
from keras_infogan.serving.repository.servable import Servable

WARMUP_FILE = Path("assets.extra") / "tf_serving_warmup_requests"
MAXIMUM_RECORDS = 1_000


def replay(servable: Servable) -> int:
    """Runs the warm-up requests of a SavedModel, so that no caller has to wait for them.

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
    """Runs a record; kinds that hold no request for a signature are passed over."""
    kind = log.WhichOneof("log_type")
    if kind in _CALLS:
        runs.finish(_CALLS[kind](servable, getattr(log, kind).request))


_CALLS: dict[str, Callable[[Servable, Any], runs.Call[object]]] = {
    "predict_log": prediction.predict,
    "classify_log": inference.classify,
    "regress_log": inference.regress,
    "multi_inference_log": inference.infer,
}
