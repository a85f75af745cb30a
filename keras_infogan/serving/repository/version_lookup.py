"""Which version of which model a request means."""

from collections.abc import Mapping
from dataclasses import dataclass

from tensorflow_serving.apis import model_pb2

from keras_infogan.serving.protocol.errors import StatusError, invalid_argument, not_found
from keras_infogan.serving.repository.model import Model, unrecognized_label
from keras_infogan.serving.repository.servable import Runner
from keras_infogan.serving.repository.version import ModelVersion

# How often a version is looked for before a request gets NOT_FOUND.
_LOOKS = 3


@dataclass(frozen=True)
class VersionInUse:
    """A version that stays loaded while a request uses it.

    Args:
        name: the model.
        version: the version's number.
        servable: what runs.
    """

    name: str
    version: int
    servable: Runner


def begin_use(
    models: Mapping[str, Model], model_spec: model_pb2.ModelSpec
) -> tuple[ModelVersion, Runner]:
    """Finds the version that a request asks for, and begins to use it.

    Args:
        models: by their names.
        model_spec: a name, and a version, a label, or neither (the highest available version).

    Returns:
        The version, to end its use, and what runs.

    Raises:
        StatusError: INVALID_ARGUMENT without a name or for an unknown label, NOT_FOUND for a
            model or version that is not available.
    """
    if not model_spec.name:
        raise invalid_argument("ModelSpec has no name specified.")
    number = None
    for _ in range(_LOOKS):
        model = models.get(model_spec.name)
        number = _requested_number(model, model_spec)
        version = _find(model, number) if model is not None else None
        servable = version.begin_use() if version is not None else None
        if version is not None and servable is not None:
            return version, servable
        # Retired since it was found, or all versions looked at in the moment when a new one
        # takes over: its successor is available already.
    raise _servable_not_found(model_spec.name, number)


def _requested_number(model: Model | None, model_spec: model_pb2.ModelSpec) -> int | None:
    choice = model_spec.WhichOneof("version_choice")
    if choice == "version":
        return model_spec.version.value
    if choice == "version_label":
        if model is None:
            raise unrecognized_label(model_spec.version_label)
        return model.resolve_label(model_spec.version_label)
    return None


def _find(model: Model, number: int | None) -> ModelVersion | None:
    if number is not None:
        return model.find(number)
    available = model.available()
    return available[0] if available else None


def _servable_not_found(name: str, number: int | None) -> StatusError:
    wanted = f"Latest({name})" if number is None else f"Specific({name}, {number})"
    return not_found(f"Servable not found for request: {wanted}")
