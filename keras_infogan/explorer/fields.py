"""The components that the tabs are made of: fields of codes, seeds, and pictures."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

import gradio as gr

from keras_infogan.explorer.controls import Control
from keras_infogan.explorer.events import another_seed
from keras_infogan.explorer.grids import axes_of

MOST_RADIO_CHOICES = 20  # a code with more values gets a drop-down list
LARGEST_SEED = 2**31 - 1

# Gradio guesses which fields are interactive. For fields that are rendered later, it guesses wrong.
dropdown = partial(gr.Dropdown, interactive=True)


def of_controls(controls: Sequence[Control], prefix: str = "", is_end: bool = False) -> list[Any]:
    """The fields of all controls, in their order.

    Args:
        controls: a categorical code gets radio buttons or a drop-down list, any other code one
            slider per dimension.
        prefix: text before every label.
        is_end: whether the fields start at the last category and the upper bound.
    """
    return [
        field
        for control in controls
        for field in (
            [_choice(control, prefix, is_end)]
            if control.is_categorical
            else _sliders(control, prefix, is_end)
        )
    ]


def of_seed() -> gr.Number:
    """The field of a seed, with a button that draws another."""
    seed = gr.Number(
        0,
        precision=0,
        minimum=0,
        maximum=LARGEST_SEED,
        label="Seed of the noise",
        interactive=True,
    )
    gr.Button("Another noise").click(
        another_seed, None, seed, show_progress="hidden", api_visibility="private"
    )
    return seed


def slider(low: float, high: float, **settings: Any) -> gr.Slider:
    """A slider. While its number is being typed and empty, it stands for the slider's first value.

    Gradio's own fails there, and may then lose the number that is typed next.
    """
    made = gr.Slider(low, high, interactive=True, **settings)
    read = made.preprocess
    # A subclass would not do: for each subclass, Gradio writes a file next to the module.
    made.preprocess = lambda typed: read(made.value if typed is None else typed)
    return made


def picture(label: str, value: Any = None, is_chart: bool = False) -> gr.Image:
    """A picture from a model. A scaled chart is smoothed; other pictures keep sharp pixels."""
    return gr.Image(
        value,
        label=label,
        alt_text=label,
        interactive=False,
        format="png",
        buttons=["download", "fullscreen"],
        elem_classes="chart" if is_chart else "picture",
    )


def _choice(control: Control, prefix: str, is_end: bool) -> Any:
    kind = gr.Radio if control.size <= MOST_RADIO_CHOICES else gr.Dropdown
    choices = [(str(value), value) for value in range(control.size)]
    value = control.size - 1 if is_end else 0
    return kind(choices, value=value, label=prefix + control.name, interactive=True)


def _sliders(control: Control, prefix: str, is_end: bool) -> list[gr.Slider]:
    value = control.high if is_end else control.middle
    step = 1.0 if control.kind == "binary" else 0.01
    return [
        slider(control.low, control.high, value=value, step=step, label=prefix + label)
        for label in axes_of([control])
    ]
