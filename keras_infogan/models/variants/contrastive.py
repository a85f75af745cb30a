"""InfoGAN-CR: separates codes by means of pairs of images that share one of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import keras
import tensorflow as tf

from keras_infogan.latents.codes import Uniform
from keras_infogan.latents.spec import LatentSpec
from keras_infogan.layers import frozen_statistics
from keras_infogan.losses import BOTH, Losses, Side
from keras_infogan.models import replicas
from keras_infogan.models.infogan import InfoGAN
from keras_infogan.networks import NetworkDict, Networks, Recipe
from keras_infogan.runtime.arguments import checked_number
from keras_infogan.runtime.types import Tensor
from keras_infogan.schedules import Ramp

CONTRAST_LOG = "contrast"
UNIFORM_WIDTH = 2.0  # a Uniform code is from -1 to 1


@keras.saving.register_keras_serializable("keras_infogan")
class ContrastiveInfoGAN(InfoGAN):
    """InfoGAN with the contrastive regularizer (Lin et al. 2020, arXiv:1906.06034).

    Both sides also minimize

    -alpha E[log H_i(G(z, c), G(z', c'))], c'_i = c_i, |c'_j - c_j| >= gap for j != i

    with i uniform. H, the contrast network, predicts from two images which dimension i of the
    continuous codes they share. G makes this easy for H. The log is the cross-entropy in nats; a
    random guess among d dimensions has ln(d). At first a wide gap between the other dimensions
    makes the task easy. It closes linearly over `contrast_gap_steps`; the paper narrows it in
    steps.

    Args:
        contrast_network: Keras model, pairs of images [B, H, W, 2C] -> logits [B, d].
        contrast_weight: alpha, float > 0.
        contrast_start: updates before this term is added; in the paper, 9 of 10 updates.
        contrast_gap: the initial gap, from 0 to below 2, the width of a `Uniform` code; 0 is none.
        contrast_gap_steps: updates from `contrast_start` until the gap is closed, int >= 0; 0 keeps
            the gap.
        others: as for `InfoGAN`.

    Raises:
        ValueError: fewer than two continuous dimensions, a weight that is not positive, a gap
            out of range, or one between codes that are not `Uniform`.
    """

    further_predictors = ("contrast_network",)
    config_numbers = (
        *InfoGAN.config_numbers,
        "contrast_weight",
        "contrast_start",
        "contrast_gap",
        "contrast_gap_steps",
    )

    def __init__(
        self,
        latents: LatentSpec,
        *,
        contrast_weight: float = 2.0,
        contrast_start: int = 0,
        contrast_gap: float = 0.0,
        contrast_gap_steps: int = 0,
        **kwargs: Any,
    ):
        if continuous_dimensions(latents) < 2:
            raise ValueError(
                "The contrastive regularizer needs two continuous dimensions or more. "
                f"Received: codes={latents.codes}"
            )
        checked_number("contrast_weight", contrast_weight, above=0)
        if not 0 <= checked_number("contrast_gap", contrast_gap) < UNIFORM_WIDTH:
            raise ValueError(
                f"`contrast_gap` should be from 0 to below 2. Received: {contrast_gap!r}"
            )
        codes = [latents.codes[name] for name in continuous_names(latents)]
        if contrast_gap and not all(isinstance(code, Uniform) for code in codes):
            raise ValueError(f"`contrast_gap` needs Uniform codes. Received: {codes}")
        super().__init__(latents, **kwargs)
        self.contrast_weight = contrast_weight
        self.contrast_start = contrast_start
        self.contrast_gap = contrast_gap
        self.contrast_gap_steps = contrast_gap_steps
        self._contrast_ramp = Ramp(contrast_start)
        self._gap_closing = Ramp(contrast_start, contrast_gap_steps)

    @classmethod
    def further_networks(cls, recipe: Recipe, parts: Networks, latents: LatentSpec) -> NetworkDict:
        height, width, channels = parts.trunk.input_shape[1:]
        trunk = recipe(latents.width, 0, (height, width, 2 * channels)).trunk
        head = keras.layers.Dense(continuous_dimensions(latents), dtype="float32")
        return {"contrast_network": keras.Sequential([trunk, head], name="contrast_network")}

    def compute_losses(
        self,
        images: Tensor,
        seed: Tensor,
        sides: Sequence[Side] = BOTH,
        training: bool = True,
        **further: Any,
    ) -> Losses:
        losses = super().compute_losses(images, seed, sides, training, **further)
        contrast = self.contrast(tf.shape(images)[0], replicas.own_seed(seed), training)
        weighted = self.contrast_weight * self._contrast_ramp(self.step) * contrast
        return losses + Losses(weighted, weighted, {CONTRAST_LOG: contrast})

    @property
    def log_names(self) -> list[str]:
        return [*super().log_names, CONTRAST_LOG]

    def contrast(self, batch_size: Tensor, seed: Tensor, training: bool = False) -> Tensor:
        """H's cross-entropy in nats on pairs that share one dimension, a float32 scalar."""
        seeds = tf.random.split(seed, 4)
        shared = tf.random.stateless_uniform(
            [batch_size], seeds[0], maxval=continuous_dimensions(self.latents), dtype=tf.int32
        )
        first = self.latents.sample(batch_size, seeds[1])
        second = self.latents.sample(batch_size, seeds[2])
        if self.contrast_gap:
            first, second = self._apart(first, second, seeds[3])
        second = self._sharing(shared, first, second)
        with frozen_statistics(self.generator):
            pairs = [
                self.generator(self.latents.concatenate(latents), training=training)
                for latents in (first, second)
            ]
        logits = self.contrast_network(tf.concat(pairs, axis=-1), training=training)
        return tf.reduce_mean(
            tf.nn.sparse_softmax_cross_entropy_with_logits(labels=shared, logits=logits)
        )

    def gap(self) -> Tensor:
        """The gap of this step, a float32 scalar."""
        if not self.contrast_gap_steps:
            return tf.constant(self.contrast_gap)
        return self.contrast_gap * (1.0 - self._gap_closing(self.step))

    def _apart(
        self, first: Mapping[str, Tensor], second: Mapping[str, Tensor], seed: Tensor
    ) -> tuple[dict[str, Tensor], dict[str, Tensor]]:
        """Both latents with new continuous codes, uniform among pairs at least a gap apart.

        The distance d of two uniform numbers has a density that falls linearly to 0 at 2; given
        d, the lower one is uniform below 1 - d.
        """
        first, second = dict(first), dict(second)
        for index, name in enumerate(continuous_names(self.latents)):
            own = tf.random.experimental.stateless_fold_in(seed, index)
            seeds = tf.unstack(tf.random.split(own, 3))
            shape = tf.shape(first[name])
            slack, place, order = (tf.random.stateless_uniform(shape, each) for each in seeds)
            room = (UNIFORM_WIDTH - self.gap()) * tf.sqrt(slack)
            lower = -1.0 + room * place
            upper = lower + UNIFORM_WIDTH - room
            first[name] = tf.where(order < 0.5, lower, upper)
            second[name] = tf.where(order < 0.5, upper, lower)
        return first, second

    def _sharing(
        self, shared: Tensor, first: Mapping[str, Tensor], second: Mapping[str, Tensor]
    ) -> dict[str, Tensor]:
        """The second latents, with the shared dimension of each row from the first."""
        joined, offset = dict(second), 0
        for name in continuous_names(self.latents):
            size = self.latents.codes[name].size
            mask = tf.one_hot(shared - offset, size, on_value=True, off_value=False, dtype=tf.bool)
            joined[name] = tf.where(mask, first[name], second[name])
            offset += size
        return joined


def continuous_names(latents: LatentSpec) -> list[str]:
    """Names of the continuous codes."""
    return [name for name, code in latents.codes.items() if not code.is_discrete]


def continuous_dimensions(latents: LatentSpec) -> int:
    """The number of dimensions of all continuous codes."""
    return sum(latents.codes[name].size for name in continuous_names(latents))
