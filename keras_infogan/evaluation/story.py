"""The group `story`: whether each frame shows the object of its sentence, and keeps it."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from keras_infogan.evaluation.subject import (
    NO_TRAINING,
    NO_VALUES,
    EvaluationResult,
    Progress,
    Subject,
)
from keras_infogan.latents.given import GivenText
from keras_infogan.metrics import LabelReader, train_label_reader

EMPTY = 0  # what a corner shows without an object
PARTS = ("shape", "color", "corner")
NO_STORY = "the model is given no text with a sentence for each frame"
NO_OBJECTS = "no labels name the shape, the color and the corner of each sentence's object"


def measure_story(subject: Subject, result: EvaluationResult, progress: Progress) -> None:
    """Objects in generated stories, as a network reads them that was trained on real frames.

    `object_shown/k` is the share of stories whose frame k shows the object of sentence k in its
    corner, `object_kept/k` the share whose last frame still does. Without a number they are the
    means over k. `.../real` are the same means of the test videos: the most that can be expected.
    """
    frames = subject.model.image_shape[0] if subject.has_videos else 0
    texts = [each for each in subject.model.latents.given.values() if isinstance(each, GivenText)]
    is_story = frames > 1 and any(text.sentences == frames for text in texts)
    names = {f"{part}_{frame}" for part in PARTS for frame in range(1, frames + 1)}
    reasons = {
        NO_STORY: not is_story,
        NO_VALUES: is_story and subject.given_values is None,
        NO_OBJECTS: not names <= set(subject.labels),
        NO_TRAINING: subject.training is None,
    }
    if result.leaves_out("story", reasons):
        return
    reader = _train_frame_reader(subject)
    progress(0.8)
    objects, corners = story_objects(subject.labels, frames, _color_count(subject))
    for kind, videos in (("", subject.drawn_answers), ("/real", subject.images)):
        shown, kept = objects_seen(read_corners(reader, videos), objects, corners)
        for score, is_right in (("object_shown", shown), ("object_kept", kept)):
            result.add_mean(f"{score}{kind}", is_right.mean(axis=1), 0.0, subject.seed)
            for frame in range(frames) if not kind else ():
                result.add_mean(f"{score}/{frame + 1}", is_right[:, frame], 0.0, subject.seed)


def story_objects(
    labels: Mapping[str, np.ndarray], sentences: int, colors: int
) -> tuple[np.ndarray, np.ndarray]:
    """The object of each sentence as one number, and its corner.

    Args:
        labels: with `shape_k`, `color_k` and `corner_k`, int [N], for k from 1 to `sentences`.
        sentences: S.
        colors: number of colors.

    Returns:
        1 + shape x colors + color, and the corner; int [N, S] each.

    Examples:
        >>> labels = {"shape_1": np.array([2]), "color_1": np.array([3]), "corner_1": np.array([1])}
        >>> [part.tolist() for part in story_objects(labels, 1, colors=4)]
        [[[12]], [[1]]]
    """
    shape, color, corner = (
        np.stack([labels[f"{part}_{k}"] for k in range(1, sentences + 1)], axis=1) for part in PARTS
    )
    return 1 + shape * colors + color, corner


def corner_labels(objects: np.ndarray, corners: np.ndarray) -> np.ndarray:
    """What each corner of each frame shows, if frame k adds object k, int [N, S, corners].

    Args:
        objects, corners: of `story_objects`.

    Examples:
        >>> corner_labels(np.array([[5, 7]]), np.array([[1, 0]])).tolist()
        [[[0, 5], [7, 5]]]
    """
    count, sentences = objects.shape
    shown = np.full([count, sentences, corners.max() + 1], EMPTY)
    for sentence in range(sentences):
        rows = np.arange(count)
        shown[rows, sentence:, corners[:, sentence]] = objects[:, sentence, None]
    return shown


def read_corners(reader: LabelReader, videos: np.ndarray) -> np.ndarray:
    """What a reader of frames sees in each corner of each frame, int [N, S, corners]."""
    seen = reader.read(videos.reshape(-1, *videos.shape[2:]))
    return np.stack(list(seen.values()), axis=1).reshape(*videos.shape[:2], -1)


def objects_seen(
    seen: np.ndarray, objects: np.ndarray, corners: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Whether object k is in its corner: in frame k, and in the last frame.

    Args:
        seen: what each corner shows, int [N, S, corners].
        objects, corners: of `story_objects`.

    Returns:
        Two bool arrays [N, S].

    Examples:
        >>> seen = np.array([[[0, 5], [7, 0]]])   # the second frame has lost object 5
        >>> [part.tolist() for part in objects_seen(seen, np.array([[5, 7]]), np.array([[1, 0]]))]
        [[[True, True]], [[False, True]]]
    """
    rows, frames = np.indices(objects.shape)
    last = np.full_like(frames, objects.shape[1] - 1)
    shown, kept = (seen[rows, each, corners] == objects for each in (frames, last))
    return shown, kept


def _train_frame_reader(subject: Subject) -> LabelReader:
    """A reader of single real frames, with one label for each corner."""
    training = subject.training_images
    assert training
    videos, frames = training.images, subject.model.image_shape[0]
    shown = corner_labels(*story_objects(training.labels, frames, _color_count(subject)))
    flat = shown.reshape(-1, shown.shape[-1])
    labels = {f"corner_{index}": values for index, values in enumerate(flat.T)}
    return train_label_reader(videos.reshape(-1, *videos.shape[2:]), labels, subject.seed)


def _color_count(subject: Subject) -> int:
    """Number of colors in the test images and the training images."""
    training = subject.training_images
    parts = [subject.labels, training.labels if training else {}]
    return 1 + max(
        int(np.max(values))
        for labels in parts
        for name, values in labels.items()
        if name.startswith("color_")
    )
