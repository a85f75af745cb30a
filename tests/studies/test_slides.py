import pytest

from keras_infogan.runs.building import build_model
from keras_infogan.studies import STUDIES

SLIDES = STUDIES["slides"]
ROWS = {row.name: row for row in SLIDES.rows}


def test_each_system_has_a_control_with_silent_codes():
    systems = {row.config for row in SLIDES.rows}
    assert len(systems) == 8
    for config in systems:
        silent = ROWS[f"{config}_silent"].configuration(seed=0)
        assert silent.consistency.weight == 0.0
        assert {code.weight for code in silent.latents.codes.values()} == {0.0}


@pytest.mark.parametrize("row", [row for row in SLIDES.rows if row.name != row.config])
def test_a_control_differs_in_what_it_leaves_out(row):
    main = ROWS[row.config].configuration(seed=0).to_dict()
    control = row.configuration(seed=0).to_dict()
    changed = {name for name in main if main[name] != control[name]}
    is_silent = row.name.endswith("_silent")
    assert changed <= ({"latents", "consistency"} if is_silent else {"model", "architecture"})
    assert changed


@pytest.mark.parametrize(
    ("name", "image_shape"),
    [
        ("sprites_pyramid_one_size", (32, 32, 3)),
        ("captioned_sprites_one_stage", (64, 64, 3)),
        ("moving_sprites_one_stream", (16, 32, 32, 1)),
    ],
)
def test_a_control_of_another_kind_is_a_model(name, image_shape):
    config = ROWS[name].configuration(seed=0)
    config.networks.width_multiplier = 0.05
    model = build_model(config, image_shape)
    assert model.generator.output_shape == (None, *image_shape)
    assert type(model).__name__ in ("InfoGAN", "ConditionalGAN")
