"""Pictures of what codes do, as PNG files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from keras_infogan.images import encode_png, tile
from keras_infogan.workdir import replace_file

GAP = 2  # pixels between images
DEFAULT_ROWS = 10
DEFAULT_COLUMNS = 10


def traversal_picture(
    model: Any, code: str, rows: int = DEFAULT_ROWS, columns: int = DEFAULT_COLUMNS, seed: int = 0
) -> np.ndarray:
    """One picture whose rows are noise and whose columns are values of one code.

    A continuous code of several dimensions has its dimensions side by side.

    Args:
        model: an `InfoGAN`.
        code, rows, columns, seed: as for `InfoGAN.traverse`.

    Returns:
        float32 [rows x (H + GAP), values x (W + GAP), C] in [0, 1].
    """
    images = model.traverse(code, rows, columns, seed)
    return tile(images.reshape(-1, *images.shape[2:]), images.shape[1], GAP)


def samples_picture(
    model: Any, rows: int = DEFAULT_ROWS, columns: int = DEFAULT_COLUMNS, seed: int = 0
) -> np.ndarray:
    """One picture of draws of all latents, [rows x (H + GAP), columns x (W + GAP), C] in [0, 1]."""
    return tile(model.sample(rows * columns, seed=seed), columns, GAP)


def write_png(path: Path, picture: np.ndarray) -> None:
    """Writes a picture, float [H, W, C] in [0, 1], whole or not at all.

    Raises:
        OSError: the file cannot be written.
    """
    data = encode_png(picture).numpy()
    replace_file(path, lambda temporary: temporary.write_bytes(data))
