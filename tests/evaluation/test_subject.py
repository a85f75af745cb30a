import numpy as np
import pytest

from keras_infogan.datasets import LabeledImages
from keras_infogan.evaluation.subject import EvaluationResult, Subject


def test_images_are_generated_once_and_follow_the_seed(model, images):
    subject = Subject(model, images, {}, samples=3)
    assert subject.latents["noise"].shape == (3, 4)
    np.testing.assert_array_equal(subject.fakes, model.generate(subject.latents))
    assert subject.fakes is subject.fakes
    assert not np.array_equal(subject.fakes, Subject(model, images, {}, 1, samples=3).fakes)
    assert Subject(model, images, {}).latents["kind"].shape == (32,)


def test_a_mean_and_its_interval():
    """Of 400 values of deviation 1 around 0: plus and minus 1.96 / 20, moved by 10."""
    found = EvaluationResult()
    found.add_mean("score", np.tile([-1.0, 1.0], 200), offset=10.0, seed=0)
    assert found.scores == {"score": 10.0}
    assert found.intervals["score"] == pytest.approx([9.902, 10.098], abs=0.02)


def test_scores_of_one_statistic_have_intervals_in_their_order():
    values = np.arange(100.0)
    found = EvaluationResult(resamples=50)
    scores = {"mean": 49.5, "double": 99.0}
    found.add(scores, 100, lambda rows: [values[rows].mean(), 2.0 * values[rows].mean()], seed=0)
    assert found.scores == scores
    low, high = found.intervals["mean"]
    assert low < 49.5 < high
    assert found.intervals["double"] == pytest.approx([2.0 * low, 2.0 * high])


@pytest.mark.parametrize(("resamples", "count"), [(0, 100), (50, 1)])
def test_no_interval_without_resamples_or_of_one_image(resamples, count):
    found = EvaluationResult(resamples=resamples)
    found.add_mean("score", np.ones([count]), offset=0.0, seed=0)
    assert (found.scores, found.intervals) == ({"score": 1.0}, {})


def test_what_is_trained_or_loaded_is_made_once(model, images, monkeypatch):
    calls = []

    def train(some, labels, seed):
        calls.append((some, labels, seed))
        return "reader"

    def load():
        calls.append("load")
        return LabeledImages(images, {"one": np.arange(32) % 3, "same": np.zeros(32, int)})

    monkeypatch.setattr("keras_infogan.evaluation.subject.train_label_reader", train)
    labels = {"one": np.arange(32) % 3}
    subject = Subject(model, images, labels, training=load, extractor=lambda: calls.append("made"))
    assert (subject.label_reader, subject.label_reader) == ("reader", "reader")
    assert subject.training_images is subject.training_images
    assert subject.classifier is subject.classifier is None
    assert [each for each in calls if isinstance(each, str)] == ["load", "made"]
    ((some, labels, seed),) = [each for each in calls if not isinstance(each, str)]
    assert some is images and list(labels) == ["one"] and seed == 0
    assert Subject(model, images, {}, training=load).label_reader is None  # without labels
