"""Several served models that get the same requests: the pictures of each tab of the page."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple, TypeVar

import numpy as np

from keras_infogan.evaluation.pictures import GAP
from keras_infogan.explorer import grids, pixels
from keras_infogan.explorer.controls import Codes, Control
from keras_infogan.explorer.morphing import interpolate
from keras_infogan.explorer.reading import bars, readings_of
from keras_infogan.explorer.served_model import ServedModel
from keras_infogan.images import tile
from keras_infogan.serving.protocol.errors import StatusError

GRID_IMAGE_SIDE = 56  # pixels of a grid's image on the page

Result = TypeVar("Result")


class ServerError(RuntimeError):
    """A server does not answer or refuses. The message is a sentence for the page."""


class Recognition(NamedTuple):
    """The codes that a model recognizes in an image.

    Attributes:
        reconstruction: the image that the generator makes from these codes, uint8 [H, W, 3].
        text: q(c|x) in words, Markdown.
        bars: q(c|x) as a bar chart, uint8 [H, W, 3].
    """

    reconstruction: np.ndarray
    text: str
    bars: np.ndarray


class ServedModels:
    """One or more served models that get the same requests.

    Args:
        models: the models; each has its own column on the page.

    Raises:
        ValueError: no model.

    Every method raises `ServerError` when a server does not answer or refuses. Pictures are uint8
    [H, W, 3], one per model.

    Example::

        models = ServedModels([ServedModel("127.0.0.1:8500", "digits")])
        models.connect()
        (picture,) = models.pictures({"digit": 3}, seed=0)
    """

    def __init__(self, models: Sequence[ServedModel]) -> None:
        if not models:
            raise ValueError("There should be a model to explore. Received: none")
        self.models = tuple(models)

    @property
    def labels(self) -> list[str]:
        """What the page calls each model."""
        return [model.label for model in self.models]

    def connect(self) -> tuple[Control, ...]:
        """Asks every model for its codes.

        Returns:
            The controls of all models. A model is asked only for the codes that it has.

        Raises:
            ValueError: two models have different codes with the same name.
        """
        self._ask_each(ServedModel.connect)
        controls: dict[str, Control] = {}
        for control in (control for model in self.models for control in model.controls):
            other = controls.setdefault(control.name, control)
            if other != control:
                raise ValueError(
                    "Codes with the same name should be equal in all models. "
                    f"Received: {other} and {control}"
                )
        return tuple(controls.values())

    def check(self) -> None:
        """Checks that every server answers and has its model."""
        self._ask_each(ServedModel.check)

    def pictures(self, codes: Codes, seed: int) -> list[np.ndarray]:
        """An image from the given codes."""
        return self._ask_each(lambda model: pixels.for_page(model.images(codes, seed)[0]))

    def grids(self, grid: grids.Grid) -> list[np.ndarray]:
        """A grid of images, one per model."""

        def draw(model: ServedModel) -> np.ndarray:
            images = model.images(grid.codes, grid.seeds)
            rows = len(images) // grid.columns
            smallest_side = GRID_IMAGE_SIDE * min(rows, grid.columns)
            return pixels.for_page(tile(images, grid.columns, GAP), smallest_side)

        return self._ask_each(draw)

    def morphs(self, start: Codes, end: Codes, seed: int, position: float) -> list[np.ndarray]:
        """An image between two settings, `position` from 0 to 1."""
        codes = interpolate(start, end, np.array([position]))
        return self._ask_each(lambda model: pixels.for_page(model.images(codes, seed)[0]))

    def gifs(self, start: Codes, end: Codes, seed: int, frames: int) -> list[bytes]:
        """The path from one setting to another and back, as one GIF per model."""
        codes = interpolate(start, end, np.linspace(0.0, 1.0, frames))
        return self._ask_each(
            lambda model: pixels.gif_bytes(
                [pixels.for_page(image) for image in model.images(codes, np.full(frames, seed))]
            )
        )

    def readings(self, picture: str | bytes, is_inverted: bool, seed: int) -> list[Recognition]:
        """The codes that each model recognizes in a picture: its path or its bytes.

        Raises:
            ValueError: it cannot be read.
        """

        def read(model: ServedModel) -> Recognition:
            image = pixels.for_model(picture, model.image_shape(), is_inverted)
            readings = readings_of(model.controls, model.recognize(image))
            codes = {reading.control.name: reading.value for reading in readings}
            text = "\n\n".join(reading.sentence for reading in readings)
            return Recognition(pixels.for_page(model.images(codes, seed)[0]), text, bars(readings))

        return self._ask_each(read)

    def _ask_each(self, ask: Callable[[ServedModel], Result]) -> list[Result]:
        results = []
        for model in self.models:
            try:
                results.append(ask(model))
            except StatusError as error:
                raise ServerError(model.error_sentence(error)) from error
        return results
