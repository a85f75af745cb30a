"""What happens on the page: values of its fields in, what its pictures show out."""

from __future__ import annotations

import html
import random
from collections.abc import Callable, Sequence
from typing import Any

import gradio as gr
import numpy as np

from keras_infogan.explorer.answers import Answers, Trouble
from keras_infogan.explorer.controls import Control, codes_of
from keras_infogan.explorer.grids import NOISE, axes_of, lay_out

CHECK_SECONDS = 2.0  # between two looks whether the server is there
SEEDS = 1_000_000  # "another noise" draws one of them: short enough to write down

Outputs = list[Any]


class Events:
    """The callbacks of a page.

    Each returns a value per output; `told` adds the notice, which is the last output of all that
    ask a server.

    Args:
        answers: of the models that the page shows.
    """

    def __init__(self, answers: Answers) -> None:
        self._answers = answers

    def look(self, known: Any, notice: str, returned: int) -> Outputs:
        """Looks whether the servers are there, when the page opens and then every so often.

        Args:
            known: the controls that the page was built from; None before it could be.
            notice: what it says of a server that was away; "" when none was.
            returned: how often servers came back.

        Returns:
            The same three as they are now. A change of `returned` draws everything again.
        """
        try:
            if known is not None and not notice:
                self._answers.check()
                return [gr.skip()] * 3
            return [self._answers.connect(), "", returned + 1]
        except (Trouble, ValueError) as error:
            return [gr.skip(), banner(str(error)), gr.skip()]

    def told(self, answer: Callable[..., Outputs], count: int) -> Callable[..., Outputs]:
        """A callback that says in the notice what kept it from `count` outputs."""

        def callback(*fields: Any) -> Outputs:
            try:
                return [*answer(*fields), gr.skip()]
            except Trouble as trouble:
                return [gr.skip()] * count + [banner(str(trouble))]
            except ValueError as error:
                raise gr.Error(str(error), print_exception=False) from error

        return callback

    def pictures(self, controls: Sequence[Control], seed: int | None, *fields: float) -> Outputs:
        """An image a model."""
        return list(self._answers.pictures(codes_of(controls, fields), seed or 0))

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
        """A caption, and a grid a model."""
        axes = axes_of(controls)
        down_axis = None if down == NOISE else axes[down]
        codes = codes_of(controls, fields)
        grid = lay_out(codes, seed or 0, axes[across], down_axis, rows, columns)
        return [grid.caption, *self._answers.grids(grid)]

    def morphs(
        self, controls: Sequence[Control], seed: int | None, position: float, *fields: float
    ) -> Outputs:
        """An image a model; then, as nothing was played yet, nothing to save."""
        start, end = _two_settings(controls, fields)
        pictures = self._answers.morphs(start, end, seed or 0, position)
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
        """A GIF a model, twice: to see and to save. `save` makes bytes a file of the page."""
        start, end = _two_settings(controls, fields)
        files = [save(gif) for gif in self._answers.gifs(start, end, seed or 0, frames)]
        return [*files, *[gr.DownloadButton(value=file, interactive=True) for file in files]]

    def readings(self, picture: np.ndarray | None, is_inverted: bool, seed: int | None) -> Outputs:
        """The generator's answer, words and bars, of each model in turn."""
        if picture is None:
            return [None, "", None] * len(self._answers.models)
        reads = self._answers.readings(picture, is_inverted, seed or 0)
        return [part for read in reads for part in read]


def another_seed() -> int:
    """A seed that the user did not choose."""
    return random.randrange(SEEDS)


def banner(message: str) -> str:
    """A message that screen readers speak at once, as HTML."""
    return (
        f'<div role="alert" class="notice">{html.escape(message)} '
        f"Looking again every {CHECK_SECONDS:g} seconds.</div>"
    )


def _two_settings(controls: Sequence[Control], fields: Sequence[float]) -> tuple[Any, Any]:
    half = len(fields) // 2
    return codes_of(controls, fields[:half]), codes_of(controls, fields[half:])
