import json

import pytest
import yaml

from keras_infogan.configs import mnist, mnist_few_labels
from keras_infogan.reports import model_card
from keras_infogan.runs.directory import WorkDirectory
from keras_infogan.trained import Terms

SCORES = {
    "config": "mnist",
    "seed": 3,
    "step": 5000,
    "images": 100,
    "code_accuracy/digit": 0.9,
    "information/digit": 2.0,
    "entropy/digit": 2.3026,
    "information/style": 4.0,
    "entropy/style": 1.3863,
    "rank_correlation/style_0/slant": 0.8,
    "rank_correlation/style_1/slant": 0.1,
    "classes": {"digit": {"classes": [0, 1], "value_of_class": [7, None]}},
}


@pytest.fixture
def make_run(tmp_path):
    """The records of a run without its model."""

    def make(config=mnist, name="run", scores=SCORES, **changes):
        directory = WorkDirectory(tmp_path / name)
        directory.start({**config.get_config().to_dict(), **changes})
        if scores:
            directory.evaluation.write_text(json.dumps(scores))
        return directory

    return make


def test_a_card(make_run):
    card = model_card.render(make_run(seed=3))
    head = yaml.safe_load(card.split("---")[1])
    assert (head["library_name"], head["license"]) == ("keras", "cc-by-sa-3.0")
    assert "trained on MNIST without labels" in card
    effects = {line.split("|")[1].strip(): line.split("|")[3].strip() for line in table(card)}
    assert effects["`digit`"] == "accuracy 0.900; information 2.00 of 2.30 nats"
    assert effects["`style`"] == "information 4.00 nats; style_0 follows slant (+0.80)"
    assert "- Class, and the value of `digit` for it: 0: 7." in card
    assert "after 5,000 updates with seed 3, on 100 test images" in card
    assert "infogan-train --config=mnist --config.seed=3 --workdir=DIR" in card
    assert 'from_preset("DIRECTORY/model.keras")' in card


def table(card):
    lines = card[card.index("## Codes") :].splitlines()
    return [line for line in lines[:8] if line.startswith("| `")]


def test_a_card_of_a_run_with_labels_and_without_scores(make_run):
    card = model_card.render(make_run(mnist_few_labels, scores=None))
    assert "trained on MNIST with labels" in card
    assert "This run was not evaluated." in card
    assert "No label said" not in card
    assert "not measured" in card


def test_other_terms(make_run):
    card = model_card.render(make_run(), Terms("Digits", "by hand"))
    head = yaml.safe_load(card.split("---")[1])
    assert (head["license"], head["license_name"]) == ("other", "by hand")
    assert "trained on Digits without labels" in card


def test_the_spread_over_seeds(make_run):
    others = [
        make_run(name=f"seed {seed}", seed=seed, scores={**SCORES, "code_accuracy/digit": value})
        for seed, value in ((10, 0.5), (2, 0.7))
    ]
    card = model_card.render(make_run(seed=3), seeds=others)
    assert "### Over seeds 2, 3, 10" in card
    row = next(line for line in card[card.index("### Over") :].splitlines() if "code_acc" in line)
    assert [cell.strip() for cell in row.split("|")[2:5]] == ["0.7000", "0.5000", "0.9000"]


def test_seeds_of_another_config_are_refused(make_run):
    with pytest.raises(ValueError, match="The other seeds should have the same config"):
        model_card.render(make_run(), seeds=[make_run(name="other", steps=3)])
