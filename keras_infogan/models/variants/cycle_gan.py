"""CycleGAN with codes: one kind of image made of another, from examples without pairs."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import keras

from keras_infogan.latents.spec import LatentSpec
from keras_infogan.losses import Losses
from keras_infogan.models.translation import Translation, flat, mean_distance
from keras_infogan.networks import NetworkDict, Networks, Recipe
from keras_infogan.networks.joint import discriminator
from keras_infogan.networks.translation import translator
from keras_infogan.regularizers.context import PenaltyContext
from keras_infogan.runtime.types import Tensor

CYCLE_LOG, BACK_CYCLE_LOG = "cycle", "back_cycle"


@keras.saving.register_keras_serializable("keras_infogan")
class CycleGAN(Translation):
    """CycleGAN (Zhu et al. 2017, arXiv:1703.10593, equations 1 to 3) with codes.

    V(G, D_Y) + V(F, D_X) + w (E|F(G(x, c)) - x| + E|G(F(y), Q(y)) - y|)

    G makes an image y of another kind X, F goes back, and both cycles should end where they began,
    by the mean absolute difference of pixels. x and y need not belong together. Where Y has more
    than X says, such as a color, a code c carries it: to come back to y, G gets the code that Q
    reads from y. Without the code, F would have to hide it in x.

    `fit` takes (images of Y, images of X). The use of codes in the cycle follows Almahairi et al.
    2018 (arXiv:1802.10151), which has a second encoder in place of Q.

    Args:
        latents: with one `GivenImage`.
        generator: G, Keras model, latents [B, latents.width] -> images of Y.
        inverse: F, Keras model, flat images of Y -> images of X.
        source_discriminator: D_X, Keras model, images of X -> logits [B, 1].
        cycle_weight: w, float >= 0; the paper's is 10, for pixels in [-1, 1].
        others: as for `InfoGAN`; D_Y is the trunk with its head.

    Raises:
        ValueError: something else is given, or a negative weight.

    Examples:
        >>> source = GivenImage((32, 32, 1))
        >>> latents = LatentSpec(4, {"hue": Categorical(6)}, given={"source": source})
        >>> model = CycleGAN.from_architecture(
        ...     "dcgan", latents, (32, 32, 3), networks={"width_multiplier": 0.05}
        ... )
        >>> model.sample(2, codes={"hue": 3}).shape
        (2, 32, 32, 3)
    """

    further_discriminators = ("source_discriminator",)
    further_generators = ("inverse",)
    term_weights = MappingProxyType({"cycle_weight": 20.0})

    @classmethod
    def further_networks(cls, recipe: Recipe, parts: Networks, latents: LatentSpec) -> NetworkDict:
        source, target = cls.checked_given(latents).shape, parts.trunk.input_shape[1:]
        return {
            "generator": translator(recipe, source, target, latents.own_width, "generator"),
            "inverse": translator(recipe, target, source, 0, "inverse"),
            "source_discriminator": discriminator(recipe(1, 0, source), "source_discriminator"),
        }

    def further_reals(self, images: Tensor, drawn: Mapping[str, Tensor], training: bool) -> Tensor:
        return self.source_discriminator(drawn[self.given_name], training=training)

    def adversarial_losses(self, context: PenaltyContext) -> Losses:
        training = context.training
        source = context.drawn[self.given_name]
        back = self.inverse(flat(context.images), training=training)
        read_back = self.source_discriminator(back, training=training)
        cycle = mean_distance(self.inverse(flat(context.fake_images), training=training), source)
        again = self.translated(back, context.real, context.drawn["noise"], training)
        back_cycle = mean_distance(again, context.images)
        weighted = self.cycle_weight * (cycle + back_cycle)
        return (
            super().adversarial_losses(context)
            + self.further_game(context.further_real, read_back)
            + Losses(0.0, weighted, {CYCLE_LOG: cycle, BACK_CYCLE_LOG: back_cycle})
        )

    @property
    def log_names(self) -> list[str]:
        return [*super().log_names, CYCLE_LOG, BACK_CYCLE_LOG]
