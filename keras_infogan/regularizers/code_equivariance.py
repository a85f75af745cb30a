"""Code equivariance: dimensions of a code that follow known changes of real images."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import keras
import tensorflow as tf

from keras_infogan.latents.codes import Gaussian, Uniform
from keras_infogan.regularizers.base import DiscriminatorPenalty, RegularizedParts
from keras_infogan.regularizers.context import PenaltyContext
from keras_infogan.runtime.types import Tensor

EPSILON = 1e-6  # keeps a correlation finite where Q's means do not move
SHEAR = 0.35  # tangent of 19 degrees
SCALE = 0.3  # of the logarithm of a side: 26% less to 35% more
ASPECT = 0.2  # of the logarithm of each side: 22% wider and 18% lower
ANGLE = math.radians(25.0)
SHIFT = 0.15  # of a side of the image

Matrix = tuple[tuple[Any, Any], tuple[Any, Any]]  # (x, y) of an output pixel -> of an input pixel

# The change by an amount from -1 to 1, around the middle of the image.
CHANGES: Mapping[str, Callable[[Tensor], Matrix]] = {
    "slant": lambda amount: ((1.0, SHEAR * amount), (0.0, 1.0)),
    "width": lambda amount: ((tf.exp(-SCALE * amount), 0.0), (0.0, 1.0)),
    "height": lambda amount: ((1.0, 0.0), (0.0, tf.exp(-SCALE * amount))),
    "aspect": lambda amount: (
        (tf.exp(-ASPECT * amount), 0.0),
        (0.0, tf.exp(ASPECT * amount)),
    ),
    "size": lambda amount: ((tf.exp(-SCALE * amount), 0.0), (0.0, tf.exp(-SCALE * amount))),
    "rotation": lambda amount: (
        (tf.cos(ANGLE * amount), -tf.sin(ANGLE * amount)),
        (tf.sin(ANGLE * amount), tf.cos(ANGLE * amount)),
    ),
}
SHIFTS = ("x", "y")  # to the right, and down
THICKNESS = "thickness"  # by 1 a pixel is as bright as its brightest neighbor, by -1 as its darkest
NAMES = (*CHANGES, *SHIFTS, THICKNESS)


@keras.saving.register_keras_serializable("keras_infogan")
class CodeEquivariance(DiscriminatorPenalty):
    """Ties the dimensions of a continuous code to known changes of *real* images.

    w sum_j [1 - r_jj + sum_{k != j} r_jk^2]

    Each real image x is changed by random amounts t_1, t_2, ..., one per change: it is slanted and
    stretched, for example. a_t(x) is the changed image. r_jk is the correlation over the batch of
    t_k with m_j(a_t(x)) - m_j(x), where m_j is the mean of Q(c_j|x). So dimension j rises with
    change j and ignores the others. It has the same meaning, and the same direction, in every run.
    Without this term a dimension may follow any property, or a mixture of several.

    A network that predicts a known change from both images is an autoencoder of transformations
    (Zhang et al. 2019, arXiv:1901.04596). Here Q's own code is the prediction, and G learns the
    code through L_I. No label is used, but the changes are chosen.

    Args:
        code: name of a `Uniform` or `Gaussian` code.
        changes: one for each of its dimensions; the last dimensions may have none. If there are
            more changes than dimensions, all dimensions ignore the last ones.

            - "slant": to the right, up to 19 degrees.
            - "width", "height", "size": from 26% less to 35% more.
            - "aspect": up to 22% wider and 18% lower, or the reverse.
            - "rotation": counterclockwise, up to 25 degrees.
            - "x", "y": to the right and down, up to 15% of the image's side; and back.
            - "thickness": bright lines on a dark ground become up to a pixel thicker on each side,
              or thinner. Stretched lines are thicker, so that a code may follow their thickness
              instead of the width; with "thickness" as a further change it does not.
        weight: w > 0.

    Raises:
        ValueError: a weight that is not positive, an unknown or repeated change, none, another
            code, or a model in which another loss than the discriminator's trains Q.

    Examples:
        >>> equivariance = CodeEquivariance("style", ("slant", "width"))
        >>> model = InfoGAN.from_architecture("mnist", latents, regularizers=[equivariance])
    """

    name = "equivariance"

    def __init__(self, code: str, changes: Sequence[str], weight: float = 1.0):
        super().__init__(weight)
        self.code = code
        self.changes = tuple(changes)
        if not self.changes or not set(self.changes) <= set(NAMES):
            raise ValueError(
                f"`changes` should be of {sorted(NAMES)}. Received: {list(self.changes)}"
            )
        if len(set(self.changes)) < len(self.changes):
            raise ValueError(f"`changes` should differ. Received: {list(self.changes)}")

    def check(self, parts: RegularizedParts) -> None:
        parts.check_trains_recognition("CodeEquivariance")
        codes = parts.latents.codes
        continuous = [name for name, code in codes.items() if isinstance(code, (Uniform, Gaussian))]
        if self.code not in continuous:
            raise ValueError(
                f"`code` should be one of the Uniform and Gaussian codes {continuous}. "
                f"Received: {self.code!r}"
            )

    def __call__(self, context: PenaltyContext) -> Tensor:
        """The penalty, a float32 scalar >= 0."""
        rows = tf.shape(context.images)[0]
        amounts = tf.random.stateless_uniform([rows, len(self.changes)], context.seed, -1.0, 1.0)
        changed = changed_images(context.images, self.changes, amounts)
        before, after = (
            context.latents.posteriors(output.parameters)[self.code].mean()
            for output in (context.real, context.discriminate(changed))
        )
        correlations = _correlations((after - before)[:, : len(self.changes)], amounts)
        own = tf.linalg.diag_part(correlations)
        others = tf.linalg.set_diag(tf.square(correlations), tf.zeros_like(own))
        return self.weight * (tf.reduce_sum(1.0 - own) + tf.reduce_sum(others))

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "code": self.code, "changes": list(self.changes)}


def changed_images(images: Tensor, changes: Sequence[str], amounts: Tensor) -> Tensor:
    """Images [B, H, W, C] after all changes, by amounts [B, changes]; uncovered pixels repeat."""
    height, width = images.shape[1:3]
    center = tf.constant([(width - 1) / 2.0, (height - 1) / 2.0])
    matrix = tf.eye(2, batch_shape=[tf.shape(images)[0]])
    amount_of = dict(zip(changes, tf.unstack(amounts, axis=1), strict=True))
    for name, amount in amount_of.items():
        if name in CHANGES:
            ones = tf.ones_like(amount)
            rows = [tf.stack([v * ones for v in row], -1) for row in CHANGES[name](amount)]
            matrix = matrix @ tf.stack(rows, 1)
    shifts = [
        SHIFT * side * amount_of.get(name, tf.zeros_like(amounts[:, 0]))
        for name, side in zip(SHIFTS, (width, height), strict=True)
    ]
    offset = center - tf.linalg.matvec(matrix, center + tf.stack(shifts, axis=1))
    transforms = tf.concat(
        [
            matrix[:, 0],
            offset[:, :1],
            matrix[:, 1],
            offset[:, 1:],
            tf.zeros([tf.shape(images)[0], 2]),
        ],
        axis=-1,
    )
    moved = keras.ops.image.affine_transform(
        images, transforms, "bilinear", "nearest", data_format="channels_last"
    )
    if THICKNESS not in changes:
        return moved
    amount = amount_of[THICKNESS][:, None, None, None]
    thicker = tf.nn.max_pool2d(moved, 3, 1, "SAME") - moved
    thinner = tf.nn.max_pool2d(-moved, 3, 1, "SAME") + moved
    return moved + tf.where(amount > 0, amount * thicker, amount * thinner)


def _correlations(values: Tensor, amounts: Tensor) -> Tensor:
    """Pearson's, of columns of [B, J] with columns of [B, K]: [J, K]."""
    values, amounts = (each - tf.reduce_mean(each, axis=0) for each in (values, amounts))
    products = tf.matmul(values, amounts, transpose_a=True)
    squares = [tf.reduce_sum(tf.square(each), axis=0) + EPSILON for each in (values, amounts)]
    return products / tf.sqrt(squares[0][:, None] * squares[1][None, :])
