"""Resamples keep each stratum's size, their areas are scikit-learn's, intervals as wide as theory says."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import roc_auc_score

from host.model import bootstrap

LABELS = np.array([0] * 5 + [1] * 4)


@pytest.mark.parametrize("strata", [[0, 0, 1, 1, 1], [7, 3, 7, 3, 3], [0, 1, 2, 3, 4]])
def test_every_resample_has_each_stratum_in_full(strata: list[int]) -> None:
    draws = bootstrap.draw(np.array(strata), samples=50)
    assert draws.shape == (50, 5)
    for stratum in set(strata):
        chosen = np.array(strata) == stratum
        np.testing.assert_array_equal(draws[:, chosen].sum(axis=1), chosen.sum())


def test_equal_seeds_draw_alike_and_others_do_not() -> None:
    strata = np.repeat([0, 1], 20)
    np.testing.assert_array_equal(bootstrap.draw(strata, 30, 5), bootstrap.draw(strata, 30, 5))
    assert not np.array_equal(bootstrap.draw(strata, 30, 5), bootstrap.draw(strata, 30, 6))


@settings(deadline=None)
@given(st.lists(st.integers(0, 6), min_size=9, max_size=9), st.integers(0, 1000))
def test_areas_are_those_of_scikit_learn_with_weights(scores: list[int], seed: int) -> None:
    values = np.array(scores, dtype=np.float64)
    draws = bootstrap.draw(LABELS, samples=5, seed=seed)
    areas = bootstrap.areas(LABELS, values, draws, 0.1)
    for weights, auc, pauc in zip(draws, areas.auc, areas.pauc, strict=True):
        assert auc == pytest.approx(roc_auc_score(LABELS, values, sample_weight=weights), abs=1e-9)
        expected = roc_auc_score(LABELS, values, sample_weight=weights, max_fpr=0.1)
        assert pauc == pytest.approx(expected, abs=1e-9)


def test_an_interval_has_the_width_that_theory_gives() -> None:
    random = np.random.default_rng(1)
    labels = np.repeat([0, 1], 150)
    scores = random.standard_normal(300) + labels
    areas = bootstrap.areas(labels, scores, bootstrap.draw(labels), 0.1)
    interval = bootstrap.interval(areas.auc)
    area = float(roc_auc_score(labels, scores))
    # Hanley and McNeil (1982), standard error of an AUC.
    q1, q2 = area / (2 - area), 2 * area**2 / (1 + area)
    variance = (area * (1 - area) + 149 * (q1 - area**2) + 149 * (q2 - area**2)) / 150**2
    assert interval.low < area < interval.high
    assert interval.high - interval.low == pytest.approx(2 * 1.96 * math.sqrt(variance), rel=0.15)


def test_perfect_scores_stay_perfect() -> None:
    areas = bootstrap.areas(LABELS, np.arange(9.0), bootstrap.draw(LABELS, samples=600), 0.1)
    assert areas.auc.shape == areas.pauc.shape == (600,)
    np.testing.assert_allclose(areas.auc, 1)
    np.testing.assert_allclose(areas.pauc, 1)


def test_strata_narrow_an_interval_where_machines_differ() -> None:
    # Two machines, each told apart perfectly at its own level: only strata keep their shares.
    labels = np.array([0, 0, 1, 1] * 10)
    machines = np.repeat([0, 1], 20)
    scores = labels + 0.5 + 2.0 * machines
    by_class = bootstrap.areas(labels, scores, bootstrap.draw(labels), 0.1).auc
    by_both = bootstrap.areas(labels, scores, bootstrap.draw(2 * machines + labels), 0.1).auc
    assert np.ptp(by_both) == pytest.approx(0)
    assert np.ptp(by_class) > 0.1
