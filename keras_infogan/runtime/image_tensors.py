"""The rule of `runtime.images` for tensors, also in a graph, where values are not known yet.

A check in a graph fails with `tf.errors.InvalidArgumentError`, whose message holds the sentence of
`checked_images`; `image_sentence` finds it. XLA leaves such checks out.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import tensorflow as tf

from keras_infogan.runtime.images import (
    BYTE_MAXIMUM,
    BYTE_WHITE,
    BYTES_ONLY,
    BYTES_OR_UNIT,
    LEAST_BYTE_MAXIMUM,
    NO_NAN,
    NUMBERS_ONLY,
    ONE_AS_WHITE,
    STAY_UNIT,
    UNIT_ONLY,
    UNIT_WHITE,
    Shape,
    check_shape,
    checked_images,
    shape_sentence,
)
from keras_infogan.runtime.types import Tensor

# A sentence inside a message of TensorFlow, which adds brackets, names of nodes and a traceback.
_SUBJECTS = "Images|`y`|There|The dataset|A dictionary of images"
_SENTENCE = re.compile(rf"(?:{_SUBJECTS}) should [^\n]*? Received: [^\n]*?(?=\]?$|\]?\n)")


def image_sentence(message: str) -> str | None:
    """The sentence about images or labels in an error's message; None if there is none.

    Examples:
        >>> image_sentence("failed: [Images should be X. Received: Y]\\n\\t [[{{node A}}]]")
        'Images should be X. Received: Y'
    """
    found = _SENTENCE.search(message)
    if not found:
        return None
    sentence = found[0]
    return sentence + "]" * (sentence.count("[") - sentence.count("]"))  # its own last bracket


@contextmanager
def one_sentence() -> Iterator[None]:
    """Turns TensorFlow's page about a refused batch into a ValueError with the one sentence."""
    try:
        yield
    except tf.errors.OpError as error:
        sentence = image_sentence(str(error))
        if sentence is None:
            raise
        raise ValueError(sentence) from None


def checked_tensor(images: Tensor, image_shape: Shape) -> Tensor:
    """Images of any kind that `checked_images` takes, as float32 in [0, 1].

    Args:
        images: numbers [B, H, W, C]; the range of floats is found in these images alone.
        image_shape: (H, W, C) that is asked for.

    Raises:
        TypeError, ValueError: as for `checked_images`; in a graph, for the dtype and the shape.
        tf.errors.InvalidArgumentError: in a graph, for the values.

    Examples:
        >>> float(tf.reduce_max(checked_tensor(tf.fill([1, 28, 28, 1], 255.0), (28, 28, 1))))
        1.0
    """
    images = tf.convert_to_tensor(images)
    if tf.executing_eagerly():
        checked_images(images, image_shape)
    else:
        images = _checked_in_graph(images, image_shape)
    if images.dtype.is_integer:
        return tf.cast(images, tf.float32) / BYTE_MAXIMUM
    images = tf.cast(images, tf.float32)
    return images / tf.where(tf.reduce_max(images) > UNIT_WHITE, BYTE_MAXIMUM, 1.0)


def stored_tensor(
    images: Tensor, image_shape: Shape, white: int, leaves_nan: bool = False
) -> Tensor:
    """A batch of a stream in a graph: uint8, or float32 in [0, 1], as from `checked_images`.

    Args:
        images: numbers [B, H, W, C].
        image_shape: (H, W, C) that is asked for.
        white: the value of white in floats, 1 or 255.
        leaves_nan: True lets NaN pass.
    """
    images = not_empty(in_shape(images, image_shape))
    if images.dtype == tf.bool:
        return tf.cast(images, tf.uint8) * tf.constant(BYTE_WHITE, tf.uint8)
    if images.dtype.is_integer:
        return _in_bytes(images)
    sentence = STAY_UNIT if white == UNIT_WHITE else BYTES_OR_UNIT
    images = in_range(tf.cast(images, tf.float32), white, sentence, leaves_nan)
    return images if white == UNIT_WHITE else images / float(white)


def in_range(
    images: Tensor, white: int = UNIT_WHITE, sentence: str = UNIT_ONLY, leaves_nan: bool = False
) -> Tensor:
    """The images; fails with one sentence unless all values are from 0 to `white`.

    Args:
        images: float32 [B, H, W, C].
        white: the largest value that is right.
        sentence: what is asked for, and the beginning of what was received.
        leaves_nan: True lets NaN pass.
    """
    # Three reductions take a tenth of the time of comparing every value.
    low, high, total = tf.reduce_min(images), tf.reduce_max(images), tf.reduce_sum(images)
    is_good = tf.logical_and(low >= 0.0, high <= float(white))
    if leaves_nan:
        return asserted(
            images, is_good, lambda: _values(images, sentence), _only_nan(images, white)
        )
    is_number = tf.logical_not(tf.math.is_nan(total))  # a minimum may pass over NaN
    is_good = tf.logical_and(is_good, is_number)
    return asserted(images, is_good, lambda: _values(images, sentence))


def _only_nan(images: Tensor, white: int) -> Callable[[], Tensor]:
    """Whether all values that are numbers are in range."""

    def is_good() -> Tensor:
        outside = tf.logical_or(images < 0.0, images > float(white))
        return tf.logical_not(tf.reduce_any(outside))

    return is_good


def asserted(
    value: Tensor,
    is_good: Tensor,
    message: Callable[[], Tensor],
    excuse: Callable[[], Tensor] = lambda: tf.constant(False),
) -> Tensor:
    """The value, if a condition holds; otherwise an error with a message that is made then.

    Args:
        value: what is returned.
        is_good: the condition, a bool scalar.
        message: makes the sentence of the error, if the condition does not hold.
        excuse: makes a second condition, which is enough if the first one does not hold.
    """

    def fail() -> Tensor:
        failure = tf.debugging.Assert(excuse(), [message()])
        with tf.control_dependencies([failure] if failure is not None else []):
            return tf.constant(False)

    with tf.control_dependencies([tf.cond(is_good, lambda: tf.constant(True), fail)]):
        return tf.identity(value)


def _checked_in_graph(images: Tensor, image_shape: Shape) -> Tensor:
    dtype = images.dtype
    if not (dtype.is_integer or dtype.is_floating or dtype == tf.bool):
        raise TypeError(f"{NUMBERS_ONLY}. Received: dtype {dtype.name}")
    images = not_empty(in_shape(images, image_shape))
    if dtype == tf.bool:
        return images
    if dtype.is_integer:
        images = _in_bytes(images)
        is_good = tf.not_equal(tf.reduce_max(images), tf.constant(UNIT_WHITE, tf.uint8))
        sentence = f"{ONE_AS_WHITE}. Received: {dtype.name} images whose largest value is 1"
        return asserted(images, is_good, lambda: tf.constant(sentence))
    images = in_range(tf.cast(images, tf.float32), BYTE_WHITE, BYTES_OR_UNIT)
    high = tf.reduce_max(images)
    is_good = tf.logical_or(high <= UNIT_WHITE, high >= LEAST_BYTE_MAXIMUM)
    just_above = f"{BYTES_OR_UNIT}. Received: values up to {{}}, just above 1"
    return asserted(images, is_good, lambda: _text(just_above, high))


def _in_bytes(images: Tensor) -> Tensor:
    """Integers from 0 to 255 as uint8."""
    if images.dtype == tf.uint8:
        return images
    sentence = f"{BYTES_ONLY}. Received: {images.dtype.name}"
    return tf.cast(in_range(tf.cast(images, tf.float32), BYTE_WHITE, sentence), tf.uint8)


def in_shape(images: Tensor, image_shape: Shape) -> Tensor:
    """The images; their shape is checked now, or when it is known."""
    known = images.shape
    if known.rank is not None:
        check_shape(known.as_list(), image_shape)
        if known[1:].is_fully_defined():
            return images
    sizes = tf.shape(images)
    padded = tf.concat([sizes, [0] * (len(image_shape) + 1)], 0)[1 : len(image_shape) + 2]
    is_good = tf.reduce_all(tf.equal(padded, [*image_shape, 0]))
    wanted = shape_sentence(image_shape)
    checked = asserted(images, is_good, lambda: _text(f"{wanted}. Received: {{}}", sizes))
    return tf.ensure_shape(checked, [None, *image_shape])


def not_empty(images: Tensor) -> Tensor:
    """The images; fails with one sentence if there are none."""
    sizes = tf.shape(images)
    message = "There should be at least one image. Received: shape {}"
    return asserted(images, sizes[0] > 0, lambda: _text(message, sizes))


def _values(images: Tensor, sentence: str) -> Tensor:
    """The sentence about values: NaN in so many images, or the range that was received."""
    sentence = sentence if "Received: " in sentence else f"{sentence}. Received:"
    rows = tf.shape(images)[0]
    is_broken = tf.reduce_any(tf.math.is_nan(tf.reshape(images, [rows, -1])), axis=1)
    broken = tf.math.count_nonzero(is_broken)
    return tf.cond(
        broken > 0,
        lambda: _text(f"{NO_NAN}. Received: NaN in {{}} of {{}} images", broken, rows),
        lambda: _text(
            f"{sentence} values from {{}} to {{}}", tf.reduce_min(images), tf.reduce_max(images)
        ),
    )


def _text(template: str, *values: Tensor) -> Tensor:
    return tf.strings.format(template, list(values))
