import tensorflow as tf

from keras_infogan.latents import GivenText
from keras_infogan.networks import build
from keras_infogan.networks.joint import discriminator, joint_head


def test_a_head_reads_features_next_to_other_columns():
    head = joint_head(6, 4)
    assert head.input_shape == (None, 10)
    assert head.output_shape == (None, 1)
    assert head.count_params() == (10 + 1) * 512 + 512 + 1


def test_the_words_of_a_text_are_embedded():
    text = GivenText(["a", "b"], 2, examples=["a b"])
    parts = build("dcgan", 3, 0, (8, 8, 1), width_multiplier=0.05)
    judge = discriminator(parts, "judge", text)
    images = tf.zeros([2, 8, 8, 1])
    logits = judge([images, text.encode(tf.constant(text.stored(["a b", "b a"])))])
    assert logits.shape == (2, 1)
    assert float(logits[0, 0]) != float(logits[1, 0])
    assert discriminator(parts, "judge")(images).shape == (2, 1)
