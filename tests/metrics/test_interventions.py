import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from keras_infogan.metrics import (
    FactorGroups,
    beta_vae_score,
    factor_vae_score,
    pairs_of_one_value,
    pairs_of_own_value,
)
from keras_infogan.metrics.interventions import SharedFactor

GROUPS = FactorGroups(size=30, train=600, test=600)
SAMPLERS = [pairs_of_own_value, pairs_of_one_value]


def plain_group(factor, size, generator):
    """Rows that share the value of one row."""
    value = factor[generator.integers(len(factor))]
    return generator.choice(np.flatnonzero(factor == value), size)


def a_third_and_two_turned_by_45_degrees():
    """Nothing tells the first two factors apart; the third has a code of its own."""
    factors = np.random.default_rng(0).integers(0, 4, [3000, 3])
    codes = factors @ np.array([[1, 1, 0], [1, -1, 0], [0, 0, 2**0.5]])
    return codes, factors


class TestBetaVAE:
    @pytest.mark.parametrize("draw_pairs", SAMPLERS)
    def test_perfect(self, draw_pairs, perfect, factors):
        assert beta_vae_score(perfect, factors, GROUPS, draw_pairs) == pytest.approx(1.0)

    @pytest.mark.parametrize("draw_pairs", SAMPLERS)
    def test_independent(self, draw_pairs):
        generator = np.random.default_rng(0)
        codes, factors = generator.uniform(size=[6000, 3]), generator.integers(0, 3, [6000, 3])
        score = beta_vae_score(codes, factors, GROUPS, draw_pairs)
        assert score == pytest.approx(1 / 3, abs=0.06)

    def test_rotated(self):
        score = beta_vae_score(*a_third_and_two_turned_by_45_degrees(), GROUPS)
        assert score == pytest.approx(2 / 3, abs=0.06)

    def test_by_definition(self, small):
        codes, factors = small
        generator = np.random.default_rng(5)

        def draw(count):
            labels = generator.integers(2, size=count)
            features = []
            for label in labels:
                pairs = [plain_group(factors[:, label], 2, generator) for _ in range(6)]
                features.append(np.mean([abs(codes[a] - codes[b]) for a, b in pairs], axis=0))
            return features, labels

        # Groups are random: two scores on 1000 differ by about 0.02.
        expected = LogisticRegression().fit(*draw(500)).score(*draw(1000))
        score = beta_vae_score(codes, factors, FactorGroups(size=6, train=4000, test=4000))
        assert 0.55 < expected < 0.95
        assert score == pytest.approx(expected, abs=0.05)

    def test_constant_codes_are_chance(self, factors):
        codes = np.full([len(factors), 2], 0.1)
        assert beta_vae_score(codes, factors, GROUPS) == pytest.approx(0.5)

    def test_a_single_factor(self, perfect, factors):
        assert beta_vae_score(perfect, factors[:, :1], GROUPS) == 1.0


class TestFactorVAE:
    def test_perfect(self, perfect, factors):
        assert factor_vae_score(perfect, factors, GROUPS) == pytest.approx(1.0)

    @pytest.mark.parametrize("groups", [GROUPS, FactorGroups(size=100, train=6000, test=0)])
    def test_independent(self, groups):
        generator = np.random.default_rng(0)
        codes, factors = generator.uniform(size=[6000, 3]), generator.integers(0, 3, [6000, 3])
        assert factor_vae_score(codes, factors, groups) == pytest.approx(1 / 3, abs=0.06)

    def test_rotated(self):
        score = factor_vae_score(*a_third_and_two_turned_by_45_degrees(), GROUPS)
        assert score == pytest.approx(2 / 3, abs=0.06)

    def test_by_definition(self, small):
        codes, factors = small
        generator = np.random.default_rng(5)

        def draw(count):
            votes = np.zeros([3, 2])
            for _ in range(count):
                label = generator.integers(2)
                group = codes[plain_group(factors[:, label], 6, generator)]
                votes[np.argmin(np.var(group, axis=0) / np.var(codes, axis=0)), label] += 1
            return votes

        train, test = draw(500), draw(2000)
        expected = sum(row[best] for row, best in zip(test, train.argmax(1), strict=True)) / 2000
        score = factor_vae_score(codes, factors, FactorGroups(size=6, train=4000, test=4000))
        assert 0.55 < expected < 0.95
        assert score == pytest.approx(expected, abs=0.04)

    def test_several_codes_may_stand_for_a_factor(self, perfect, factors):
        codes = np.hstack([perfect, perfect, -perfect])
        assert factor_vae_score(codes, factors, GROUPS) == pytest.approx(1.0)

    def test_constant_codes_have_no_vote(self, rotated, factors):
        constant = np.full([len(factors), 1], 0.1)
        with_constant = factor_vae_score(np.hstack([constant, rotated]), factors, GROUPS)
        assert with_constant == factor_vae_score(rotated, factors, GROUPS)
        assert factor_vae_score(constant, factors, GROUPS) == 0.0

    def test_inactive_codes_have_no_vote(self, perfect, factors):
        codes = np.hstack([perfect, 1e-3 * np.random.default_rng(0).uniform(size=[480, 9])])
        alone = factor_vae_score(perfect, factors, GROUPS)
        assert factor_vae_score(codes, factors, GROUPS, inactive_below=0.05) == alone
        assert factor_vae_score(perfect, factors, GROUPS, inactive_below=9.0) == 0.0

    def test_a_single_factor(self, perfect, factors):
        assert factor_vae_score(perfect, factors[:, :1], GROUPS) == 1.0

    def test_seeds(self, small):
        groups = FactorGroups(size=3, train=50, test=50)
        scores = [factor_vae_score(*small, groups, seed=seed) for seed in (0, 0, 1, 2)]
        assert scores[0] == scores[1]
        assert len(set(scores)) > 1


@pytest.mark.parametrize("score", [beta_vae_score, factor_vae_score])
def test_a_factor_of_a_single_value_is_left_out(score, rotated, factors):
    colour = np.full([len(factors), 1], 7)
    groups = FactorGroups(size=4, train=50, test=50)
    assert score(rotated, np.hstack([colour, factors]), groups) == score(rotated, factors, groups)


class TestSharedFactor:
    factor = np.array([5, 2, 5, 9, 2, 5])

    def test_partners_share_the_value_and_all_come(self):
        generator = np.random.default_rng(0)
        shared = SharedFactor(self.factor)
        images = shared.images((200, 3), generator)
        partners = shared.partners(images, generator)
        np.testing.assert_array_equal(self.factor[images], self.factor[partners])
        # The one image of value 9 has nobody to share it with.
        assert set(images.ravel()) == set(partners.ravel()) == {0, 1, 2, 4, 5}

    @pytest.mark.parametrize(("draw_pairs", "values"), [(SAMPLERS[0], 2), (SAMPLERS[1], 1)])
    def test_values_in_a_group(self, draw_pairs, values):
        pairs = draw_pairs(SharedFactor(self.factor), (50, 40), np.random.default_rng(0))
        first, second = (self.factor[rows] for rows in pairs)
        np.testing.assert_array_equal(first, second)
        assert max(len(set(group)) for group in first) == values

    @pytest.mark.parametrize("score", [beta_vae_score, factor_vae_score])
    def test_nothing_is_shared(self, score):
        factors = np.stack([np.arange(8), np.arange(8)], axis=1)
        with pytest.raises(ValueError, match="two images share. Received: 8 images"):
            score(factors, factors)


@pytest.mark.parametrize(
    ("numbers", "message"),
    [
        ((1, 9, 9), "`size` should be an int of at least 2. Received: size=1"),
        ((2, 1, 9), "`train` should be an int of at least 2. Received: train=1"),
        ((2, 9, -1), "`test` should be an int of at least 0. Received: test=-1"),
    ],
)
def test_bounds_of_groups(numbers, message):
    with pytest.raises(ValueError, match=message):
        FactorGroups(*numbers)
