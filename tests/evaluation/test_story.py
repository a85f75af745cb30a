import numpy as np

from keras_infogan import LatentSpec
from keras_infogan.datasets import LabeledImages
from keras_infogan.evaluation import story
from keras_infogan.evaluation.groups import evaluate
from keras_infogan.evaluation.story import corner_labels
from keras_infogan.evaluation.subject import Subject
from keras_infogan.latents import GivenText

COUNT = 96
TEXT = GivenText(["one", "two"], 1, sentences=2, examples=[["one", "two"]])


def labels():
    """Two sentences, of which the first fills corner 0 or 1 and the second the other one."""
    first = np.arange(COUNT) % 2
    colors = (np.arange(COUNT) // 2) % 2
    return {
        "corner_1": first,
        "corner_2": 1 - first,
        "color_1": colors,
        "color_2": 1 - colors,
        "shape_1": np.zeros(COUNT, int),
        "shape_2": np.zeros(COUNT, int),
    }


def stories(forgets=False):
    """Half of a frame is a corner; an object fills it with one of two shades."""
    corners = corner_labels(labels(), 2, 2, 2)
    if forgets:  # the first object is gone in the second frame
        corners[np.arange(COUNT), 1, labels()["corner_1"]] = 0
    shades = corners[..., None] / np.float32(2)
    return np.repeat(np.repeat(shades, 4, axis=2), 8, axis=3)[..., None]


class Model:
    image_shape = (2, 8, 8, 1)
    latents = LatentSpec(1, given={"story": TEXT})

    def generate(self, latents):
        return stories(forgets=True)


class Reader:
    """Reads the shade of each half of a frame."""

    def read(self, frames):
        halves = frames[..., 0].reshape(len(frames), 2, -1).mean(axis=2)
        return {f"corner_{k}": np.rint(2 * halves[:, k]).astype(int) for k in range(2)}


def test_objects_that_come_and_do_not_stay(monkeypatch):
    monkeypatch.setattr(story, "train_label_reader", lambda frames, labels: Reader())
    training = LabeledImages(stories(), labels())
    texts = np.array([["one", "two"]] * COUNT, object)
    subject = Subject(
        Model(), stories(), labels(), companions={"story": texts}, training=lambda: training
    )
    scores = evaluate(subject, ["story"]).scores
    assert scores["object_shown"] == scores["object_shown/real"] == 1.0
    assert scores["object_kept/1"] == 0.0 and scores["object_kept/2"] == 1.0
    assert scores["object_kept/real"] == 1.0


def test_it_is_left_out_without_a_story():
    subject = Subject(Model(), stories(), {})
    assert "labels" in evaluate(subject, ["story"]).left_out["story"]
    subject.model.latents = LatentSpec(1)
    assert "no story" in evaluate(subject, ["story"]).left_out["story"]
