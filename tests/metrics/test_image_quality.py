import numpy as np
import pytest
import tensorflow as tf

from keras_infogan.metrics import (
    Extractor,
    RunningGaussian,
    density_coverage,
    frechet_distance,
    image_batches,
    image_scores,
    inception_score,
    kernel_distance,
    mode_coverage,
    precision_recall,
)

SMALL = {"subset_size": 20, "splits": 2}


def means(images):
    """Four features: the means of the quarters of an image."""
    quarters = np.reshape(images, [len(images), 2, 4, 2, 4])
    return quarters.mean(axis=(2, 4)).reshape(len(images), 4)


def brightest(images):
    """And the quarter that is brightest, as one-hot probabilities."""
    features = means(images)
    return {"features": features, "probabilities": np.eye(4)[features.argmax(axis=1)]}


@pytest.fixture
def streams():
    generator = np.random.default_rng(0)
    return generator.random([90, 8, 8, 1]), generator.random([60, 8, 8, 1]) * 0.9


def scored(real, fake, model=means, **options):
    extractor = Extractor("quarters", model)
    return image_scores(
        image_batches(real, 32), image_batches(fake, 25), extractor, **{**SMALL, **options}
    )


def test_each_score_is_its_measure_over_all_images(streams):
    scores = scored(*streams, brightest)
    real, fake = (means(images.astype(np.float32)) for images in streams)
    gaussians = RunningGaussian(), RunningGaussian()
    for gaussian, features in zip(gaussians, (real, fake), strict=True):
        gaussian.update(features)
    precision, recall = precision_recall(real, fake)
    density, coverage = density_coverage(real, fake)
    modes = mode_coverage(fake.argmax(axis=1), 4, real.argmax(axis=1))
    expected = {
        "frechet_distance/quarters": frechet_distance(*gaussians),
        "kernel_distance/quarters": kernel_distance(real, fake, 20).mean,
        "kernel_distance_stddev/quarters": kernel_distance(real, fake, 20).stddev,
        "precision/quarters": precision,
        "recall/quarters": recall,
        "density/quarters": density,
        "coverage/quarters": coverage,
        "modes/quarters": modes.modes,
        "modes_divergence/quarters": modes.divergence,
    }
    inception = [scores.pop(f"inception_score{end}/quarters") for end in ("", "_stddev")]
    assert scores == pytest.approx(expected)
    assert all(isinstance(score, float) for score in scores.values())
    whole = inception_score(np.eye(4)[fake.argmax(axis=1)], splits=1).mean
    assert inception[0] == pytest.approx(whole, rel=0.1)  # of two random halves
    assert inception[1] < 0.2


def test_without_classes(streams):
    names = set(scored(*streams))
    assert "frechet_distance/quarters" in names
    assert not any(name.startswith(("inception_score", "modes")) for name in names)


def test_equal_streams(streams):
    scores = scored(streams[0], streams[0], brightest)
    assert scores["frechet_distance/quarters"] == pytest.approx(0, abs=1e-9)
    assert scores["modes_divergence/quarters"] == 0
    assert [scores[f"{name}/quarters"] for name in ("precision", "recall", "coverage")] == [1] * 3


def test_datasets_with_labels(streams):
    real, fake = (images.astype(np.float32) for images in streams)
    dataset = tf.data.Dataset.from_tensor_slices((real, np.zeros(90))).batch(40)
    scores = image_scores(dataset, [fake], Extractor("quarters", means), **SMALL)
    assert scores == pytest.approx(scored(real, fake), rel=1e-6)


def test_what_is_kept_is_a_uniform_sample(streams):
    """Real images in the order of their brightness: the first few would be dark."""
    levels = np.arange(3000, dtype=np.float32) / 3000
    real = np.broadcast_to(levels[:, None, None, None], [3000, 8, 8, 1])
    fake = streams[1]
    scores = scored(real, np.concatenate([real[::60], fake]), kept=300)
    # Balls around 300 of the real images, about 20 levels wide, hold the 50 equal ones.
    assert scores["precision/quarters"] == pytest.approx(50 / 110, abs=0.06)
    dark = image_batches(real[:300], 32)
    few = image_scores(dark, [real[::60]], Extractor("quarters", means), **SMALL)
    assert few["precision/quarters"] < 0.2


def test_a_seed_gives_the_same_scores(streams):
    assert scored(*streams, kept=30) == scored(*streams, kept=30)
    assert scored(*streams, kept=30) != scored(*streams, kept=30, seed=1)


def test_empty_streams(streams):
    with pytest.raises(ValueError, match="`real_batches` should hold images. Received: no batch"):
        scored(streams[0][:0], streams[1])
    with pytest.raises(ValueError, match="`fake_batches` should hold images. Received: no batch"):
        scored(streams[0], streams[1][:0])


def test_too_few_images(streams):
    real, fake = streams
    with pytest.raises(ValueError, match="`subset_size` should be .* 90 real and 19 fake"):
        scored(real, fake[:19])
    with pytest.raises(ValueError, match="`k` should be .* Received: k=5 with 5 images"):
        scored(real[:5], fake, subset_size=2)
    with pytest.raises(ValueError, match="`splits` should be .* Received: splits=61 with 60"):
        scored(real, fake, brightest, splits=61)
    with pytest.raises(ValueError, match="`kept` should be .* Received: kept=19, subset_size=20"):
        scored(real, fake, kept=19)


def test_nan_images(streams):
    real, fake = streams
    fake[50] = np.nan
    with pytest.raises(ValueError, match="Images should not hold NaN. Received: NaN in 1 of "):
        scored(real, fake)


KINDS = {
    "float32": lambda images: images / np.float32(255),
    "float32 to 255": lambda images: images.astype(np.float32),
    "int64": lambda images: images.astype(np.int64),
}


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_images_has_the_same_scores(kind):
    images = np.random.default_rng(0).integers(0, 256, [60, 4, 4, 1], np.uint8)
    pixels = Extractor("pixels", lambda each: np.reshape(each, [len(each), -1])[:, :3])

    def scores(change):
        real, fake = (image_batches(change(each), 8) for each in (images[:30], images[30:]))
        return image_scores(real, fake, pixels, subset_size=10)

    assert scores(KINDS[kind]) == pytest.approx(scores(lambda each: each), abs=1e-5)


def test_a_dark_batch_does_not_set_the_range():
    images = np.random.default_rng(0).integers(2, 256, [60, 4, 4, 1]).astype(np.float32)
    images[:8] = 0.0
    pixels = Extractor("pixels", lambda each: np.reshape(each, [len(each), -1])[:, :3])
    given, known = (
        image_scores(image_batches(each, 8), image_batches(each, 8), pixels, subset_size=10)
        for each in (images, images / np.float32(255))
    )
    assert given == pytest.approx(known, abs=1e-5)


def test_integers_of_0_and_1_are_refused(streams):
    real, fake = ((each > each.mean()).astype(np.uint8) for each in streams)
    with pytest.raises(ValueError, match="makes 1 white. Received: integers whose largest"):
        scored(real, fake)
