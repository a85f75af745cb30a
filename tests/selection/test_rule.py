import dataclasses
import json
import math

import pytest

from keras_infogan.selection import Candidate, Stability, ranking, select_candidate
from keras_infogan.selection.rule import (
    LESS_INFORMATION,
    LESS_STABLE,
    NOT_RANKED,
    NOT_REPRODUCED,
    PICKED,
    UNREAD,
    UNUSED,
)
from keras_infogan.studies.directory import StudyDirectory


def candidate(name, size, mean, *, error=0.01, share=0.95, numbers=None, style=None, **changes):
    """One of a categorical code and, where there are `numbers`, a style of so many nats."""
    entropy = math.log(size)
    information = {"digit": share * entropy, **({} if style is None else {"style": style})}
    fields = {
        "seeds": (0, 1, 2),
        "unused": (0, 0, 0),
        "categories": Stability(mean, mean - 0.02, error, 1),
        "numbers": None if numbers is None else Stability(numbers, numbers, 0.1, 0),
        **changes,
    }
    return Candidate(name, {"digit": size}, {"digit": entropy}, information=information, **fields)


def test_the_most_stable_is_picked():
    found = select_candidate(
        [candidate("8", 8, 0.90), candidate("10", 10, 0.96), candidate("12", 12, 0.91)]
    )
    assert found.pick.name == "10"
    assert found.verdicts == {"8": LESS_STABLE, "10": PICKED, "12": LESS_STABLE}


def test_within_a_standard_error_of_the_best_information_decides():
    candidates = [
        candidate("5", 5, 0.97, error=0.02),
        candidate("10", 10, 0.951, error=0.0),
        candidate("12", 12, 0.949, error=0.5),  # its own error does not count
    ]
    found = select_candidate(candidates)
    assert found.verdicts == {"5": LESS_INFORMATION, "10": PICKED, "12": LESS_STABLE}
    # Two seeds have no error, and the most stable wins.
    pair = [
        candidate("5", 5, 0.97, error=None, seeds=(0, 1)),
        candidate("10", 10, 0.96, error=None, seeds=(0, 1)),
    ]
    assert select_candidate(pair).pick.name == "5"


def test_information_of_all_codes_counts():
    candidates = [
        candidate("0", 10, 0.95, share=0.96),
        candidate("2", 10, 0.949, share=0.95, numbers=0.6, style=1.5),
        candidate("4", 10, 0.948, share=0.94, numbers=0.4, style=2.5),
    ]
    assert select_candidate(candidates).verdicts == {
        "0": LESS_INFORMATION,
        "2": PICKED,
        "4": NOT_REPRODUCED,
    }


@pytest.mark.parametrize(
    ("changes", "verdict"),
    [
        ({"seeds": (3,), "categories": None}, NOT_RANKED),
        ({"seeds": (), "categories": None, "unused": ()}, NOT_RANKED),
        ({"unused": (1, 0, 2)}, UNUSED),
        ({"unused": (1, 0), "seeds": (0, 1)}, UNUSED),
        ({"unused": (0, 3, 0)}, PICKED),
        ({"share": 0.899}, UNREAD),
        ({"share": math.nan}, UNREAD),
        ({"share": 0.9}, PICKED),
        ({"numbers": 0.49, "style": 1.0}, NOT_REPRODUCED),
        ({"numbers": 0.5, "style": 1.0}, PICKED),
    ],
)
def test_what_is_worth_picking(changes, verdict):
    found = select_candidate([candidate("stable", 10, 0.99, **changes), candidate("other", 8, 0.5)])
    assert found.verdicts["stable"] == verdict
    assert found.pick.name == ("stable" if verdict == PICKED else "other")


def test_numbers_that_nobody_reproduces_tell_no_candidates_apart():
    candidates = [
        candidate("8", 8, 0.90, numbers=0.3, style=0.5),
        candidate("10", 10, 0.96, numbers=0.1, style=-0.4),
        candidate("12", 12, 0.99, numbers=0.1, style=0.1, unused=(1, 1, 1)),
    ]
    found = select_candidate(candidates)
    assert found.verdicts == {"8": LESS_STABLE, "10": PICKED, "12": UNUSED}
    said = ranking.sentence(found, StudyDirectory("runs"))
    assert said.endswith("with the others. Its continuous codes differ by seed.")
    assert found.pick.total_information == found.pick.information["digit"]  # style's is none


def test_numbers_alone():
    alone = [
        Candidate(
            name,
            {"style": size},
            {},
            seeds=(0, 1, 2),
            information={"style": nats},
            unused=(0, 0, 0),
            numbers=Stability(mean, mean, 0.01, 0),
        )
        for name, size, nats, mean in (("2", 2, 1.0, 0.9), ("4", 4, 2.0, 0.7))
    ]
    assert select_candidate(alone).verdicts == {"2": PICKED, "4": LESS_STABLE}
    differing = [dataclasses.replace(each, numbers=Stability(0.3, 0.3, 0.1, 0)) for each in alone]
    assert select_candidate(differing) == ({"2": NOT_REPRODUCED, "4": NOT_REPRODUCED}, None)


def test_nothing_is_picked_where_nothing_is_worth_it():
    assert select_candidate([candidate("20", 20, 0.9, unused=(3, 4, 2))]) == ({"20": UNUSED}, None)


def test_candidates_have_names_of_their_own():
    with pytest.raises(ValueError, match=r"different names. Received: \['a', 'a'\]"):
        select_candidate([candidate("a", 8, 0.9), candidate("a", 10, 0.9)])
    with pytest.raises(ValueError, match="different names"):
        select_candidate([])


def test_the_table_and_the_sentence():
    candidates = [
        candidate("8", 8, 0.9, style=1.5, numbers=0.6, unused=(0, 1, 0), minutes=4.25),
        candidate("10", 10, 0.96, error=None),
        candidate("12", 12, 0.0, seeds=(), unused=(), categories=None, share=math.nan),
    ]
    found = select_candidate(candidates)
    lines = ranking.table(candidates, found).splitlines()
    assert [line.split() for line in lines[1:]] == [
        [*("8 3 digit 1.98".split()), "(95%),", *"style 1.50 0.900 +- 0.010 0.880 0.600".split()]
        + [*"0 1 0 4.2 less stable".split()],
        [*"10 3 digit 2.19 (95%) 0.960 0.940 - 0 0 0 0.0 picked".split()],
        [*"12 0 digit nan (nan%) - - - - 0.0 too few seeds".split()],
    ]
    assert ranking.sentence(found, StudyDirectory("runs")) == (
        "Picked: digit 10. Of its runs runs/10/seed_1 agrees best with the others."
    )
    record = ranking.selection_record(candidates, found)
    assert (record["pick"], record["seed"]) == ("10", 1)
    assert record["candidates"][2]["information"] == {"digit": None}
    json.dumps(record, allow_nan=False)
