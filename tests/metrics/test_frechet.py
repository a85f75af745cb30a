import numpy as np
import pytest
from scipy import linalg

from keras_infogan.metrics import RunningGaussian, frechet_distance


def gaussian_of(*batches):
    gaussian = RunningGaussian()
    for batch in batches:
        gaussian.update(batch)
    return gaussian


def with_moments(mean, covariance, count=40):
    """Points whose mean and unbiased covariance are exactly these."""
    width = len(mean)
    points = np.random.default_rng(0).normal(size=[count, width])
    points -= points.mean(axis=0)
    whitened = points @ np.linalg.inv(np.linalg.cholesky(np.cov(points, rowvar=False))).T
    return whitened @ np.linalg.cholesky(covariance).T + mean


def direct(real, fake):
    """The equation over all features at once."""
    means = real.mean(axis=0) - fake.mean(axis=0)
    covariances = np.cov(real, rowvar=False), np.cov(fake, rowvar=False)
    root = linalg.sqrtm(covariances[0] @ covariances[1])
    return means @ means + np.trace(covariances[0] + covariances[1] - 2 * root.real)


@pytest.fixture
def features():
    generator = np.random.default_rng(1)
    mixing = generator.normal(size=[6, 6])
    return generator.normal(size=[200, 6]), generator.normal(size=[300, 6]) @ mixing + 0.5


def test_moments_in_batches_of_differing_sizes_are_those_of_one_pass(features):
    points = features[1] + 1000.0
    gaussian = gaussian_of(*np.split(points, [1, 3, 50, 51, 200]))
    assert gaussian.count == 300
    np.testing.assert_allclose(gaussian.mean, points.mean(axis=0), rtol=1e-13)
    np.testing.assert_allclose(gaussian.covariance, np.cov(points, rowvar=False), rtol=1e-9)


def test_float32_batches_are_summed_in_float64():
    values = (np.random.default_rng(0).normal(size=[5000, 2]) + 300).astype(np.float32)
    gaussian = gaussian_of(*np.split(values, 50))
    expected = np.cov(values.astype(np.float64), rowvar=False)
    np.testing.assert_allclose(gaussian.covariance, expected, rtol=1e-10)


def test_merging_is_seeing_both_and_leaves_the_other(features):
    merged, other = gaussian_of(features[0]), gaussian_of(features[1])
    before = other.mean.copy(), other.covariance.copy()
    merged.merge(other)
    merged.update(features[0])
    both = np.concatenate([*features, features[0]])
    np.testing.assert_allclose(merged.mean, both.mean(axis=0), rtol=1e-12)
    np.testing.assert_allclose(merged.covariance, np.cov(both, rowvar=False), rtol=1e-12)
    np.testing.assert_array_equal((other.mean, *other.covariance), (before[0], *before[1]))


def test_merging_with_an_empty_one(features):
    full, empty = gaussian_of(features[0]), RunningGaussian()
    full.merge(empty)
    assert full.count == 200
    empty.merge(full)
    empty.update(features[1])
    assert (empty.count, full.count) == (500, 200)


def test_distance_of_known_gaussians():
    # Covariances that commute: |m|^2 + the sum of (sigma_1 - sigma_2)^2 along their axes.
    real = with_moments([0.0, 1.0], np.diag([4.0, 9.0]))
    fake = with_moments([3.0, -1.0], np.diag([1.0, 25.0]))
    distance = frechet_distance(gaussian_of(real), gaussian_of(fake))
    assert distance == pytest.approx(9 + 4 + (2 - 1) ** 2 + (3 - 5) ** 2)


def test_distance_of_known_gaussians_along_other_axes():
    # tr (AB)^(1/2) of 2 x 2 matrices is (tr AB + 2 (det AB)^(1/2))^(1/2).
    first, second = np.array([[2.0, 1.0], [1.0, 2.0]]), np.diag([1.0, 5.0])
    product = first @ second
    overlap = np.sqrt(np.trace(product) + 2 * np.sqrt(np.linalg.det(product)))
    real, fake = with_moments([0.0, 0.0], first), with_moments([1.0, 0.0], second)
    distance = frechet_distance(gaussian_of(real), gaussian_of(fake))
    assert distance == pytest.approx(1 + 4 + 6 - 2 * overlap)


def test_distance_in_batches_is_the_equation_over_all_features(features):
    real, fake = features
    streamed = frechet_distance(
        gaussian_of(*np.split(real, [7, 8, 150])), gaussian_of(*np.split(fake, [100, 299]))
    )
    assert streamed == pytest.approx(direct(real, fake), rel=1e-9)


def test_distance_is_symmetric_and_zero_on_itself(features):
    real, fake = map(gaussian_of, features)
    assert frechet_distance(real, fake) == pytest.approx(frechet_distance(fake, real))
    assert frechet_distance(real, real) == pytest.approx(0.0, abs=1e-10)


def test_fewer_rows_than_features():
    # Rank 1 in 50 dimensions, about the same line: variances 2 and 8 along it.
    line = np.zeros([2, 50])
    line[1, 0] = 2.0
    distance = frechet_distance(gaussian_of(line), gaussian_of(2 * line))
    assert distance == pytest.approx(1 + (np.sqrt(2) - np.sqrt(8)) ** 2)


def test_singular_covariances_that_share_no_direction():
    real, fake = np.diag([2.0, 0.0]), np.diag([0.0, 2.0])
    real[1], fake[0] = -real[0], -fake[1]
    # Means 0; variances 8 along either axis, and no overlap.
    assert frechet_distance(gaussian_of(real), gaussian_of(fake)) == pytest.approx(16, abs=1e-6)


def test_constant_features():
    ones, threes = np.ones([5, 4]), np.full([6, 4], 3.0)
    assert frechet_distance(gaussian_of(ones), gaussian_of(ones)) == 0.0
    assert frechet_distance(gaussian_of(ones), gaussian_of(threes)) == pytest.approx(16.0)


def test_too_few_rows():
    full, single = gaussian_of(np.eye(3)), gaussian_of(np.ones([1, 3]))
    with pytest.raises(ValueError, match="at least 1 row of features. Received: 0"):
        frechet_distance(full, RunningGaussian())
    with pytest.raises(ValueError, match="at least 2 rows of features. Received: 1"):
        frechet_distance(single, full)


def test_widths_that_differ():
    first, second = gaussian_of(np.eye(3)), gaussian_of(np.eye(2))
    with pytest.raises(ValueError, match="of one width. Received: widths 3 and 2"):
        frechet_distance(first, second)
    for mix in (lambda: first.update(np.eye(2)), lambda: first.merge(second)):
        with pytest.raises(ValueError, match="the width 3 of those before. Received: width 2"):
            mix()
    assert first.count == 3


def test_nan_is_refused_and_changes_nothing():
    gaussian = gaussian_of(np.eye(2))
    with pytest.raises(ValueError, match="`features` should be finite. Received: .* 1 of 2 rows"):
        gaussian.update([[0.0, np.nan], [0.0, 0.0]])
    assert gaussian.count == 2
