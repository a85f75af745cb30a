import numpy as np
import pytest

from keras_infogan.metrics import density_coverage, precision_recall
from keras_infogan.metrics import neighbors as neighbours


def radius(points, i, k):
    """The distance of a point to its k-th nearest other point."""
    return sorted(np.linalg.norm(points[i] - p) for j, p in enumerate(points) if j != i)[k - 1]


def inside(point, centres, i, k):
    return np.linalg.norm(point - centres[i]) <= radius(centres, i, k) * (1 + 1e-9)


def share_on_manifold(points, centres, k):
    """Kynkaanniemi et al., equations 1 and 2, as loops."""
    hits = [any(inside(p, centres, i, k) for i in range(len(centres))) for p in points]
    return sum(hits) / len(points)


def density_and_coverage(real, fake, k):
    """Naeem et al., as loops."""
    pairs = np.array([[inside(y, real, i, k) for i in range(len(real))] for y in fake])
    return pairs.sum() / (k * len(fake)), pairs.any(axis=0).mean()


@pytest.fixture(params=[1, 3, 5])
def k(request):
    return request.param


@pytest.fixture
def features():
    generator = np.random.default_rng(0)
    return generator.normal(size=[25, 3]), generator.normal(0.7, 1.2, size=[20, 3])


def test_by_hand():
    # Balls around the real: [-1, 1], [0, 2], [1, 5]; around the fake: [-4, 9], [8.5, 9.5] and
    # [9, 10].
    scores = precision_recall([[0.0], [1.0], [3.0]], [[2.5], [9.0], [9.5]], k=1)
    assert scores == pytest.approx((1 / 3, 3 / 3))
    # 2.5 is in the last ball, 1.5 in the last two, 9 in none.
    scores = density_coverage([[0.0], [1.0], [3.0]], [[2.5], [1.5], [9.0]], k=1)
    assert scores == pytest.approx(((1 + 2 + 0) / 3, 2 / 3))
    # With the second neighbors: [-3, 3], [-1, 3], [0, 6].
    scores = density_coverage([[0.0], [1.0], [3.0]], [[2.5], [5.0], [9.0]], k=2)
    assert scores == pytest.approx((4 / (2 * 3), 3 / 3))


def test_by_the_definitions(features, k):
    real, fake = features
    scores = precision_recall(real, fake, k)
    assert scores.precision == pytest.approx(share_on_manifold(fake, real, k))
    assert scores.recall == pytest.approx(share_on_manifold(real, fake, k))
    assert density_coverage(real, fake, k) == pytest.approx(density_and_coverage(real, fake, k))


def test_blocks_change_nothing(features, k, monkeypatch):
    whole = precision_recall(*features, k), density_coverage(*features, k)
    monkeypatch.setattr(neighbours, "BLOCK_ENTRIES", 70)  # two or three rows of distances
    assert (precision_recall(*features, k), density_coverage(*features, k)) == whole


def test_a_point_on_the_edge_of_a_ball_is_in_it():
    grid = np.stack(np.meshgrid(range(5), range(5)), axis=-1).reshape(-1, 2) + 0.1
    outside = grid + [5.0, 0.0]  # the first column is one step from the last of the grid
    assert precision_recall(grid, outside, k=1) == pytest.approx((5 / 25, 5 / 25))
    assert density_coverage(grid, outside, k=1) == pytest.approx((5 / 25, 5 / 25))


def test_equal_sets(features, k):
    points = features[0]
    assert precision_recall(points, points[::-1], k) == (1, 1)
    assert density_coverage(points, points[::-1], k).coverage == 1
    # Every ball holds its center and k neighbors.
    assert density_coverage(points, points[::-1], k).density == pytest.approx((k + 1) / k)


def test_one_distribution():
    real, fake = np.random.default_rng(0).normal(size=[2, 500, 2])
    assert min(precision_recall(real, fake)) > 0.9
    density, coverage = density_coverage(real, fake)
    assert density == pytest.approx(1.0, abs=0.15)
    assert coverage > 0.9


def test_sets_far_apart(features):
    real, fake = features
    assert precision_recall(real, fake + 100) == (0, 0)
    assert density_coverage(real, fake + 100) == (0, 0)


def test_one_mode_is_precise_but_recalls_little():
    generator = np.random.default_rng(0)
    modes = generator.normal(0, 0.1, size=[4, 50, 2]) + 10 * np.arange(4)[:, None, None]
    fake = generator.normal(0, 0.05, size=[200, 2])
    precision, recall = precision_recall(modes.reshape(-1, 2), fake)
    assert precision > 0.95
    assert recall < 0.25
    assert density_coverage(modes.reshape(-1, 2), fake).coverage <= 0.25


def test_constant_features():
    constant, other = np.full([8, 3], 0.3), np.full([8, 3], 0.7)
    assert precision_recall(constant, constant) == (1, 1)
    assert density_coverage(constant, constant) == (8 / 5, 1)
    assert precision_recall(constant, other) == (0, 0)
    assert density_coverage(constant, other) == (0, 0)


def test_duplicates_far_from_the_origin(features):
    points = np.repeat(features[0], 5, axis=0).astype(np.float32) + 100
    assert precision_recall(points, points[:20], k=3).precision == 1
    assert density_coverage(points, points[:20], k=3).coverage == pytest.approx(20 / 125)


@pytest.mark.parametrize("k", [0, 3, 4])
def test_fewer_images_than_neighbours(k):
    three, ten = np.eye(3), np.ones([10, 3])
    for sets in ((three, ten), (ten, three)):
        with pytest.raises(ValueError, match=f"`k` should be .* Received: k={k} with (3|10) imag"):
            precision_recall(*sets, k)
    with pytest.raises(ValueError, match=f"`k` should be .* Received: k={k} with 3 images"):
        density_coverage(three, ten, k)


def test_a_single_generated_image():
    assert density_coverage([[0.0], [1.0], [3.0]], [[2.5]], k=1) == (1, 1 / 3)


def test_features_that_cannot_be_compared():
    for score in (precision_recall, density_coverage):
        with pytest.raises(ValueError, match="of one width"):
            score(np.ones([9, 2]), np.ones([9, 3]))
        with pytest.raises(ValueError, match="`real` should be finite"):
            score(np.full([9, 2], np.nan), np.ones([9, 2]))


@pytest.mark.parametrize("score", [precision_recall, density_coverage])
def test_a_k_that_is_no_int_is_refused(score):
    with pytest.raises(ValueError, match=r"`k` should be an int from 1 .*: k=3.0 with 5 images"):
        score(np.eye(5), np.eye(5), k=3.0)
