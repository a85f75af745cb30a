import numpy as np
import pytest

from keras_infogan import Categorical, LatentSpec
from keras_infogan.models.variants import VideoGAN

LATENTS = LatentSpec(4, {"kind": Categorical(3)})


def make(architecture, **arguments):
    networks = {"width_multiplier": 0.05}
    return VideoGAN.from_architecture(
        architecture, LATENTS, (8, 8, 8, 1), networks=networks, **arguments
    )


def test_a_video_is_the_foreground_where_the_mask_is_one_and_else_the_background():
    model = make("two_stream_video")
    rows = LATENTS.concatenate(LATENTS.sample(2, (0, 1)))
    foreground, mask, background = model.generator.get_layer("streams")(rows)
    by_hand = mask * foreground + (1 - mask) * background[:, None]
    np.testing.assert_allclose(model.generator(rows), by_hand, atol=1e-6)
    videos, kept = model.generated(rows, training=False)
    np.testing.assert_allclose(videos, by_hand, atol=1e-6)
    np.testing.assert_array_equal(kept, mask)


def test_it_needs_two_streams():
    with pytest.raises(ValueError, match="should have a layer `streams`"):
        make("one_stream_video")
    with pytest.raises(ValueError, match="`mask_weight`"):
        make("two_stream_video", mask_weight=-1.0)


def test_a_picture_of_a_code_shows_frames_side_by_side():
    assert make("two_stream_video").traverse("kind", rows=2).shape == (2, 3, 8, 8, 8, 1)
