"""Callbacks for `fit`: pictures, scores, a table, a progress bar, and a stop on NaN."""

from .metrics_table import MetricsTable
from .pictures import TraversalImages
from .progress import Progress
from .scores import CodeAccuracy, Evaluation
from .stopping import NonFiniteLossError, StopOnNonFinite
from .summaries import ConfigText

__all__ = [
    "CodeAccuracy",
    "ConfigText",
    "Evaluation",
    "MetricsTable",
    "NonFiniteLossError",
    "Progress",
    "StopOnNonFinite",
    "TraversalImages",
]
