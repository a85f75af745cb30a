import asyncio

import pytest

from keras_infogan.explorer.controls import Control

gr = pytest.importorskip("gradio", reason="the extra `explore` is not installed")

from keras_infogan.explorer import fields  # noqa: E402  (it imports gradio)


def test_a_field_for_each_code_or_dimension(controls):
    coin, kind, *style = fields.of_controls(controls, prefix="to: ")
    assert [field.label for field in (coin, kind, *style)] == [
        *("to: coin", "to: kind", "to: style 1", "to: style 2")
    ]
    assert (coin.minimum, coin.maximum, coin.step, coin.value) == (0.0, 1.0, 1.0, 0.0)
    assert (kind.choices, kind.value) == ([("0", 0), ("1", 1), ("2", 2)], 0)
    assert [(each.minimum, each.maximum, each.step, each.value) for each in style] == [
        (-1.0, 1.0, 0.01, 0.0)
    ] * 2


def test_a_number_that_is_being_typed_stands_for_the_first_value(controls):
    *_, slider = fields.of_controls(controls, is_end=True)
    assert [slider.preprocess(typed) for typed in (None, -0.5)] == [1.0, -0.5]


def test_the_end_of_a_morph_is_far_from_its_start(controls):
    ends = fields.of_controls(controls, is_end=True)
    assert [field.value for field in ends] == [1.0, 2, 1.0, 1.0]


@pytest.mark.parametrize(("size", "kind"), [(20, "Radio"), (21, "Dropdown")])
def test_many_categories_are_a_list(size, kind):
    (field,) = fields.of_controls([Control("digit", "categorical", size)])
    assert type(field) is getattr(gr, kind)
    assert len(field.choices) == size


def test_a_seed_has_a_button():
    async def build():
        with gr.Blocks(analytics_enabled=False) as page:
            return page, fields.of_seed()

    page, seed = asyncio.run(build())  # where no loop runs, Gradio leaves loops of its own open
    assert (seed.value, seed.minimum, seed.precision) == (0, 0, 0)
    (button,) = [block for block in page.blocks.values() if isinstance(block, gr.Button)]
    assert button.value == "Another noise"
    (event,) = page.fns.values()
    assert event.outputs == [seed]


def test_a_scaled_chart_is_smoothed():
    assert fields.picture("q(c | x)", is_chart=True).elem_classes == ["chart"]
    picture = fields.picture("digits")
    assert (picture.elem_classes, picture.label, picture.interactive) == (
        *(["picture"], "digits", False),
    )
