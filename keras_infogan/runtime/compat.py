"""The only module that uses private parts of other packages.

Each use has its reason, and the version that it was tried on.
"""

from __future__ import annotations

import importlib
import logging
from collections.abc import Sequence
from types import ModuleType
from typing import Any

import wrapt

# Where Keras keeps the classes that `register_keras_serializable` names.
KERAS_REGISTRY = "keras.src.saving.object_registration"


class LazyRegistry(dict[str, Any]):
    """A registry of classes that imports a package's modules when one of its names is looked up.

    Args:
        registered: the entries so far.
        prefix: of the package's names, "PACKAGE>".
        modules: the modules that register its classes when they are imported.
    """

    def __init__(self, registered: dict[str, Any], prefix: str, modules: tuple[str, ...]):
        super().__init__(registered)
        self._prefix = prefix
        self._waiting = modules

    def __contains__(self, name: object) -> bool:
        if isinstance(name, str) and name.startswith(self._prefix):
            waiting, self._waiting = self._waiting, ()
            for module in waiting:
                importlib.import_module(module)
        return super().__contains__(name)


def register_when_looked_up(package: str, modules: tuple[str, ...]) -> None:
    """Lets Keras find a lazy package's classes by name, before or after Keras is imported.

    Keras knows a class after its module was imported, and imports no module by itself. Its registry
    has no public hook, so its dictionary is replaced. Tried on Keras 3.15.1.

    Args:
        package: its name, as passed to `register_keras_serializable`.
        modules: the modules that register its classes.
    """

    def replace(module: ModuleType) -> None:
        registry: Any = module
        registered = registry.GLOBAL_CUSTOM_OBJECTS
        registry.GLOBAL_CUSTOM_OBJECTS = LazyRegistry(registered, f"{package}>", modules)

    wrapt.register_post_import_hook(replace, KERAS_REGISTRY)


def writes_legacy_config() -> bool:
    """Whether Keras asks for a config to write it in the HDF5 format. Tried on Keras 3.15.1."""
    state: Any = importlib.import_module("keras.src.backend.common.global_state")
    return bool(state.get_global_attribute("use_legacy_config", None))


def batched_rows(dataset: Any) -> tuple[int, int] | None:
    """The rows and the batch size of a finite dataset that `batch` made; None if unknown.

    A tf.data.Dataset tells its number of batches, but not the size of the last one. Steps after
    `batch` are looked through where they keep the number of batches. Tried on TensorFlow 2.21.

    Args:
        dataset: yields batches.
    """
    batches = int(dataset.cardinality())
    while not hasattr(dataset, "_batch_size"):
        inputs = dataset._inputs()
        if batches < 0 or len(inputs) != 1 or int(inputs[0].cardinality()) != batches:
            return None
        dataset = inputs[0]
    rows, size = int(dataset._inputs()[0].cardinality()), int(dataset._batch_size)
    return (rows, size) if -(-rows // size) == batches > 0 else None


def nested_layers(layer: Any) -> list[Any]:
    """A Keras layer and all layers in it.

    `Model.layers` lists one level only. Tried on Keras 3.15.1.
    """
    return list(layer._flatten_layers())


def reads_cached_data(keywords: dict[str, Any]) -> bool:
    """Whether a call of `evaluate` comes from `fit`, which keeps its validation data.

    Keras then ignores the data of the call. Tried on Keras 3.15.1.
    """
    return bool(keywords.get("_use_cached_eval_dataset"))


def silence_grpc_parse_errors() -> None:
    """Keeps gRPC from logging a traceback for each message that is not a proto.

    The caller gets an error anyway, and strangers could fill the log. gRPC has no public name for
    its logger. Tried on grpcio 1.85.1.
    """
    logging.getLogger("grpc._common").setLevel(logging.CRITICAL)


def make_session_callable(session: Any, feeds: Sequence[str], fetches: Sequence[str]) -> Any:
    """A function of arrays that runs a TensorFlow 1 session from some tensors to others.

    The public `make_callable` goes through `Session.run`, which casts the feeds and checks their
    shapes in Python: slower, and with other errors. Tried on TensorFlow 2.21.

    Args:
        session: a `tf.compat.v1.Session`.
        feeds: names of the tensors that the arguments stand for.
        fetches: names of the tensors to return.
    """
    from tensorflow.core.protobuf import config_pb2

    options = config_pb2.CallableOptions(feed=feeds, fetch=fetches)
    return session._make_callable_from_options(options)
