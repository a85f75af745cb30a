import keras
import pytest

from keras_infogan.networks.color import celeba, svhn


@pytest.mark.parametrize("build", [svhn, celeba])
def test_four_strides_take_an_image_to_its_smallest_maps(build):
    built = build(3, 2, (48, 32, 1), width_multiplier=1 / 64)
    first = next(layer for layer in built.generator.layers if layer.name.startswith("reshape"))
    assert first.output.shape == (None, 3, 2, 448 / 64)
    assert built.generator.output_shape == (None, 48, 32, 1)


def test_the_generator_is_normalized_at_its_first_two_layers_only():
    layers = svhn(3, 2, width_multiplier=1 / 64).generator.layers
    kinds = (keras.layers.Dense, keras.layers.Conv2DTranspose, keras.layers.BatchNormalization)
    assert [type(layer).__name__ for layer in layers if isinstance(layer, kinds)] == [
        *("Dense", "BatchNormalization", "Conv2DTranspose", "BatchNormalization"),
        *["Conv2DTranspose"] * 3,
    ]
