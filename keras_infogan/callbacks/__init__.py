"""Callbacks for `fit`: pictures, scores, a table, a progress bar, and a stop on NaN."""

from keras_infogan.callbacks.metrics_table import MetricsTable
from keras_infogan.callbacks.pictures import TraversalImages
from keras_infogan.callbacks.progress import Progress
from keras_infogan.callbacks.scores import CodeAccuracy, Evaluation
from keras_infogan.callbacks.stopping import NonFiniteLossError, StopOnNonFinite

__all__ = [
    "CodeAccuracy",
    "Evaluation",
    "MetricsTable",
    "NonFiniteLossError",
    "Progress",
    "StopOnNonFinite",
    "TraversalImages",
]
