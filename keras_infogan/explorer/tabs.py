"""The layout of the tabs, and which pictures each field changes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import gradio as gr
from gradio.processing_utils import save_bytes_to_cache

from keras_infogan.explorer import fields
from keras_infogan.explorer.controls import Control
from keras_infogan.explorer.events import Events
from keras_infogan.explorer.grids import NOISE, axes_of
from keras_infogan.explorer.served_models import ServerError

MOST_ROWS = 12
MOST_FRAMES = 60
NARROWEST_COLUMN = 200  # pixels; in less space, a column moves below the others


class Tabs:
    """The tabs of models with the same controls.

    Args:
        events: the callbacks.
        labels: the label of each model, which has its own column.
        controls: the controls of their codes.
        notice: the component that shows that a server does not answer.
        returned: the event of a server that answers again.
    """

    def __init__(
        self,
        events: Events,
        labels: Sequence[str],
        controls: Sequence[Control],
        notice: gr.HTML,
        returned: Any,
    ) -> None:
        self._events = events
        self._labels = labels
        self._controls = controls
        self._notice = notice
        self._returned = returned

    def add_to_page(self) -> None:
        """Puts the tabs on the page that is being built."""
        with gr.Tabs():
            with gr.Tab("Explore"):
                seed, codes = self._explore()
            if self._controls:
                with gr.Tab("Grid") as tab:
                    self._grid(tab, seed, codes)
                with gr.Tab("Morph") as tab:
                    self._morph(tab)
                with gr.Tab("Read") as tab:
                    self._read(tab, seed)

    def _explore(self) -> tuple[gr.Number, list[Any]]:
        with gr.Row():
            with gr.Column(scale=1, min_width=NARROWEST_COLUMN):
                codes = fields.of_controls(self._controls)
                seed = fields.of_seed()
            with gr.Column(scale=2, min_width=NARROWEST_COLUMN):
                pictures = self._pictures(self._first_pictures(codes))
        self._update_on(
            partial(self._events.pictures, self._controls),
            [field.change for field in (seed, *codes)],
            [seed, *codes],
            pictures,
        )
        return seed, codes

    def _first_pictures(self, codes: Sequence[Any]) -> list[Any]:
        try:
            return self._events.pictures(self._controls, 0, *[field.value for field in codes])
        except ServerError:  # the next check shows the notice
            return [None] * len(self._labels)

    def _grid(self, tab: gr.Tab, seed: gr.Number, codes: Sequence[Any]) -> None:
        labels = list(axes_of(self._controls))
        with gr.Row():
            across = fields.dropdown(labels, value=labels[0], label="Columns", elem_id="across")
            down = fields.dropdown([NOISE, *labels], value=NOISE, label="Rows", elem_id="down")
            rows = fields.slider(1, MOST_ROWS, value=6, step=1, label="Noises")
            columns = fields.slider(2, MOST_ROWS, value=9, step=1, label="Steps of a range")
        caption = gr.Markdown()
        grids = self._pictures([None] * len(self._labels))
        own = [across, down, rows, columns]
        self._update_on(
            partial(self._events.grids, self._controls),
            [tab.select, *[field.change for field in own]],
            [seed, *own, *codes],
            [caption, *grids],
        )

    def _morph(self, tab: gr.Tab) -> None:
        with gr.Row():
            with gr.Column(scale=1, min_width=NARROWEST_COLUMN):
                start = fields.of_controls(self._controls, "from: ")
                seed = fields.of_seed()
            with gr.Column(scale=1, min_width=NARROWEST_COLUMN):
                end = fields.of_controls(self._controls, "to: ", is_end=True)
            with gr.Column(scale=2, min_width=NARROWEST_COLUMN):
                pictures = self._pictures([None] * len(self._labels))
                position = fields.slider(0.0, 1.0, value=0.0, step=0.01, label="Position")
                frames = fields.slider(2, MOST_FRAMES, value=24, step=1, label="Frames")
                with gr.Row():
                    play = gr.Button("Play", variant="primary")
                    downloads = [
                        gr.DownloadButton(self._of("Save as GIF", label), interactive=False)
                        for label in self._labels
                    ]
        outputs = [*pictures, *downloads]
        inputs = [seed, position, *start, *end]
        self._update_on(
            partial(self._events.morphs, self._controls),
            [tab.select, *[field.change for field in inputs]],
            inputs,
            outputs,
        )
        self._on(
            partial(self._events.play, _save_gif(pictures[0]), self._controls),
            [play.click],
            [seed, frames, *start, *end],
            outputs,
        )

    def _read(self, tab: gr.Tab, seed: gr.Number) -> None:
        with gr.Row():
            with gr.Column(scale=1, min_width=NARROWEST_COLUMN):
                dropped = gr.Image(
                    label="An image to read",
                    sources=["upload", "clipboard"],
                    type="filepath",
                    image_mode=None,  # the file as it is; the picture rule reads it
                    interactive=True,
                    elem_id="to_read",
                )
                is_inverted = gr.Checkbox(label="Swap light and dark", interactive=True)
            outputs = []
            for label in self._labels:
                with gr.Column(scale=1, min_width=NARROWEST_COLUMN):
                    outputs += [
                        fields.picture(self._of("the generator's answer", label)),
                        gr.Markdown(),
                        fields.picture(self._of("q(c | x)", label), is_chart=True),
                    ]
        self._update_on(
            self._events.readings,
            [tab.select, dropped.change, is_inverted.change],
            [dropped, is_inverted, seed],
            outputs,
        )

    def _pictures(self, values: Sequence[Any]) -> list[gr.Image]:
        with gr.Row():
            return [
                fields.picture(label, value)
                for label, value in zip(self._labels, values, strict=True)
            ]

    def _of(self, text: str, label: str) -> str:
        return f"{text}: {label}" if len(self._labels) > 1 else text

    def _update_on(self, answer: Any, triggers: list[Any], inputs: Any, outputs: list[Any]) -> None:
        """Calls `answer` at each trigger, and when a server answers again."""
        self._on(answer, [*triggers, self._returned], inputs, outputs)

    def _on(self, answer: Any, triggers: list[Any], inputs: Any, outputs: list[Any]) -> None:
        gr.on(
            triggers,
            self._events.with_notice(answer, len(outputs)),
            inputs,
            [*outputs, self._notice],
            show_progress="hidden",
            trigger_mode="always_last",
            api_visibility="private",
        )


def _save_gif(picture: gr.Image) -> Callable[[bytes], str]:
    return lambda gif: save_bytes_to_cache(gif, "morph.gif", picture.GRADIO_CACHE)
