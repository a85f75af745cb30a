import numpy as np
import pytest
import tensorflow as tf

from keras_infogan import Categorical, LatentSpec
from keras_infogan.datasets import LabeledImages
from keras_infogan.evaluation.subject import EvaluationResult, Subject
from keras_infogan.latents import GivenClass
from keras_infogan.models.variants import BiGAN, ConditionalGAN

NETWORKS = {"width_multiplier": 0.05}


def test_images_are_generated_once_and_follow_the_seed(model, images):
    subject = Subject(model, images, {}, samples=3)
    assert subject.latents["noise"].shape == (3, 4)
    np.testing.assert_array_equal(subject.fakes, model.generate(subject.latents))
    assert subject.fakes is subject.fakes
    assert not np.array_equal(subject.fakes, Subject(model, images, {}, 1, samples=3).fakes)
    assert Subject(model, images, {}).latents["kind"].shape == (32,)


def test_a_discriminator_of_pairs_reads_what_it_reads_in_training(images):
    latents = LatentSpec(3, {"kind": Categorical(2)}, given={"digit": GivenClass(3)})
    model = ConditionalGAN.from_architecture("dcgan", latents, (8, 8, 1), networks=NETWORKS)
    digits = np.arange(len(images)) % 3
    subject = Subject(model, images, {"digit": digits})
    real, fake = subject.logits()
    unit = images / np.float32(255)
    given = {"digit": tf.constant(digits)}
    np.testing.assert_allclose(real, model.discriminate_reals(unit, given).logits, atol=1e-5)
    drawn = model.discriminate_reals(subject.fakes, {"digit": subject.latents["digit"]})
    np.testing.assert_allclose(fake, drawn.logits, atol=1e-5)
    assert Subject(model, images, {}).logits() is None


def test_bigans_discriminator_reads_the_latents_of_generated_images(images):
    latents = LatentSpec(3, {"kind": Categorical(2)})
    model = BiGAN.from_architecture("dcgan", latents, (8, 8, 1), networks=NETWORKS)
    subject = Subject(model, images, {})
    real, fake = subject.logits()
    encoded = latents.concatenate(subject.latents)
    with_latents = model.discriminate_fakes(subject.fakes, encoded).logits
    np.testing.assert_allclose(fake, with_latents, atol=1e-5)
    np.testing.assert_allclose(real, model.discriminate_all(images).logits, atol=1e-5)


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
