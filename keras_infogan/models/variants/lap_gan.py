"""LapGAN with codes: a generator and a discriminator per size of a Laplacian pyramid."""

from __future__ import annotations

from collections.abc import Mapping

import keras
from keras import layers

from keras_infogan.latents.spec import LatentSpec
from keras_infogan.losses import Losses
from keras_infogan.models.infogan import InfoGAN
from keras_infogan.networks import NetworkDict, Networks, Recipe
from keras_infogan.networks.joint import discriminator
from keras_infogan.networks.pyramid import (
    chain,
    coarsest_trunk,
    difference_stage,
    enlarged,
    pyramid_shapes,
    shrunk,
    stage_name,
)
from keras_infogan.regularizers.context import PenaltyContext
from keras_infogan.runtime.types import Tensor


@keras.saving.register_keras_serializable("keras_infogan")
class LapGAN(InfoGAN):
    """LapGAN (Denton et al. 2015, arXiv:1506.05751, equations 2 to 5) with codes.

    V = sum over sizes k of E[log D_k(I_k)] + E[log(1 - D_k(l_k + h_k(z, c, l_k)))]

    where I_k is the real image at size k and l_k the enlarged smaller real image, u(d(I_k)). At the
    smallest size there is no l: G makes the image from z and c, D judges it, and Q reads the codes
    there. To generate, each stage h_k adds its difference image to the enlarged image before it.
    All stages get the same latents, so the codes steer them all.

    In the paper the sizes are trained one after another, and D_k gets h and l, which it adds first;
    here they are trained together, and d and u are means of 2 x 2 pixels and repeated pixels, so
    that h keeps the smaller image as it is.

    Args:
        generator: the chain of all stages, see `keras_infogan.networks.pyramid.chain`.
        trunk: Keras model images of full size -> features; it shrinks the images first.
        finer_discriminators: Keras model, images at all sizes but the smallest, in a list -> their
            logits [B, 1], in a list.
        others: as for `InfoGAN`.

    Raises:
        ValueError: images that cannot be halved, in `from_architecture`.

    Examples:
        >>> latents = LatentSpec(noise=62, codes={"digit": Categorical(10)})
        >>> model = LapGAN.from_architecture(
        ...     "dcgan", latents, (32, 32, 1), networks={"width_multiplier": 0.05}
        ... )
        >>> model.sample(8, codes={"digit": 3}).shape
        (8, 32, 32, 1)
    """

    makes_generator = True
    further_discriminators = ("finer_discriminators",)

    @property
    def stages(self) -> list[keras.Model]:
        """The stages, from the smallest size to the full one."""
        shapes = self.finer_discriminators.input_shape
        shapes = shapes if isinstance(shapes, list) else [shapes]
        return [self.generator.get_layer(stage_name(shape[1:])) for shape in shapes]

    @classmethod
    def further_networks(cls, recipe: Recipe, parts: Networks, latents: LatentSpec) -> NetworkDict:
        shapes = pyramid_shapes(parts.trunk.input_shape[1:])
        coarsest, *finer = shapes
        coarse = recipe(latents.width, latents.parameter_count, coarsest)
        stages = [difference_stage(recipe, latents.width, shape) for shape in finer]
        judges = [discriminator(recipe(1, 0, shape), f"d_{shape[0]}") for shape in finer]
        images = [layers.Input(shape, dtype="float32") for shape in finer]
        logits = [judge(image) for judge, image in zip(judges, images, strict=True)]
        return {
            **vars(coarse),
            "generator": chain(coarse.generator, stages),
            "trunk": coarsest_trunk(recipe, coarse.trunk, shapes[-1]),
            "finer_discriminators": keras.Model(images, logits, name="finer_discriminators"),
        }

    def further_reals(
        self, images: Tensor, drawn: Mapping[str, Tensor], training: bool
    ) -> list[Tensor]:
        return self.finer_discriminators(self._sizes(images)[1:], training=training)

    def adversarial_losses(self, context: PenaltyContext) -> Losses:
        """V at the smallest size, plus V at each larger one."""
        losses = super().adversarial_losses(context)
        encoded = self.latents.concatenate(context.drawn)
        fakes = [
            stage([enlarged(small), encoded], training=context.training)
            for stage, small in zip(self.stages, self._sizes(context.images)[:-1], strict=True)
        ]
        read = self.finer_discriminators(fakes, training=context.training)
        for real, fake in zip(context.further_real, read, strict=True):
            losses += self.further_game(real, fake)
        return losses

    def _sizes(self, images: Tensor) -> list[Tensor]:
        """Images at all sizes, the smallest first."""
        sizes = [images]
        for _ in self.stages:
            sizes.insert(0, shrunk(sizes[0]))
        return sizes
