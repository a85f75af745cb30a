"""A penalty that makes codes act on an image independently of each other."""

from __future__ import annotations

from collections.abc import Mapping

import keras
import tensorflow as tf

from keras_infogan.latents.spec import LatentSpec
from keras_infogan.regularizers.base import GeneratorPenalty, RegularizedParts
from keras_infogan.regularizers.context import PenaltyContext
from keras_infogan.runtime.types import Tensor

CORNERS = ((False, False), (True, False), (False, True), (True, True))
EPSILON = 1.0  # squared pixels per batch: the share is 0 while no code changes the images


@keras.saving.register_keras_serializable("keras_infogan")
class InteractionPenalty(GeneratorPenalty):
    """The share of the codes' effect on the image that depends on the other codes.

    w E||x_11 - x_10 - x_01 + x_00||^2 / E(||x_10 - x_00||^2 + ||x_01 - x_00||^2
                                            + ||x_11 - x_10||^2 + ||x_11 - x_01||^2)

    where x_ab = G(z, c): a = 1 if a first code is changed, b = 1 if a second code is changed; the
    noise and all other codes stay. The share is 0 if the two changes add up, as with the heights of
    a left and a right bar, and 1 if each code undoes the other's effect. Take two categorical codes
    for these two heights. Any numbering of the pairs of heights has the same information and fools
    the discriminator as well; only a numbering with one height per code has no interaction.

    The Hessian penalty squares the same mixed second difference for continuous codes (Peebles et
    al. 2020, arXiv:2008.10599). Here it is taken over whole changes, and relative to them. The
    generator minimizes it, on a quarter as many draws as the batch has images.

    Codes may also hide in fine patterns, which interact little and which Q reads well. The noise
    of the network option `instance_noise` hides such patterns from Q.

    Args:
        weight: w > 0.

    Raises:
        ValueError: a weight that is not positive, or codes with fewer than two dimensions. A
            categorical code counts as one dimension.

    Examples:
        >>> model = InfoGAN.from_architecture(
        ...     "mnist",
        ...     latents,
        ...     regularizers=[InteractionPenalty()],
        ...     networks={"instance_noise": 0.3},
        ... )
    """

    name = "interaction"

    def __init__(self, weight: float = 1.0):
        super().__init__(weight)

    def check(self, parts: RegularizedParts) -> None:
        if dimension_count(parts.latents) < 2:
            raise ValueError(
                "InteractionPenalty needs codes of two dimensions or more. "
                f"Received: codes={parts.latents.codes}"
            )

    def __call__(self, context: PenaltyContext) -> Tensor:
        """The penalty, a float32 scalar from 0 to the weight."""
        rows = tf.maximum(tf.shape(context.images)[0] // len(CORNERS), 1)
        seeds = tf.random.split(context.seed, 3)
        base = context.latents.sample(rows, seeds[0])
        other = context.latents.sample(rows, seeds[1])
        order = tf.random.stateless_uniform([rows, dimension_count(context.latents)], seeds[2])
        _, pair = tf.math.top_k(order, k=2)
        encoded = [
            context.latents.concatenate(_changed(context.latents, base, other, pair, corner))
            for corner in CORNERS
        ]
        images = context.generate(tf.concat(encoded, axis=0))
        return self.weight * share_of_interaction(*tf.split(images, len(CORNERS)))


def share_of_interaction(x_00: Tensor, x_10: Tensor, x_01: Tensor, x_11: Tensor) -> Tensor:
    """The part of two changes that does not add up, as a share of them, a scalar from 0 to 1.

    Args:
        x_00: images [B, H, W, C] before, x_10 and x_01 after one change, x_11 after both.
    """
    edges = (x_10 - x_00, x_01 - x_00, x_11 - x_10, x_11 - x_01)
    changes = tf.add_n([tf.reduce_sum(tf.square(edge)) for edge in edges])
    return tf.reduce_sum(tf.square(x_11 - x_10 - x_01 + x_00)) / (changes + EPSILON)


def dimension_count(latents: LatentSpec) -> int:
    """The dimensions of the codes; a categorical code counts as one."""
    return sum(_columns(latents, name) for name in latents.codes)


def _columns(latents: LatentSpec, name: str) -> int:
    """How many numbers a code's value has."""
    return latents.codes[name].prior.event_shape.num_elements()


def _changed(
    latents: LatentSpec,
    base: Mapping[str, Tensor],
    other: Mapping[str, Tensor],
    pair: Tensor,
    corner: tuple[bool, bool],
) -> dict[str, Tensor]:
    """The base, with those dimensions of a pair [B, 2] from `other` that a corner selects."""
    dimensions = dimension_count(latents)
    taken = tf.zeros([tf.shape(pair)[0], dimensions], tf.bool)
    for place, is_taken in enumerate(corner):
        if is_taken:
            taken |= tf.one_hot(pair[:, place], dimensions, True, False, dtype=tf.bool)
    changed, offset = dict(base), 0
    for name in latents.codes:
        columns = _columns(latents, name)
        mask = tf.reshape(taken[:, offset : offset + columns], tf.shape(base[name]))
        changed[name] = tf.where(mask, other[name], base[name])
        offset += columns
    return changed
