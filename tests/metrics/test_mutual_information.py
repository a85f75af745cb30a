import math

import numpy as np
import pytest

from keras_infogan.metrics import mig_score, modularity_score


def plain_information(code, factor, bins=20):
    """I in nats by the definition, sum p(a, b) log p(a, b) / (p(a) p(b)), in NumPy's own bins."""
    binned = np.digitize(code, np.histogram_bin_edges(code, bins)[1:-1])
    information = 0.0
    for a in set(binned):
        for b in set(factor):
            joint = np.mean((binned == a) & (factor == b))
            if joint:
                product = np.mean(binned == a) * np.mean(factor == b)
                information += joint * math.log(joint / product)
    return information


def blurred(codes):
    """Without noise, each of the rotated codes alone would tell both factors."""
    return codes + np.random.default_rng(0).uniform(-0.5, 0.5, codes.shape)


# One code equals the factor, the other does so in three of four images.
FACTOR = np.array([[0], [0], [0], [0], [1], [1], [1], [1]])
CODES = np.array([[0, 0, 0, 0, 1, 1, 1, 1], [0, 0, 0, 1, 1, 1, 1, 0]]).T
# H(1/4) in nats: what the second code leaves open.
LEFT_OPEN = -(0.25 * math.log(0.25) + 0.75 * math.log(0.75))


class TestMIG:
    def test_perfect(self, perfect, factors):
        assert mig_score(perfect, factors) == pytest.approx(1.0)

    def test_independent(self):
        generator = np.random.default_rng(0)
        codes, factors = generator.uniform(size=[20_000, 3]), generator.integers(0, 4, [20_000, 2])
        assert mig_score(codes, factors) == pytest.approx(0.0, abs=0.002)

    def test_rotated(self, rotated, factors):
        assert 0.05 < mig_score(blurred(rotated), factors) < 0.9

    def test_two_equal_codes_have_no_gap(self, factors):
        assert mig_score(np.hstack([factors, factors]), factors) == pytest.approx(0.0)

    def test_by_hand(self):
        assert mig_score(CODES, FACTOR) == pytest.approx(LEFT_OPEN / math.log(2))

    def test_by_definition(self, small):
        codes, factors = small
        gaps = []
        for factor in factors.T:
            first, second = sorted(plain_information(code, factor) for code in codes.T)[:0:-1]
            gaps.append((first - second) / plain_information(factor, factor))
        assert mig_score(codes, factors) == pytest.approx(np.mean(gaps))

    def test_a_single_code_has_its_gap_to_a_constant_one(self):
        assert mig_score(CODES[:, 1:], FACTOR) == pytest.approx(1 - LEFT_OPEN / math.log(2))

    def test_constant_codes(self, factors):
        assert mig_score(np.full([len(factors), 3], 0.1), factors) == 0.0

    def test_codes_that_vary_by_rounding_only(self, factors, perfect):
        assert mig_score(1e8 + 1e-7 * perfect, factors) == pytest.approx(1.0)

    @pytest.mark.parametrize("score", [mig_score, modularity_score])
    def test_bins(self, score):
        with pytest.raises(
            ValueError, match="`bins` should be an int of at least 2. Received: bins=1"
        ):
            score(CODES, FACTOR, bins=1)


class TestModularity:
    def test_perfect(self, perfect, factors):
        assert modularity_score(perfect, factors) == pytest.approx(1.0)

    def test_rotated(self, rotated, factors):
        assert 0.1 < modularity_score(blurred(rotated), factors) < 0.99

    def test_a_code_that_says_as_much_of_both_factors(self):
        same = np.hstack([FACTOR, FACTOR])
        assert modularity_score(CODES, same) == pytest.approx(0.0)

    def test_by_hand(self):
        # The code is the first factor, and the second factor in three of four images.
        modularity = modularity_score(FACTOR, CODES)
        assert modularity == pytest.approx(1 - (1 - LEFT_OPEN / math.log(2)) ** 2)

    def test_by_definition(self, small):
        codes, factors = small
        scores = []
        for code in codes.T:
            squares = [plain_information(code, factor) ** 2 for factor in factors.T]
            scores.append(1 - (sum(squares) - max(squares)) / (max(squares) * (2 - 1)))
        assert modularity_score(codes, factors) == pytest.approx(np.mean(scores))

    def test_a_constant_code_counts_0(self, factors):
        codes = np.hstack([factors, np.ones_like(factors)])
        assert modularity_score(codes, factors) == pytest.approx(0.5)
        assert modularity_score(np.ones_like(factors), factors) == 0.0

    def test_a_single_factor(self):
        assert modularity_score(CODES, FACTOR) == pytest.approx(1.0)
