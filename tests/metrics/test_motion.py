import numpy as np
import pytest

from keras_infogan.metrics.motion import background_deviation


def test_a_still_background_has_none_whatever_moves_on_it():
    videos = np.full([3, 4, 6, 6, 3], 0.3, np.float32)
    videos[:, np.arange(4), np.arange(4)] = 1.0  # a bar moves over 4 of 6 rows, each once
    videos[:, :, 3] = 0.3  # now over three
    videos[:, :, 0] = 0.3  # and over two
    assert background_deviation(videos) == 0.0


def test_the_median_over_pixels_and_the_mean_over_videos():
    """One video flickers between 0 and 1: its deviation is 1/2. The other is still."""
    videos = np.zeros([2, 4, 6, 6, 1], np.uint8)
    videos[0, 1::2] = 255
    assert background_deviation(videos) == pytest.approx(0.25)
    assert background_deviation(videos / 255.0) == pytest.approx(0.25)


def test_it_takes_videos():
    with pytest.raises(ValueError, match=r"\[N, T, H, W, C\]. Received: \[2, 8, 8, 1\]"):
        background_deviation(np.zeros([2, 8, 8, 1]))
