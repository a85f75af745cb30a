import numpy as np
import pytest

from keras_infogan import Bernoulli, Categorical, LatentSpec, Uniform
from keras_infogan.evaluation.factors import discrete_columns, factor_scores
from keras_infogan.evaluation.groups import evaluate
from keras_infogan.evaluation.measures import representation
from keras_infogan.evaluation.subject import Subject

NAMES = {
    "infomec/modularity",
    "infomec/compactness",
    "infomec/explicitness",
    "jemmig/nats",
    "jemmig/normalized",
}


def test_discrete_columns_are_those_of_the_representation(make_model, images):
    latents = LatentSpec(1, {"style": Uniform(2), "kind": Categorical(3), "flags": Bernoulli(2)})
    found = discrete_columns(latents)
    assert found == [False, False, True, False, False]
    assert representation(make_model(latents), images).shape[1] == len(found)


def test_scores_of_perfect_codes():
    factors = np.stack([np.arange(600) % 2, np.arange(600) // 2 % 3], axis=1)
    scores = factor_scores(factors.astype(float), factors, [True, True], seed=0)
    assert scores == pytest.approx(
        {
            **dict.fromkeys(NAMES, 1.0),
            "jemmig/nats": 0.0,
            "tad/difference": 0.5,
            "tad/captured": 1.0,
        },
        abs=1e-3,
    )
    assert all(type(score) is float for score in scores.values())


def test_tad_needs_a_label_of_two_values():
    factors = np.stack([np.arange(600) % 4, np.arange(600) // 4 % 3], axis=1)
    assert set(factor_scores(factors.astype(float), factors, [True, True], seed=0)) == NAMES


def test_the_group_has_them(model, images):
    factors = np.random.default_rng(0).integers(0, 2, [2, 64])
    labels = {"digit": factors[0], "side": factors[1]}
    found = evaluate(Subject(model, np.concatenate([images] * 2), labels), ["disentanglement"])
    assert {"tad/difference", "tad/captured", "mig/infogan_cr"} | NAMES <= set(found.scores)
