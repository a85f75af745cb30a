from keras_infogan.estimators import ESTIMATORS
from keras_infogan.runs import registry


def test_names_are_those_of_the_classes():
    """A name is its class's name in lower case, with underscores between the words."""
    for table in (registry.CODE_KINDS, registry.OBJECTIVES):
        for name, kind in table.items():
            assert kind.__name__.lower() == name.replace("_", "")


def test_regularizers_are_named_as_they_log():
    assert {make(1.0).name: name for name, make in registry.REGULARIZERS.items()} == {
        name: name for name in registry.REGULARIZERS
    }


def test_bounds_and_estimators_share_no_name():
    assert len(set(registry.INFORMATION)) == len(registry.BOUNDS) + len(ESTIMATORS)
