import numpy as np
import pytest
import tensorflow_datasets as tfds

from keras_infogan.datasets import (
    BASIC_PROP_PLUS_FACTORS,
    BasicPropConfig,
    BasicPropPlus,
    load_images,
    render_basic_prop_plus,
)

RECTANGLE, ELLIPSE, TRIANGLE, CROSS = range(4)
RED, GREEN, YELLOW, BLUE, MAGENTA, CYAN, WHITE = range(7)
CLEAN = BasicPropConfig(name="clean")


class TinyPlus(BasicPropPlus):
    """A registered dataset small enough to prepare in a test."""

    EXAMPLES = {"train": 40, "test": 20}


def render(*factors, config=CLEAN):
    (image,) = render_basic_prop_plus(np.array([factors]), config, np.random.default_rng(0))
    return image


def test_there_are_enough_combinations():
    sizes = {name: len(values) for name, values in BASIC_PROP_PLUS_FACTORS.items()}
    assert sizes == {"shape": 4, "colour": 7, "ratio": 9, "x": 17, "y": 17}
    np.testing.assert_allclose(BASIC_PROP_PLUS_FACTORS["ratio"][::4], [0.5, 1.0, 2.0])


def test_a_red_square_by_hand():
    # 11 pixels, around (8, 8): from 2.5 to 13.5; 127.5 and 63.75 are rounded.
    profile = np.zeros(32)
    profile[3:13] = 1.0
    profile[[2, 13]] = 0.5
    image = render(RECTANGLE, RED, 4, 0, 0)
    np.testing.assert_array_equal(image[..., 0], np.rint(255 * np.outer(profile, profile)))
    assert not image[..., 1:].any()


@pytest.mark.parametrize(
    ("colour", "rgb"),
    [
        (RED, (255, 0, 0)),
        (GREEN, (0, 255, 0)),
        (YELLOW, (255, 255, 0)),
        (BLUE, (0, 0, 255)),
        (MAGENTA, (255, 0, 255)),
        (CYAN, (0, 255, 255)),
        (WHITE, (255, 255, 255)),
    ],
)
def test_colours(colour, rgb):
    assert render(ELLIPSE, colour, 4, 8, 8)[16, 16].tolist() == list(rgb)


@pytest.mark.parametrize(("ratio", "width", "height"), [(0, 8, 16), (4, 12, 12), (8, 16, 8)])
def test_a_ratio_is_width_over_height(ratio, width, height):
    # 11 / sqrt(2) = 7.8 and 11 sqrt(2) = 15.6 pixels, around the corner between four pixels.
    covered = render(RECTANGLE, WHITE, ratio, 8, 8).any(axis=2)
    assert (covered.any(axis=0).sum(), covered.any(axis=1).sum()) == (width, height)


@pytest.mark.parametrize(
    ("shape", "share"), [(RECTANGLE, 1), (ELLIPSE, np.pi / 4), (TRIANGLE, 1 / 2), (CROSS, 5 / 9)]
)
def test_areas_do_not_depend_on_the_ratio(shape, share):
    images = render_basic_prop_plus(
        np.array([[shape, GREEN, ratio, 0, 16] for ratio in range(9)]),
        CLEAN,
        np.random.default_rng(0),
    )
    sums = images[..., 1].sum(axis=(1, 2)) / 255
    np.testing.assert_allclose(sums, np.full(9, share * 121), rtol=0.04)


def test_x_moves_right_and_y_down_by_one_pixel():
    first = render(TRIANGLE, CYAN, 2, 0, 0)
    moved = render(TRIANGLE, CYAN, 2, 16, 5)
    np.testing.assert_array_equal(moved, np.roll(first, (5, 16), axis=(0, 1)))


def test_noise_keeps_the_colour_and_reaches_both_ends():
    config = BasicPropConfig(name="noise", foreground=(150, 239), background=(0, 59))
    factors = np.tile([RECTANGLE, YELLOW, 4, 8, 8], (100, 1))
    images = render_basic_prop_plus(factors, config, np.random.default_rng(0))
    shape, ground = images[:, 11:21, 11:21], images[:, :8]
    assert (shape[..., 0] == shape[..., 1]).all() and not shape[..., 2].any()
    assert (shape[..., 0].min(), shape[..., 0].max()) == (150, 239)
    assert (ground.min(), ground.max()) == (0, 59)
    assert (ground == ground[..., :1]).all()  # gray


def test_an_edge_mixes_shape_and_ground():
    config = BasicPropConfig(name="flat", foreground=(200, 200), background=(40, 40))
    image = render(RECTANGLE, RED, 4, 0, 0, config=config)
    assert image[8, 8].tolist() == [200, 0, 0]
    assert image[8, 2].tolist() == [120, 20, 20]
    assert image[8, 1].tolist() == [40, 40, 40]


def test_bad_factors_are_refused():
    with pytest.raises(ValueError, match="x should be from 0 to 16. Received: 17"):
        render(0, 0, 0, 17, 0)


def test_the_dataset_is_what_the_renderer_draws(tmp_path):
    for split, count in TinyPlus.EXAMPLES.items():
        data = load_images("tiny_plus/clean", split, str(tmp_path))
        assert list(data.labels) == list(BASIC_PROP_PLUS_FACTORS)
        factors = np.stack([data.labels[name] for name in BASIC_PROP_PLUS_FACTORS], axis=1)
        assert factors.shape == (count, 5)
        expected = render_basic_prop_plus(factors, CLEAN, np.random.default_rng(0))
        np.testing.assert_array_equal(data.images, expected)


def test_two_preparations_are_equal(tmp_path):
    first, second = (
        load_images("tiny_plus/background_noise", "train", str(tmp_path / folder))
        for folder in ("first", "second")
    )
    np.testing.assert_array_equal(first.images, second.images)


def test_tfds_knows_the_dataset_with_foreground_noise_as_the_default(tmp_path):
    builder = tfds.builder("basic_prop_plus", data_dir=tmp_path)
    assert builder.builder_config.name == "foreground_noise"
    assert list(builder.builder_configs) == ["clean", "foreground_noise", "background_noise"]
    assert builder.info.features["shape"].names == ["rectangle", "ellipse", "triangle", "cross"]
    assert builder.info.features["ratio"].num_classes == 9
