import keras
import numpy as np
import pytest
import tensorflow as tf

from keras_infogan import networks
from keras_infogan.layers import InstanceNoise, MinibatchDiscrimination, SpectralNormalized

SHAPE = (8, 8, 1)
IMAGES = np.random.default_rng(0).random([4, *SHAPE], np.float32)


def build(dtype=None, **options):
    return networks.build("mnist", 3, 2, SHAPE, dtype, **options)


def count(network, kind):
    return sum(isinstance(layer, kind) for layer in network.layers)


@pytest.mark.parametrize(
    ("normalization", "kind", "in_trunk", "in_discriminator_head", "in_recognition_head"),
    [
        ("batch", keras.layers.BatchNormalization, 2, 0, 1),
        ("layer", keras.layers.GroupNormalization, 2, 0, 1),
        ("spectral", SpectralNormalized, 3, 1, 1),
        ("none", keras.layers.Layer, 7, 1, 3),
    ],
)
def test_normalizations(normalization, kind, in_trunk, in_discriminator_head, in_recognition_head):
    built = build(discriminator_normalization=normalization)
    assert count(built.trunk, kind) == in_trunk
    assert count(built.discriminator_head, kind) == in_discriminator_head
    assert count(built.recognition_head, kind) == in_recognition_head
    for part in (built.trunk, built.recognition_head):
        other = keras.layers.BatchNormalization
        assert kind is other or count(part, other) == 0


def test_layer_normalization_is_over_all_of_an_images_activations():
    built = build(discriminator_normalization="layer")
    before, normalization = built.trunk.layers[:3], built.trunk.layers[3]
    activations = IMAGES
    for layer in before:
        activations = layer(activations)
    activations = np.array(activations)
    mean = activations.mean(axis=(1, 2, 3), keepdims=True)
    variance = activations.var(axis=(1, 2, 3), keepdims=True)
    expected = (activations - mean) / np.sqrt(variance + 1e-5)
    np.testing.assert_allclose(normalization(activations), expected, rtol=1e-4, atol=1e-5)
    assert normalization.gamma.shape == (128,)


@pytest.mark.parametrize("normalization", ["layer", "spectral", "none"])
def test_images_are_independent_of_each_other(normalization):
    built = build(discriminator_normalization=normalization)
    images = tf.constant(IMAGES)
    with tf.GradientTape() as tape:
        tape.watch(images)
        features = built.trunk(images, training=True)
        logit = built.discriminator_head(features, training=True)[0, 0]
    gradient = tape.gradient(logit, images).numpy()
    assert np.abs(gradient[0]).max() > 0.0
    np.testing.assert_array_equal(gradient[1:], 0.0)


def test_a_bias_stands_where_no_batch_normalization_does_its_work():
    trunk = build(discriminator_normalization="none").trunk
    assert all(layer.use_bias for layer in trunk.layers if hasattr(layer, "use_bias"))


def test_minibatch_discrimination_is_the_discriminators_alone():
    built = build(minibatch_discrimination=8, dtype="mixed_float16")
    assert isinstance(built.discriminator_head.layers[0], MinibatchDiscrimination)
    # T for 8 kernels of 5 dimensions, then 1024 + 8 columns and a bias.
    assert built.discriminator_head.count_params() == 1024 * 8 * 5 + 1024 + 8 + 1
    assert count(built.recognition_head, MinibatchDiscrimination) == 0
    assert built.discriminator_head(built.trunk(IMAGES)).dtype == tf.float32


def test_instance_noise_is_on_the_trunks_input_in_training():
    built = build(instance_noise=0.1, instance_noise_steps=7, dtype="mixed_float16")
    noise = built.trunk.layers[0]
    assert isinstance(noise, InstanceNoise)
    assert (noise.stddev, noise.decay_steps, noise.compute_dtype) == (0.1, 7, "float32")
    np.testing.assert_array_equal(built.trunk(IMAGES), built.trunk(IMAGES))
    noisy = [built.trunk(IMAGES, training=True).numpy() for _ in range(2)]
    assert (noisy[0] != noisy[1]).any()


def test_instance_noise_follows_the_global_seed():
    def seed_of(seed):
        keras.utils.set_random_seed(seed)
        return build(instance_noise=0.1).trunk.layers[0].seed

    assert seed_of(1) == seed_of(1) != seed_of(2)


def test_networks_with_every_option_save(tmp_path):
    options = {"minibatch_discrimination": 4, "instance_noise": 0.1, "instance_noise_steps": 9}
    built = build(discriminator_normalization="spectral", **options)
    for part in (built.trunk, built.discriminator_head):
        part(tf.ones([4, *part.input_shape[1:]]), training=True)
        part.save(tmp_path / "part.keras")
        loaded = keras.saving.load_model(tmp_path / "part.keras")
        inputs = tf.random.stateless_uniform([4, *part.input_shape[1:]], (0, 0))
        for training in (True, False):
            np.testing.assert_array_equal(
                loaded(inputs, training=training), part(inputs, training=training)
            )


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"discriminator_normalization": "group"}, "one of .*'none'.. Received: 'group'"),
        (
            {"minibatch_discrimination": -1},
            "an int of at least 0. Received: minibatch_discrimination=-1",
        ),
        ({"minibatch_discrimination": True}, "`minibatch_discrimination` should be an int of"),
        ({"width_multiplier": "half"}, "`width_multiplier` should be a number. Received: "),
        ({"instance_noise": None}, "`instance_noise` should be a number. Received: "),
        ({"instance_noise": -0.5}, "at least 0. Received: instance_noise=-0.5"),
        (
            {"instance_noise": 0.5, "instance_noise_steps": -1},
            "at least 0. Received: instance_noise_steps=-1",
        ),
        ({"width_multiplier": 0.0}, "above 0. Received: width_multiplier=0.0"),
        ({"instance_noise_steps": 5}, "needs `instance_noise` above 0"),
    ],
)
def test_options_out_of_range(options, message):
    with pytest.raises(ValueError, match=message):
        build(**options)
