import keras
import numpy as np
import pytest

from keras_infogan.metrics import KeypointReader, train_keypoint_reader


def squares(count, seed):
    """A bright 4 x 4 square on noise, uint8 [N, 12, 12, 1], and its middle."""
    generator = np.random.default_rng(seed)
    corners = generator.integers(0, 9, [count, 2])
    images = generator.integers(0, 60, [count, 12, 12, 1]).astype(np.uint8)
    for image, (row, column) in zip(images, corners, strict=True):
        image[row : row + 4, column : column + 4] = 255
    return images, corners[:, None] + 1.5


def test_it_finds_the_middle_of_unseen_squares():
    reader = train_keypoint_reader(*squares(600, 0), updates=150, epochs=99, batch_size=64)
    unseen, truth = squares(100, 1)
    found = reader.read(unseen)
    assert found.shape == (100, 1, 2)
    assert np.linalg.norm(found - truth, axis=-1).mean() < 1.0  # of the mean point: 3.5 pixels


@pytest.mark.parametrize("shape", [(40, 2), (40, 3, 3), (39, 3, 2), (40, 0, 2)])
def test_it_refuses_keypoints_of_another_shape(shape):
    with pytest.raises(ValueError, match=r"`keypoints` should have shape \[40, K, 2\]"):
        train_keypoint_reader(squares(40, 0)[0], np.zeros(shape))


def test_keypoints_lie_in_the_image():
    network = keras.Sequential([keras.layers.Flatten(), keras.layers.Dense(2)])
    network.build([None, 4, 6, 1])
    network.set_weights([np.zeros([24, 2]), np.array([9.0, -9.0])])
    found = KeypointReader(network, (4, 6, 1)).read(np.zeros([3, 4, 6, 1]))
    assert found.tolist() == [[[4.0, 0.0]]] * 3
