"""Calls that run a signature once: written once, for servers that wait in different ways.

A call is a generator that yields the run that it needs, is sent the outputs, and returns the
answer. A thread of the REST server waits in `run_call`; the gRPC server's event loop does not wait.
"""

from __future__ import annotations

import contextlib
from collections.abc import Generator, Mapping, Sequence
from concurrent.futures import CancelledError, Executor
from dataclasses import dataclass
from typing import TypeAlias, TypeVar

import grpc
import numpy as np
from tensorflow.core.protobuf import meta_graph_pb2

from keras_infogan.serving.protocol.errors import StatusError
from keras_infogan.serving.repository.callers import InlineExecutor, current_caller
from keras_infogan.serving.repository.servable import Runner

Arrays: TypeAlias = dict[str, np.ndarray]
Result = TypeVar("Result")

_UNLIMITED = InlineExecutor()


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


def run_call(
    call: Call[Result], timeout: float | None = None, executor: Executor = _UNLIMITED
) -> Result:
    """Runs the signature that a call needs, and waits for it.

    Args:
        call: has not begun.
        timeout: how long the run may wait in a batching queue, in seconds; None: as long as it
            takes.
        executor: runs what no batch runs; by default the calling thread, at once.

    Returns:
        What the call returns.

    Raises:
        StatusError: the call's own, the run's, or CANCELLED when `current_caller` left before the
            run began.

    Example::

        run_call(prediction.predict(servable, request)).outputs["image"]
    """
    run = next(call)
    with contextlib.closing(call):
        future = run.runner.submit(run.signature, run.inputs, run.output_names, timeout, executor)
        caller = current_caller.get()
        if caller is not None:
            caller.wait_for(future)
        try:
            outputs = future.result()
        except CancelledError:
            raise StatusError(grpc.StatusCode.CANCELLED, "The caller has left") from None
        return send_outputs(call, outputs)


def send_outputs(call: Call[Result], outputs: Arrays) -> Result:
    """Sends a call the outputs of its run, and returns its answer.

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
