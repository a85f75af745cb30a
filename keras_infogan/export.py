"""The SavedModel that TensorFlow Serving serves."""

from __future__ import annotations

import errno
import os
import re
import shutil
import uuid
import warnings
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import tensorflow as tf

from keras_infogan.images import PNG_CHANNELS, encode_png, strips
from keras_infogan.models.infogan import InfoGAN
from keras_infogan.models.twins import float32_twin
from keras_infogan.runtime.files import sync_directory, user_path
from keras_infogan.runtime.image_tensors import in_range, not_empty

FIRST_VERSION = 1
WARM_UP_FILE = "tf_serving_warmup_requests"  # in assets.extra/, by TensorFlow Serving's contract
WARM_UP_ROWS = 1

Tensors = dict[str, Any]


def export_savedmodel(model: InfoGAN, base_path: str | os.PathLike[str]) -> Path:
    """Writes the next version of a model as a SavedModel, atomically.

    Signatures: `generate` (also `serving_default`), `generate_png`, `sample`, `recognize` and
    `discriminate`; `signature_functions` has their inputs and outputs. Weights and arithmetic
    are float32, for any dtype policy of the training. Warm-up requests for
    a server are in `assets.extra`. A model whose images have more than 4 channels has no
    `generate_png`, and a warning says so: PNG files have 1 to 4.

    Args:
        model: a built `InfoGAN`.
        base_path: directory of the model's versions, made if it is missing. `~` is the home
            directory.

    Returns:
        The path of the new version, `base_path/N`, where N is the highest version plus one.

    Raises:
        TypeError: another model.
        ValueError: the directory is itself a SavedModel.
        OSError: the directory cannot be written.

    Examples:
        >>> export_savedmodel(model, "digits")
        PosixPath('digits/1')
    """
    if not isinstance(model, InfoGAN):
        raise TypeError(f"`model` should be an InfoGAN. Received: {type(model).__name__}")
    base = user_path(base_path)
    if tf.saved_model.contains_saved_model(str(base)):
        raise ValueError(
            "`base_path` should be the directory of a model's versions. "
            f"Received: {base}, which is itself a SavedModel"
        )
    if not _fits_png(model):
        warnings.warn(
            "The export has no signature `generate_png`, since PNG files have 1 to 4 channels: "
            f"the model's images have {model.image_shape[-1]}.",
            stacklevel=2,
        )
    base.mkdir(parents=True, exist_ok=True)
    temporary = base / f".tmp-{uuid.uuid4().hex}"
    try:
        _write(float32_twin(model), temporary)
        _sync(temporary)
        return _publish(temporary, base)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def signature_functions(model: InfoGAN) -> dict[str, tuple[Callable[..., Tensors], Tensors]]:
    """The served functions, each with the tf.TensorSpec of its inputs by name.

    B rows each: `seed` int64 [B]; a categorical code int64 [B]; another code float32 [B, d];
    `image` float32 [B, H, W, C] in [0, 1], or the request fails with a sentence. Every row of an
    output depends on its own row of the inputs only, and on no state. `generate_png` is for images
    of 1 to 4 channels, and `recognize` for models with codes.

    Args:
        model: an `InfoGAN` under the float32 policy.
    """
    spec = model.latents
    row_specs = {name: row for name, row in spec.value_specs().items() if name in spec.codes}
    row_specs |= {name: each.served_spec for name, each in spec.given.items()}
    codes = {
        name: tf.TensorSpec([None, *row.shape], row.dtype, name=name)
        for name, row in row_specs.items()
    }
    seed = {"seed": tf.TensorSpec([None], tf.int64, name="seed")}
    image = {"image": tf.TensorSpec([None, *model.image_shape], tf.float32, name="image")}

    def images_of(latents: Mapping[str, Any]) -> Any:
        return model.sampling_generator(spec.concatenate(latents), training=False)

    def generate(seed: Any, **codes: Any) -> Tensors:
        codes = {
            # A server feeds any shape that it is sent, whatever the signature says.
            name: tf.ensure_shape(values, [None, *row_specs[name].shape])
            for name, values in codes.items()
        }
        served = dict(codes)
        codes.update({name: each.served_values(codes[name]) for name, each in spec.given.items()})
        checks = [
            tf.debugging.Assert(
                spec.inputs[name].validity(values), [f"{name} is out of its range:", served[name]]
            )
            for name, values in codes.items()
        ]
        with tf.control_dependencies(checks):
            return {"image": images_of({**spec.sample_rows(seed), **codes})}

    def generate_png(seed: Any, **codes: Any) -> Tensors:
        images = strips(generate(seed, **codes)["image"])
        return {
            "image_bytes": tf.map_fn(
                encode_png, images, fn_output_signature=tf.TensorSpec([], tf.string)
            )
        }

    def sample(seed: Any) -> Tensors:
        latents = spec.sample_rows(seed)
        drawn = {name: tf.identity(latents[name]) for name in spec.codes}
        drawn |= {name: each.served(latents[name]) for name, each in spec.given.items()}
        return {"image": images_of(latents), **drawn}

    def recognize(image: Any) -> Tensors:
        image = served_images(image, model.image_shape)
        posteriors = spec.posteriors(model.discriminate(image).parameters)
        return {
            name + suffix: value
            for name, posterior in posteriors.items()
            for suffix, value in spec.codes[name].summary(posterior).items()
        }

    def discriminate(image: Any) -> Tensors:
        image = served_images(image, model.image_shape)
        logit = model.discriminate(image).logits[:, 0]
        return {"logit": logit, "probability_real": tf.sigmoid(logit)}

    functions = {
        "generate": (generate, {**seed, **codes}),
        "sample": (sample, seed),
        "discriminate": (discriminate, image),
    }
    if _fits_png(model):
        functions["generate_png"] = (generate_png, {**seed, **codes})
    if spec.codes:
        functions["recognize"] = (recognize, image)
    return functions


def _fits_png(model: InfoGAN) -> bool:
    return model.image_shape[-1] in PNG_CHANNELS


def served_images(image: Any, image_shape: tuple[int, ...]) -> Any:
    """The images of a request, whose shape and values are checked when it comes."""
    # A server feeds any shape that it is sent, whatever the signature says.
    image = tf.ensure_shape(image, [None, *image_shape], name="image_shape")
    return in_range(not_empty(image))


def _write(model: InfoGAN, path: Path) -> None:
    functions = signature_functions(model)
    module = tf.Module()
    module.weights = [variable.value for variable in model.variables]
    given = model.latents.given
    module.given = [each.trackables for each in given.values()]
    signatures = {
        name: tf.function(function).get_concrete_function(**inputs)
        for name, (function, inputs) in functions.items()
    }
    signatures["serving_default"] = signatures["generate"]
    tf.saved_model.save(module, str(path), signatures)
    seed = tf.zeros([2], tf.int32)
    examples = {name: each.served(each.sample(1, seed)) for name, each in given.items()}
    _write_warm_up(path, {name: inputs for name, (_, inputs) in functions.items()}, examples)


def _write_warm_up(
    path: Path, inputs_of: Mapping[str, Mapping[str, tf.TensorSpec]], examples: Tensors
) -> None:
    """A Predict request per signature, for the server to run before it is ready.

    Inputs are the examples, and zeros where there is none.
    """
    from tensorflow_serving.apis import prediction_log_pb2

    directory = path / "assets.extra"
    directory.mkdir()
    with tf.io.TFRecordWriter(str(directory / WARM_UP_FILE)) as writer:
        for signature, inputs in inputs_of.items():
            log = prediction_log_pb2.PredictionLog()
            request = log.predict_log.request
            request.model_spec.name = "warm_up"
            request.model_spec.signature_name = signature
            for name, spec in inputs.items():
                value = examples.get(name)
                if value is None:
                    value = tf.zeros([WARM_UP_ROWS, *spec.shape[1:]], spec.dtype)
                request.inputs[name].CopyFrom(tf.make_tensor_proto(value))
            writer.write(log.SerializeToString())


def _publish(temporary: Path, base: Path) -> Path:
    """Renames to the first free version; another export may have taken the planned one."""
    version = max([FIRST_VERSION - 1, *_versions(base)]) + 1
    while True:
        target = base / str(version)
        try:
            if not target.exists():
                os.rename(temporary, target)
                sync_directory(base)
                return target
        except OSError as error:
            if error.errno not in (errno.EEXIST, errno.ENOTEMPTY):
                raise
        version += 1


def _versions(base: Path) -> list[int]:
    return [int(entry.name) for entry in base.iterdir() if re.fullmatch(r"\d+", entry.name)]


def _sync(path: Path) -> None:
    """Syncs to disk before the rename, so that a power failure never leaves half a version."""
    for directory, _, files in os.walk(path):
        for name in files:
            with open(os.path.join(directory, name), "rb") as file:
                os.fsync(file.fileno())
        sync_directory(Path(directory))
