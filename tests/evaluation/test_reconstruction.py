import numpy as np

from keras_infogan import Categorical, InfoGAN, LatentSpec
from keras_infogan.datasets import LabeledImages
from keras_infogan.evaluation import reconstruction
from keras_infogan.evaluation.groups import evaluate
from keras_infogan.evaluation.subject import Subject
from keras_infogan.models.variants import BiGAN

NETWORKS = {"width_multiplier": 0.05}


def make(kind):
    latents = LatentSpec(4, {"kind": Categorical(2)})
    return kind.from_architecture("dcgan", latents, (8, 8, 1), networks=NETWORKS)


def test_errors_are_mean_squares(images, monkeypatch):
    monkeypatch.setattr(reconstruction, "UPDATES", 3)
    images = images[:, :8, :8]
    model = make(BiGAN)
    rows = model.encode(images)
    assert rows.shape == (len(images), model.latents.width)
    by_hand = np.square(model.generator(rows) - images / np.float32(255)).mean()
    training = LabeledImages(images, {})
    found = evaluate(Subject(model, images, {}, training=lambda: training), ["reconstruction"])
    assert np.isclose(found.scores["reconstruction_error"], by_hand, rtol=1e-4)
    assert found.scores["reconstruction_error/autoencoder"] > 0
    deviation = (images / 255.0).var(axis=0).mean()
    assert np.isclose(found.scores["reconstruction_error/mean_image"], deviation, rtol=1e-4)


def test_it_is_left_out_without_an_encoder(images):
    subject = Subject(make(InfoGAN), images[:, :8, :8], {})
    assert "no encoder" in evaluate(subject, ["reconstruction"]).left_out["reconstruction"]
