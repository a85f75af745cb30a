"""How a batch runs: together, and in smaller and smaller groups where that fails."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from keras_infogan.serving.protocol.errors import StatusError
from keras_infogan.serving.repository.batch_requests import Arrays, RequestPart, RunArrays
from keras_infogan.serving.repository.batching_options import BatchingOptions


def run_batch(run: RunArrays, parts: Sequence[RequestPart], options: BatchingOptions) -> None:
    """Runs the rows of several requests, and gives each request its own outputs or error.

    A batch that fails runs again in halves, so that a bad request fails alone. A batch whose
    outputs have no row per input row runs again request by request.

    Args:
        run: computes the outputs of the joined inputs.
        parts: of requests that have started.
        options: sizes to pad to.
    """
    if len(parts) == 1:
        _run_alone(run, parts[0], options)
        return
    try:
        outputs = _run_together(run, parts, options)
    except StatusError:
        middle = len(parts) // 2
        run_batch(run, parts[:middle], options)
        run_batch(run, parts[middle:], options)
    except BaseException as error:
        # A bug: each request must get it, or its caller would wait forever.
        for part in parts:
            part.request.fail(error)
    else:
        if outputs is None:
            for part in parts:
                _run_alone(run, part, options)
            return
        for part, own in zip(parts, outputs, strict=True):
            part.succeed(own)


def _run_together(
    run: RunArrays, parts: Sequence[RequestPart], options: BatchingOptions
) -> list[Arrays] | None:
    """Returns the outputs of each part, or None where an output has no row per input row."""
    rows = sum(part.rows for part in parts)
    padded = options.padded_size(rows)
    inputs = [part.inputs for part in parts]
    outputs = run(
        {name: _joined([each[name] for each in inputs], padded - rows) for name in inputs[0]}
    )
    if any(array.ndim == 0 or len(array) != padded for array in outputs.values()):
        return None
    ends = np.cumsum([part.rows for part in parts]).tolist()
    return [
        {name: array[end - part.rows : end] for name, array in outputs.items()}
        for part, end in zip(parts, ends, strict=True)
    ]


def _run_alone(run: RunArrays, part: RequestPart, options: BatchingOptions) -> None:
    request = part.request
    try:
        outputs = _run_padded(run, part, options)
        if outputs is None:
            # Its parts cannot be joined again, so the request runs as a whole.
            if not request.future.done():
                request.succeed(run(request.inputs))
            return
    except BaseException as error:
        # Whatever it is, the caller waits for it.
        request.fail(error)
    else:
        part.succeed(outputs)


def _run_padded(run: RunArrays, part: RequestPart, options: BatchingOptions) -> Arrays | None:
    """Returns the outputs of a part, or None where the parts of its request cannot be joined."""
    if options.padded_size(part.rows) != part.rows:
        try:
            outputs = _run_together(run, [part], options)
        except StatusError:
            outputs = None  # the error should name the request's own rows, without the padding
        if outputs:
            return outputs[0]
    outputs_alone = run(part.inputs)
    has_rows = all(array.ndim and len(array) == part.rows for array in outputs_alone.values())
    return outputs_alone if has_rows or part.is_whole_request else None


def _joined(arrays: Sequence[np.ndarray], padding: int) -> np.ndarray:
    """The rows of all arrays, and `padding` copies of the first row."""
    if padding:
        filled = next(array for array in arrays if len(array))
        arrays = [*arrays, np.repeat(filled[:1], padding, axis=0)]
    return np.concatenate(arrays) if len(arrays) > 1 else arrays[0]
