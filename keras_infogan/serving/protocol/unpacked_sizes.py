"""Requests that become larger than they were sent: a few bytes may ask for gigabytes.

A tensor may have a shape of many values and send only one, which is then repeated. The context of
tf.Example messages is sent once, and then goes before each example.
"""

import math

import tensorflow as tf
from tensorflow.core.framework import tensor_pb2
from tensorflow_serving.apis import input_pb2, predict_pb2

from keras_infogan.serving.protocol import tensor_protos
from keras_infogan.serving.protocol.errors import invalid_argument

DEFAULT_MAXIMUM_BYTES = 64 * 2**20  # of copies of a context
# A thousand requests of forty bytes each could wait with as much at the same time.
DEFAULT_REPEATED_BYTES = 2**20


def check_tensors(request: predict_pb2.PredictRequest, maximum_bytes: int) -> None:
    """Checks the inputs of a Predict request before anything is allocated for them.

    Args:
        request: its tensors may send fewer values than their shapes have.
        maximum_bytes: the most that such tensors may have together; others may have any size.

    Raises:
        StatusError: INVALID_ARGUMENT for more bytes.
    """
    total = 0
    for alias, proto in request.inputs.items():
        size = _repeated_bytes(proto)
        total += size
        if total > maximum_bytes:
            raise invalid_argument(
                f"Tensors that repeat their last value should have at most {maximum_bytes} bytes. "
                f"Received: {alias}, which has a shape of {size} bytes"
            )


def check_examples(given: input_pb2.Input, maximum_bytes: int) -> None:
    """Checks the examples of a request before its context is copied to each.

    Args:
        given: a list of examples, with or without a context.
        maximum_bytes: the most that the copies of the context may have together.

    Raises:
        StatusError: INVALID_ARGUMENT for more bytes.
    """
    if given.WhichOneof("kind") != "example_list_with_context":
        return
    examples = given.example_list_with_context
    size = len(examples.examples) * examples.context.ByteSize()
    if size > maximum_bytes:
        raise invalid_argument(
            f"The context should have at most {maximum_bytes} bytes, times the number of examples. "
            f"Received: {size} bytes"
        )


def _repeated_bytes(proto: tensor_pb2.TensorProto) -> int:
    """The size of a tensor that sends fewer values than its shape has; otherwise 0.

    A variant holds further tensors, which count too.
    """
    within = sum(_repeated_bytes(each) for variant in proto.variant_val for each in variant.tensors)
    elements = math.prod(dim.size for dim in proto.tensor_shape.dim)
    if elements <= 1 or elements <= tensor_protos.sent_values(proto):
        return within
    try:
        dtype = tf.dtypes.as_dtype(proto.dtype)
    except TypeError:
        return within  # no dtype: refused where the tensor is read
    if not dtype.size:  # strings, resources and variants are objects, of any size
        is_whole = elements <= len(proto.tensor_content)
        return within + (0 if is_whole else elements * tensor_protos.STRING_BYTES)
    # Sent as they lie in memory, the bytes must be as many as the shape has.
    return within + (0 if proto.tensor_content else elements * dtype.size)
