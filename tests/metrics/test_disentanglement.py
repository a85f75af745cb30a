import dataclasses

import numpy as np
import pytest

from keras_infogan.metrics import (
    DISENTANGLEMENT_LIB,
    INFOGAN_CR,
    FactorGroups,
    PointSplit,
    beta_vae_score,
    dci_scores,
    disentanglement_scores,
    explicitness_score,
    factor_vae_score,
    irs_score,
    lasso_importances,
    mig_score,
    modularity_score,
    pairs_of_one_value,
    sap_score,
)

NAMES = {
    "beta_vae",
    "dci_completeness",
    "dci_disentanglement",
    "dci_informativeness",
    "explicitness",
    "factor_vae",
    "mig",
    "modularity",
    "sap",
}
FEW = FactorGroups(size=30, train=200, test=100)


@pytest.fixture
def quick():
    """disentanglement_lib's protocol with few groups and a quick predictor."""
    return dataclasses.replace(
        DISENTANGLEMENT_LIB, name="quick", explain=lasso_importances, beta_vae=FEW, factor_vae=FEW
    )


def test_settings_of_disentanglement_lib():
    protocol = DISENTANGLEMENT_LIB
    assert (protocol.split, protocol.bins) == (PointSplit(10_000, 5_000), 20)
    assert protocol.beta_vae == protocol.factor_vae == FactorGroups(64, 10_000, 5_000)
    assert (protocol.inactive_below, protocol.correlates) == (0.05, False)


def test_settings_of_infogan_cr():
    protocol = INFOGAN_CR
    assert (protocol.split, protocol.bins) == (PointSplit(73_728, 0), 20)
    assert protocol.factor_vae == FactorGroups(size=100, train=500, test=0)
    assert protocol.beta_vae == FactorGroups(size=50, train=500, test=0)
    assert (protocol.inactive_below, protocol.correlates) == (0.0, True)


def test_names(quick, perfect, factors):
    scores = disentanglement_scores(perfect, factors, quick)
    assert set(scores) == {f"{name}/quick" for name in NAMES | {"irs"}}
    assert all(type(score) is float for score in scores.values())
    scores = disentanglement_scores(perfect, factors, "infogan_cr")
    assert set(scores) == {f"{name}/infogan_cr" for name in NAMES}


def test_disentanglement_lib_is_the_default(factors):
    binary = factors[:90] // 2
    scores = disentanglement_scores(binary, binary)
    assert set(scores) == {f"{name}/disentanglement_lib" for name in NAMES | {"irs"}}
    # A categorical SAP of two values is at most a half.
    gap = scores.pop("sap/disentanglement_lib")
    assert gap == pytest.approx(0.5, abs=0.2)
    # Points drawn at random leave the factors a little correlated.
    assert list(scores.values()) == pytest.approx([1.0] * 9, abs=0.02)


def test_perfect_under_infogan_cr(perfect, factors):
    scores = disentanglement_scores(perfect, factors, "infogan_cr", continuous=[True, True])
    assert scores.pop("explicitness/infogan_cr") < 0.9  # four values on a line
    assert scores.pop("dci_informativeness/infogan_cr") == pytest.approx(0.98)
    assert list(scores.values()) == pytest.approx([1.0] * 7)


def test_scores_are_those_of_the_measures(small):
    codes, factors = small
    dci = dci_scores(codes, factors, lasso_importances, INFOGAN_CR.split)
    images, pairs = FactorGroups(100, 500, 0), FactorGroups(50, 500, 0)
    expected = {
        "mig": mig_score(codes, factors),
        "sap": sap_score(codes, factors, [False, True], INFOGAN_CR.split),
        "dci_disentanglement": dci.disentanglement,
        "dci_completeness": dci.completeness,
        "dci_informativeness": dci.informativeness,
        "modularity": modularity_score(codes, factors),
        "explicitness": explicitness_score(codes, factors, INFOGAN_CR.split),
        "beta_vae": beta_vae_score(codes, factors, pairs, pairs_of_one_value),
        "factor_vae": factor_vae_score(codes, factors, images),
    }
    scores = disentanglement_scores(codes, factors, INFOGAN_CR, continuous=[False, True])
    assert scores == pytest.approx({f"{name}/infogan_cr": s for name, s in expected.items()})


def test_the_points_to_fit_on_serve_the_measures_that_fit_nothing(small, quick):
    codes, factors = small
    quick = dataclasses.replace(quick, split=PointSplit(40, 20))
    parts = quick.split.draw(codes, factors, seed=4)
    scores = disentanglement_scores(codes, factors, quick, seed=4)
    assert scores["mig/quick"] == mig_score(parts.train_codes, parts.train_factors)
    assert scores["irs/quick"] == irs_score(parts.train_codes, parts.train_factors)
    assert scores["modularity/quick"] == modularity_score(parts.train_codes, parts.train_factors)


def test_seeds(small, quick):
    first, again, other = (disentanglement_scores(*small, quick, seed=seed) for seed in (0, 0, 1))
    assert first == again != other


def test_independent_codes_score_below_rotated_below_perfect(
    quick, perfect, rotated, independent, factors
):
    turned = rotated + np.random.default_rng(0).uniform(-0.5, 0.5, rotated.shape)
    three = [
        disentanglement_scores(codes, factors, quick) for codes in (independent, turned, perfect)
    ]
    for name in ("mig", "irs"):
        worst, middle, best = (scores[f"{name}/quick"] for scores in three)
        assert worst < middle < best == pytest.approx(1.0, abs=0.02), name


@pytest.mark.parametrize("width", [1, 3])
def test_constant_codes_have_finite_scores(width, quick, factors):
    scores = disentanglement_scores(np.full([len(factors), width], 0.1), factors, quick)
    assert np.isfinite([*scores.values()]).all()
    for name in ("mig", "sap", "dci_disentanglement", "modularity", "factor_vae", "irs"):
        assert scores[f"{name}/quick"] == 0.0


def test_few_points_have_finite_scores(quick, factors):
    scores = disentanglement_scores(factors[:16] // 2, factors[:16] // 2, quick)
    assert np.isfinite([*scores.values()]).all()


@pytest.mark.parametrize("protocol", ["dci", ""])
def test_an_unknown_protocol(protocol, perfect, factors):
    with pytest.raises(ValueError, match=r"\['disentanglement_lib', 'infogan_cr'\] or a Dis"):
        disentanglement_scores(perfect, factors, protocol)
