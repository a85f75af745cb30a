import math

import numpy as np
import pytest
from sklearn.cluster import KMeans
from sklearn.metrics import adjusted_mutual_info_score

from keras_infogan.metrics import FactorGroups, cross_scores
from keras_infogan.selection import (
    Candidate,
    category_agreement,
    number_agreement,
    select_candidate,
    stability,
    unused_categories,
)


@pytest.fixture(scope="module")
def points():
    """1,500 points of ten Gaussian clusters in eight dimensions."""
    generator = np.random.default_rng(0)
    centers = 5.0 * generator.normal(size=[10, 8])
    return centers[generator.integers(0, 10, 1500)] + generator.normal(size=[1500, 8])


def partitions(points, size, starts):
    """What three seeds make of the points, each the best of some starts."""
    return [
        KMeans(size, n_init=starts, random_state=seed).fit_predict(points)[:, None]
        for seed in range(3)
    ]


@pytest.mark.parametrize("starts", [1, 3])
def test_ten_clusters_are_ten(points, starts):
    candidates = [
        Candidate(
            f"kind_{size}",
            {"kind": size},
            {"kind": math.log(size)},
            seeds=(0, 1, 2),
            information={"kind": math.log(size)},
            unused=(0, 0, 0),
            categories=stability(partitions(points, size, starts), category_agreement),
        )
        for size in (5, 8, 10, 12, 15)
    ]
    means = [candidate.categories.mean for candidate in candidates]
    # Of three starts the best part eight alike too, and stability alone cannot say that eight
    # are too few: the information does.
    assert max(means) == pytest.approx(means[2])
    assert means[1] == pytest.approx(1.0) if starts == 3 else means[1] < means[2] - 0.01
    assert means[2] - 0.01 > max(means[0], *means[3:])
    assert select_candidate(candidates).pick.name == "kind_10"


def test_votes_of_categories_as_codes_favour_many():
    # Why FactorVAE's votes do not do: full agreement, and a score of the number of categories.
    generator = np.random.default_rng(0)
    for size in (4, 10):
        codes = np.eye(size)[generator.integers(0, size, 1000)]
        (_, score), _ = cross_scores([codes, codes], 2, FactorGroups(50, 2000, 2000))
        assert score < 1.0
        assert score == pytest.approx(1.0 - 1.0 / size, abs=0.08)
    of_one_code = generator.integers(0, 4, [1000, 2])
    np.testing.assert_array_equal(cross_scores([of_one_code[:, :1], of_one_code[:, 1:]]), 1.0)


@pytest.mark.parametrize("size", [2, 5, 20])
def test_chance_is_no_stability_whatever_the_size(size):
    generator = np.random.default_rng(size)
    codes = [generator.integers(0, size, [2000, 1]) for _ in range(3)]
    assert stability(codes, category_agreement).mean == pytest.approx(0.0, abs=0.01)


def test_names_and_order_of_codes_do_not_matter():
    codes = np.random.default_rng(0).integers(0, 5, [500, 2])
    renamed = (codes[:, ::-1] * 3 + 1) % 5
    assert category_agreement(codes, renamed) == pytest.approx(1.0)
    # A code too many has no match.
    assert category_agreement(codes, renamed[:, :1]) == pytest.approx(0.5)
    mixed = np.stack([codes[:, 0], np.random.default_rng(1).integers(0, 5, 500)], axis=1)
    assert category_agreement(codes, mixed) == pytest.approx(0.5, abs=0.02)


def test_numbers_agree_by_rank():
    numbers = np.random.default_rng(0).uniform(-1, 1, [2000, 2])
    assert number_agreement(numbers, np.exp(-numbers[:, ::-1])) == pytest.approx(1.0)
    turned = numbers @ [[0.8, 0.6], [-0.6, 0.8]]
    assert number_agreement(numbers, turned) == pytest.approx(0.64, abs=0.03)


def test_codes_that_do_not_vary_do_not_agree():
    numbers = np.random.default_rng(0).uniform(-1, 1, [100, 2])
    held = np.stack([np.full(100, 0.1), numbers[:, 1]], axis=1)
    assert number_agreement(numbers, held) == pytest.approx(0.5)
    assert number_agreement(held[:, :1], held[:, :1]) == 0.0
    assert category_agreement(np.zeros([9, 1], int), np.zeros([9, 1], int)) == 0.0


def test_stability_by_hand():
    scores = {(0, 1): 0.9, (0, 2): 0.6, (1, 2): 0.3}
    models = [np.full([4, 1], index) for index in range(3)]
    found = stability(models, lambda first, second: scores[int(first[0, 0]), int(second[0, 0])])
    assert found.mean == pytest.approx(0.6)
    assert (found.lowest, found.medoid) == (0.3, 0)  # the first: (0.9 + 0.6) / 2
    # Each left out in turn leaves 0.3, 0.6 and 0.9: a variance of 0.06, twice.
    assert found.error == pytest.approx(math.sqrt(0.12))
    two = stability(models[:2], lambda first, second: 0.9)
    assert two == (0.9, 0.9, None, 0)


def test_the_agreement_is_the_adjusted_information():
    generator = np.random.default_rng(0)
    first = generator.integers(0, 4, 300)
    second = np.where(generator.random(300) < 0.7, first, generator.integers(0, 4, 300))
    expected = adjusted_mutual_info_score(first, second)
    assert category_agreement(first[:, None], second[:, None]) == expected
    assert 0.2 < expected < 0.8


def test_unused_categories():
    # Of 100 images in 4 categories each equal share is 25: below 2.5 none has it.
    assert unused_categories([0] * 60 + [2] * 37 + [3] * 3, size=4) == [1]
    assert unused_categories([0] * 60 + [2] * 38 + [3] * 2, size=4) == [1, 3]
    assert unused_categories([1, 0], size=2) == []


@pytest.mark.parametrize("values", [[], [4], [-1], [[0]]])
def test_values_that_are_no_categories(values):
    with pytest.raises(ValueError, match="categories from 0 to 3. Received: "):
        unused_categories(values, size=4)


@pytest.mark.parametrize("agreement", [category_agreement, number_agreement])
def test_codes_that_do_not_compare(agreement):
    with pytest.raises(ValueError, match="of the same images. Received: 3 and 2 rows"):
        agreement(np.ones([3, 1]), np.ones([2, 1]))
    with pytest.raises(ValueError, match="shape .N, D."):
        agreement([1, 2], [1, 2])
    with pytest.raises(ValueError, match="two models or more"):
        stability([np.ones([3, 1])], agreement)
