"""A rectangle of an image, as a layer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import keras
import tensorflow as tf

from keras_infogan.runtime.types import Tensor


@keras.saving.register_keras_serializable("keras_infogan")
class ImagePart(keras.layers.Layer):
    """The same rectangle of every image, in its colors or in gray.

    Args:
        rows: (first, end) of its rows in pixels, without the end; None is all.
        columns: the same of its columns.
        gray: whether colors become gray, so that one channel is left.

    Raises:
        ValueError: no (first, end) with 0 <= first < end, or a part outside the images.

    Examples:
        >>> ImagePart(rows=(8, 28))(tf.zeros([2, 64, 64, 3])).shape
        TensorShape([2, 20, 64, 3])
    """

    def __init__(
        self,
        rows: Sequence[int] | None = None,
        columns: Sequence[int] | None = None,
        gray: bool = False,
        **kwargs: Any,
    ):
        super().__init__(**{"autocast": False, **kwargs})
        self.rows = _checked("rows", rows)
        self.columns = _checked("columns", columns)
        self.gray = gray

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        for name, part, side in (
            ("rows", self.rows, input_shape[1]),
            ("columns", self.columns, input_shape[2]),
        ):
            if part and side and part[1] > side:
                raise ValueError(
                    f"`{name}` should be inside images of {side} {name}. "
                    f"Received: {name}={list(part)}"
                )
        self.built = True

    def call(self, images: Tensor) -> Tensor:
        part = images[:, slice(*self.rows or (None,)), slice(*self.columns or (None,))]
        return tf.image.rgb_to_grayscale(part) if self.gray and part.shape[-1] == 3 else part

    def get_config(self) -> dict[str, Any]:
        own = {"rows": self.rows, "columns": self.columns, "gray": self.gray}
        return {**super().get_config(), **own}


def _checked(name: str, part: Sequence[int] | None) -> tuple[int, int] | None:
    if part is None or not len(part):
        return None
    if len(part) != 2 or not 0 <= part[0] < part[1]:
        raise ValueError(
            f"`{name}` should be (first, end) in pixels, with 0 <= first < end. "
            f"Received: {name}={list(part)}"
        )
    return int(part[0]), int(part[1])
