import numpy as np
import pytest

from keras_infogan import LatentSpec
from keras_infogan.datasets import LabeledImages
from keras_infogan.evaluation.groups import evaluate
from keras_infogan.evaluation.story import corner_labels, objects_seen, story_objects
from keras_infogan.evaluation.subject import Subject
from keras_infogan.latents import GivenText

# Two sentences, two corners, one shape, two colors: object 1 or 2.
LABELS = {
    "shape_1": np.array([0, 0, 0, 0]),
    "color_1": np.array([0, 1, 0, 1]),
    "corner_1": np.array([0, 0, 1, 1]),
    "shape_2": np.array([0, 0, 0, 0]),
    "color_2": np.array([1, 1, 0, 0]),
    "corner_2": np.array([1, 1, 0, 0]),
}
WORDS = ["red", "blue", "left", "right"]


def videos_of(corners):
    """The left and the right half of each frame are as bright as their object's number."""
    halves = np.repeat(np.asarray(corners) / 2, 2, axis=-1)[:, :, None, :, None]
    return np.repeat(halves, 4, axis=2).astype(np.float32)


class Storyteller:
    """Draws the story, and forgets the first object in every second story's last frame."""

    image_shape = (2, 4, 4, 1)

    def __init__(self, sentences=2):
        story = ["red left"] * sentences
        text = GivenText(WORDS, 2, sentences, [story] if sentences > 1 else story)
        self.latents = LatentSpec(2, given={"story": text})

    def generate(self, latents):
        words = np.asarray(latents["story"]) - 2
        shown = corner_labels(words[..., 0] + 1, words[..., 1] - 2)
        rows = np.arange(0, len(words), 2)
        shown[rows, 1, words[rows, 0, 1] - 2] = 0
        return videos_of(shown)


class FrameReader:
    def read(self, frames):
        found = np.rint(2 * np.asarray(frames)[:, 0, ::2, 0]).astype(int)
        return {"corner_0": found[:, 0], "corner_1": found[:, 1]}


def subject_of(model, **others):
    colors, corners = (
        np.stack([LABELS[f"{part}_{k}"] for k in (1, 2)], axis=1) for part in ("color", "corner")
    )
    texts = np.array(
        [
            [f"{WORDS[color]} {WORDS[2 + corner]}" for color, corner in zip(*row, strict=True)]
            for row in zip(colors, corners, strict=True)
        ],
        object,
    )
    images = videos_of(corner_labels(colors + 1, corners))
    training = LabeledImages((images * 255).astype(np.uint8), LABELS)
    return Subject(
        model, images, LABELS, companions={"story": texts}, training=lambda: training, **others
    )


def test_objects_are_shown_and_kept(monkeypatch):
    trained = []

    def train(frames, labels, seed):
        trained.append((frames.shape, {name: values.tolist() for name, values in labels.items()}))
        return FrameReader()

    monkeypatch.setattr("keras_infogan.evaluation.story.train_label_reader", train)
    found = evaluate(subject_of(Storyteller()), ["story"], resamples=0)
    assert found.scores == pytest.approx(
        {
            "object_shown/1": 1.0,
            "object_shown/2": 1.0,
            "object_kept/1": 0.5,
            "object_kept/2": 1.0,
            "object_shown": 1.0,
            "object_kept": 0.75,
            "object_shown/real": 1.0,
            "object_kept/real": 1.0,
        }
    )
    # Two frames of each of the four stories.
    corners = {"corner_0": [1, 1, 2, 2, 0, 1, 0, 1], "corner_1": [0, 2, 0, 2, 1, 1, 2, 2]}
    assert trained == [((8, 4, 4, 1), corners)]


def test_a_wrong_object_is_not_shown():
    objects, corners = story_objects(LABELS, 2, colors=2)
    assert objects.tolist() == [[1, 2], [2, 2], [1, 1], [2, 1]]
    seen = corner_labels(objects, corners)
    seen[0, 0, 0] = 2  # the first story's first frame, and no later one
    shown, kept = objects_seen(seen, objects, corners)
    assert shown.tolist() == [[False, True], [True, True], [True, True], [True, True]]
    assert kept.all()


def test_it_is_left_out():
    one_sentence = subject_of(Storyteller(sentences=1))
    assert "a sentence for each frame" in evaluate(one_sentence, ["story"]).left_out["story"]
    subject = subject_of(Storyteller())
    subject.labels = {"shape_1": LABELS["shape_1"]}
    assert "no labels name" in evaluate(subject, ["story"]).left_out["story"]
    subject = subject_of(Storyteller())
    subject.training = None
    assert evaluate(subject, ["story"]).left_out["story"] == "there are no training images"
    subject = subject_of(Storyteller())
    subject.companions = {}
    assert "without the values" in evaluate(subject, ["story"]).left_out["story"]
