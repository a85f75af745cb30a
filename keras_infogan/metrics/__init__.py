"""Measures of what a run learned."""

from keras_infogan.metrics.clustering import ClusteringScores, clustering_scores

__all__ = ["ClusteringScores", "clustering_scores"]
