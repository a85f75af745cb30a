import math
from types import SimpleNamespace

import numpy as np
import pytest
import tensorflow as tf
from tensorflow_probability import distributions as tfd

from keras_infogan import Bernoulli, Categorical, LatentSpec, Uniform
from keras_infogan.selection import candidates
from keras_infogan.selection.candidates import Candidate, read_codes
from keras_infogan.selection.seed_agreement import Stability
from keras_infogan.studies import Row
from keras_infogan.studies.directory import FINISHED, RunRecord
from keras_infogan.studies.results import RowResult, StudyRun

CANDIDATE = Candidate(
    "digit_10",
    sizes={"digit": 10, "style": 2},
    entropies={"digit": 2.0},
    information={"digit": 1.5, "style": -0.25},
)
CATEGORIES, NUMBERS = Stability(0.9, 0.8, None, 0), Stability(0.5, 0.4, None, 1)


class Reader:
    """Stands for a model that reads a category from the first pixel, and numbers from the next."""

    latents = LatentSpec(0, {"kind": Categorical(3), "style": Uniform(2), "flags": Bernoulli(1)})

    def recognize(self, images):
        return {
            "kind": tfd.Categorical(probs=tf.one_hot(images[:, 0], 3)),
            "style": tfd.MultivariateNormalDiag(tf.constant(images[:, 1:3], tf.float32)),
        }


def test_codes_are_categories_and_numbers():
    found = read_codes(Reader(), np.array([[2, 5, 6], [0, 7, 8]]))
    np.testing.assert_array_equal(found.categories, [[2], [0]])
    np.testing.assert_array_equal(found.numbers, [[5.0, 6.0], [7.0, 8.0]])


def test_information_below_zero_counts_as_none():
    assert CANDIDATE.total_information == 1.5
    assert CANDIDATE.share("digit") == 0.75


@pytest.mark.parametrize(
    ("categories", "numbers", "used"),
    [(CATEGORIES, NUMBERS, CATEGORIES), (None, NUMBERS, NUMBERS), (None, None, None)],
)
def test_numbers_say_how_stable_a_candidate_without_categories_is(categories, numbers, used):
    assert Candidate("a", {}, {}, categories=categories, numbers=numbers).stability is used


def study_run(seed, status, **scores):
    record = RunRecord(status, seconds=90.0)
    return StudyRun(seed, SimpleNamespace(path="W"), record, scores, [], {}, {}, {})


def test_only_finished_runs_are_measured_and_all_take_time(monkeypatch):
    """Two seeds read equal categories, of which one is left unused, and other numbers."""
    kinds = np.arange(60) % 2
    models = {
        0: np.stack([kinds, np.arange(60), -np.arange(60)], axis=1),
        1: np.stack([1 - kinds, np.arange(60), np.arange(60) % 7], axis=1),
    }
    row = Row("line", "", "mnist", "", overrides={"latents.codes.digit.size": 3})
    runs = [
        study_run(
            0, FINISHED, **{"held_out_information/digit": 0.5, "held_out_information/style": 1.0}
        ),
        study_run(
            1, FINISHED, **{"held_out_information/digit": 0.7, "held_out_information/style": 2.0}
        ),
        study_run(2, "failed"),
    ]
    readers = iter([models[0], models[1]])
    monkeypatch.setattr(candidates, "load_model", lambda directory: next(readers))
    monkeypatch.setattr(
        candidates, "read_codes", lambda model, images: candidates.Codes(model[:, :1], model[:, 1:])
    )
    found = candidates.measure_candidate(RowResult(row, tuple(runs)), images=None)
    assert (found.name, found.seeds, found.minutes) == ("line", [0, 1], 4.5)
    assert found.sizes == {"digit": 3, "style": 2}
    assert found.entropies == {"digit": pytest.approx(math.log(3.0))}
    assert found.information == {"digit": pytest.approx(0.6), "style": pytest.approx(1.5)}
    assert found.unused == [1, 1]
    assert found.categories.mean == pytest.approx(1.0)
    assert 0.4 < found.numbers.mean < 0.7  # of two numbers, one agrees


def test_a_single_seed_says_nothing_of_stability():
    assert candidates._stability([np.zeros([5, 1])], None) is None
    assert candidates._stability([np.zeros([5, 0])] * 2, None) is None
