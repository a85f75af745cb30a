import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.svm import LinearSVC

from keras_infogan.metrics import PointSplit, explicitness_score, sap_score

IN_SAMPLE = PointSplit(train=1000, test=0)


class TestSAP:
    def test_perfect_and_continuous(self, perfect, factors):
        assert sap_score(perfect, factors, continuous=[True, True]) == pytest.approx(1.0, abs=0.02)
        assert sap_score(perfect, factors, [True, True], IN_SAMPLE) == pytest.approx(1.0)

    def test_perfect_and_categorical_leads_a_guess(self, factors):
        # Two equally frequent values: an accuracy of 1 against that of a constant code.
        binary = factors // 2
        assert sap_score(binary, binary, split=IN_SAMPLE) == pytest.approx(0.5)

    @pytest.mark.parametrize("continuous", [None, [True, True]])
    def test_independent(self, continuous):
        generator = np.random.default_rng(0)
        codes, factors = generator.uniform(size=[6000, 2]), generator.integers(0, 3, [6000, 2])
        assert sap_score(codes, factors, continuous) == pytest.approx(0.0, abs=0.02)

    def test_rotated(self, rotated, factors):
        # The squared correlations are cos^2 and sin^2 of 30 degrees.
        assert sap_score(rotated, factors, [True, True], IN_SAMPLE) == pytest.approx(0.75 - 0.25)
        assert 0.05 < sap_score(rotated, factors) < 0.5

    def test_continuous_by_definition(self, small):
        codes, factors = small
        gaps = []
        for factor in factors.T:
            scores = []
            for code in codes.T:
                covariance = np.mean((code - code.mean()) * (factor - factor.mean()))
                scores.append(covariance**2 / (code.var() * factor.var()))
            first, second = sorted(scores)[:0:-1]
            gaps.append(first - second)
        assert sap_score(codes, factors, [True, True], IN_SAMPLE) == pytest.approx(np.mean(gaps))

    def test_categorical_by_definition(self, small):
        codes, factors = small
        gaps = []
        for factor in factors.T:
            accuracies = []
            for code in codes.T:
                machine = LinearSVC(C=0.01, class_weight="balanced").fit(code[:, None], factor)
                accuracies.append(np.mean(machine.predict(code[:, None]) == factor))
            first, second = sorted(accuracies)[:0:-1]
            gaps.append(first - second)
        assert sap_score(codes, factors, split=IN_SAMPLE) == pytest.approx(np.mean(gaps))

    def test_each_factor_by_its_own_kind(self, factors, rotated):
        kinds = [[True, True], [False, False], [True, False]]
        alone = [sap_score(rotated, factors[:, [k]], [kinds[k][k]], IN_SAMPLE) for k in range(2)]
        assert sap_score(rotated, factors, kinds[2], IN_SAMPLE) == pytest.approx(np.mean(alone))

    def test_a_factor_of_a_single_value_is_left_out(self, factors, rotated):
        colour = np.full([len(factors), 1], 7)
        score = sap_score(rotated, np.hstack([colour, factors]), [False, True, False], IN_SAMPLE)
        assert score == sap_score(rotated, factors, [True, False], IN_SAMPLE)

    def test_a_single_code_has_its_gap_to_a_constant_one(self, factors):
        binary = factors[:, :1] // 2
        assert sap_score(binary, binary, split=IN_SAMPLE) == pytest.approx(0.5)
        assert sap_score(binary, binary, [True], IN_SAMPLE) == pytest.approx(1.0)

    @pytest.mark.parametrize("continuous", [None, [True, True]])
    def test_constant_codes(self, continuous, factors):
        assert sap_score(np.full([len(factors), 2], 0.1), factors, continuous) == 0.0

    def test_continuous_for_another_number_of_factors(self, factors, perfect):
        with pytest.raises(ValueError, match=r"each of 2 factors. Received: continuous=\[True\]"):
            sap_score(perfect, factors, continuous=[True])


class TestExplicitness:
    def test_perfect(self, factors):
        binary = factors // 2
        assert explicitness_score(binary, binary) == pytest.approx(1.0)

    def test_rotation_does_not_matter(self, factors):
        binary = factors // 2
        turned = binary @ [[0.6, 0.8], [-0.8, 0.6]]
        assert explicitness_score(turned, binary) == pytest.approx(1.0)

    def test_a_value_between_two_others_is_not_explicit(self, perfect, factors):
        assert 0.6 < explicitness_score(perfect, factors) < 0.95

    def test_independent(self):
        generator = np.random.default_rng(0)
        codes, factors = generator.uniform(size=[6000, 2]), generator.integers(0, 3, [6000, 2])
        assert explicitness_score(codes, factors) == pytest.approx(0.5, abs=0.03)

    def test_by_hand(self):
        # Of the four pairs of a 1 and a 0, three are in order.
        score = explicitness_score([[0.0], [1.0], [2.0], [3.0]], [[0], [1], [0], [1]], IN_SAMPLE)
        assert score == pytest.approx(0.75)

    def test_by_definition(self, small):
        codes, factors = small
        standardised = (codes - codes.mean(axis=0)) / codes.std(axis=0)
        means = []
        for factor in factors.T:
            areas = []
            for value in set(factor):
                truth = factor == value
                fitted = LogisticRegression().fit(standardised, truth)
                scores = standardised @ fitted.coef_[0]
                pairs = [(a > b) + (a == b) / 2 for a in scores[truth] for b in scores[~truth]]
                areas.append(np.mean(pairs))
            means.append(np.mean(areas))
        assert explicitness_score(codes, factors, IN_SAMPLE) == pytest.approx(np.mean(means))

    def test_constant_codes_are_chance(self, factors):
        assert explicitness_score(np.full([len(factors), 2], 0.1), factors) == pytest.approx(0.5)

    def test_no_value_in_both_parts(self):
        # One of the three points is left for the test, and it cannot be ranked.
        assert explicitness_score([[0.0], [1.0], [2.0]], [[0], [1], [2]]) == 0.5
