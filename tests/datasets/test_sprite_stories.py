import numpy as np
import pytest
import tensorflow_datasets as tfds

from keras_infogan.datasets import (
    STORY_FACTORS,
    SpriteStories,
    grammar,
    load_images,
    render_stories,
    write_stories,
)

BLACK, GRAY, WHITE = range(3)
SQUARE, ELLIPSE, HEART = range(3)
RED, GREEN, BLUE, YELLOW = range(4)
OBJECTS = [SQUARE, RED, 3, HEART, GREEN, 0, ELLIPSE, BLUE, 2, SQUARE, YELLOW, 1]


class TinyStories(SpriteStories):
    """A registered dataset small enough to prepare in a test."""

    EXAMPLES = {"train": 40, "test": 20}


def render(background):
    (frames,) = render_stories(np.array([[background, *OBJECTS]]))
    return frames


def quarters(images):
    """The four corners of images, [N, 4, 16, 16, 3]."""
    return images.reshape(-1, 2, 16, 2, 16, 3).transpose(0, 1, 3, 2, 4, 5).reshape(-1, 4, 16, 16, 3)


def test_the_first_frame_shows_one_red_square():
    # 9 by 9 pixels around (24, 24): the outermost pixels are half covered.
    profile = np.zeros(32)
    profile[20:28] = 1.0
    profile[[19, 28]] = 0.5
    coverage = np.outer(profile, profile)[..., None]
    np.testing.assert_array_equal(render(BLACK)[0], np.rint(coverage * [220, 30, 30]))


def test_each_frame_adds_one_object_and_earlier_ones_stay():
    frames = quarters(render(GRAY))
    is_filled = (frames != 128).any(axis=(2, 3, 4))
    order = OBJECTS[2::3]
    for frame in range(4):
        assert set(is_filled[frame].nonzero()[0]) == set(order[: frame + 1])
        for corner in order[:frame]:
            np.testing.assert_array_equal(frames[frame, corner], frames[frame - 1, corner])


def test_the_background_is_one_shade_that_no_sentence_tells():
    black, gray, white = (render(shade) for shade in range(3))
    assert [np.unique(images[0, 0]).tolist() for images in (black, gray, white)] == [
        [0],
        [128],
        [255],
    ]
    texts = write_stories(np.array([[shade, *OBJECTS] for shade in range(3)]))
    assert texts.shape == (3, 4) and (texts == texts[:1]).all()


def test_the_sentences_tell_the_factors():
    (story,) = write_stories(np.array([[WHITE, *OBJECTS]]))
    assert story.tolist() == [
        "a red square, lower right",
        "a green heart, upper left",
        "a blue ellipse, lower left",
        "a yellow square, upper right",
    ]


def test_bad_factors_are_refused():
    with pytest.raises(ValueError, match="color_4 should be from 0 to 3. Received: 4"):
        render_stories(np.array([[0, *OBJECTS[:-2], 4, 1]]))


def test_no_factors_give_no_stories():
    nothing = np.zeros((0, 13), int)
    assert render_stories(nothing).shape == (0, 4, 32, 32, 3)
    assert write_stories(nothing).shape == (0, 4)


def test_the_dataset_is_what_the_renderer_draws(tmp_path):
    for split, count in TinyStories.EXAMPLES.items():
        data = load_images("tiny_stories", split, str(tmp_path))
        assert list(data.labels) == list(STORY_FACTORS)
        factors = np.stack([data.labels[name] for name in STORY_FACTORS], axis=1)
        assert factors.shape == (count, 13)
        assert (np.sort(factors[:, 3::3], axis=1) == np.arange(4)).all()
        np.testing.assert_array_equal(data.images, render_stories(factors))
        assert list(data.companions) == ["story"]
        assert (data.companions["story"] == write_stories(factors)).all()


def test_two_preparations_are_equal(tmp_path):
    first, second = (load_images("tiny_stories", "train", str(tmp_path / name)) for name in "ab")
    np.testing.assert_array_equal(first.images, second.images)
    assert first.companions["story"][0, 0] in grammar.story_sentences()
    assert (first.companions["story"] == second.companions["story"]).all()


def test_tfds_knows_the_dataset_and_the_names_of_values(tmp_path):
    features = tfds.builder("sprite_stories", data_dir=tmp_path).info.features
    assert features["image"].shape == (4, 32, 32, 3)
    assert features["story"].shape == (4,)
    assert features["corner_4"].names == list(grammar.CORNERS)
