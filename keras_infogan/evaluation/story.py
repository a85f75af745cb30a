"""The group `story`: whether each object of a story comes, and stays."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from keras_infogan.evaluation.given import NO_COMPANION, NO_READER, images_of_given
from keras_infogan.evaluation.subject import EvaluationResult, Progress, Subject
from keras_infogan.latents.given import GivenText
from keras_infogan.metrics import train_label_reader

NO_STORY = "the model is given no story of a sentence for each frame"
NO_OBJECTS = "the labels do not tell color, shape and corner of each sentence's object"
EMPTY = 0  # the label of a corner without an object


def measure_story(subject: Subject, result: EvaluationResult, progress: Progress) -> None:
    """`object_shown/K`: the share of stories whose frame K shows the object of sentence K in its
    corner. `object_kept/K`: the same of the last frame. The means have no number.

    A small network, which was trained on single real frames, reads what is in each corner. The
    labels `corner_K`, `color_K` and `shape_K` say what is true. Scores of the test stories
    themselves end in `/real`.
    """
    texts = [
        name
        for name, each in subject.model.latents.given.items()
        if isinstance(each, GivenText) and each.sentences == subject.model.image_shape[0]
    ]
    count = subject.model.image_shape[0]
    wanted = [f"{part}_{k + 1}" for k in range(count) for part in ("corner", "color", "shape")]
    reasons = {
        NO_STORY: not texts or len(subject.model.image_shape) != 4,
        NO_OBJECTS: not set(wanted) <= set(subject.labels),
        NO_COMPANION: not set(texts) <= set(subject.companions),
        NO_READER: subject.reader is None,
    }
    if result.leaves_out("story", reasons):
        return
    training = subject.training_images
    sizes = {part: int(np.max(training.labels[f"{part}_1"])) + 1 for part in ("color", "corner")}
    frames = training.images.reshape(-1, *training.images.shape[2:])
    corners = corner_labels(training.labels, count, sizes["corner"], sizes["color"])
    reader = train_label_reader(
        frames, {f"corner_{k}": corners[..., k].reshape(-1) for k in range(sizes["corner"])}
    )
    progress(0.6)
    true = corner_labels(subject.labels, count, sizes["corner"], sizes["color"])
    places = np.stack([subject.labels[f"corner_{k + 1}"] for k in range(count)], axis=1)
    for suffix, stories in (("", images_of_given(subject)), ("/real", subject.images)):
        read = reader.read(stories.reshape(-1, *stories.shape[2:]))
        seen = np.stack(list(read.values()), axis=-1).reshape(true.shape)
        rows = np.arange(len(seen))
        shown, kept = (
            np.array([_is_equal(seen, true, rows, frame, places[:, k]) for k, frame in frames_of])
            for frames_of in (
                [(k, k) for k in range(count)],
                [(k, count - 1) for k in range(count)],
            )
        )
        for name, shares in (("object_shown", shown), ("object_kept", kept)):
            result.scores[f"{name}{suffix}"] = float(shares.mean())
            if not suffix:
                result.scores |= {f"{name}/{k + 1}": float(each) for k, each in enumerate(shares)}


def corner_labels(
    labels: Mapping[str, np.ndarray], count: int, corners: int, colors: int
) -> np.ndarray:
    """What is in each corner of each frame, int64 [N, count, corners].

    0 is nothing; an object is 1 + shape * colors + color.

    Args:
        labels: with `corner_K`, `color_K` and `shape_K`, int [N], for each of `count` sentences.
        count: sentences, and frames.
        corners, colors: how many there are.

    Examples:
        >>> one = {"corner_1": [2], "color_1": [3], "shape_1": [1]}
        >>> corner_labels({k: np.array(v) for k, v in one.items()}, 1, 4, 4).tolist()
        [[[0, 0, 8, 0]]]
    """
    stories = len(labels["corner_1"])
    found = np.full((stories, count, corners), EMPTY, np.int64)
    for k in range(count):
        color, shape, corner = (labels[f"{part}_{k + 1}"] for part in ("color", "shape", "corner"))
        found[np.arange(stories), k:, corner] = (1 + shape * colors + color)[:, None]
    return found


def _is_equal(
    seen: np.ndarray, true: np.ndarray, rows: np.ndarray, frame: int, corner: np.ndarray
) -> float:
    return float(np.mean(seen[rows, frame, corner] == true[rows, frame, corner]))
