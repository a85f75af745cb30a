"""Operations counted by hand."""

import keras
import pytest
from keras import layers

import keras_infogan as infogan
from keras_infogan.layers import MinibatchDiscrimination, SpectralNormalized


@pytest.fixture(scope="module")
def flops(import_benchmark):
    return import_benchmark("flops")


def test_a_dense_layer(flops):
    # 4 outputs, each of 3 products and as many sums.
    assert flops.network_flops(keras.Sequential([keras.Input([3]), layers.Dense(4)])) == [24]


def test_a_convolution(flops):
    # 3 x 3 outputs of 5 channels, each of 4 * 4 * 2 products and as many sums.
    network = keras.Sequential([keras.Input([6, 6, 2]), layers.Conv2D(5, 4, 2, "same")])
    assert flops.network_flops(network) == [2 * 9 * 5 * 32]


def test_a_transposed_convolution_is_applied_at_its_inputs(flops):
    # Each of 3 x 3 inputs of 2 channels goes to 4 * 4 * 5 outputs.
    network = keras.Sequential([keras.Input([3, 3, 2]), layers.Conv2DTranspose(5, 4, 2, "same")])
    assert flops.network_flops(network) == [2 * 9 * 2 * 80]


def test_wrapped_and_nested_layers_count_and_normalisation_does_not(flops):
    inner = keras.Sequential([keras.Input([4]), layers.BatchNormalization(), layers.Dense(2)])
    network = keras.Sequential([keras.Input([3]), SpectralNormalized(layers.Dense(4)), inner])
    assert flops.network_flops(network) == [24, 16]


def test_a_layer_that_it_cannot_count_is_refused(flops):
    network = keras.Sequential([keras.Input([3]), MinibatchDiscrimination(2)])
    with pytest.raises(ValueError, match="Received: 'minibatch_.*', MinibatchDiscrimination"):
        flops.network_flops(network)


def test_an_update_of_the_papers_networks(flops):
    codes = {"digit": infogan.Categorical(10), "style": infogan.Uniform(2)}
    model = infogan.InfoGAN.from_architecture("mnist", infogan.LatentSpec(62, codes))
    generator = [
        2 * 74 * 1024,
        2 * 1024 * 7 * 7 * 128,
        2 * 49 * 128 * 16 * 64,
        2 * 196 * 64 * 16 * 1,
    ]
    trunk = [2 * 196 * 16 * 1 * 64, 2 * 49 * 16 * 64 * 128, 2 * 7 * 7 * 128 * 1024]
    heads = [2 * 1024 * 1, 2 * 1024 * 128, 2 * 128 * 14]
    assert flops.network_flops(model.generator) == generator
    assert flops.network_flops(model.trunk) == trunk
    readers = sum(trunk) + sum(heads)
    expected = 3 * sum(generator) - generator[0] + 7 * readers - 2 * trunk[0]
    assert flops.update_flops(model) == expected
