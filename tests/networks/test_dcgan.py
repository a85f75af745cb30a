import pytest

from keras_infogan import networks


@pytest.mark.parametrize(
    ("image_shape", "smallest_maps", "filters"),
    [
        ((8, 8, 1), (4, 4), 64),
        ((28, 28, 1), (7, 7), 128),
        ((32, 32, 3), (4, 4), 256),
        ((36, 32, 3), (9, 8), 128),  # 9 is odd
        ((48, 32, 1), (6, 4), 256),
        ((96, 96, 3), (6, 6), 512),
        ((128, 128, 3), (4, 4), 512),
    ],
)
def test_dcgan_is_as_deep_as_the_image_is_large(image_shape, smallest_maps, filters):
    built = networks.build("dcgan", 6, 3, image_shape, width_multiplier=0.25)
    first = next(layer for layer in built.generator.layers if layer.name.startswith("reshape"))
    assert first.output.shape == (None, *smallest_maps, filters // 4)
    assert built.trunk.layers[-1].input.shape == (None, *smallest_maps, filters // 4)
    assert built.generator.output_shape == built.trunk.input_shape == (None, *image_shape)
