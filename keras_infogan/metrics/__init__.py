"""Measures of what a run learned, and of the images that it makes."""

from keras_infogan.metrics.class_scores import (
    ModeCoverage,
    SplitScore,
    inception_score,
    mode_coverage,
)
from keras_infogan.metrics.classifier import build_classifier, load_classifier, train_classifier
from keras_infogan.metrics.clustering import ClusteringScores, clustering_scores
from keras_infogan.metrics.extractor import Extracted, Extractor, image_batches
from keras_infogan.metrics.frechet import RunningGaussian, frechet_distance
from keras_infogan.metrics.image_quality import image_scores
from keras_infogan.metrics.inception import inception_v3
from keras_infogan.metrics.kernel_distance import KernelDistance, kernel_distance
from keras_infogan.metrics.neighbours import (
    DensityCoverage,
    PrecisionRecall,
    density_coverage,
    precision_recall,
)
from keras_infogan.metrics.streaming import FrechetDistance, InceptionScore

__all__ = [
    "ClusteringScores",
    "DensityCoverage",
    "Extracted",
    "Extractor",
    "FrechetDistance",
    "InceptionScore",
    "KernelDistance",
    "ModeCoverage",
    "PrecisionRecall",
    "RunningGaussian",
    "SplitScore",
    "build_classifier",
    "clustering_scores",
    "density_coverage",
    "frechet_distance",
    "image_batches",
    "image_scores",
    "inception_score",
    "inception_v3",
    "kernel_distance",
    "load_classifier",
    "mode_coverage",
    "precision_recall",
    "train_classifier",
]
