"""Images for a served model, by the one rule that the package has for images."""

from collections.abc import Mapping
from typing import Any, cast

import tensorflow as tf
from numpy.typing import ArrayLike
from tensorflow.core.framework import tensor_shape_pb2
from tensorflow.core.protobuf import meta_graph_pb2

from keras_infogan.runtime.images import Shape, unit_array

IMAGE = "image"
RECOGNIZE, DISCRIMINATE = "recognize", "discriminate"
_RANK = 4


def converted_images(
    signature_name: str,
    inputs: Mapping[str, ArrayLike],
    signature: meta_graph_pb2.SignatureDef | None,
) -> Mapping[str, ArrayLike]:
    """Converts the images of `recognize` and `discriminate` to float32 in [0, 1].

    Args:
        signature_name: inputs of other signatures stay as they are.
        inputs: a value per input; the images are [B, H, W, C], bool, integers in [0, 255], or
            floats in [0, 1] or [0, 255].
        signature: says which shape the model takes; None where it has no such signature.

    Returns:
        The inputs.

    Raises:
        TypeError: images that are not numbers.
        ValueError: images of another shape, with NaN, or out of range.
    """
    if signature_name not in (RECOGNIZE, DISCRIMINATE) or signature is None:
        return inputs
    if IMAGE not in inputs or IMAGE not in signature.inputs:
        return inputs
    info = signature.inputs[IMAGE]
    if not tf.dtypes.as_dtype(info.dtype).is_floating or not _is_image(info.tensor_shape):
        return inputs
    return {**inputs, IMAGE: unit_array(inputs[IMAGE], _image_shape(info.tensor_shape))}


def _is_image(shape: tensor_shape_pb2.TensorShapeProto) -> bool:
    return shape.unknown_rank or len(shape.dim) == _RANK


def _image_shape(shape: tensor_shape_pb2.TensorShapeProto) -> Shape | None:
    """(H, W, C), with None for a size that the model leaves open."""
    if shape.unknown_rank:
        return None
    sizes: Any = tuple(None if dim.size < 0 else dim.size for dim in shape.dim[1:])
    return cast(Shape, sizes)
