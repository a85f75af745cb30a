import pytest

from keras_infogan.networks import build


@pytest.mark.parametrize("name", ["one_stream_video", "two_stream_video"])
def test_videos_of_a_shape(name):
    networks = build(name, 5, 3, (8, 16, 8, 2), width_multiplier=0.05)
    assert networks.generator.output_shape == (None, 8, 16, 8, 2)
    assert networks.trunk.input_shape == (None, 8, 16, 8, 2)
    assert networks.recognition_head.output_shape == (None, 3)


def test_sides_that_cannot_be_halved_three_times_are_refused():
    for shape in ((12, 16, 16, 1), (16, 16, 1)):
        with pytest.raises(ValueError, match=r"shape \(T, H, W, C\), with T, H and W multiples"):
            build("one_stream_video", 5, 3, shape)
