"""Thresholds do what was asked for, compared with trying every one."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import f1_score, precision_score, recall_score

from host.errors import UsageError
from host.model import bootstrap, operating_point
from host.model.operating_point import Cost, FalsePositiveRate

CLIPS = st.lists(st.tuples(st.integers(0, 1), st.floats(-1e3, 1e3)), min_size=1, max_size=25)


def arrays(clips: list[tuple[int, float]]) -> tuple[operating_point.Labels, operating_point.Scores]:
    return np.array([0, 1] + [c[0] for c in clips]), np.array([0.0, 1.0] + [c[1] for c in clips])


@given(CLIPS, st.floats(0, 0.99))
def test_the_lowest_threshold_within_a_false_positive_rate(
    clips: list[tuple[int, float]], rate: float
) -> None:
    labels, scores = arrays(clips)
    limit = operating_point.threshold(labels, scores, FalsePositiveRate(rate))
    assert limit is not None
    flagged = scores >= limit
    assert np.mean(flagged[labels == 0]) <= rate
    # One more score below it would break the rate, or all is flagged already.
    below = scores[~flagged]
    assert len(below) == 0 or np.mean(scores[labels == 0] >= below.max()) > rate


@given(CLIPS, st.floats(0.1, 10), st.floats(0.1, 10))
def test_no_threshold_costs_less(clips: list[tuple[int, float]], alarm: float, miss: float) -> None:
    labels, scores = arrays(clips)
    limit = operating_point.threshold(labels, scores, Cost(alarm, miss))
    assert limit is not None

    def cost(threshold: float) -> float:
        flagged = scores >= threshold
        return alarm * np.sum(flagged & (labels == 0)) + miss * np.sum(~flagged & (labels == 1))

    assert cost(limit) <= min(cost(t) for t in [*scores, math.inf]) + 1e-9


@pytest.mark.parametrize(
    ("criterion", "expected"),
    [
        # Half-way between the neighbouring scores; normal 1 2 3 4, anomalous 3.5 5 6.
        (FalsePositiveRate(0.25), 3.25),
        (FalsePositiveRate(0.0), 4.5),
        (FalsePositiveRate(0.5), 2.5),
        (Cost(1, 10), 3.25),
        (Cost(10, 1), 4.5),
    ],
)
def test_known_thresholds(criterion: operating_point.Criterion, expected: float) -> None:
    labels, scores = np.array([0, 0, 0, 0, 1, 1, 1]), np.array([1.0, 2, 3, 4, 3.5, 5, 6])
    assert operating_point.threshold(labels, scores, criterion) == expected


def test_neighbouring_floats_are_told_apart() -> None:
    low = 1.0
    high = float(np.nextafter(low, 2))
    limit = operating_point.threshold(np.array([0, 1]), np.array([low, high]), FalsePositiveRate(0.0))
    assert limit == high


def test_29_of_100_is_a_rate_of_29_percent() -> None:
    labels, scores = np.zeros(100, int), np.arange(100.0)
    limit = operating_point.threshold(labels, scores, FalsePositiveRate(0.29))
    assert limit is not None
    assert np.sum(scores >= limit) == 29


@pytest.mark.parametrize(
    ("labels", "criterion"),
    [([1, 1], FalsePositiveRate()), ([1, 1], Cost(1, 1)), ([0, 0], Cost(1, 1))],
)
def test_clips_of_one_kind_may_leave_it_open(labels: list[int], criterion: operating_point.Criterion) -> None:
    assert operating_point.threshold(np.array(labels), np.array([1.0, 2.0]), criterion) is None


@given(CLIPS, st.floats(-1e3, 1e3))
def test_figures_are_those_of_scikit_learn(clips: list[tuple[int, float]], limit: float) -> None:
    labels, scores = arrays(clips)
    point = operating_point.at(labels, scores, limit)
    flagged = (scores >= limit).astype(int)
    assert point.recall == pytest.approx(recall_score(labels, flagged))
    assert point.f1 == pytest.approx(f1_score(labels, flagged))
    if flagged.any():
        assert point.precision == pytest.approx(precision_score(labels, flagged))
    else:
        assert point.precision is None
    assert point.false_positive_rate == pytest.approx(np.mean(flagged[labels == 0]))


def test_shares_without_clips_are_unknown() -> None:
    point = operating_point.at(np.array([0, 0]), np.array([1.0, 2.0]), 1.5)
    assert (point.recall, point.f1, point.precision, point.false_positive_rate) == (None, None, 0.0, 0.5)


def test_intervals_are_as_wide_as_a_binomial_share() -> None:
    labels = np.repeat([0, 1], 200)
    scores = np.concatenate([np.linspace(0, 1, 200), np.linspace(0.5, 1.5, 200)])
    draws = bootstrap.draw(labels)
    recall = operating_point.recall_interval(labels, scores, 1.0, draws)
    precision = operating_point.precision_interval(labels, scores, 0.9, draws)
    assert recall is not None
    assert precision is not None
    # 100 of 200: 1.96 standard errors of sqrt(0.25 / 200).
    assert recall.high - recall.low == pytest.approx(2 * 1.96 * math.sqrt(0.25 / 200), rel=0.12)
    assert precision.low < 120 / 140 < precision.high
    assert operating_point.recall_interval(labels * 0, scores, 1.0, draws) is None
    assert operating_point.precision_interval(labels, scores, 99.0, draws) is None


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: FalsePositiveRate(1.0), "false-positive rate of 1: from 0 up to below 1"),
        (lambda: FalsePositiveRate(math.nan), "false-positive rate of nan"),
        (lambda: Cost(0, 1), "a cost of 0: positive numbers"),
        (lambda: Cost(1, math.inf), "a cost of inf: positive numbers"),
    ],
)
def test_criteria_that_make_no_sense(make, message) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(UsageError, match=message):
        make()


@pytest.mark.parametrize(
    ("criterion", "text"),
    [
        (FalsePositiveRate(0.05), "false-positive rate of at most 0.05"),
        (Cost(1, 10), "least cost at 1:10 (false alarm : missed anomaly)"),
    ],
)
def test_criteria_say_what_they_are(criterion: operating_point.Criterion, text: str) -> None:
    assert str(criterion) == text
