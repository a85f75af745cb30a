"""The notebooks of examples/ run from top to bottom, on a few small images."""

from pathlib import Path

import nbformat
import numpy as np
import pytest
import tensorflow as tf
import tensorflow_datasets as tfds
from nbclient import NotebookClient

EXAMPLES = Path(__file__).parents[1] / "examples"
CLASSES = 10
FEWER = ("classifiers=8", "classifiers=2")
BARS = 'dataset, data_dir = "bars", {!r}\n'
# What the cell of parameters is followed by, and the pictures that are shown at least.
SMALL = {
    "mnist": (BARS + "epochs, width = 2, 0.02", 6),
    "your_images": ("count, updates, width = 300, 8, 0.05", 3),
    "codes_as_features": (BARS + "draws = 2", 3),
    "serving": ("requests = 5", 2),
}


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory):
    """Where TFDS finds the dataset `bars`: a bright row, whose place is the label."""
    folder = tmp_path_factory.mktemp("tfds")
    features = tfds.features.FeaturesDict(
        {
            "image": tfds.features.Image(shape=(28, 28, 1)),
            "label": tfds.features.ClassLabel(num_classes=CLASSES),
        }
    )
    tfds.dataset_builders.store_as_tfds_dataset(
        name="bars",
        version="1.0.0",
        features=features,
        split_datasets={"train": bars(256), "test": bars(64)},
        data_dir=folder,
        disable_shuffling=True,
    )
    return folder


def bars(count):
    labels = np.arange(count) % CLASSES
    images = np.zeros([count, 28, 28, 1], np.uint8)
    images[np.arange(count), 2 * labels + 4] = 255
    return tf.data.Dataset.from_tensor_slices({"image": images, "label": labels})


@pytest.mark.slow
@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*.ipynb")), ids=lambda path: path.stem)
def test_a_notebook_runs_from_top_to_bottom(path, data_dir, tmp_path):
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    (parameters,) = [
        cell for cell in notebook.cells if "parameters" in cell.metadata.get("tags", [])
    ]
    settings, pictures = SMALL[path.stem]
    parameters.source += "\n" + settings.format(str(data_dir))
    for cell in notebook.cells:
        cell.source = cell.source.replace(*FEWER)
    resources = {"metadata": {"path": str(tmp_path)}}
    NotebookClient(notebook, timeout=300, resources=resources).execute()
    shown = [
        output
        for cell in notebook.cells
        for output in cell.get("outputs", [])
        if "image/png" in output.get("data", {})
    ]
    assert len(shown) >= pictures


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*.ipynb")), ids=lambda path: path.stem)
def test_a_notebook_is_stored_as_it_ran(path):
    cells = [cell for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code"]
    counts = [cell.execution_count for cell in cells]
    assert counts == list(range(1, len(cells) + 1))
    assert not any(output.output_type == "error" for cell in cells for output in cell.outputs)
