"""A generator of stories: an image for each sentence."""

from __future__ import annotations

import keras
from keras import layers

from keras_infogan.images import frames_in_channels
from keras_infogan.latents.given import GivenText
from keras_infogan.networks.architectures import Recipe
from keras_infogan.networks.blocks import Networks
from keras_infogan.networks.text import text_encoder

SENTENCE_UNITS = 64
CONTEXT_UNITS = 128


def story_generator(
    recipe: Recipe, width: int, text: GivenText, frame_shape: tuple[int, int, int]
) -> keras.Model:
    """Story encoder, context encoder and image generator, after StoryGAN (figure 2).

    The story encoder is FC on all sentences, noise and codes. Its output is the initial state of
    the context encoder, a GRU over the sentences. The architecture's generator makes an image of
    each state, next to noise and codes.

    Args:
        recipe: of the architecture.
        width: columns of the latents; those of the text are the last ones.
        text: what is given: a sentence for each frame.
        frame_shape: (H, W, C).

    Returns:
        Keras model, latents [B, width] -> stories [B, sentences, H, W, C] in [0, 1].
    """
    others = width - text.width
    row = layers.Input([width], dtype="float32")
    sentences = text_encoder(text, SENTENCE_UNITS)(row[:, others:])
    free = row[:, :others]
    story = layers.Concatenate(dtype="float32")([layers.Flatten()(sentences), free])
    state = layers.Dense(CONTEXT_UNITS, "tanh", dtype="float32")(story)
    contexts = layers.GRU(CONTEXT_UNITS, return_sequences=True, dtype="float32")(
        sentences, initial_state=state
    )
    repeated = layers.RepeatVector(text.sentences)(free)
    rows = layers.Concatenate(dtype="float32")([contexts, repeated])
    columns = CONTEXT_UNITS + others
    images = recipe(columns, 0, frame_shape).generator(keras.ops.reshape(rows, [-1, columns]))
    frames = keras.ops.reshape(images, [-1, text.sentences, *frame_shape])
    return keras.Model(row, frames, name="generator")


def side_by_side(parts: Networks, story_shape: tuple[int, ...]) -> keras.Model:
    """A trunk of stories that reads the frames side by side in channels.

    Args:
        parts: the architecture's networks for images [H, W, T C].
        story_shape: (T, H, W, C).

    Returns:
        Keras model, stories [B, T, H, W, C] -> features.
    """
    story = layers.Input(story_shape, dtype="float32")
    return keras.Model(story, parts.trunk(frames_in_channels(story)), name="trunk")
