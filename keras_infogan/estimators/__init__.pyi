"""Mutual information I(x; c) estimated from samples alone, in nats, and the networks it takes.

A statistics network scores every pair of a batch, and an estimator turns the scores into nats.
"""

from .bounds import (
    ESTIMATORS,
    NWJ,
    SMILE,
    DonskerVaradhan,
    Estimator,
    InfoNCE,
)
from .fitting import InformationEstimate, estimate_information
from .statistics_networks import ConcatenatedStatistics, StatisticsNetwork

__all__ = [
    "ESTIMATORS",
    "NWJ",
    "SMILE",
    "ConcatenatedStatistics",
    "DonskerVaradhan",
    "Estimator",
    "InfoNCE",
    "InformationEstimate",
    "StatisticsNetwork",
    "estimate_information",
]
