"""The pictures of a run's folder or arrays: what identifies them, and whether they changed."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from keras_infogan import datasets
from keras_infogan.runs.directory import WorkDirectory

SHOWN_CLASSES = 20
TRAINING, TEST = "training", "test"


def absolute_path(path: str) -> str:
    """A path that means the same from every directory; `~` is the home directory.

    Examples:
        >>> absolute_path("/data/../photos")
        '/photos'
    """
    return os.path.abspath(os.path.expanduser(path))


def record_pictures(config: Any, training: Any, test: Any) -> dict[str, Any]:
    """What `data.json` says of a folder of images or of arrays; empty for other data.

    Args:
        config: the run's ConfigDict.
        training, test: `datasets.LabeledImages`.

    Returns:
        "path"; of a folder "classes", their names; of arrays "labels", the values of each label in
        the order of their numbers; and for "training" and "test" the number of images and a
        SHA-256 of their pixels and labels in their order, which depends on the files' names, or on
        the pixels of arrays.
    """
    if config.data.name not in datasets.AT_A_PATH:
        return {}
    names = {label: list(values) for label, values in training.class_names.items()}
    is_folder = config.data.name == datasets.IMAGE_FOLDER
    return {
        "path": config.data.path,
        **({"classes": names.get("class", [])} if is_folder else {"labels": names}),
        TRAINING: _identify(training),
        TEST: _identify(test),
    }


def check_pictures(
    directory: WorkDirectory, record: Mapping[str, Any], report: Callable[[str], None]
) -> None:
    """Compares the pictures of a folder or of arrays with those that a run was trained on before.

    Args:
        directory: of the run.
        record: of `record_pictures`; empty for other data.
        report: receives a sentence if the pictures changed, or moved.

    Raises:
        ValueError: another place with other pictures.
    """
    if not record or not directory.config.exists():
        return
    before = directory.read_data()
    old, new = absolute_path(directory.read_config()["data"]["path"]), record["path"]
    changed = any(before.get(split) != record[split] for split in (TRAINING, TEST))
    if old != new:
        if changed:
            raise ValueError(
                f"{directory.path} holds a run on the images of {old}: --config.data.path should "
                f"name that place, or one with the same images. Received: {new}"
            )
        kind = "folder" if os.path.isdir(new) else "file"
        report(f"the {kind} of images moved from {old} to {new}; its images are the same")
    elif changed and before:
        report(
            f"the images in {new} changed since this run trained last: {_counts(before)} then, "
            f"{_counts(record)} now; training continues on the images that are there now"
        )


def compare_test_images(directory: WorkDirectory, test: Any, report: Callable[[str], None]) -> None:
    """Reports if a folder or arrays have other test images than when the run trained last.

    Args:
        directory: of the run.
        test: `datasets.LabeledImages`.
        report: receives the sentence.
    """
    before = directory.read_data().get(TEST)
    if before and before != _identify(test):
        report(
            "the test images changed since this run trained last: "
            f"{before['images']} then, {len(test.images)} now; it may have been trained on some"
        )


def describe_pictures(training: Any, test: Any) -> list[str]:
    """Sentences on the classes of a folder or of arrays, and on what happened when it was read."""
    sentences = []
    for label, names in training.class_names.items():
        counts = np.bincount(training.labels[label], minlength=len(names))
        shown = [
            f"{value} = {name} ({count} images)"
            for value, (name, count) in enumerate(zip(names, counts, strict=True))
        ]
        more = len(shown) - SHOWN_CLASSES
        text = ", ".join(shown[:SHOWN_CLASSES]) + (f" and {more} more" if more > 0 else "")
        what = "classes" if label == "class" else f"values of {label}"
        sentences.append(f"{what}, with their training images: {text}")
    return sentences + (training.notes + test.notes).sentences()


def _identify(data: Any) -> dict[str, Any]:
    digest = hashlib.sha256(str(data.images.shape).encode())
    for array in (data.images, *(data.labels[name] for name in sorted(data.labels))):
        digest.update(np.ascontiguousarray(array).data)
    return {"images": len(data.images), "sha256": digest.hexdigest()}


def _counts(record: Mapping[str, Any]) -> str:
    return f"{record[TRAINING]['images']} training and {record[TEST]['images']} test images"
