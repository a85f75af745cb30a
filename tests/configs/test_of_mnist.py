"""The configs on MNIST: each trains two steps, saves, loads, exports and serves."""

import pytest

from keras_infogan.cli.command import config_names

NAMES = [name for name in config_names() if name.startswith("mnist")]


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_trains_two_steps_saves_loads_exports_and_serves(name, try_config):
    try_config(name)
