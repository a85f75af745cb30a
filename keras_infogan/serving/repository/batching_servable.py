"""A servable whose runs are joined with others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import Executor, Future

import numpy as np
from tensorflow.core.protobuf import meta_graph_pb2

from keras_infogan.serving.repository.batch_requests import Arrays
from keras_infogan.serving.repository.batch_scheduler import BatchScheduler
from keras_infogan.serving.repository.servable import Runner


class BatchingServable:
    """A servable whose runs wait to be joined with others of the same signature and outputs.

    Args:
        servable: what runs; it belongs to this object afterwards.
        scheduler: joins the runs; several servables may share it.

    Example::

        BatchingServable(Servable("/models/digits/1"), scheduler).run(signature, inputs, ["image"])
    """

    def __init__(self, servable: Runner, scheduler: BatchScheduler) -> None:
        self._servable = servable
        self._scheduler = scheduler
        self.path = servable.path
        self.signatures = servable.signatures
        self.file_operations = servable.file_operations

    def run(
        self,
        signature: meta_graph_pb2.SignatureDef,
        inputs: Mapping[str, np.ndarray],
        output_names: Sequence[str],
        timeout: float | None = None,
    ) -> Arrays:
        """Runs a signature in a batch; see `Servable.run` and `BatchScheduler.submit`."""
        if not inputs or not _has_rows(signature, output_names):
            return self._servable.run(signature, inputs, output_names)
        return self._enqueue(signature, inputs, output_names, timeout).result()

    def submit(
        self,
        signature: meta_graph_pb2.SignatureDef,
        inputs: Mapping[str, np.ndarray],
        output_names: Sequence[str],
        timeout: float | None,
        executor: Executor,
    ) -> Future[Arrays]:
        """Runs a signature in a batch, without waiting for it; see `Servable.submit`."""
        if not inputs or not _has_rows(signature, output_names):
            return self._servable.submit(signature, inputs, output_names, timeout, executor)
        return self._enqueue(signature, inputs, output_names, timeout)

    def _enqueue(
        self,
        signature: meta_graph_pb2.SignatureDef,
        inputs: Mapping[str, np.ndarray],
        output_names: Sequence[str],
        timeout: float | None,
    ) -> Future[Arrays]:
        tensors = tuple(sorted((name, info.name) for name, info in signature.inputs.items()))
        outputs = tuple((name, signature.outputs[name].name) for name in output_names)
        shapes = tuple(
            (name, inputs[name].dtype, inputs[name].shape[1:]) for name in sorted(inputs)
        )
        return self._scheduler.submit(
            (id(self), tensors, outputs, shapes),
            lambda joined: self._servable.run(signature, joined, output_names),
            dict(inputs),
            timeout,
        )

    def close(self) -> None:
        """Frees the servable; the scheduler stays."""
        self._servable.close()


def _has_rows(signature: meta_graph_pb2.SignatureDef, output_names: Sequence[str]) -> bool:
    """Tells whether inputs and outputs may have any number of rows, as far as shapes tell."""
    tensors = [*signature.inputs.values(), *(signature.outputs[name] for name in output_names)]
    shapes = [info.tensor_shape for info in tensors]
    return all(shape.unknown_rank or (shape.dim and shape.dim[0].size < 0) for shape in shapes)
