import numpy as np
import pytest
import tensorflow_datasets as tfds

from keras_infogan.datasets import BasicPropConfig, BasicPropLine, BasicPropRectangles, basicprop


class SmallLine(BasicPropLine, skip_registration=True):
    EXAMPLES_PER_CLASS = {"train": 30, "test": 10}


class SmallRectangles(BasicPropRectangles, skip_registration=True):
    EXAMPLES_PER_CLASS = {"train": 2, "test": 1}


def load(builder, split):
    builder.download_and_prepare()
    examples = list(tfds.as_numpy(builder.as_dataset(split=split)))
    return {name: np.stack([example[name] for example in examples]) for name in examples[0]}


def test_the_first_line_fills_columns_3_to_6_and_the_last_21_to_24():
    first, last = basicprop.line_masks(np.array([0, 9]))
    assert first.shape == (28, 28)
    for mask, columns in ((first, [3, 4, 5, 6]), (last, [21, 22, 23, 24])):
        assert mask.all(axis=0).nonzero()[0].tolist() == columns
        assert mask.any(axis=0).nonzero()[0].tolist() == columns


def test_neighbouring_lines_are_two_pixels_apart():
    masks = basicprop.line_masks(np.arange(10))
    assert masks[:, 0].argmax(axis=1).tolist() == [3, 5, 7, 9, 11, 13, 15, 17, 19, 21]
    assert (masks.sum(axis=(1, 2)) == 4 * 28).all()


def test_rectangles_hang_from_row_3_at_columns_3_and_15():
    (mask,) = basicprop.rectangle_masks(np.array([0]), np.array([9]))
    expected = np.zeros((28, 28), bool)
    expected[3:6, 3:13] = True
    expected[3:24, 15:25] = True
    np.testing.assert_array_equal(mask, expected)


def test_rectangles_have_the_heights_3_to_21():
    classes = np.arange(10)
    masks = basicprop.rectangle_masks(classes, classes[::-1])
    assert masks[:, :, 3].sum(axis=1).tolist() == [3, 5, 7, 9, 11, 13, 15, 17, 19, 21]
    assert masks[:, :, 24].sum(axis=1).tolist() == [21, 19, 17, 15, 13, 11, 9, 7, 5, 3]


@pytest.mark.parametrize(
    ("config", "foreground", "background"),
    [
        ("clean", (255, 255), (0, 0)),
        ("foreground_noise", (150, 239), (0, 0)),
        ("background_noise", (150, 239), (0, 59)),
    ],
)
def test_noise_reaches_both_ends_of_its_range(tmp_path, config, foreground, background):
    data = load(SmallLine(config=config, data_dir=tmp_path), "train")
    on = basicprop.line_masks(data["label"])
    pixels = data["image"][..., 0]
    assert (pixels[on].min(), pixels[on].max()) == foreground
    assert (pixels[~on].min(), pixels[~on].max()) == background


def test_noise_is_uniform():
    config = BasicPropConfig(name="noise", foreground=(150, 239))
    pixels = basicprop.paint(np.ones((500, 28, 28), bool), config, np.random.default_rng(0))
    counts = np.bincount(pixels.ravel(), minlength=256)[150:240]
    # 392,000 draws over 90 values: 4,356 each, with a standard deviation of 65.6.
    assert np.abs(counts - 4356).max() < 5 * 65.6


def test_lines_are_balanced_in_every_slice(tmp_path):
    data = load(SmallLine(data_dir=tmp_path), "train[:40]")
    assert data["image"].shape == (40, 28, 28, 1)
    assert data["image"].dtype == np.uint8
    assert np.bincount(data["label"]).tolist() == [4] * 10


def test_rectangles_hold_every_pair_of_heights(tmp_path):
    builder = SmallRectangles(config="clean", data_dir=tmp_path)
    data = load(builder, "train")
    pairs, counts = np.unique(
        np.stack([data["left_height"], data["right_height"]]), axis=1, return_counts=True
    )
    assert pairs.shape == (2, 100)
    assert (counts == 2).all()
    names = builder.info.features["left_height"].names
    heights = [int(names[label]) for label in data["left_height"]]
    assert (data["image"][:, :, 3, 0] > 0).sum(axis=1).tolist() == heights


def test_two_preparations_are_equal_and_two_splits_differ(tmp_path):
    first = load(SmallLine(data_dir=tmp_path / "first"), "train")
    second = load(SmallLine(data_dir=tmp_path / "second"), "train")
    test = load(SmallLine(data_dir=tmp_path / "first"), "test")
    np.testing.assert_array_equal(first["image"], second["image"])
    assert (first["image"][:100] != test["image"]).any(axis=(1, 2, 3)).all()


def test_images_of_one_class_differ(tmp_path):
    data = load(SmallLine(data_dir=tmp_path), "train")
    zeros = data["image"][data["label"] == 0].reshape(30, -1)
    assert len(np.unique(zeros, axis=0)) == 30


@pytest.mark.parametrize("builder", [BasicPropLine, BasicPropRectangles])
def test_the_full_datasets_count_100_000_and_10_000(builder):
    counts = {split: n * builder.CLASSES for split, n in builder.EXAMPLES_PER_CLASS.items()}
    assert counts == {"train": 100_000, "test": 10_000}


@pytest.mark.parametrize("name", ["basic_prop_line", "basic_prop_rectangles"])
def test_tfds_knows_both_with_foreground_noise_as_the_default(name, tmp_path):
    builder = tfds.builder(name, data_dir=tmp_path)
    assert builder.builder_config.name == "foreground_noise"
    assert list(builder.builder_configs) == ["clean", "foreground_noise", "background_noise"]


@pytest.mark.slow
def test_the_whole_line_dataset_loads_through_tfds(tmp_path):
    data, info = tfds.load("basic_prop_line/clean", data_dir=tmp_path, with_info=True)
    assert {name: split.num_examples for name, split in info.splits.items()} == {
        "train": 100_000,
        "test": 10_000,
    }
    assert int(data["train"].cardinality()) == 100_000
