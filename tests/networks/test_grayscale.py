import keras
import pytest

from keras_infogan import networks
from keras_infogan.networks.grayscale import chairs, faces, mnist


@pytest.mark.parametrize("image_shape", [(30, 28, 1), (28, 30, 1), (4, 8, 1)])
def test_image_shapes_that_two_strides_cannot_make(image_shape):
    with pytest.raises(ValueError, match="multiples of 4 from 8 on.* Received: image_shape="):
        networks.build("mnist", width=1, parameter_count=1, image_shape=image_shape)


def test_chairs_keep_the_size_at_two_of_five_convolutions():
    built = chairs(3, 2, (16, 16, 1), width_multiplier=1 / 64)
    kinds = (keras.layers.Conv2D, keras.layers.Conv2DTranspose)
    generator, trunk = (
        [layer.strides[0] for layer in network.layers if isinstance(layer, kinds)]
        for network in (built.generator, built.trunk)
    )
    assert generator == [1, 1, 2, 2, 2]
    assert trunk == [2, 2, 2, 1, 1]


def test_faces_are_mnists_networks_at_another_size():
    small = {"image_shape": (8, 8, 1), "width_multiplier": 1 / 64}
    shapes = [
        [
            weight.shape
            for network in vars(build(3, 2, **small)).values()
            for weight in network.weights
        ]
        for build in (mnist, faces)
    ]
    assert shapes[0] == shapes[1]
