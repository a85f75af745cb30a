import numpy as np
import pytest

from keras_infogan import Categorical, LatentSpec, Uniform
from keras_infogan.evaluation.groups import evaluate
from keras_infogan.evaluation.subject import Subject

COUNT = 200


class Marks:
    """Writes the code, with 2 and 0 exchanged, and where a style lies into an image's pixels."""

    image_shape = (4, 4, 1)

    def __init__(self, codes):
        self.latents = LatentSpec(2, codes)

    def generate(self, latents):
        images = np.zeros([len(latents["noise"]), 4, 4, 1], np.float32)
        images[:, 0, 0, 0] = (2 - np.asarray(latents["kind"])) / 10
        images[:, 0, 1, 0] = np.floor(5 - 5 * np.asarray(latents["style"])[:, 0]) / 10
        return images


class MarkReader:
    """Reads the marks; every tenth kind is wrong. It sees one size in all images."""

    def read(self, images):
        kind, x = np.rint(10 * images[:, 0, :2, 0]).astype(int).T
        kind = (kind + (np.arange(len(kind)) % 10 == 0)) % 3
        return {"x": x, "kind": kind, "size": np.zeros_like(x)}


def test_the_label_that_a_code_sets_and_the_order_that_it_has():
    model = Marks({"kind": Categorical(3), "style": Uniform(1)})
    labels = {"kind": np.zeros(COUNT, int)}
    subject = Subject(model, np.zeros([COUNT, 4, 4, 1]), labels, reader=MarkReader)
    scores = evaluate(subject, ["shown"]).scores
    assert scores["shown_accuracy/kind/kind"] == pytest.approx(0.9)
    assert scores["shown_correlation/style/x"] > 0.98  # of ten steps, turned around
    assert scores["shown_correlation/style/size"] == 0.0
    assert len(scores) == 3


@pytest.mark.parametrize(
    ("codes", "labels", "reason"),
    [
        ({}, {"kind": np.zeros(4, int)}, "the model has no codes"),
        ({"kind": Categorical(3)}, {}, "the test images have no labels"),
        ({"kind": Categorical(3)}, {"kind": np.zeros(4, int)}, "to train a reader on"),
    ],
)
def test_it_is_left_out(codes, labels, reason):
    subject = Subject(Marks(codes), np.zeros([4, 4, 4, 1]), labels)
    assert reason in evaluate(subject, ["shown"]).left_out["shown"]
