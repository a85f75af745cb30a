"""StoryGAN with codes: an image for each sentence of a story."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from types import MappingProxyType
from typing import Any

import keras
import tensorflow as tf

from keras_infogan.latents.given import GivenText
from keras_infogan.latents.spec import LatentSpec
from keras_infogan.losses import Losses
from keras_infogan.models.variants.conditional_gan import ConditionalGAN
from keras_infogan.networks import NetworkDict, Networks, Recipe
from keras_infogan.networks.joint import discriminator
from keras_infogan.networks.story import side_by_side, story_generator
from keras_infogan.regularizers.context import PenaltyContext
from keras_infogan.runtime.types import Tensor


@keras.saving.register_keras_serializable("keras_infogan")
class StoryGAN(ConditionalGAN):
    """StoryGAN (Li et al. 2019, arXiv:1812.02784, section 3) with codes.

    V = s V_story(D_S, G) + V_image(D_I, G), a game of whole stories and one of single images

    G makes an image for each sentence of a story. A recurrent network remembers the earlier
    sentences. D_S reads all images with all sentences, D_I each image with its own sentence and
    then those before it. Q reads the whole story. So the codes model what the text leaves open.

    Here D_S joins the text with features of the images side by side, and D_I has no features of the
    story; in the paper D_S multiplies the features of text and images. There the first state is a
    normal draw, with a divergence in V, and a second recurrent network combines text and noise.

    Args:
        latents: with one `GivenText` of several sentences.
        trunk: of D_S and Q, Keras model stories [B, T, H, W, C] -> features.
        image_discriminator: D_I, Keras model [images, the sentences' encoding] -> logits [B, 1].
        story_weight: s, float >= 0; 0 leaves D_S out.
        matching_aware: as for `ConditionalGAN`, and for both D_S and D_I.
        others: as for `ConditionalGAN`.

    Raises:
        ValueError: something else is given, a negative weight, or, in `from_architecture`, videos
            that have not one frame for each sentence.

    Examples:
        >>> words = ["a", "red", "blue", "heart"]
        >>> stories = [["a red heart", "a blue heart"], ["a heart", "a red heart"]]
        >>> text = GivenText(words, 3, sentences=2, examples=stories)
        >>> latents = LatentSpec(16, {"light": Uniform(1)}, given={"story": text})
        >>> model = StoryGAN.from_architecture(
        ...     "dcgan", latents, (2, 16, 16, 3), networks={"width_multiplier": 0.05}
        ... )
        >>> model.sample(3, codes={"story": ["a heart", "a red heart"]}).shape
        (3, 2, 16, 16, 3)
    """

    given_kind = GivenText
    makes_generator = True
    further_discriminators = ("image_discriminator",)
    term_weights = MappingProxyType({"story_weight": 1.0})

    @classmethod
    def network_shape(cls, image_shape: Any, latents: LatentSpec) -> Any:
        """(H, W, T C): the frames side by side in channels."""
        text = cls.checked_given(latents)
        if image_shape is None or len(image_shape) != 4 or image_shape[0] != text.sentences:
            raise ValueError(
                f"Stories should have shape ({text.sentences}, H, W, C): a frame for each "
                f"sentence. Received: image_shape={image_shape}"
            )
        frames, height, width, channels = image_shape
        return height, width, frames * channels

    @classmethod
    def further_networks(cls, recipe: Recipe, parts: Networks, latents: LatentSpec) -> NetworkDict:
        text = cls.checked_given(latents)
        height, width, channels = parts.trunk.input_shape[1:]
        frame = (height, width, channels // text.sentences)
        return {
            **super().further_networks(recipe, parts, latents),
            "generator": story_generator(recipe, latents.width, text, frame),
            "trunk": side_by_side(parts, (text.sentences, *frame)),
            "image_discriminator": discriminator(recipe(1, 0, frame), "image_discriminator", text),
        }

    def further_reals(self, images: Tensor, drawn: Mapping[str, Tensor], training: bool) -> Tensor:
        text = self._sentences_so_far(drawn[self.given_name])
        return self.image_discriminator([_frames(images), text], training=training)

    def adversarial_losses(self, context: PenaltyContext) -> Losses:
        of_stories = super().adversarial_losses(context)
        of_frames = self.joint_game(
            partial(self.image_discriminator, training=context.training),
            context.further_real,
            (_frames(context.images), _frames(context.fake_images)),
            self._sentences_so_far(context.drawn[self.given_name]),
            shift=context.images.shape[1],
        )
        return of_stories.times(self.story_weight) + of_frames

    def _sentences_so_far(self, words: Tensor) -> Tensor:
        """The encoding of what is said up to each frame, float32 [B T, width].

        The frame's own sentence is the first one, so that its place tells which one it is.
        """
        count = int(words.shape[1])
        back = tf.range(count)[:, None] - tf.range(count)[None, :]  # frame t: t, t - 1, ..., 0
        is_said = tf.cast(back >= 0, words.dtype)
        so_far = tf.gather(words, tf.maximum(back, 0), axis=1) * is_said[None, :, :, None]
        return self.given.encode(tf.reshape(so_far, [-1, *words.shape[1:]]))


def _frames(stories: Tensor) -> Tensor:
    """Stories [B, T, H, W, C] as images [B T, H, W, C]."""
    return tf.reshape(stories, [-1, *stories.shape[2:]])
