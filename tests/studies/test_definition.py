import pytest

from keras_infogan.studies import Row, Study

LINE = Row("line", "BasicProp line", "basicprop_line", "a cliff in the losses")
OTHER = Row("other", "Another", "basicprop_line", "nothing", overrides={"latents.noise": 5})
STUDY = Study("tiny", "Tiny", "nobody", "Does it run?", (LINE, OTHER), seeds=2, thresholds=(0.95,))


def test_a_row_resolves_its_config():
    config = OTHER.configuration(seed=3)
    assert (config.seed, config.latents.noise) == (3, 5)
    assert config.name == "basicprop_line"
    assert OTHER.overrides.keys() == {"latents.noise"}


def test_a_study_can_be_shorter():
    assert STUDY.changed({}) == STUDY
    line, other = (row.configuration(seed=0) for row in STUDY.changed({"steps": 7}).rows)
    assert (line.steps, other.steps, other.latents.noise) == (7, 7, 5)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            {"overrides": {"steps": 3, "data.path": None}},
            r"have values. .*None for .'data.path'",
        ),
        ({"name": "a/b"}, "lower case letters, digits and underscores. Received: name='a/b'"),
        ({"name": ""}, "`name` should be"),
        ({"scores": ()}, "`scores` should name"),
        ({"metrics": ("fid",)}, "Received: .'fid'"),
    ],
)
def test_a_row_refuses(change, message):
    with pytest.raises(ValueError, match=message):
        Row(**{"name": "a", "label": "A", "config": "mnist", "reported": "", **change})


@pytest.mark.parametrize(
    ("config", "overrides", "message"),
    [
        ("nist", {}, "config that comes with the package. Received: config='nist'"),
        ("mnist", {"stepz": 3}, "stepz"),
        ("mnist", {"steps": "many"}, "many"),
    ],
)
def test_a_config_that_is_none(config, overrides, message):
    with pytest.raises(ValueError, match=message):
        Row("a", "A", config, "", overrides=overrides).configuration(0)


def test_a_study_refuses():
    with pytest.raises(ValueError, match=r"different names. Received: \['line', 'line'\]"):
        Study("s", "S", "", "", (LINE, LINE), 1)
    with pytest.raises(ValueError, match="should have different names"):
        Study("s", "S", "", "", (), 1)
    with pytest.raises(
        ValueError, match="`seeds` should be an int of at least 1. Received: seeds=0"
    ):
        Study("s", "S", "", "", (LINE,), 0)
