"""Measures of what a run learned, and of the images that it makes."""

from .attributes import image_attributes, monotonicity, rank_correlation
from .binary_attributes import AttributeRow, attribute_table
from .circular import CircularCorrelation, circular_correlation
from .class_scores import (
    ModeCoverage,
    SplitScore,
    inception_score,
    mode_coverage,
)
from .classifier import (
    build_classifier,
    fit_classifier,
    load_classifier,
    train_classifier,
)
from .clustering import (
    ClusteringScores,
    Confusion,
    clustering_scores,
    confusion,
)
from .codes_and_factors import PointSplit
from .dci import (
    DCIScores,
    Explanation,
    boosted_importances,
    dci_scores,
    lasso_importances,
)
from .disentanglement import (
    DISENTANGLEMENT_LIB,
    INFOGAN_CR,
    DisentanglementProtocol,
    disentanglement_scores,
)
from .extractor import Extracted, Extractor, image_batches
from .frechet import RunningGaussian, frechet_distance
from .held_out import held_out_log_probabilities
from .image_quality import image_scores
from .inception import inception_v3
from .infomec import InfoMECScores, infomec_scores
from .interventions import (
    FactorGroups,
    beta_vae_score,
    factor_vae_score,
    pairs_of_one_value,
    pairs_of_own_value,
)
from .jemmig import JEMMIGScores, jemmig_scores
from .kernel import KernelDistance, kernel_distance
from .keypoint_reader import KeypointReader, train_keypoint_reader
from .label_reader import LabelReader, train_label_reader
from .model_selection import (
    centrality,
    cross_scores,
    lasso_relation,
    model_centrality,
    rank_relation,
    udr_scores,
)
from .motion import background_deviation
from .mutual_information import mig_score, modularity_score
from .neighbors import (
    DensityCoverage,
    PrecisionRecall,
    density_coverage,
    precision_recall,
)
from .prediction import explicitness_score, sap_score
from .robustness import irs_score
from .streaming import FrechetDistance, InceptionScore
from .tad import TADScores, tad_scores

__all__ = [
    "AttributeRow",
    "CircularCorrelation",
    "ClusteringScores",
    "Confusion",
    "DCIScores",
    "DISENTANGLEMENT_LIB",
    "DensityCoverage",
    "DisentanglementProtocol",
    "Explanation",
    "Extracted",
    "Extractor",
    "FactorGroups",
    "FrechetDistance",
    "INFOGAN_CR",
    "InceptionScore",
    "InfoMECScores",
    "JEMMIGScores",
    "KernelDistance",
    "KeypointReader",
    "LabelReader",
    "ModeCoverage",
    "PointSplit",
    "PrecisionRecall",
    "RunningGaussian",
    "SplitScore",
    "TADScores",
    "attribute_table",
    "background_deviation",
    "beta_vae_score",
    "boosted_importances",
    "build_classifier",
    "centrality",
    "circular_correlation",
    "clustering_scores",
    "confusion",
    "cross_scores",
    "dci_scores",
    "density_coverage",
    "disentanglement_scores",
    "explicitness_score",
    "factor_vae_score",
    "fit_classifier",
    "frechet_distance",
    "held_out_log_probabilities",
    "image_attributes",
    "image_batches",
    "image_scores",
    "inception_score",
    "inception_v3",
    "infomec_scores",
    "irs_score",
    "jemmig_scores",
    "kernel_distance",
    "lasso_importances",
    "lasso_relation",
    "load_classifier",
    "mig_score",
    "mode_coverage",
    "model_centrality",
    "modularity_score",
    "monotonicity",
    "pairs_of_one_value",
    "pairs_of_own_value",
    "precision_recall",
    "rank_correlation",
    "rank_relation",
    "sap_score",
    "tad_scores",
    "train_classifier",
    "train_keypoint_reader",
    "train_label_reader",
    "udr_scores",
]
