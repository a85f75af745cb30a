import numpy as np
import pytest

from keras_infogan import LatentSpec
from keras_infogan.evaluation import groups as evaluation
from keras_infogan.evaluation.groups import (
    GROUPS,
    evaluate,
    table,
    without_label,
)
from keras_infogan.evaluation.subject import Subject
from keras_infogan.metrics import Extractor


def test_evaluate_a_model(model, images):
    labels = {"digit": np.arange(32) % 3}
    found = evaluate(Subject(model, images, labels))
    assert set(found.scores) == {
        *(f"{score}/kind" for score in ("code_accuracy", "majority_accuracy", "nmi", "ari")),
        *(f"{part}/{of}" for part in ("information", "entropy") for of in ("kind", "style")),
        "information/real_fake",
        "entropy/real_fake",
    }
    assert all(isinstance(value, float) for value in found.scores.values())
    assert evaluate(Subject(model, images, labels)).scores == found.scores
    assert evaluate(Subject(model, images, labels, seed=1)).scores != found.scores
    for name in ("code_accuracy/kind", "information/style"):
        low, high = found.intervals[name]
        assert low <= found.scores[name] <= high and low < high
    assert found.classes["kind"].counts.sum() == 32


def test_every_group_that_applies(model, images):
    """A tiny model, two labels, and a network that looks at pixels."""
    pixels = Extractor("pixels", lambda batch: np.reshape(batch, [len(batch), -1])[:, :8])
    labels = {"digit": np.arange(120) % 3, "side": np.arange(120) // 3 % 2}
    many = np.concatenate([images] * 4)[:120]
    subject = Subject(model, many, labels, samples=150, extractor=lambda: pixels)
    done = []
    groups = [name for name in GROUPS if name not in ("disentanglement", "estimates")]
    found = evaluate(subject, groups, lambda amount, name: done.append((name, amount)))
    for name in groups:
        assert sum(amount for of, amount in done if of == name) == pytest.approx(GROUPS[name][1])
        assert all(amount >= 0 for _, amount in done)
    assert len(subject.fakes) == 150
    assert {"frechet_distance/pixels", "precision/pixels"} <= set(found.scores)
    assert {"rank_correlation/style_0/slant", "monotonicity/style_1/area"} <= set(found.scores)
    assert set(found.intervals) >= {"held_out_information/kind", "held_out_information/style"}
    assert list(found.classes) in (["kind/digit"], ["kind/side"])


def test_what_does_not_apply_is_left_out(make_model, images):
    plain = Subject(make_model(LatentSpec(3)), images, {})
    found = evaluate(plain, list(GROUPS))
    assert set(found.scores) == {"information/real_fake", "entropy/real_fake"}
    assert set(found.left_out) == set(GROUPS) - {"information"}
    assert found.left_out["codes"] == "the test images have no labels"
    assert found.left_out["held_out"] == "the model has no codes"
    assert found.left_out["images"] == (
        "it needs at least 100 test images and as many generated ones, and there are 32 and 32"
    )


def test_few_images_end_no_evaluation(model, images):
    """Of one real image and five generated ones the numbers are few, and there is no error."""
    labels = {"digit": np.array([1]), "side": np.array([0])}
    found = evaluate(Subject(model, images[:1], labels, samples=5), list(GROUPS))
    assert not {name for name in found.scores if name.startswith(("held_out", "mine", "mig"))}
    assert found.scores["code_accuracy/kind/digit"] == 1.0
    assert set(found.intervals) == {"information/kind", "information/style"}
    alone = evaluate(Subject(model, images[:1], {}), ["information"])
    assert alone.intervals == {}


def test_a_score_without_its_label():
    assert without_label("code_accuracy/left/height") == "code_accuracy/left"
    assert without_label("rank_correlation/style_0/slant") == "rank_correlation/style_0/slant"
    assert without_label("information/digit") == "information/digit"


def test_evaluate_refuses(model, images):
    with pytest.raises(ValueError, match=r"among \['codes', .* Received: \['fid'\]"):
        evaluate(Subject(model, images, {}), ["fid"])
    with pytest.raises(ValueError, match="a label for each of 32 images. Received: .*'digit': 5"):
        evaluate(Subject(model, images, {"digit": np.arange(5)}))


def test_table_puts_a_bound_beside_its_entropy():
    lines = table(
        {"config": "tiny", "step": 7, "nmi/kind": 0.5, "information/kind": 1.0, "entropy/kind": 1.1}
    ).splitlines()
    assert [line.split() for line in lines] == [
        ["config", "tiny"],
        ["step", "7"],
        ["nmi/kind", "0.5000"],
        ["information/kind", "1.0000", "nats", "(entropy", "1.1000)"],
    ]


def test_table_aligns_values_and_intervals():
    record = {
        "config": "tiny",
        "nmi/kind": 0.5,
        "information/kind": -12.0,
        "entropy/kind": 1.1,
        "intervals": {"nmi/kind": [0.4, 0.6], "information/kind": [-13.0, -11.0]},
    }
    assert table(record).splitlines() == [
        "config                tiny",
        "nmi/kind            0.5000  [0.4000, 0.6000]",
        "information/kind  -12.0000  [-13.0000, -11.0000]  nats  (entropy 1.1000)",
    ]
    assert table({}) == ""


def test_module_reads_bytes(model, images):
    from_bytes = evaluation.information_scores(model, images)
    from_floats = evaluation.information_scores(model, images / np.float32(255.0))
    assert from_bytes == pytest.approx(from_floats, abs=1e-5)
