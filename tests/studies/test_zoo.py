from keras_infogan.cli.command import config_names
from keras_infogan.studies import STUDIES

ZOO = STUDIES["zoo"]


def test_every_config_has_one_row():
    assert sorted(row.config for row in ZOO.rows) == sorted(config_names())
    assert [row.name for row in ZOO.rows] == [row.config for row in ZOO.rows]


def test_only_width_data_and_one_length_differ_from_the_configs():
    changed = {name for row in ZOO.rows for name in row.overrides}
    assert changed == {"networks.width_multiplier", "data.name", "data.path", "steps"}
    assert [row.name for row in ZOO.rows if "steps" in row.overrides] == ["mnist_info_wgan_gp"]
    assert all(row.note for row in ZOO.rows if row.overrides)
