"""C2GAN with codes: a figure in another pose, by cycles of images and of keypoints."""

from __future__ import annotations

from types import MappingProxyType

import keras
import tensorflow as tf

from keras_infogan.latents.spec import LatentSpec
from keras_infogan.losses import Losses
from keras_infogan.models.translation import Translation, flat, mean_distance
from keras_infogan.networks import NetworkDict, Networks, Recipe
from keras_infogan.networks.translation import translator
from keras_infogan.regularizers.context import PenaltyContext

PIXEL_LOG, IMAGE_CYCLE_LOG, KEYPOINT_LOG = "pixels", "image_cycle", "keypoint_cycles"


@keras.saving.register_keras_serializable("keras_infogan")
class C2GAN(Translation):
    """Cycle in Cycle GAN (Tang et al. 2019, arXiv:1908.00999, section 3) with codes.

    V + w_p E|G(x, L_x, L_y, Q(y)) - y| + w_c E|G(y*, L_y, L_x, Q(x)) - x|
      + w_k (E|K(y*) - L_y| + E|K(x*) - L_x| + E|K(y) - L_y|)

    x is an image of a figure, L_x are heat maps of its keypoints, y and L_y the same in another
    pose, and y* = G(x, L_x, L_y, c). x* = G(y*, L_y, L_x, Q(x)) goes back: the cycle I2I2I. K
    finds keypoints in an image, so that the keypoints should come back too: the cycles K2G2K and
    K2R2K. What x does not say about y, such as new clothes, a code carries. G gets the code that Q
    reads from the image that it should make.

    Here G gets the maps of both poses and D reads the image alone; in the paper G gets those of the
    new pose, D reads pairs, and there is a discriminator of keypoints.

    Args:
        latents: with one `GivenImage`: x, the maps L_x and the maps L_y side by side in channels.
        generator: G, Keras model, latents [B, latents.width] -> images y.
        keypoint_network: K, Keras model, flat images -> heat maps.
        pixel_weight, image_cycle_weight, keypoint_weight: w_p, w_c, w_k, floats >= 0.
        others: as for `InfoGAN`.

    Raises:
        ValueError: something else is given, a negative weight, or, in `from_architecture`, other
            channels than an image and two times as many maps.

    Examples:
        >>> source = GivenImage((32, 32, 3 + 2 * 6))
        >>> latents = LatentSpec(4, {"clothes": Categorical(4)}, given={"source": source})
        >>> model = C2GAN.from_architecture(
        ...     "dcgan", latents, (32, 32, 3), networks={"width_multiplier": 0.05}
        ... )
        >>> model.sample(2, codes={"clothes": 3}).shape
        (2, 32, 32, 3)
    """

    further_generators = ("keypoint_network",)
    term_weights = MappingProxyType(
        {"pixel_weight": 10.0, "image_cycle_weight": 10.0, "keypoint_weight": 10.0}
    )

    @classmethod
    def further_networks(cls, recipe: Recipe, parts: Networks, latents: LatentSpec) -> NetworkDict:
        given = cls.checked_given(latents)
        target = parts.trunk.input_shape[1:]
        maps, odd = divmod(given.shape[2] - target[2], 2)
        if odd or maps < 1:
            raise ValueError(
                f"What is given should have {target[2]} channels of an image, and two times as "
                f"many heat maps as there are keypoints. Received: {given.shape[2]} channels"
            )
        points = (*target[:2], maps)
        return {
            "generator": translator(recipe, given.shape, target, latents.own_width, "generator"),
            "keypoint_network": translator(recipe, target, points, 0, "keypoint_network"),
        }

    def adversarial_losses(self, context: PenaltyContext) -> Losses:
        training, fake = context.training, context.fake_images
        given, noise = context.drawn[self.given_name], context.drawn["noise"]
        channels, maps = fake.shape[-1], self.keypoint_network.output_shape[-1]
        before, before_maps, after_maps = tf.split(given, [channels, maps, maps], axis=-1)
        back_source = tf.concat([fake, after_maps, before_maps], axis=-1)
        read_before = self.discriminate(before, training)
        back = self.translated(back_source, read_before, noise, training)
        again = self.translated(given, context.real, noise, training)
        pixels = mean_distance(again, context.images)
        image_cycle = mean_distance(back, before)
        keypoints = sum(
            mean_distance(self.keypoint_network(flat(images), training=training), true)
            for images, true in (
                (fake, after_maps),
                (back, before_maps),
                (context.images, after_maps),
            )
        )
        weighted = (
            self.pixel_weight * pixels
            + self.image_cycle_weight * image_cycle
            + self.keypoint_weight * keypoints
        )
        logs = {PIXEL_LOG: pixels, IMAGE_CYCLE_LOG: image_cycle, KEYPOINT_LOG: keypoints}
        return super().adversarial_losses(context) + Losses(0.0, weighted, logs)

    @property
    def log_names(self) -> list[str]:
        return [*super().log_names, PIXEL_LOG, IMAGE_CYCLE_LOG, KEYPOINT_LOG]
