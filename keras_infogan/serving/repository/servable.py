"""One version of a model in memory: a SavedModel's graph, its signatures and a session."""

import contextlib
import logging
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, Future
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import tensorflow as tf
from google.protobuf.message import DecodeError
from tensorflow.core.protobuf import config_pb2, meta_graph_pb2

from keras_infogan.runtime import compat
from keras_infogan.serving.protocol import errors, tensor_protos
from keras_infogan.serving.repository import saved_model_files
from keras_infogan.serving.repository.file_operations import find_file_operations

MAXIMUM_STEPS = 256


class Runner(Protocol):
    """What answers requests: a `Servable`, or one whose runs are joined into batches."""

    path: Path
    signatures: Mapping[str, meta_graph_pb2.SignatureDef]
    file_operations: Sequence[str]

    def run(
        self,
        signature: meta_graph_pb2.SignatureDef,
        inputs: Mapping[str, np.ndarray],
        output_names: Sequence[str],
        timeout: float | None = None,
    ) -> dict[str, np.ndarray]:
        """Runs a signature; see `Servable.run`."""

    def submit(
        self,
        signature: meta_graph_pb2.SignatureDef,
        inputs: Mapping[str, np.ndarray],
        output_names: Sequence[str],
        timeout: float | None,
        executor: Executor,
    ) -> Future[dict[str, np.ndarray]]:
        """Runs a signature without waiting for it; see `Servable.submit`."""

    def close(self) -> None:
        """Frees what was loaded; the caller makes sure that nothing runs."""


class Servable:
    """A loaded SavedModel that runs its signatures on arrays.

    The graph runs in a session, by tensor names, as TensorFlow Serving runs it: nothing is
    retraced, and an operation's error keeps the code and text that TensorFlow gave it.

    Args:
        path: the SavedModel's directory.
        tags: of the graph in it.

    Raises:
        StatusError: when the directory holds no SavedModel for serving, or one that fails to
            load.

    Example::

        with contextlib.closing(Servable("/models/digits/1")) as servable:
            sorted(servable.signatures)   # ["discriminate", "generate", ...]
    """

    def __init__(self, path: str | Path, tags: Sequence[str] = (tf.saved_model.SERVING,)) -> None:
        self.path = Path(path)
        saved_model_files.check_regular(self.path)
        self._callables: dict[tuple[tuple[str, ...], tuple[str, ...]], Callable[..., Any]] = {}
        self._lock = threading.Lock()
        graph = tf.Graph()
        # Soft placement, because a graph exported on one machine names devices of that machine.
        config = config_pb2.ConfigProto(allow_soft_placement=True)
        self._session = tf.compat.v1.Session(graph=graph, config=config)
        try:
            with graph.as_default(), _without_deprecation_notice():
                meta_graph = tf.compat.v1.saved_model.load(
                    self._session, list(tags), str(self.path)
                )
        except tf.errors.OpError as error:
            self._session.close()
            raise errors.from_operation_error(error) from error
        except (OSError, ValueError, RuntimeError, KeyError, TypeError, DecodeError) as error:
            # What the Python loader raises for a truncated graph or a missing file.
            self._session.close()
            raise errors.invalid_argument(f"{self.path} failed to load: {error}") from error
        self.signatures: Mapping[str, meta_graph_pb2.SignatureDef] = dict(meta_graph.signature_def)
        self.file_operations: Sequence[str] = find_file_operations(meta_graph)

    def run(
        self,
        signature: meta_graph_pb2.SignatureDef,
        inputs: Mapping[str, np.ndarray],
        output_names: Sequence[str],
        timeout: float | None = None,
    ) -> dict[str, np.ndarray]:
        """Runs a signature.

        Args:
            signature: one of `self.signatures`.
            inputs: an array per input name of the signature; strings are an object array of
                bytes.
            output_names: names of the signature's outputs to compute.
            timeout: how long it may wait to be run, in seconds; here nothing waits.

        Returns:
            An array per output name; strings are an object array of bytes.

        Raises:
            StatusError: a dtype that is not the signature's, or the operation's own error.

        Example::

            servable.run(servable.signatures["sample"], {"seed": np.int64([0])}, ["image"])
        """
        del timeout
        # TensorFlow orders a step's arguments by tensor name; its messages count in that order.
        feeds = sorted((signature.inputs[alias].name, alias) for alias in inputs)
        _check_dtypes(signature, inputs, [alias for _, alias in feeds])
        names = {alias: signature.outputs[alias].name for alias in output_names}
        fetches = sorted(set(names.values()))  # in an order of ours: it is part of a step's key
        try:
            step = self._callable(tuple(name for name, _ in feeds), tuple(fetches))
            values = step(*(inputs[alias] for _, alias in feeds))
        except tf.errors.OpError as error:
            raise errors.from_operation_error(error) from error
        except UnicodeDecodeError as error:
            # An operation's message that quotes bytes of the request, which are no text.
            message = error.object.decode("utf-8", errors="replace")
            raise errors.invalid_argument(message) from error
        arrays = dict(zip(fetches, map(tensor_protos.as_array, values), strict=True))
        return {alias: arrays[name] for alias, name in names.items()}

    def submit(
        self,
        signature: meta_graph_pb2.SignatureDef,
        inputs: Mapping[str, np.ndarray],
        output_names: Sequence[str],
        timeout: float | None,
        executor: Executor,
    ) -> Future[dict[str, np.ndarray]]:
        """Runs a signature without waiting for it.

        Args:
            signature: as for `run`, and so are all others.
            executor: lends a thread to what has none of its own.

        Returns:
            What `run` returns or raises, once it has.

        Example::

            servable.submit(signature, inputs, ["image"], None, executor).result()["image"]
        """
        return executor.submit(self.run, signature, inputs, output_names, timeout)

    def close(self) -> None:
        """Closes the session; the caller makes sure that nothing runs in it.

        Its memory is free once Python has collected this object.
        """
        self._callables.clear()
        self._session.close()

    def _callable(self, feeds: tuple[str, ...], fetches: tuple[str, ...]) -> Callable[..., Any]:
        """Makes a step once: the pruned and optimised graph from these feeds to these fetches."""
        with self._lock:
            step = self._callables.get((feeds, fetches))
        if step is None:
            step = compat.make_session_callable(self._session, feeds, fetches)
            with self._lock:
                if len(self._callables) >= MAXIMUM_STEPS:
                    # Callers choose among sets of outputs, of which a signature may have millions.
                    del self._callables[next(iter(self._callables))]
                self._callables[feeds, fetches] = step
        return step


def is_saved_model(path: Path) -> bool:
    """Tells whether a directory is itself a SavedModel, rather than the base of versions."""
    return any((path / name).is_file() for name in saved_model_files.SAVED_MODEL_FILES)


def _check_dtypes(
    signature: meta_graph_pb2.SignatureDef, inputs: Mapping[str, np.ndarray], order: Sequence[str]
) -> None:
    for position, alias in enumerate(order):
        expected = signature.inputs[alias].dtype
        provided = tensor_protos.dtype_of(inputs[alias])
        if expected != provided:
            raise errors.invalid_argument(
                f"Expects arg[{position}] to be {tensor_protos.dtype_name(expected)} "
                f"but {tensor_protos.dtype_name(provided)} is provided"
            )


@contextlib.contextmanager
def _without_deprecation_notice() -> Iterator[None]:
    """Keeps TensorFlow from advising operators to call another loader than ours."""

    def is_no_notice(record: logging.LogRecord) -> bool:
        return "is deprecated" not in record.getMessage()

    logger = tf.get_logger()
    logger.addFilter(is_no_notice)
    try:
        yield
    finally:
        logger.removeFilter(is_no_notice)
