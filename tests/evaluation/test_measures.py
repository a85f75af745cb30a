import math

import numpy as np
import pytest
import tensorflow as tf
import tensorflow_probability as tfp

from keras_infogan import Bernoulli, Categorical, LatentSpec, Uniform, VariationalBound
from keras_infogan.evaluation import fitted
from keras_infogan.evaluation.groups import (
    code_scores,
    evaluate,
    information_scores,
)
from keras_infogan.evaluation.measures import representation
from keras_infogan.evaluation.subject import Subject
from keras_infogan.networks.outputs import DiscriminatorOutput
from keras_infogan.objectives import NonSaturating

LATENTS = LatentSpec(1, {"kind": Categorical(3), "style": Uniform(1)})


class PerfectReader:
    """Stands for a model whose images show their code: the first three pixels are one-hot."""

    latents = LATENTS
    objective = NonSaturating()
    step = 0

    def __init__(self, real_logit=20.0):
        self.information = VariationalBound(LATENTS, recognition_head=None)
        self.real_logit = real_logit

    def recognize(self, images):
        return {"kind": tfp.distributions.Categorical(probs=tf.constant(images[:, :3]))}

    def generate(self, latents):
        shown = tf.concat([tf.one_hot(latents["kind"], 3), latents["style"]], axis=-1)
        return tf.concat([shown, -tf.ones_like(latents["style"])], axis=-1).numpy()

    def discriminate_all(self, images, with_features=True):
        parameters = tf.concat([100.0 * images[:, :3], images[:, 3:4], 0 * images[:, :1]], axis=-1)
        return DiscriminatorOutput(None, self.real_logit * images[:, 4:], parameters)

    def discriminate_reals(self, images, given):
        return self.discriminate_all(images)

    def discriminate_fakes(self, images, encoded):
        return self.discriminate_all(images)


@pytest.fixture
def reader():
    return PerfectReader()


@pytest.fixture
def real_images():
    """A thousand images of kinds 0, 1, 2, 0, ... that are told from fakes by the last pixel."""
    kinds = np.arange(1000) % 3
    shown = np.concatenate([np.eye(3)[kinds], np.zeros([1000, 1]), np.ones([1000, 1])], axis=-1)
    return shown.astype(np.float32)


def test_scores_of_a_code_that_names_the_label(reader, real_images):
    labels = {"digit": (np.arange(1000) + 1) % 3}
    assert code_scores(reader, real_images, labels) == pytest.approx(
        {
            "code_accuracy/kind": 1.0,
            "majority_accuracy/kind": 1.0,
            "nmi/kind": 1.0,
            "ari/kind": 1.0,
        }
    )


def test_a_code_is_scored_against_the_label_it_shares_most_with(reader, real_images):
    labels = {"colour": np.arange(1000) % 2, "digit": np.arange(1000) % 3}
    scores = code_scores(reader, real_images, labels)
    assert set(scores) == {
        "code_accuracy/kind/digit",
        "majority_accuracy/kind/digit",
        "nmi/kind/digit",
        "ari/kind/digit",
    }


def test_codes_have_labels_of_their_own():
    """Both codes tell most of the left label; the second also tells all there is of the right."""

    class Reader:
        latents = LatentSpec(0, {"first": Categorical(4), "second": Categorical(4)})

        def recognize(self, images):
            return {
                name: tfp.distributions.Categorical(probs=tf.one_hot(images[:, k], 4))
                for k, name in enumerate(self.latents.codes)
            }

    left, right = np.arange(1000) % 4, np.arange(1000) // 4 % 4
    second = np.where(np.arange(1000) < 700, left, right)
    labels = {"left": left, "right": right}
    scores = code_scores(Reader(), np.stack([left, second], 1), labels)
    assert scores["code_accuracy/first/left"] == 1.0
    assert "code_accuracy/second/right" in scores
    scores = code_scores(Reader(), np.stack([left, second], 1), {"left": left})
    assert (scores["nmi/first"], scores["nmi/second"] > 0.1) == (1.0, True)


def test_no_scores_without_labels_or_categories(reader, real_images, make_model):
    assert code_scores(reader, real_images, {}) == {}
    vector = make_model(LatentSpec(1, {"style": Uniform(1)}))
    assert code_scores(vector, np.zeros([2, 8, 8, 1], np.uint8), {"digit": np.zeros(2)}) == {}


def test_information_of_a_perfect_reader(reader, real_images):
    scores = information_scores(reader, real_images)
    assert scores["information/kind"] == pytest.approx(math.log(3.0), rel=1e-4)
    assert scores["entropy/kind"] == pytest.approx(math.log(3.0), rel=1e-4)
    # The mean is right and the deviation one: ln 2 - ln(2 pi) / 2.
    assert scores["information/style"] == pytest.approx(-0.2258, abs=1e-3)
    assert scores["entropy/style"] == pytest.approx(math.log(2.0))
    assert scores["information/real_fake"] == pytest.approx(math.log(2.0), abs=1e-3)
    assert scores["entropy/real_fake"] == pytest.approx(math.log(2.0))


def test_information_at_chance(real_images):
    scores = information_scores(PerfectReader(real_logit=0.0), real_images)
    assert scores["information/real_fake"] == pytest.approx(0.0, abs=1e-6)


def test_intervals_are_those_of_a_binomial(reader, real_images):
    """The accuracy of 1,000 images at 0.9: plus and minus 1.96 sqrt(0.9 0.1 / 1000)."""
    truth = np.arange(1000) % 3
    labels = {"digit": np.where(np.arange(1000) < 900, truth, (truth + 1) % 3)}
    found = evaluate(Subject(reader, real_images, labels), ["codes"])
    assert found.scores["code_accuracy/kind"] == 0.9
    assert found.intervals["code_accuracy/kind"] == pytest.approx([0.8814, 0.9186], abs=0.004)


def test_the_interval_of_a_constant_code_holds_its_accuracy(reader, real_images):
    """Ten classes of 100 images each, and one value: the accuracy is .1 for any match."""
    labels = {"digit": np.arange(1000) % 10}
    subject = Subject(reader, np.zeros_like(real_images), labels)
    found = evaluate(subject, ["codes"])
    assert len(found.classes["kind"].values) == 1
    for name in ("code_accuracy/kind", "majority_accuracy/kind"):
        low, high = found.intervals[name]
        assert low < found.scores[name] == 0.1 < high


@pytest.mark.slow
def test_estimates_of_a_perfect_reader(real_images, monkeypatch):
    """Five pixels, three of them the kind: ln 3 nats, of which a short fit finds most."""
    monkeypatch.setattr(fitted, "ESTIMATE_UPDATES", 150)
    subject = Subject(PerfectReader(), real_images, {}, samples=2000)
    scores = evaluate(subject, ["estimates"]).scores
    for kind in ("mine", "nwj", "infonce", "smile"):
        assert 0.8 < scores[f"{kind}_information/kind"] < math.log(3.0) + 0.1
        assert f"{kind}_information/style" in scores


def test_disentanglement_of_a_model_with_true_factors(model, images):
    factors = np.random.default_rng(0).integers(0, 3, [2, 64])
    labels = {"digit": factors[0], "side": factors[1]}
    found = evaluate(Subject(model, np.concatenate([images] * 2), labels), ["disentanglement"])
    assert {"mig/infogan_cr", "mig/disentanglement_lib"} <= set(found.scores)
    assert representation(model, images).shape == (32, 3)


def test_attributes_of_codes_with_two_values(make_model, images):
    latents = LatentSpec(2, {"flags": Bernoulli(2), "style": Uniform(1)})
    scores = evaluate(Subject(make_model(latents), images, {}), ["attributes"]).scores
    assert {"monotonicity/flags_1/slant", "rank_correlation/style/area"} <= set(scores)
    each = [
        abs(scores[f"rank_correlation/{code}/area"]) for code in ("flags_0", "flags_1", "style")
    ]
    assert scores["best_rank_correlation/area"] == max(each)
