from keras_infogan import networks
from keras_infogan.layers import SpectralNormalized
from keras_infogan.networks.sprites import dsprites


def count(network, kind):
    return sum(isinstance(layer, kind) for layer in network.layers)


def test_dsprites_may_have_another_normalization_than_its_papers():
    built = networks.build("dsprites", 3, 2, discriminator_normalization="none")
    assert count(built.trunk, SpectralNormalized) == 0
    built = networks.build("dsprites", 3, 2)
    assert count(built.trunk, SpectralNormalized) == 5


def test_only_the_generators_dense_layers_have_a_plain_relu():
    layers = dsprites(3, 2, (32, 32, 1), width_multiplier=1 / 64).generator.layers
    names = [type(layer).__name__ for layer in layers]
    assert [name for name in names if name.endswith("ReLU")] == ["ReLU"] * 2 + ["LeakyReLU"] * 3


def test_the_generator_normalizes_last():
    layers = dsprites(3, 2, (32, 32, 1), width_multiplier=1 / 64).generator.layers
    for place, layer in enumerate(layers[:-2]):  # the last two make the image
        if type(layer).__name__ in ("Dense", "Conv2DTranspose"):
            assert layer.use_bias
            assert type(layers[place + 1]).__name__ in ("ReLU", "LeakyReLU")
            assert type(layers[place + 2]).__name__ == "BatchNormalization"
