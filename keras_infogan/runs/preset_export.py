"""A preset made of a finished run."""

from __future__ import annotations

import shutil
from pathlib import Path

from keras_infogan.runs.directory import WorkDirectory
from keras_infogan.runs.model_file import load_model
from keras_infogan.runtime.files import unwritable, write_json
from keras_infogan.trained.preset import RUN_DIRECTORY
from keras_infogan.trained.terms import Terms, terms_of


def export_preset(directory: WorkDirectory, out: Path, terms: Terms | None = None) -> Terms:
    """Writes the model of a run as a preset, with the run's config and scores.

    The config of a run on a folder or on arrays is written without the place of its data, which
    means nothing on another machine.

    Args:
        directory: of a finished run, or a preset.
        out: the directory of the preset, made if it is missing.
        terms: the name and the license of the data; None is what `terms_of` says.

    Returns:
        The terms that were written.

    Raises:
        ValueError: no finished run is there.
        OSError: the preset cannot be written.
    """
    config = directory.read_config()
    terms = terms or terms_of(config["data"])
    load_model(directory).save_to_preset(out, terms.title, terms.license)
    kept = WorkDirectory(out / RUN_DIRECTORY)
    try:
        kept.path.mkdir(exist_ok=True)
        write_json(kept.config, {**config, "data": {**config["data"], "path": ""}})
        if directory.evaluation.is_file():
            shutil.copyfile(directory.evaluation, kept.evaluation)
    except OSError as error:
        raise unwritable(kept.path, error) from error
    return terms
