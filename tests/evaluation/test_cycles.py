import numpy as np
import pytest
import tensorflow as tf
import tensorflow_probability as tfp

from keras_infogan import Categorical, Circular, LatentSpec, Uniform
from keras_infogan.evaluation.groups import evaluate
from keras_infogan.evaluation.subject import Subject

ANGLES = np.arange(360) % 36
OBJECTS = np.arange(360) // 36


class Reader:
    """Stands for a model that reads the angle off the first pixel, for each object its own way."""

    def __init__(self, size=1):
        self.latents = LatentSpec(0, {"kind": Categorical(3), "turn": Circular(size)})

    def recognize(self, images):
        truth, thing = images[:, 0] * 2 * np.pi / 36, images[:, 1]
        read = np.where(thing % 2 == 0, 1, -1) * truth + thing
        columns = [np.angle(np.exp(1j * read)), np.ones(len(images))]
        means = tf.constant(np.stack(columns[: self.latents.codes["turn"].size], 1), tf.float32)
        return {"turn": tfp.distributions.VonMises(means, 5.0)}


def found(labels, size=1, values=None):
    images = np.stack([ANGLES, OBJECTS], 1)
    subject = Subject(Reader(size), images, labels, values=values or {})
    return evaluate(subject, ["cycles"])


def test_each_object_has_its_own_origin_and_direction():
    scores = found({"angle": ANGLES, "object": OBJECTS}).scores
    assert scores["circular_correlation/turn/angle/each/object"] == pytest.approx(1.0, abs=1e-6)
    assert scores["circular_correlation/turn/angle"] < 0.4
    # The object is a label of ten values too, though it does not go around.
    assert set(scores) == {
        f"circular_correlation/turn/{name}"
        for name in ("angle", "angle/each/object", "object", "object/each/angle")
    }


def test_one_label_has_no_mean_over_another():
    assert list(found({"angle": ANGLES}).scores) == ["circular_correlation/turn/angle"]


def test_a_dimension_that_does_not_move():
    scores = found({"angle": ANGLES, "object": OBJECTS}, size=2).scores
    assert "circular_correlation/turn_1/angle" not in scores
    assert scores["circular_correlation/turn_1/angle/each/object"] == 0.0


def test_another_code_whose_name_begins_alike_is_none():
    reader = Reader()
    reader.latents = LatentSpec(0, {"turn": Circular(1), "turn_back": Uniform(1)})
    recognize = reader.recognize
    normal = tfp.distributions.Normal(tf.constant(ANGLES[:, None] / 36.0), 1.0)
    reader.recognize = lambda images: {**recognize(images), "turn_back": normal}
    subject = Subject(reader, np.stack([ANGLES, OBJECTS], 1), {"angle": ANGLES})
    scores = evaluate(subject, ["cycles"]).scores
    assert list(scores) == ["circular_correlation/turn/angle"]


def test_the_turn_is_that_of_all_data():
    """Of 36 angles the test images have the first 20."""
    rows = np.flatnonzero((ANGLES < 20) & (OBJECTS == 2))
    images = np.stack([ANGLES, OBJECTS], 1)[rows]
    subject = Subject(Reader(), images, {"angle": ANGLES[rows]}, values={"angle": 36})
    scores = evaluate(subject, ["cycles"]).scores
    assert scores["circular_correlation/turn/angle"] == pytest.approx(1.0, abs=1e-6)


def test_an_object_that_is_seen_from_few_sides_is_left_out():
    objects = np.where((OBJECTS == 9) & (ANGLES < 3), 10, OBJECTS)
    scores = found({"angle": ANGLES, "object": objects}).scores
    assert scores["circular_correlation/turn/angle/each/object"] == pytest.approx(1.0, abs=1e-6)


@pytest.mark.parametrize(
    ("labels", "reason"),
    [
        ({}, "the test images have no labels"),
        ({"object": OBJECTS % 4}, "no label of the test images has 5 values or more"),
    ],
)
def test_left_out(labels, reason):
    assert found(labels).left_out == {"cycles": reason}


def test_left_out_without_a_circular_code():
    reader = Reader()
    reader.latents = LatentSpec(0, {"kind": Categorical(3)})
    left_out = evaluate(Subject(reader, ANGLES[:, None], {"angle": ANGLES}), ["cycles"]).left_out
    assert left_out == {"cycles": "the model has no circular code"}
