"""How networks read a text that is given with an image."""

from __future__ import annotations

import keras
from keras import layers

from keras_infogan.latents.given import GivenText

WORD_UNITS = 16


def text_encoder(text: GivenText, units: int) -> keras.Model:
    """The words' embeddings side by side - FC - leaky ReLU, for each sentence alone.

    Sentences of a grammar are short, and a word's place matters. So there is no recurrent network
    over words.

    Args:
        text: what is given.
        units: of a sentence's encoding, int.

    Returns:
        Keras model [B, sentences * length], the numbers of words as floats -> float32
        [B, sentences, units].
    """
    words = layers.Input([text.width], dtype="float32")
    numbers = keras.ops.cast(words, "int32")
    embedded = layers.Embedding(text.vocabulary_size, WORD_UNITS, dtype="float32")(numbers)
    sentences = layers.Reshape([text.sentences, text.length * WORD_UNITS])(embedded)
    encoded = layers.Dense(units, dtype="float32")(sentences)
    return keras.Model(words, layers.LeakyReLU(dtype="float32")(encoded), name="text_encoder")
