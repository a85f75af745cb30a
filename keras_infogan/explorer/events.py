"""Callbacks of the page: from the values of its fields to the pictures that it shows."""

from __future__ import annotations

import html
import random
from collections.abc import Callable, Sequence
from typing import Any

import gradio as gr

from keras_infogan.explorer.controls import Control, codes_of
from keras_infogan.explorer.grids import NOISE, axes_of, make_grid
from keras_infogan.explorer.served_models import ServedModels, ServerError

CHECK_SECONDS = 2.0  # between two checks of the server
SEEDS = 1_000_000  # "Another noise" draws one of these: short enough to write down

Outputs = list[Any]


class Events:
    """The callbacks of a page.

    Each returns one value per output. `with_notice` adds the notice to every
    callback that sends a request; the notice is its last output.

    Args:
        models: the models that the page shows.
    """

    def __init__(self, models: ServedModels) -> None:
        self._models = models

    def check_servers(self, known: Any, notice: str, returned: int) -> Outputs:
        """Checks the servers when the page opens, and then every `CHECK_SECONDS` seconds.

        Args:
            known: the controls that the page was built from; None if it was not built yet.
            notice: the message about a server that does not answer; "" if all answer.
            returned: how many times servers came back.

        Returns:
            The new values of these three. A change of `returned` draws everything again.
        """
        try:
            if known is not None and not notice:
                self._models.check()
                return [gr.skip()] * 3
            return [self._models.connect(), "", returned + 1]
        except (ServerError, ValueError) as error:
            return [gr.skip(), banner(str(error)), gr.skip()]

    def with_notice(self, answer: Callable[..., Outputs], count: int) -> Callable[..., Outputs]:
        """A callback with `count` outputs and a notice, which says why an answer failed."""

        def callback(*fields: Any) -> Outputs:
            try:
                return [*answer(*fields), gr.skip()]
            except ServerError as error:
                return [gr.skip()] * count + [banner(str(error))]
            except ValueError as error:
                raise gr.Error(str(error), print_exception=False) from error

        return callback

    def pictures(self, controls: Sequence[Control], seed: int | None, *fields: float) -> Outputs:
        """One image per model."""
        return list(self._models.pictures(codes_of(controls, fields), seed or 0))

    def grids(
        self,
        controls: Sequence[Control],
        seed: int | None,
        across: str,
        down: str,
        rows: int,
        columns: int,
        *fields: float,
    ) -> Outputs:
        """A caption, and one grid per model."""
        axes = axes_of(controls)
        down_axis = None if down == NOISE else axes[down]
        codes = codes_of(controls, fields)
        grid = make_grid(codes, seed or 0, axes[across], down_axis, rows, columns)
        return [grid.caption, *self._models.grids(grid)]

    def morphs(
        self, controls: Sequence[Control], seed: int | None, position: float, *fields: float
    ) -> Outputs:
        """One image per model. There is nothing to save until the user plays the morph."""
        start, end = _two_settings(controls, fields)
        pictures = self._models.morphs(start, end, seed or 0, position)
        nothing = gr.DownloadButton(value=None, interactive=False)
        return [*pictures, *[nothing] * len(pictures)]

    def play(
        self,
        save: Callable[[bytes], str],
        controls: Sequence[Control],
        seed: int | None,
        frames: int,
        *fields: float,
    ) -> Outputs:
        """One GIF per model, twice: to show and to save. `save` writes bytes to a file."""
        start, end = _two_settings(controls, fields)
        files = [save(gif) for gif in self._models.gifs(start, end, seed or 0, frames)]
        return [*files, *[gr.DownloadButton(value=file, interactive=True) for file in files]]

    def readings(self, picture: str | None, is_inverted: bool, seed: int | None) -> Outputs:
        """For each model: the reconstruction, the codes in words, and a bar chart.

        Args:
            picture: the path of a file; None if there is none.
            is_inverted: whether to swap light and dark.
            seed: of the noise.
        """
        if picture is None:
            return [None, "", None] * len(self._models.models)
        recognitions = self._models.readings(picture, is_inverted, seed or 0)
        return [part for recognition in recognitions for part in recognition]


def another_seed() -> int:
    """A random seed."""
    return random.randrange(SEEDS)


def banner(message: str) -> str:
    """A message as HTML; screen readers read it at once."""
    return (
        f'<div role="alert" class="notice">{html.escape(message)} '
        f"Trying again every {CHECK_SECONDS:g} seconds.</div>"
    )


def _two_settings(controls: Sequence[Control], fields: Sequence[float]) -> tuple[Any, Any]:
    half = len(fields) // 2
    return codes_of(controls, fields[:half]), codes_of(controls, fields[half:])
