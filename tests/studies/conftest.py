import pytest


@pytest.fixture
def differences():
    """Finds the config fields in which the rows of a study differ, with the value of each row."""

    def find(study):
        configs = [flat(row.configuration(seed=0).to_dict()) for row in study.rows]
        names = sorted(set().union(*configs))
        values = {name: [config.get(name) for config in configs] for name in names}
        return {
            name: each
            for name, each in values.items()
            if name != "name" and any(value != each[0] for value in each)
        }

    return find


def flat(config, prefix=""):
    found = {}
    for name, value in config.items():
        nested = isinstance(value, dict) and value
        found.update(flat(value, f"{prefix}{name}.") if nested else {prefix + name: value})
    return found
