"""Measures of what a run learned, and of the images that it makes."""

from keras_infogan.metrics.clustering import ClusteringScores, clustering_scores
from keras_infogan.metrics.frechet import RunningGaussian, frechet_distance
from keras_infogan.metrics.kernel_distance import KernelDistance, kernel_distance

__all__ = [
    "ClusteringScores",
    "KernelDistance",
    "RunningGaussian",
    "clustering_scores",
    "frechet_distance",
    "kernel_distance",
]
