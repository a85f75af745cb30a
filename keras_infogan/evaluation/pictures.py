"""Pictures of what codes do, as PNG files."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from keras_infogan.images import GAP_GRAY, encode_png, tile
from keras_infogan.metrics.clustering import Confusion
from keras_infogan.models import InfoGAN
from keras_infogan.runtime.files import replace_file
from keras_infogan.runtime.images import BYTE_MAXIMUM

GAP = 2  # pixels between images
DEFAULT_ROWS = 10
DEFAULT_COLUMNS = 10
SMALLEST_SHARE = 0.005  # of a class that is written into a confusion matrix


def traversal_picture(
    model: InfoGAN,
    code: str,
    rows: int = DEFAULT_ROWS,
    columns: int = DEFAULT_COLUMNS,
    seed: int = 0,
) -> np.ndarray:
    """One picture: each column is a value of one code, each row a draw of all other latents.

    The dimensions of a continuous code are next to each other.

    Args:
        model: an `InfoGAN`.
        code, rows, columns, seed: as for `InfoGAN.traverse`.

    Returns:
        float32 [rows x (H + GAP), values x (W + GAP), C] in [0, 1].
    """
    images = model.traverse(code, rows, columns, seed)
    return tile(images.reshape(-1, *images.shape[2:]), images.shape[1], GAP)


def samples_picture(
    model: InfoGAN, rows: int = DEFAULT_ROWS, columns: int = DEFAULT_COLUMNS, seed: int = 0
) -> np.ndarray:
    """One picture of draws of all latents, [rows x (H + GAP), columns x (W + GAP), C] in [0, 1]."""
    return tile(model.sample(rows * columns, seed=seed), columns, GAP)


def classes_picture(
    images: np.ndarray, labels: np.ndarray, class_count: int, columns: int = DEFAULT_COLUMNS
) -> np.ndarray:
    """One picture with one row per class: its first images, and gray if it has no more.

    Args:
        images: uint8 [N, H, W, C].
        labels: their classes, int [N].
        class_count: K rows; classes are 0 to K - 1.
        columns: images per row.

    Returns:
        float32 [K x (H + GAP), columns x (W + GAP), C] in [0, 1].
    """
    shown = np.full([class_count, columns, *images.shape[1:]], GAP_GRAY, np.float32)
    for row, cells in enumerate(shown):
        some = images[labels == row][:columns]
        cells[: len(some)] = some / np.float32(BYTE_MAXIMUM)
    return tile(shown.reshape(-1, *images.shape[1:]), columns, GAP)


def confusion_picture(confusion: Confusion, code: str) -> np.ndarray:
    """A confusion matrix as a picture: the share of each class in each value of a code.

    Args:
        confusion: as `metrics.confusion` makes it.
        code: its name, for the axis.

    Returns:
        float32 [H, W, 3] in [0, 1].
    """
    shares = confusion.counts / confusion.counts.sum(axis=1, keepdims=True)
    rows, columns = shares.shape
    figure = Figure(figsize=(2.0 + 0.45 * columns, 1.5 + 0.45 * rows), dpi=100)
    canvas = FigureCanvasAgg(figure)
    axes = figure.add_subplot()
    axes.imshow(shares, cmap="Blues", vmin=0.0, vmax=1.0)
    axes.set_xticks(range(columns), confusion.values)
    axes.set_yticks(range(rows), confusion.classes)
    axes.set_xlabel(f"value of the code {code}, each under its class")
    axes.set_ylabel("class")
    for (row, column), share in np.ndenumerate(shares):
        if share >= SMALLEST_SHARE:
            color = "white" if share > 0.5 else "black"
            text = f"{100 * share:.0f}"
            axes.text(column, row, text, ha="center", va="center", color=color, fontsize=8)
    axes.set_title("percent of a class", fontsize=9)
    figure.tight_layout()
    canvas.draw()
    return np.asarray(canvas.buffer_rgba(), np.float32)[..., :3] / 255.0


def write_png(path: Path, picture: np.ndarray) -> None:
    """Writes a picture, float [H, W, C] in [0, 1], whole or not at all.

    Raises:
        OSError: the file cannot be written.
    """
    data = encode_png(picture).numpy()
    replace_file(path, lambda temporary: temporary.write_bytes(data))
