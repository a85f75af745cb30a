"""The run of a signature that the code for a request yields, for either server to wait for.

A thread of the REST server waits in `finish`; the gRPC server's event loop does not wait at all.
"""

from __future__ import annotations

import contextlib
from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias, TypeVar

import numpy as np
from tensorflow.core.protobuf import meta_graph_pb2

from keras_infogan.serving.repository.servable import Runner

Arrays: TypeAlias = dict[str, np.ndarray]
Result = TypeVar("Result")


@dataclass(frozen=True)
class SignatureRun:
    """A signature to run.

    Args:
        runner: what runs it.
        signature: one of the runner's, or one of the same form.
        inputs: an array per input name.
        output_names: names of the outputs to compute.
    """

    runner: Runner
    signature: meta_graph_pb2.SignatureDef
    inputs: Mapping[str, np.ndarray]
    output_names: Sequence[str]


# Yields its only run, is sent the outputs, and returns the answer.
Call: TypeAlias = Generator[SignatureRun, Arrays, Result]


def finish(call: Call[Result], timeout: float | None = None) -> Result:
    """Runs what a call asks for, and waits for it.

    Args:
        call: has not begun.
        timeout: how long the run may wait in a batching queue, in seconds; None waits.

    Returns:
        What the call returns.

    Raises:
        StatusError: the call's own, or the run's.

    Example::

        finish(prediction.predict(servable, request)).outputs["image"]
    """
    run = next(call)
    with contextlib.closing(call):
        outputs = run.runner.run(run.signature, run.inputs, run.output_names, timeout)
        return answer(call, outputs)


def answer(call: Call[Result], outputs: Arrays) -> Result:
    """Sends a call the outputs of its run.

    Args:
        call: has yielded its run.
        outputs: an array per output name.

    Returns:
        What the call returns.
    """
    try:
        call.send(outputs)
    except StopIteration as finished:
        return finished.value
    raise AssertionError("a call runs a signature once")
