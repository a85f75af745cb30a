import numpy as np
import pytest

from keras_infogan.datasets import (
    MovingSprites,
    load_images,
    moving_sprites,
    render_moving_sprites,
)


def places(videos):
    """The middle of the sprite, brighter than each background, per frame: [N, T, 2]."""
    is_sprite = videos[..., 0] > 200
    grid = np.mgrid[:32, :32]
    total = is_sprite.sum(axis=(2, 3))
    return np.stack([(is_sprite * axis).sum(axis=(2, 3)) / total for axis in grid], axis=-1)


def test_a_sprite_moves_as_its_factors_say():
    factors = np.array([[0, 0, 1], [0, 1, 1], [0, 2, 0], [0, 3, 0]])  # up, right, down, left
    videos = render_moving_sprites(factors, np.random.default_rng(0))
    assert videos.shape == (4, 16, 32, 32, 1)
    travelled = places(videos)[:, -1] - places(videos)[:, 0]
    np.testing.assert_allclose(travelled, [[-15, 0], [0, 15], [7.5, 0], [0, -7.5]], atol=0.6)


def test_the_background_is_still():
    videos = render_moving_sprites(np.array([[2, 1, 0]] * 4), np.random.default_rng(0))
    deviation = videos.std(axis=1)
    assert np.median(deviation, axis=(1, 2, 3)).tolist() == [0.0] * 4
    assert (deviation.max(axis=(1, 2, 3)) > 50).all()


def test_videos_are_loaded(monkeypatch, tmp_path):
    monkeypatch.setattr(MovingSprites, "EXAMPLES", {"train": 4, "test": 4})
    data = load_images("moving_sprites", "test", str(tmp_path))
    assert data.images.shape == (4, 16, 32, 32, 1)
    assert set(data.labels) == {"shape", "direction", "speed"}
    with pytest.raises(ValueError, match="left out for videos"):
        load_images("moving_sprites", "test", str(tmp_path), image_size=(16, 16))


def test_a_slow_sprite_moves_by_half_a_pixel_up_to_the_last_frame(monkeypatch):
    monkeypatch.setattr(moving_sprites, "_backgrounds", lambda n, _: np.zeros((n, 32, 32)))
    factors = np.array([[shape, direction, 0] for shape in range(3) for direction in range(4)])
    videos = render_moving_sprites(np.tile(factors, (40, 1)), np.random.default_rng(0))
    light = videos[..., 0].astype(float)
    total = light.sum(axis=(2, 3))
    np.testing.assert_allclose(total, np.broadcast_to(total[:, :1], total.shape), rtol=0.01)
    rows, columns = ((light * axis).sum(axis=(2, 3)) / total for axis in np.mgrid[:32, :32])
    steps = np.hypot(np.diff(rows, axis=1), np.diff(columns, axis=1))
    np.testing.assert_allclose(steps, 0.5, atol=0.02)
