"""Augments labeled data with a trained run's images, and measures a classifier's accuracy."""

from __future__ import annotations

import dataclasses
import functools
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from keras_infogan.augmentation.generated import generate_values, label_images, write_dataset
from keras_infogan.augmentation.matching import UNMATCHED, read_matching
from keras_infogan.augmentation.record import FILE, LOCK, VOTED, AugmentationRecord
from keras_infogan.augmentation.trial import AugmentationSettings, AugmentationTrial
from keras_infogan.evaluation.pictures import classes_picture, write_png
from keras_infogan.models import InfoGAN
from keras_infogan.runs.data import find_data, load_labeled
from keras_infogan.runs.directory import WorkDirectory
from keras_infogan.runs.model_file import load_model
from keras_infogan.runtime.files import file_sha256, start_directory, user_path
from keras_infogan.runtime.locks import exclusive

PICTURE = "generated.png"


def augment_run(
    workdir: str | os.PathLike[str],
    out: str | os.PathLike[str],
    settings: AugmentationSettings | None = None,
    code: str | None = None,
    label: str | None = None,
    matching: str | os.PathLike[str] | None = None,
    data_dir: str | None = None,
    progress: Callable[[str], None] | None = None,
    data_path: str | None = None,
) -> dict[str, Any]:
    """Makes a labeled dataset of a run's generated images and measures its benefit.

    The classes of the dataset and of its picture are those of `matching`. Without it, they are the
    votes of the first draw with the most labels per class. In the table each draw uses its own
    votes.

    Args:
        workdir: the run's directory.
        out: the output directory. If it was started with the same settings, it is resumed.
        settings: numbers of labels, draws and updates; None is `AugmentationSettings()`.
        code: the categorical code; None is the only one.
        label: the label to use as class; None is the config's, or the only one.
        matching: a file with the class of each value, see `read_matching`.
        data_dir: TFDS's data_dir; None is TFDS's own choice.
        progress: called with a name after each of `2 x draws x numbers of labels` trainings.
        data_path: the place of the run's folder or arrays, if they moved.

    Returns:
        The record that was written, see `record.AugmentationRecord`. "class_of/VALUE" is the class
        of each value in the dataset, None if it has none; "images" is the number of images in it.

    Raises:
        ValueError: no finished run, an unknown code or label, a bad matching, a class with fewer
            images than labels per class, or a directory that holds something else.
        OSError: data cannot be read, or the directory cannot be written.

    Examples:
        >>> settings = AugmentationSettings(labels_per_class=[1, 10])
        >>> record = augment_run("runs/mnist", "augmented", settings)   # doctest: +SKIP
        >>> record["generated_accuracy/10"] - record["real_accuracy/10"]   # doctest: +SKIP
    """
    settings, out = settings or AugmentationSettings(), user_path(out)
    directory = WorkDirectory(workdir)
    model = load_model(directory)
    config = directory.read_config()
    name = choose_code(model, code)
    data = find_data(directory, data_path)
    trial = _trial(model, name, settings, data, label, matching, data_dir)
    trial.labeled_subset(
        max(settings.labels_per_class), 0
    )  # an error now, not after the first numbers
    start_directory(out, FILE, "an augmentation", LOCK)
    with exclusive(out / LOCK, option="--out"):
        given = "" if trial.matching is None else ",".join(map(str, trial.matching))
        facts = {
            "config": config["name"],
            "model_sha256": file_sha256(directory.model),
            "code": name,
            "label": label or config["data"].get("label") or "",
            "matching": given or VOTED,
            **dataclasses.asdict(settings),
            "labels_per_class": ",".join(map(str, settings.labels_per_class)),
        }
        record = AugmentationRecord(out, facts)
        _write_images(trial, out, record)
        _measure(trial, record, progress or (lambda name: None))
    return record.values


def choose_code(model: InfoGAN, code: str | None) -> str:
    """The categorical code of that name, or the only one of an `InfoGAN`.

    Raises:
        ValueError: an unknown code, or no name and not exactly one categorical code.
    """
    names = model.latents.categorical_names
    if code in names:
        return str(code)
    if code is not None or len(names) != 1:
        raise ValueError(f"The code should be one of {names}. Received: {code!r}")
    return names[0]


def _trial(
    model: InfoGAN,
    code: str,
    settings: AugmentationSettings,
    data: Mapping[str, Any],
    label: str | None,
    matching: str | os.PathLike[str] | None,
    data_dir: str | None,
) -> AugmentationTrial:
    value_count = model.latents.codes[code].size
    training, test = (
        load_labeled(dict(data), split, data_dir, label) for split in ("train_split", "test_split")
    )
    classes = np.unique(training[1]).tolist()
    return AugmentationTrial(
        training,
        test,
        int(max(training[1].max(), test[1].max())) + 1,
        lambda images: np.asarray(model.recognize(images)[code].probs),
        lambda: generate_values(
            model, code, value_count, settings.images_per_category, settings.seed
        ),
        settings,
        read_matching(matching, value_count, classes) if matching is not None else None,
    )


def _write_images(trial: AugmentationTrial, out: Path, record: AugmentationRecord) -> None:
    matching = trial.match(trial.labeled_subset(max(trial.settings.labels_per_class), 0))
    images, labels = label_images(trial.generated, matching)
    write_dataset(out / "dataset", images, labels, trial.class_count)
    write_png(out / PICTURE, classes_picture(images, labels, trial.class_count))
    numbers = [None if number == UNMATCHED else number for number in matching.tolist()]
    record.note(
        {
            "images": len(images),
            **{f"class_of/{value}": number for value, number in enumerate(numbers)},
        }
    )


def _measure(
    trial: AugmentationTrial, record: AugmentationRecord, progress: Callable[[str], None]
) -> None:
    for per_class in trial.settings.labels_per_class:
        trained = functools.partial(progress, f"{per_class} labels per class")
        for draw in range(trial.settings.draws):
            if record.has(per_class, draw):
                trained()
                trained()
            else:
                record.add(per_class, draw, trial.measure_draw(per_class, draw, trained))
