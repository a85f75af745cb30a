"""A model for jobs of many rows: its signatures, run on batches of one size."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import tensorflow as tf

from keras_infogan.export import signature_functions
from keras_infogan.images import unit_images
from keras_infogan.models.preset_files import load_file
from keras_infogan.models.twins import float32_twin
from keras_infogan.runs.directory import open_directory
from keras_infogan.runtime.files import user_path
from keras_infogan.runtime.images import Shape
from keras_infogan.serving.repository.model_config import find_versions
from keras_infogan.serving.repository.servable import is_saved_model

# Rows per pass; the last pass is padded. So a row is computed the same way in any company, and
# nothing is traced twice. Passes above 128 rows are not faster.
PASS_ROWS = 250

Tensors = dict[str, Any]


class CodeColumn(NamedTuple):
    """A code as a column of a table.

    Attributes:
        is_categorical: whether its values are ints in 0..size - 1, or rows of `size` floats.
        size: categories or dimensions, int >= 1.
    """

    is_categorical: bool
    size: int

    def __str__(self) -> str:
        if self.is_categorical:
            return f"ints in 0..{self.size - 1}"
        return "finite numbers" if self.size == 1 else f"{self.size} finite numbers per row"


def find_model(workdir: str | None, model_base_path: str | None, preset: str | None = None) -> Path:
    """The path of the weights: a run's `model.keras`, a preset, or a SavedModel's highest version.

    Args:
        workdir: a finished run.
        model_base_path: a directory of versions, or a SavedModel.
        preset: as for `InfoGAN.from_preset`.

    Raises:
        ValueError: more or fewer than one are given, or there is no model.

    Examples:
        >>> written = infogan.export_savedmodel(model, "digits")
        >>> find_model(None, "digits").as_posix()
        'digits/1'
    """
    if sum(map(bool, (workdir, model_base_path, preset))) != 1:
        raise ValueError(
            "The model should come from --workdir, --preset or --model_base_path. Received: "
            f"--workdir={workdir}, --preset={preset}, --model_base_path={model_base_path}"
        )
    if workdir or preset:
        return open_directory(workdir, preset).require_model()
    base = user_path(model_base_path or "")
    if is_saved_model(base):
        return base
    versions = find_versions(base) if base.is_dir() else {}
    if not versions:
        raise ValueError(
            "--model_base_path should hold versions of a model, as infogan-export writes them. "
            f"Received: {base}, which holds none"
        )
    return versions[max(versions)]


def fingerprint(path: Path) -> str:
    """SHA-256 of a model's files and of their names, in hexadecimal."""
    digest = hashlib.sha256()
    files = [path] if path.is_file() else sorted(file for file in path.rglob("*"))
    for file in files:
        if file.is_file():
            digest.update(os.fsencode(file.relative_to(path.parent)))
            with open(file, "rb") as opened:
                digest.update(hashlib.file_digest(opened, "sha256").digest())
    return digest.hexdigest()


def pin_threads(passes: int) -> None:
    """Sets one thread per operation, and `passes` at the same time.

    With more threads per operation, sums are added in a different order on another machine. If
    TensorFlow has started already, its threads do not change.
    """
    try:
        tf.config.threading.set_intra_op_parallelism_threads(1)
        tf.config.threading.set_inter_op_parallelism_threads(passes)
    except RuntimeError:  # "cannot be modified after initialization"
        return


class SignatureModel:
    """The signatures of a trained or exported model on NumPy arrays of any length.

    Every row of an answer depends on its own row alone; methods may run in several threads.

    Args:
        path: as `find_model` gives it.

    Attributes:
        codes: a `CodeColumn` per code name, in the order of names.
        image_shape: (H, W, C).

    Raises:
        ValueError: no model that can be loaded, or one without our signatures.

    Examples:
        >>> model = SignatureModel(infogan.export_savedmodel(model, "digits"))
        >>> model.generate(np.arange(100), {"digit": np.full(100, 3)})["image"].shape
        (100, 28, 28, 1)
    """

    def __init__(self, path: Path):
        self._signatures, self._owner = _load(path)
        missing = {"generate", "sample"} - self._signatures.keys()
        if missing:
            raise ValueError(
                "The model should have the signatures of infogan-export. "
                f"Received: {path}, without {', '.join(sorted(missing))}"
            )
        inputs = self._signatures["generate"].structured_input_signature[1]
        self.codes = {
            name: self._column(name, inputs[name]) for name in sorted(inputs) if name != "seed"
        }
        image = self._signatures["generate"].structured_outputs["image"]
        self.image_shape: Shape = tuple(image.shape[1:])
        self._generate = tf.function(self._generate_pass)
        self._recognize = tf.function(self._recognize_pass)

    @property
    def readings(self) -> dict[str, tf.TensorSpec]:
        """A tf.TensorSpec per output of `recognize`, in the order of names.

        Raises:
            ValueError: the model has no codes to read.
        """
        if "recognize" not in self._signatures:
            raise ValueError("The model should have codes to read. Received: a model without")
        return dict(sorted(self._signatures["recognize"].structured_outputs.items()))

    def generate(
        self, seeds: np.ndarray, codes: Mapping[str, np.ndarray] | None = None
    ) -> dict[str, np.ndarray]:
        """Images, and the codes that made them.

        Args:
            seeds: int64 [N].
            codes: code name -> a value per row, int64 [N] or float32 [N, d]; codes that are left
                out are drawn from their prior by the row's seed.

        Returns:
            `image`, uint8 [N, H, W, C], and a value per row for every code.
        """
        return _in_passes(
            lambda rows: self._generate(rows.pop("seed"), rows), {"seed": seeds, **(codes or {})}
        )

    def recognize(self, images: np.ndarray) -> dict[str, np.ndarray]:
        """The outputs named in `readings`, N rows each, for images [N, H, W, C]."""
        return _in_passes(lambda rows: self._recognize(rows["image"]), {"image": images})

    def _generate_pass(self, seed: Any, given: Tensors) -> Tensors:
        drawn = self._signatures["sample"](seed=seed)
        codes = {name: given.get(name, drawn[name]) for name in self.codes}
        # If the images of `sample` are not used, TensorFlow prunes them from the graph.
        made = self._signatures["generate"](seed=seed, **codes) if given else drawn
        # The same as in `encode_png`: the signature `generate_png` gives the same pixels.
        image = tf.image.convert_image_dtype(made["image"], tf.uint8, saturate=True)
        return {**codes, "image": image}

    def _recognize_pass(self, images: Any) -> Tensors:
        return self._signatures["recognize"](image=unit_images(images))

    def _column(self, name: str, spec: tf.TensorSpec) -> CodeColumn:
        if spec.shape.rank > 1:
            return CodeColumn(False, int(spec.shape[1]))
        return CodeColumn(True, int(self.readings[f"{name}_probabilities"].shape[1]))


def _load(path: Path) -> tuple[dict[str, Any], Any]:
    """A concrete function per signature, and the owner of the weights that they read."""
    if is_saved_model(path):
        try:
            loaded = tf.saved_model.load(str(path))
        except (OSError, ValueError, tf.errors.OpError) as error:
            raise ValueError(f"{path} should be a SavedModel. Received: {error}") from error
        return dict(loaded.signatures), loaded
    model = float32_twin(load_file(path))
    functions = {
        name: tf.function(function).get_concrete_function(**inputs)
        for name, (function, inputs) in signature_functions(model).items()
    }
    return functions, model


def _in_passes(
    function: Callable[[Tensors], Tensors], rows: Mapping[str, np.ndarray]
) -> dict[str, np.ndarray]:
    """Runs a function of PASS_ROWS rows on any number of rows."""
    count = len(next(iter(rows.values())))
    passes = [
        function(
            {
                name: tf.constant(_filled_up(values[start : start + PASS_ROWS]))
                for name, values in rows.items()
            }
        )
        for start in range(0, count, PASS_ROWS)
    ]
    return {
        name: np.concatenate([made[name].numpy() for made in passes])[:count] for name in passes[0]
    }


def _filled_up(values: np.ndarray) -> np.ndarray:
    """PASS_ROWS rows: the last one is repeated if there are fewer."""
    missing = PASS_ROWS - len(values)
    return np.concatenate([values, np.repeat(values[-1:], missing, axis=0)]) if missing else values
