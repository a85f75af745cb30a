"""The evaluation of a finished run: scores on the test split, written as `evaluation.json`."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import math
import re
from collections.abc import Callable, Mapping, Sequence
from functools import cache, partial
from pathlib import Path
from typing import Any

import numpy as np

from keras_infogan.datasets import LabeledImages
from keras_infogan.evaluation.group_names import QUICK
from keras_infogan.evaluation.groups import CLASSES, INTERVALS, evaluate
from keras_infogan.evaluation.pictures import confusion_picture, write_png
from keras_infogan.evaluation.subject import Subject, train_reader
from keras_infogan.metrics import Extractor, LabelReader, load_classifier, train_classifier
from keras_infogan.runs.data import choose_label, find_data, load_split
from keras_infogan.runs.directory import CLASSIFIER_FILE, WorkDirectory
from keras_infogan.runs.model_file import load_model
from keras_infogan.runs.pictures import compare_test_images
from keras_infogan.runtime.files import replace_file, user_path, write_json
from keras_infogan.runtime.locks import in_turn


def evaluate_run(
    directory: WorkDirectory,
    data_dir: str | None = None,
    groups: Sequence[str] = QUICK,
    samples: int | None = None,
    classifier: str | None = None,
    progress: Callable[[float, str], None] | None = None,
    data_path: str | None = None,
    report: Callable[[str], None] = print,
    out: Path | None = None,
) -> dict[str, Any]:
    """Evaluates a finished run on the test split and writes its `evaluation.json`.

    Each code's confusion matrix with a label becomes a picture, `confusion-CODE.png`.

    Args:
        directory: of the run.
        data_dir: TFDS's data_dir; None is TFDS's own choice.
        groups: of scores, among `evaluation.GROUPS`.
        samples: images to generate; None is as many as the test split has.
        classifier: the file of the classifier that the group "images" uses. If the file does not
            exist, a classifier is trained on the run's labeled training images and saved there;
            None is `classifier.keras` in `out`. Scores of different classifiers do
            not compare, so their names contain a hash of the classifier's weights. The network that
            reads labels is kept beside it, as X_labels.keras of X.keras.
        progress: as for `evaluation.evaluate`.
        data_path: the place of the run's folder or arrays, if they moved.
        report: receives sentences on the test images, on groups that were left out, and on scores.
        out: where the record, the pictures and the classifier go, a directory that exists; None is
            the run's directory.

    Returns:
        The record that was written: "config" (its name), "seed", "step", "images", "samples",
        every score, and under "intervals" and "classes" what `EvaluationResult` says of them.
        Scores of other groups that an earlier evaluation of the same model and the same numbers
        of images wrote are kept. JSON has no NaN and no infinity: such numbers become None.

    Raises:
        ValueError: the directory holds no finished run, a group is unknown, the classifier file
            is damaged or has a name that does not end in .keras, or `data_path` is given for a run
            on other data.
        OSError: data cannot be read, or the record cannot be written.
    """
    config = directory.read_config()
    model = load_model(directory)
    out = out or directory.path
    data = find_data(directory, data_path)
    test = load_split(data, "test_split", data_dir)
    for sentence in test.notes.sentences():
        report(sentence)
    compare_test_images(directory, test, report)
    path = _classifier_path(classifier, out)
    training = cache(partial(load_split, data, "train_split", data_dir))
    extractor = None
    if path.is_file() or any(len(np.unique(label)) > 1 for label in test.labels.values()):
        extractor = partial(load_or_train_classifier, path, data, training)
    values = {name: len(names) for name, names in test.class_names.items()}
    subject = Subject(
        model,
        test.images,
        test.labels,
        samples=samples,
        extractor=extractor,
        values=values,
        companions=test.companions,
        training=training,
        reader=partial(load_or_train_reader, path, training) if test.labels else None,
    )
    result = evaluate(subject, groups, progress)
    for group, reason in result.left_out.items():
        report(f"{group}: left out, because {reason}")
    for sentence in result.notes:
        report(sentence)
    _write_confusions(result.classes, out)
    model_and_images = {
        "config": config["name"],
        "seed": config["seed"],
        "step": model.steps_done,
        "images": len(test.images),
        "samples": samples or len(test.images),
    }
    return _write_record(result, model_and_images, out / directory.evaluation.name)


def load_or_train_classifier(
    path: Path, data: Mapping[str, Any], load_training: Callable[[], LabeledImages]
) -> Extractor:
    """The classifier in a file, or one that is trained on the run's training images and saved.

    Processes that need the same file at once train it once: the others wait. Its name ends in four
    hexadecimal digits of a hash of its weights, because scores of two classifiers have different
    scales and should not share a name.

    Args:
        path: the file, which ends in .keras.
        data: the run's `config.data`.
        load_training: loads the training images.
    """
    _make_once(path, lambda: _train_classifier(path, data, load_training()))
    extractor = load_classifier(path)
    network: Any = extractor.model
    weights = hashlib.sha256(b"".join(weight.tobytes() for weight in network.get_weights()))
    return dataclasses.replace(extractor, name=f"{extractor.name}_{weights.hexdigest()[:4]}")


def load_or_train_reader(
    path: Path, load_training: Callable[[], LabeledImages]
) -> LabelReader | None:
    """The network that reads labels, kept beside a classifier's file; trained if it is missing.

    Args:
        path: the classifier's file, X.keras; the reader's is X_labels.keras.
        load_training: loads the training images.

    Returns:
        None if no label of the training images has several values.
    """
    path = path.with_name(f"{path.stem}_labels.keras")

    def train() -> None:
        trained = train_reader(load_training())
        if trained:
            replace_file(path, trained.save)

    _make_once(path, train)
    return LabelReader.load(path) if path.is_file() else None


def _make_once(path: Path, make: Callable[[], None]) -> None:
    """Makes a file if it is missing; processes that need it at the same time wait for one."""
    if path.is_file():
        return
    turn = path.with_suffix(".lock")
    with in_turn(turn):
        if not path.is_file():
            make()
        turn.unlink(missing_ok=True)  # the file exists, so nobody needs a turn any more


def _train_classifier(path: Path, data: Mapping[str, Any], training: LabeledImages) -> None:
    label = data.get("label") or next(iter(training.labels))
    truth = choose_label(training.labels, label)
    suffix = "" if len(training.labels) == 1 else f"_{label}"
    name = re.sub(r"\W", "_", f"{data['name']}{suffix}_classifier")
    trained: Any = train_classifier(name, training.images, truth).model
    replace_file(path, trained.save)


def json_values(value: Any) -> Any:
    """A value as JSON takes it: lists for arrays and tuples, None for NaN and infinity.

    Examples:
        >>> json_values({"scores": (0.5, float("nan"))})
        {'scores': [0.5, None]}
    """
    if isinstance(value, Mapping):
        return {name: json_values(each) for name, each in value.items()}
    if isinstance(value, np.ndarray | list | tuple):
        return [json_values(each) for each in np.asarray(value, object).tolist()]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value


def merge_records(
    old: Mapping[str, Any], new: Mapping[str, Any], model_and_images: Mapping[str, Any]
) -> dict[str, Any]:
    """A new record, with the scores that only an old record of the same evaluation has.

    Args:
        old: the record of an earlier evaluation; may be empty.
        new: the record of this one.
        model_and_images: config, seed, step and numbers of images. Scores are comparable only if
            these are the same in the old record; if not, the old record is dropped.
    """
    if any(old.get(name) != value for name, value in model_and_images.items()):
        return dict(new)
    nested = {name: {**old.get(name, {}), **new[name]} for name in (INTERVALS, CLASSES)}
    scores = {**old, **new}
    return {**{name: scores[name] for name in scores if name not in nested}, **nested}


def _classifier_path(classifier: str | None, out: Path) -> Path:
    path = user_path(classifier) if classifier else out / CLASSIFIER_FILE
    if path.suffix != ".keras" or not path.parent.is_dir():
        raise ValueError(
            f"The classifier should be a .keras file in a directory that exists. Received: {path}"
        )
    return path


def _write_confusions(classes: Mapping[str, Any], out: Path) -> None:
    for name, confusion in classes.items():
        picture = confusion_picture(confusion, name)
        write_png(out / f"confusion-{name.replace('/', '-')}.png", picture)


def _write_record(result: Any, model_and_images: dict[str, Any], path: Path) -> dict[str, Any]:
    classes = {name: confusion._asdict() for name, confusion in result.classes.items()}
    new = {**model_and_images, **result.scores, INTERVALS: result.intervals, CLASSES: classes}
    record = merge_records(_read_record(path), json_values(new), model_and_images)
    write_json(path, record)
    return record


def _read_record(path: Path) -> dict[str, Any]:
    """The record of an earlier evaluation; empty if there is none that can be read."""
    try:
        record = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return record if isinstance(record, dict) else {}
