import numpy as np
import pytest
import tensorflow as tf
import tensorflow_probability as tfp

from keras_infogan import Categorical, LatentSpec, Uniform
from keras_infogan.evaluation.binary_labels import attribute_lines, values_by_code
from keras_infogan.evaluation.groups import evaluate, table
from keras_infogan.evaluation.subject import Subject

KINDS = np.arange(1200) % 3


class Reader:
    """Stands for a model that reads the kind of an image off its first pixel."""

    latents = LatentSpec(0, {"style": Uniform(2), "kind": Categorical(3)})

    def recognize(self, images):
        numbers = np.random.default_rng(0).uniform(-1, 1, [len(images), 2])
        return {
            "style": tfp.distributions.Normal(tf.constant(numbers), 1.0),
            "kind": tfp.distributions.Categorical(probs=tf.one_hot(images[:, 0], 3)),
        }


def test_scores_and_the_printed_table():
    labels = {"two": (KINDS == 2).astype(int), "kind": KINDS}
    found = evaluate(Subject(Reader(), KINDS[:, None], labels), ["attribute_table"])
    assert found.scores["attribute/two"] == 1.0
    assert found.scores["attribute_code/two"] == 2.0
    assert found.scores["attribute_shuffled/two"] == pytest.approx(0.5, abs=0.05)
    assert found.scores["attribute_shuffled_std/two"] > 0
    assert len(found.scores) == 4  # a label of three values has no row
    assert all(type(score) is float for score in found.scores.values())
    assert found.notes == ["attribute_table: of the codes, 0 is style_0, 1 is style_1, 2 is kind"]
    lines = table({"nmi/kind": 0.5, **found.scores}).splitlines()
    assert [line.split() for line in lines[:2]] == [
        ["nmi/kind", "0.5000"],
        ["attribute", "code", "balanced", "accuracy", "shuffled"],
    ]
    assert lines[2].split()[:3] == ["two", "2", "1.0000"]
    assert len(lines) == 3


def test_names_of_codes():
    assert list(values_by_code(Reader(), KINDS[:, None])) == ["style_0", "style_1", "kind"]


def test_a_name_with_a_slash():
    scores = {
        "attribute/left/high": 0.75,
        "attribute_code/left/high": 1.0,
        "attribute_shuffled/left/high": 0.5,
        "attribute_shuffled_std/left/high": 0.01,
    }
    assert attribute_lines(scores).splitlines()[1].split() == [
        *("left/high", "1", "0.7500", "0.5000", "+-", "0.0100")
    ]
    assert attribute_lines({"nmi/kind": 0.5}) == ""


@pytest.mark.parametrize(
    ("labels", "reason"),
    [
        ({}, "the test images have no labels"),
        ({"kind": KINDS}, "no label of the test images has two values, each in two images or more"),
        ({"one": np.arange(1200) == 3}, "no label of the test images has two values, each in two"),
    ],
)
def test_left_out(labels, reason):
    found = evaluate(Subject(Reader(), KINDS[:, None], labels), ["attribute_table"])
    assert found.left_out["attribute_table"].startswith(reason)
    assert found.scores == {}
