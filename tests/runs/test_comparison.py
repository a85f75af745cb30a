import json

import numpy as np
import pytest
from scipy.stats import ttest_ind

from keras_infogan.runs.comparison import differs, read_groups, table
from keras_infogan.runs.directory import WorkDirectory


@pytest.fixture
def run(tmp_path):
    """Makes an evaluated run of a config, a seed and scores."""

    def make(name, seed, scores, **config):
        directory = WorkDirectory(tmp_path / f"{name}_{len(list(tmp_path.iterdir()))}")
        directory.start({"name": name, "seed": seed, "steps": 10, "data": config or {"a": 1}})
        record = {"config": name, "seed": seed, "step": 10, "images": 5, **scores}
        directory.evaluation.write_text(json.dumps(record))
        return directory.path

    return make


def test_runs_that_differ_in_the_seed_are_one_group(run):
    paths = [
        run("plain", 0, {"code_accuracy/digit": 0.70, "entropy/digit": 2.3}),
        run("better", 0, {"code_accuracy/digit": 0.97, "ari/digit": None}),
        run("plain", 1, {"code_accuracy/digit": 0.72}),
        run("better", 1, {"code_accuracy/digit": 0.98}),
        run("plain", 2, {"code_accuracy/digit": 0.74}),
    ]
    groups = read_groups(paths)
    assert [(group.label, len(group.runs)) for group in groups] == [("plain", 3), ("better", 2)]
    assert groups[0].values("code_accuracy/digit") == [0.70, 0.72, 0.74]
    assert groups[1].values("ari/digit") == []
    lines = table(groups).splitlines()
    assert lines[0].split() == ["score", "plain", "(n=3)", "better", "(n=2)"]
    assert lines[1].split() == [
        *("code_accuracy/digit", "0.7200", "+-", "0.0200", "0.9750", "+-", "0.0071", "*")
    ]
    assert lines[2].split() == ["ari/digit", "-", "-"]  # it is known to have been no number
    assert lines[3].startswith("* differs from plain by more than the spread over seeds")
    assert len(lines) == 4


def test_the_number_of_a_best_code_has_no_mean(run):
    scores = {"attribute/Male": 0.7, "attribute_code/Male": 3.0}
    lines = table(read_groups([run("a", seed, scores) for seed in (0, 1)])).splitlines()
    assert lines[1].split() == ["attribute/Male", "0.7000", "+-", "0.0000"]
    assert lines[2].startswith("One config only")


def test_one_name_with_other_settings_is_another_group(run):
    paths = [run("plain", 0, {"nmi/digit": 0.5}, b=1), run("plain", 0, {"nmi/digit": 0.9}, b=2)]
    groups = read_groups(paths)
    assert [group.label for group in groups] == ["plain, data.b=1", "plain, data.b=2"]
    lines = table(groups).splitlines()
    assert lines[1].split() == ["nmi/digit", "0.5000", "0.9000"]
    assert lines[-1].startswith("A single run has no spread")


def test_one_config(run):
    lines = table(read_groups([run("a", seed, {"nmi/c": seed}) for seed in (0, 1)])).splitlines()
    assert lines[1].split() == ["nmi/c", "0.5000", "+-", "0.7071"]
    assert lines[2].startswith("One config only")


def test_differences_within_the_spread_are_none(run):
    values = {"a": (0.7, 0.9, 0.8), "b": (0.75, 0.95, 0.8)}
    paths = [
        run(name, seed, {"x": value})
        for name, row in values.items()
        for seed, value in enumerate(row)
    ]
    assert "No difference exceeds the spread over seeds" in table(read_groups(paths))


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ([1.0, 1.1, 0.9], [2.0, 2.1, 1.9], True),
        ([0.70, 0.72, 0.88], [0.98, 0.97, 0.98], False),  # t = 3.7 on two degrees, p = 0.066
        ([1.0, 1.0], [1.0, 1.0], False),
        ([1.0, 1.0], [2.0, 2.0], True),
        ([0.9823] * 5, [0.98, 0.9812, 0.979, 0.98, 0.97], False),  # t = 2.1, p = 0.10
        ([1.0], [2.0, 2.1], None),
    ],
)
def test_differs(first, second, expected):
    assert differs(first, second) is expected


def test_differs_is_welchs_test_at_five_per_cent():
    generator = np.random.default_rng(0)
    found = []
    for shift in np.linspace(0.0, 3.0, 20):
        first, second = generator.normal(size=4), shift + 2.0 * generator.normal(size=6)
        found.append(differs(first, second))
        assert found[-1] == (ttest_ind(first, second, equal_var=False).pvalue < 0.05)
    assert set(found) == {False, True}


def test_a_code_keeps_its_row_whichever_label_it_was_held_against(run):
    paths = [
        run("bars", 0, {"nmi/first/left": 0.9, "rank_correlation/style/slant": 0.9}),
        run("bars", 1, {"nmi/first/right": 0.7, "rank_correlation/style/slant": -0.9}),
    ]
    lines = table(read_groups(paths)).splitlines()
    assert lines[1].split() == ["nmi/first", "0.8000", "+-", "0.1414"]
    assert len(lines) == 3  # signs of dimensions are chance: no row of them


def test_scores_of_other_numbers_of_images_are_other_groups(run):
    paths = [run("a", seed, {"x": 1.0, "samples": count}) for seed, count in ((0, 10), (1, 99))]
    assert [group.label for group in read_groups(paths)] == ["a, samples=10.0", "a, samples=99.0"]


def test_runs_that_cannot_be_compared(run, tmp_path):
    path = run("a", 0, {"x": 1.0})
    with pytest.raises(ValueError, match="two runs or more. Received: "):
        read_groups([path])
    with pytest.raises(ValueError, match="named once"):
        read_groups([path, f"{path}/"])
    with pytest.raises(ValueError, match="which has no config.json"):
        read_groups([path, tmp_path / "none"])
    with pytest.raises(ValueError, match="different seeds. Received: .* whose seed 0 another run"):
        read_groups([path, run("a", 0, {"x": 1.0})])
    other = run("b", 0, {"x": 1.0})
    (other / "evaluation.json").write_text("{")
    with pytest.raises(ValueError, match="evaluation.json is damaged"):
        read_groups([path, other])
    (other / "evaluation.json").unlink()
    with pytest.raises(ValueError, match="which has no evaluation.json"):
        read_groups([path, other])
