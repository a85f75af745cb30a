"""A preset made of a finished run."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

from keras_infogan.runs.directory import PresetDirectory, WorkDirectory
from keras_infogan.runs.model_file import load_model
from keras_infogan.runtime.files import read_json, unwritable, write_json
from keras_infogan.trained.preset import CARD_FILE, METADATA_FILE, RUN_DIRECTORY
from keras_infogan.trained.terms import Terms, terms_of


def terms_of_run(directory: WorkDirectory) -> Terms:
    """The name and the license of a run's data: those that a preset was given, or `terms_of`."""
    if isinstance(directory, PresetDirectory) and directory.model.is_dir():
        metadata = read_json(directory.model / METADATA_FILE)
        if metadata.get("data"):
            return Terms(str(metadata["data"]), str(metadata.get("data_license")))
    return terms_of(directory.read_config()["data"])


def export_preset(directory: WorkDirectory, out: Path, terms: Terms | None = None) -> Terms:
    """Writes the model of a run as a preset, with the run's config, scores and labels.

    The config of a run on a folder or on arrays is written without the place of its data, which
    means nothing on another machine. The records and the card of a preset that was there are
    removed.

    Args:
        directory: of a finished run, or a preset.
        out: the directory of the preset, made if it is missing.
        terms: the name and the license of the data; None is what `terms_of_run` says.

    Returns:
        The terms that were written.

    Raises:
        ValueError: no finished run is there.
        OSError: the preset cannot be written.
    """
    config = directory.read_config()
    terms = terms or terms_of_run(directory)
    load_model(directory).save_to_preset(out, terms.title, terms.license)
    try:
        with tempfile.TemporaryDirectory(dir=out, prefix=".") as temporary:
            kept = WorkDirectory(Path(temporary) / RUN_DIRECTORY)
            kept.path.mkdir()
            write_json(kept.config, {**config, "data": {**config["data"], "path": ""}})
            for name in (directory.evaluation.name, directory.data.name):
                if (directory.path / name).is_file():
                    shutil.copyfile(directory.path / name, kept.path / name)
            shutil.rmtree(out / RUN_DIRECTORY, ignore_errors=True)
            (out / CARD_FILE).unlink(missing_ok=True)
            os.replace(kept.path, out / RUN_DIRECTORY)
    except OSError as error:
        raise unwritable(out, error) from error
    return terms
