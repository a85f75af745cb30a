"""Copies of a trained model for use: in float32, and without what only training needs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

import keras

if TYPE_CHECKING:
    from keras_infogan.models.infogan import InfoGAN

Model = TypeVar("Model", bound="InfoGAN")


def float32_twin(model: Model) -> Model:
    """The model with every layer under the float32 policy; the model itself if that holds."""
    config = model.get_config()
    twin_config = _in_float32(config)
    if twin_config == config:
        return model
    twin = type(model).from_config(twin_config)
    twin.set_weights(model.get_weights())
    return twin


def inference_twin(model: Model) -> Model:
    """A copy in float32 that samples and recognizes as the model does, and holds nothing else.

    Its networks have the averaged weights, where the model averages. It has no regularizers, and so
    none of their networks, and it is not compiled.

    Args:
        model: a built `InfoGAN`, or a variant of it.
    """
    config = _in_float32(model.get_config())
    for name in ("generator_average", "discriminator_average"):
        config[name] = 0.0
    twin = type(model).from_config({**config, "regularizers": []})
    for name in model.saved_objects():
        part = getattr(model, name)
        if isinstance(part, keras.layers.Layer):
            getattr(twin, name).set_weights(part.get_weights())
    twin.generator.set_weights(model.sampling_generator.get_weights())
    for copy, average in zip(twin.readers(), model.averaged_readers, strict=False):
        copy.set_weights(average.get_weights())
    for kept in ("prior_logits", "given_examples"):
        for copy, weight in zip(getattr(twin, kept), getattr(model, kept), strict=True):
            copy.assign(weight)
    twin.step.assign(model.step)
    return twin


def _in_float32(config: Any) -> Any:
    """A serialized config with every mixed dtype policy in it replaced."""
    if isinstance(config, dict):
        if config.get("class_name") == "DTypePolicy":
            return keras.saving.serialize_keras_object(keras.DTypePolicy("float32"))
        return {key: _in_float32(value) for key, value in config.items()}
    if isinstance(config, (list, tuple)):
        return type(config)(_in_float32(value) for value in config)
    return config
