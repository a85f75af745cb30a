"""Measures of what a run learned."""

from keras_infogan.metrics.clustering import ClusteringScores, clustering_scores
from keras_infogan.metrics.codes_and_factors import PointSplit
from keras_infogan.metrics.dci import (
    DCIScores,
    Explanation,
    boosted_importances,
    dci_scores,
    lasso_importances,
)
from keras_infogan.metrics.disentanglement import (
    DISENTANGLEMENT_LIB,
    INFOGAN_CR,
    DisentanglementProtocol,
    disentanglement_scores,
)
from keras_infogan.metrics.interventions import (
    FactorGroups,
    beta_vae_score,
    factor_vae_score,
    pairs_of_one_value,
    pairs_of_own_value,
)
from keras_infogan.metrics.model_selection import (
    centrality,
    cross_scores,
    lasso_relation,
    model_centrality,
    rank_relation,
    udr_scores,
)
from keras_infogan.metrics.mutual_information import mig_score, modularity_score
from keras_infogan.metrics.prediction import explicitness_score, sap_score
from keras_infogan.metrics.robustness import irs_score

__all__ = [
    "ClusteringScores",
    "DCIScores",
    "DISENTANGLEMENT_LIB",
    "DisentanglementProtocol",
    "Explanation",
    "FactorGroups",
    "INFOGAN_CR",
    "PointSplit",
    "beta_vae_score",
    "boosted_importances",
    "centrality",
    "clustering_scores",
    "cross_scores",
    "dci_scores",
    "disentanglement_scores",
    "explicitness_score",
    "factor_vae_score",
    "irs_score",
    "lasso_importances",
    "lasso_relation",
    "mig_score",
    "model_centrality",
    "modularity_score",
    "pairs_of_one_value",
    "pairs_of_own_value",
    "rank_relation",
    "sap_score",
    "udr_scores",
]
