import numpy as np
import pytest
from scipy.stats import spearmanr
from sklearn.linear_model import Lasso

from keras_infogan.metrics import (
    FactorGroups,
    centrality,
    cross_scores,
    factor_vae_score,
    lasso_relation,
    model_centrality,
    rank_relation,
    udr_scores,
)

GROUPS = FactorGroups(size=50, train=100, test=0)
SCORES = [udr_scores, cross_scores, model_centrality]


@pytest.fixture
def codes():
    return np.random.default_rng(0).uniform(-1, 1, [1000, 2])


@pytest.fixture
def flipped(codes):
    return codes[:, ::-1] * [-3.0, 0.1]


@pytest.fixture
def turned(codes):
    return codes @ [[0.8, 0.6], [-0.6, 0.8]]


@pytest.fixture
def other():
    return np.random.default_rng(1).uniform(-1, 1, [1000, 2])


class TestUDR:
    @pytest.mark.parametrize(("relation", "best"), [(rank_relation, 1.0), (lasso_relation, 0.9)])
    def test_agreement(self, relation, best, codes, flipped):
        scores = udr_scores([codes, flipped, -codes], relation=relation)
        # The two codes of a sample of 1000 correlate a little.
        assert scores == pytest.approx([best] * 3, abs=0.06)

    def test_independent(self, codes, other):
        assert udr_scores([codes, other], relation=rank_relation) == pytest.approx([0, 0], abs=0.1)
        # The penalty removes what correlation there is.
        np.testing.assert_array_equal(udr_scores([codes, other]), [0.0, 0.0])

    @pytest.mark.parametrize("relation", [rank_relation, lasso_relation])
    def test_rotated(self, relation, codes, turned):
        # Weights 0.8 and 0.6: about 0.64 / 1.4.
        assert udr_scores([codes, turned], relation=relation) == pytest.approx(
            [0.457, 0.457], abs=0.06
        )

    def test_by_hand(self, codes):
        # Two codes of model j against one of model i; the weights are given.
        weights = {2: np.array([[0.5], [0.25]]), 1: np.array([[0.4, 0.1]])}
        scores = udr_scores(
            [codes, codes[:, :1]], relation=lambda codes, others: weights[codes.shape[1]]
        )
        # Model 1 explained by 0: (0.25 / 0.75 + 0.5 + 0.25) / 3; model 0 by 1: (0.4 + 0.1 +
        # 0.16 / 0.5) / 3.
        assert scores == pytest.approx([(0.4 + 0.1 + 0.32) / 3, (1 / 3 + 0.75) / 3])

    @pytest.mark.parametrize("relation", [rank_relation, lasso_relation])
    def test_by_definition(self, relation):
        generator = np.random.default_rng(3)
        base = generator.normal(size=[80, 3])
        models = [base @ generator.normal(size=[3, 3]) for _ in range(4)]
        models = [(codes - codes.mean(0)) / codes.std(0) for codes in models]
        expected = []
        for i in range(4):
            agreements = []
            for j in range(4):
                if i == j:
                    continue
                related = np.zeros([3, 3])
                for b in range(3):
                    if relation is lasso_relation:
                        lasso = Lasso(alpha=0.1).fit(models[j], models[i][:, b])
                        related[:, b] = abs(lasso.coef_)
                    else:
                        for a in range(3):
                            ranks = spearmanr(models[j][:, a], models[i][:, b])
                            related[a, b] = abs(ranks.statistic)
                total = sum(max(column) ** 2 / sum(column) for column in related.T if any(column))
                total += sum(max(row) ** 2 / sum(row) for row in related if any(row))
                agreements.append(total / 6)
            expected.append(sorted(agreements)[1])
        np.testing.assert_allclose(udr_scores(models, relation=relation), expected)

    def test_codes_that_do_not_inform_are_left_out(self, codes, flipped, other):
        constant = np.full([1000, 1], 0.1)
        plain = udr_scores([codes, flipped])
        np.testing.assert_array_equal(udr_scores([np.hstack([constant, codes]), flipped]), plain)
        masked = udr_scores(
            [np.hstack([codes, other]), flipped], [[True, True, False, False], [True, True]]
        )
        np.testing.assert_array_equal(masked, plain)
        np.testing.assert_array_equal(udr_scores([constant, codes]), [0.0, 0.0])

    def test_masks_of_other_shapes(self, codes):
        with pytest.raises(ValueError, match="a boolean for each code of each model. Received"):
            udr_scores([codes, codes], [[True], [True, True]])


class TestModelCentrality:
    def test_agreement(self, codes, flipped):
        scores = cross_scores([codes, flipped], bins=10, groups=GROUPS)
        np.testing.assert_array_equal(scores, np.ones([2, 2]))

    def test_independent(self, codes, other):
        scores = cross_scores([codes, other], bins=10, groups=FactorGroups(50, 1000, 1000))
        assert scores[[0, 1], [1, 0]] == pytest.approx([0.5, 0.5], abs=0.08)

    def test_rows_are_the_models_that_stand_for_the_factors(self, codes, other):
        models = [codes, np.hstack([codes[:, :1], other])]
        first_in_bins = np.digitize(codes, np.arange(-0.5, 1, 0.5))
        scores = cross_scores(models, bins=4, groups=GROUPS, seed=3)
        expected = factor_vae_score(models[1], first_in_bins, GROUPS, seed=3)
        assert scores[0, 1] == pytest.approx(expected, abs=0.05)

    def test_the_odd_one_out_is_least_central(self, codes, flipped, other):
        scores = model_centrality([codes, other, flipped], bins=10, groups=GROUPS)
        assert scores.argmin() == 1
        assert scores[[0, 2]] == pytest.approx([0.78, 0.78], abs=0.08)

    def test_centrality_by_hand(self):
        scores = [[1.0, 0.8, 0.3], [0.6, 1.0, 0.5], [0.1, 0.7, 0.0]]
        similarities = {(0, 1): 0.7, (0, 2): 0.2, (1, 2): 0.6}
        expected = [
            (similarities[0, 1] + similarities[0, 2]) / 2,
            (similarities[0, 1] + similarities[1, 2]) / 2,
            (similarities[0, 2] + similarities[1, 2]) / 2,
        ]
        assert centrality(scores) == pytest.approx(expected)

    def test_a_model_of_constant_codes(self, codes):
        scores = cross_scores([codes, np.full([1000, 2], 0.1)], bins=10, groups=GROUPS)
        np.testing.assert_array_equal(scores, [[1.0, 0.0], [0.0, 0.0]])

    @pytest.mark.parametrize("scores", [[[1.0]], [[1.0, 0.5]], [[1.0], [0.5]]])
    def test_scores_that_are_not_square(self, scores):
        with pytest.raises(ValueError, match=r"shape \[M, M\] for two models or more. Received"):
            centrality(scores)


@pytest.mark.parametrize("score", SCORES)
def test_codes_that_are_not_finite(score, codes):
    with pytest.raises(ValueError, match="Codes should be finite. Received: NaN"):
        score([codes, codes * np.nan])


@pytest.mark.parametrize("score", SCORES)
@pytest.mark.parametrize("lengths", [[9], [9, 8]])
def test_models_of_different_images(score, lengths):
    with pytest.raises(ValueError, match="on the same images. Received: "):
        score([np.ones([length, 2]) for length in lengths])


@pytest.mark.parametrize("relation", [lasso_relation, rank_relation])
@pytest.mark.parametrize("scale", [1e-200, 1e-310, 1e37])
def test_the_ranking_does_not_depend_on_the_scale(relation, scale):
    codes = np.random.default_rng(0).normal(size=[500, 2])
    expected = udr_scores([codes, -codes], relation=relation)
    scores = udr_scores([scale * codes, -codes], relation=relation)
    np.testing.assert_allclose(scores, expected, rtol=1e-6)
