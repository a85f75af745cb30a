"""Mutual information I(x; c) estimated from samples alone, in nats, and the networks it takes.

A statistics network scores every pair of a batch, and an estimator turns the scores into nats.
"""

from keras_infogan.estimators.bounds import (
    ESTIMATORS,
    NWJ,
    SMILE,
    DonskerVaradhan,
    Estimator,
    InfoNCE,
)
from keras_infogan.estimators.fitting import InformationEstimate, estimate_information
from keras_infogan.estimators.statistics_networks import ConcatenatedStatistics, StatisticsNetwork

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
