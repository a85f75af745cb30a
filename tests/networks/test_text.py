import numpy as np
import tensorflow as tf

from keras_infogan.latents import GivenText
from keras_infogan.networks.text import text_encoder


def test_each_sentence_is_encoded_alone_and_the_order_of_words_matters():
    text = GivenText(["a", "b"], 2, sentences=2, examples=[["a b", "b a"]])
    encode = text_encoder(text, 5)
    encoded = encode(text.encode(tf.constant(text.stored([["a b", "b a"], ["b a", "b a"]]))))
    assert encoded.shape == (2, 2, 5)
    np.testing.assert_array_equal(encoded[0, 1], encoded[1, 1])
    assert not np.allclose(encoded[0, 0], encoded[1, 0])
