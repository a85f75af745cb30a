import numpy as np
import pytest

from keras_infogan.metrics import kernel_distance


def by_definition(real, fake):
    """The unbiased estimate, pair by pair."""

    def kernel(a, b):
        return (np.dot(a, b) / len(a) + 1) ** 3

    def within(points):
        total = 0.0
        for i, a in enumerate(points):
            for j, b in enumerate(points):
                total += kernel(a, b) if i != j else 0.0
        return total / (len(points) * (len(points) - 1))

    between = np.mean([[kernel(a, b) for b in fake] for a in real])
    return within(real) + within(fake) - 2 * between


def test_whole_sets_by_the_definition():
    generator = np.random.default_rng(0)
    real, fake = generator.normal(size=[12, 3]), generator.normal(1.0, size=[12, 3])
    scores = kernel_distance(real, fake, subset_size=12, subsets=3)
    assert scores.mean == pytest.approx(by_definition(real, fake))
    assert scores.stddev == pytest.approx(0.0, abs=1e-12)  # every subset is the whole


def test_by_hand():
    # k(0, 0) = 1, k(1, 1) = 8, k(0, 1) = 1; off the diagonal only.
    assert kernel_distance([[0], [0]], [[1], [1]], 2, 1) == pytest.approx((1 + 8 - 2 * 1, 0))
    assert kernel_distance([[0], [1]], [[0], [1]], 2, 1).mean == pytest.approx(2 - 2 * 11 / 4)


def test_unbiased_on_equal_distributions():
    generator = np.random.default_rng(0)
    estimates = [
        kernel_distance(*generator.normal(size=[2, 20, 4]), subset_size=20, subsets=1).mean
        for _ in range(400)
    ]
    error = np.std(estimates) / np.sqrt(len(estimates))
    assert abs(np.mean(estimates)) < 3 * error
    assert min(estimates) < 0 < max(estimates)


def test_unbiased_on_a_known_distance():
    # E k(x, y) of N(0, 1) is 1 + 3 E[xy]^2 = 4; of N(0, 1) against 0 it is 1; of 0 with 0, 1.
    generator = np.random.default_rng(0)
    real, fake = generator.normal(size=[20_000, 1]), np.zeros([20_000, 1])
    scores = kernel_distance(real, fake, subset_size=200, subsets=200)
    assert scores.mean == pytest.approx(4 + 1 - 2, rel=0.1)
    assert scores.stddev > 0


def test_the_mean_does_not_depend_on_the_number_of_images():
    generator = np.random.default_rng(0)
    real, fake = generator.normal(size=[2000, 4]), generator.normal(0.5, size=[2000, 4])
    few = kernel_distance(real, fake, subset_size=50, subsets=200)
    many = kernel_distance(real, fake, subset_size=500, subsets=20)
    assert few.mean == pytest.approx(many.mean, rel=0.15)
    assert few.stddev > many.stddev


def test_subsets_depend_on_the_seed_alone():
    points = np.random.default_rng(0).normal(size=[2, 40, 3])
    first = kernel_distance(*points, subset_size=10, subsets=5, seed=7)
    assert first == kernel_distance(*points, subset_size=10, subsets=5, seed=7)
    assert first != kernel_distance(*points, subset_size=10, subsets=5, seed=8)


def test_constant_features():
    ones = np.ones([10, 3])
    assert kernel_distance(ones, ones, 5) == pytest.approx((0, 0))
    assert kernel_distance(ones, 0 * ones, 5) == pytest.approx((8 + 1 - 2, 0))


@pytest.mark.parametrize("size", [1, 9])
def test_subsets_larger_than_a_set(size):
    message = f"`subset_size` should be .* Received: subset_size={size} with 10 real and 8 fake"
    with pytest.raises(ValueError, match=message):
        kernel_distance(np.ones([10, 2]), np.ones([8, 2]), subset_size=size)


def test_by_default_a_subset_is_no_larger_than_a_side():
    real, fake = np.random.default_rng(0).normal(size=[2, 30, 4])
    with pytest.warns(
        UserWarning, match="subsets of 20 images, not 1000: there are 30 real and 20"
    ):
        scores = kernel_distance(real, fake[:20], subsets=3)
    assert scores == kernel_distance(real, fake[:20], subset_size=20, subsets=3)
    with pytest.raises(ValueError, match="`subset_size` should be an int from 2"), pytest.warns():
        kernel_distance(real, fake[:1])


def test_a_thousand_images_are_a_subset_by_default():
    points = np.random.default_rng(0).normal(size=[2, 1000, 2])
    scores = kernel_distance(*points, subsets=1)
    assert scores == kernel_distance(*points, subset_size=1000, subsets=1)


def test_no_subsets():
    with pytest.raises(
        ValueError, match="`subsets` should be an int of at least 1. Received: subsets=0"
    ):
        kernel_distance(np.ones([4, 2]), np.ones([4, 2]), subset_size=2, subsets=0)


def test_features_that_cannot_be_compared():
    with pytest.raises(ValueError, match="of one width"):
        kernel_distance(np.ones([4, 2]), np.ones([4, 3]), subset_size=2)
    with pytest.raises(ValueError, match="`fake` should be finite"):
        kernel_distance(np.ones([4, 2]), np.full([4, 2], np.nan), subset_size=2)


def test_the_deviation_of_features_near_the_largest_float32_is_finite():
    points = np.random.default_rng(0).normal(size=[40, 3])
    small, large = (
        kernel_distance(scale * points[:20], scale * points[20:], subset_size=10, subsets=5)
        for scale in (1e30, 1e38)
    )
    assert large.stddev == pytest.approx(1e48 * small.stddev, rel=1e-6)


def test_equal_distances_have_no_deviation():
    points = np.zeros([4, 2])
    assert kernel_distance(points, points, subset_size=2, subsets=3).stddev == 0


def test_a_subset_size_that_is_no_int_is_refused():
    with pytest.raises(ValueError, match="`subset_size` should be an int from 2 .*=2.0 with 4"):
        kernel_distance(np.eye(4), np.eye(4), subset_size=2.0)
