import pytest

from keras_infogan.evaluation.group_names import DEFAULT, GROUP_NAMES, QUICK, check_groups
from keras_infogan.evaluation.groups import (
    GROUPS,
)


def test_the_commands_default_is_all_but_the_slow_ones():
    assert set(DEFAULT) == set(GROUPS) - {"estimates", "reconstruction", "shown"}
    assert list(GROUP_NAMES) == list(GROUPS)


def test_a_group_should_be_named():
    check_groups(GROUP_NAMES)
    check_groups(QUICK)
    with pytest.raises(ValueError, match=r"The metrics should be among .* Received: \[\]"):
        check_groups([])
