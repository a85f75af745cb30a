"""Files for other runtimes than TensorFlow: ONNX, and LiteRT (TensorFlow Lite)."""

from __future__ import annotations

import os
import warnings
from pathlib import Path
from typing import Any, Literal

import keras
import tensorflow as tf

from keras_infogan.latents.codes import Circular
from keras_infogan.models.infogan import InfoGAN
from keras_infogan.models.twins import inference_twin
from keras_infogan.runtime.extras import require
from keras_infogan.runtime.files import replace_file, unwritable, user_path

SUFFIXES = {"onnx": ".onnx", "litert": ".tflite"}


def export_onnx(model: InfoGAN, directory: str | os.PathLike[str]) -> list[Path]:
    """Writes `generate.onnx` and `recognize.onnx`, by Keras's own export.

    A file has the inputs and outputs of the served signature of its name, with one difference:
    `generate` has the noise as an input, float32 [B, n], in place of a seed, since ONNX has no
    random numbers that depend on a seed alone. The batch axis is free. Inputs keep their names;
    outputs are in the order of `output_names`.

    Args:
        model: a built `InfoGAN`.
        directory: where the files go, made if it is missing. `~` is the home directory.

    Returns:
        The files. The second one is missing for a model without codes, and for one with a
        `Circular` code, with a warning: the deviation of its posterior needs Bessel functions,
        which neither format has.

    Raises:
        TypeError: another model.
        ImportError: the extra [onnx] is not installed.
        OSError: the directory cannot be written.

    Examples:
        >>> paths = infogan.export_onnx(model, "portable")
        >>> [path.name for path in paths]
        ['generate.onnx', 'recognize.onnx']
    """
    require("onnx")
    return _export(model, directory, "onnx")


def export_litert(model: InfoGAN, directory: str | os.PathLike[str]) -> list[Path]:
    """Writes `generate.tflite` and `recognize.tflite`, for what `export_onnx` writes.

    Args:
        model: a built `InfoGAN`.
        directory: where the files go, made if it is missing. `~` is the home directory.

    Returns:
        The files, as for `export_onnx`.

    Raises:
        TypeError: another model.
        OSError: the directory cannot be written.
    """
    return _export(model, directory, "litert")


def output_names(model: InfoGAN) -> dict[str, list[str]]:
    """The outputs of each file, in their order.

    Examples:
        >>> output_names(model)["recognize"]
        ['digit', 'digit_probabilities', 'style_mean', 'style_stddev']
    """
    names = {"generate": ["image"]}
    if _can_recognize(model):
        row = tf.zeros([1, model.latents.parameter_count])
        names["recognize"] = list(_summaries(model, row))
    return names


def _export(
    model: InfoGAN, directory: str | os.PathLike[str], kind: Literal["onnx", "litert"]
) -> list[Path]:
    if not isinstance(model, InfoGAN):
        raise TypeError(f"`model` should be an InfoGAN. Received: {type(model).__name__}")
    path = user_path(directory)
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise unwritable(path, error) from error
    if model.latents.codes and not _can_recognize(model):
        warnings.warn(
            "The export has no `recognize`, since it needs Bessel functions for a Circular code, "
            "which ONNX and LiteRT do not have.",
            stacklevel=3,
        )
    files = []
    for name, function in _functions(inference_twin(model)).items():
        files.append(path / f"{name}{SUFFIXES[kind]}")
        with warnings.catch_warnings():
            warnings.filterwarnings(
                "ignore", "In the future `np.object`"
            )  # Keras asks NumPy for it
            replace_file(
                files[-1],
                lambda temporary, function=function: function.export(
                    str(temporary), format=kind, verbose=False
                ),
            )
    return files


def _can_recognize(model: InfoGAN) -> bool:
    codes = model.latents.codes.values()
    return bool(codes) and not any(isinstance(code, Circular) for code in codes)


class _Generate(keras.layers.Layer):
    """Images of the noise and of a value per code."""

    def __init__(self, model: InfoGAN):
        super().__init__(dtype="float32", name="generate")
        self._generator, self._latents = model.sampling_generator, model.latents

    def call(self, inputs: list[Any]) -> Any:
        rows = dict(zip(self._latents.value_specs(), inputs, strict=True))
        return self._generator(self._latents.concatenate(rows), training=False)


class _Recognize(keras.layers.Layer):
    """What `recognize` says of images, as a list."""

    def __init__(self, model: InfoGAN):
        super().__init__(dtype="float32", name="recognize")
        self._model = model

    def call(self, inputs: list[Any]) -> list[Any]:
        (images,) = inputs
        return list(_summaries(self._model, self._model.discriminate(images).parameters).values())


def _summaries(model: InfoGAN, parameters: Any) -> dict[str, Any]:
    return {
        name + suffix: value
        for name, posterior in model.latents.posteriors(parameters).items()
        for suffix, value in model.latents.codes[name].summary(posterior).items()
    }


def _functions(model: InfoGAN) -> dict[str, keras.Model]:
    """A Keras model per file."""
    latents = [
        keras.Input(spec.shape, dtype=spec.dtype.name, name=name)
        for name, spec in model.latents.value_specs().items()
    ]
    functions = {"generate": keras.Model(latents, _Generate(model)(latents))}
    if _can_recognize(model):
        image = keras.Input(model.image_shape, name="image")
        functions["recognize"] = keras.Model([image], _Recognize(model)([image]))
    for function in functions.values():  # Keras exports to ONNX what was called before
        function([tf.zeros([1, *each.shape[1:]], each.dtype) for each in function.inputs])
    return functions
