import numpy as np
import pytest

from keras_infogan.datasets import StickFigures, draw_poses, load_images, render_figures


def test_keypoints_lie_on_the_figure():
    poses = draw_poses(20, np.random.default_rng(0))
    images = render_figures(np.array([[0, 1]] * 20), poses)
    rows, columns = np.rint(poses).astype(int).transpose(2, 0, 1)
    assert images[np.arange(20)[:, None], rows, columns].any(axis=-1).all()
    assert 0 <= poses.min() <= poses.max() <= 31


def test_the_build_is_the_width_of_the_lines_and_the_color_that_of_the_clothes():
    poses = np.repeat(draw_poses(1, np.random.default_rng(0)), 2, axis=0)
    thin, thick = render_figures(np.array([[1, 0], [1, 1]]), poses)
    assert thick.any(axis=-1).sum() > 1.2 * thin.any(axis=-1).sum()
    hip = np.rint(poses[0, 1]).astype(int)
    assert thick[tuple(hip)].tolist() == [30, 160, 50]


def test_a_source_has_the_other_pose_and_both_maps(monkeypatch, tmp_path):
    monkeypatch.setattr(StickFigures, "EXAMPLES", {"train": 6, "test": 6})
    data = load_images("stick_figures", "test", str(tmp_path))
    source, keypoints = data.companions["source"], data.companions["keypoints"]
    assert source.shape == (6, 32, 32, 15) and keypoints.shape == (6, 6, 2)
    brightest = source[..., 9:].reshape(6, 32 * 32, 6).argmax(axis=1)
    found = np.stack(np.unravel_index(brightest, (32, 32)), axis=-1)
    assert np.abs(found - keypoints / 4).max() <= 0.75
    assert not np.array_equal(source[..., :3], data.images)


def test_factors_out_of_range_are_refused():
    with pytest.raises(ValueError, match="build should be from 0 to 1. Received: 2"):
        render_figures(np.array([[0, 2]]), draw_poses(1, np.random.default_rng(0)))
