"""Where to draw the line: a threshold by false-positive rate or by cost, and what it finds.

Clips are called anomalous whose score is at least the threshold. Thresholds lie half-way between
neighbouring scores, so that rounding of a score on another runtime seldom changes the answer.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from host.errors import UsageError
from host.model.bootstrap import Draws, Interval, interval

Scores = NDArray[np.float64]
Labels = NDArray[np.int_]

DEFAULT_FALSE_POSITIVE_RATE = 0.1


@dataclass(frozen=True)
class FalsePositiveRate:
    """The lowest threshold that calls at most this share of the normal clips anomalous."""

    rate: float = DEFAULT_FALSE_POSITIVE_RATE

    def __post_init__(self) -> None:
        if not 0 <= self.rate < 1:
            raise UsageError(f"a false-positive rate of {self.rate:g}: from 0 up to below 1 is possible")

    def __str__(self) -> str:
        return f"false-positive rate of at most {self.rate:g}"


@dataclass(frozen=True)
class Cost:
    """The threshold with the least cost: so much per false alarm, so much per missed anomaly."""

    false_positive: float
    false_negative: float

    def __post_init__(self) -> None:
        for value in (self.false_positive, self.false_negative):
            if not (math.isfinite(value) and value > 0):
                raise UsageError(f"a cost of {value:g}: positive numbers are possible, as in 1:10")

    def __str__(self) -> str:
        return f"least cost at {self.false_positive:g}:{self.false_negative:g} (false alarm : missed anomaly)"


Criterion = FalsePositiveRate | Cost


@dataclass(frozen=True)
class OperatingPoint:
    """What a threshold finds, in clips.

    Attributes:
        threshold: in dB²; a clip with this score or more is called anomalous.
        true_positives: anomalous clips that are called so.
        false_positives: normal clips that are called anomalous.
        true_negatives: normal clips that are called so.
        false_negatives: anomalous clips that are called normal.
    """

    threshold: float
    true_positives: int
    false_positives: int
    true_negatives: int
    false_negatives: int

    @property
    def precision(self) -> float | None:
        """The share of anomalous clips among those called so; None where none is called so."""
        return _share(self.true_positives, self.false_positives)

    @property
    def recall(self) -> float | None:
        """The share of the anomalous clips that is found; None without anomalous clips."""
        return _share(self.true_positives, self.false_negatives)

    @property
    def false_positive_rate(self) -> float | None:
        """The share of the normal clips that is called anomalous; None without normal clips."""
        return _share(self.false_positives, self.true_negatives)

    @property
    def f1(self) -> float | None:
        """The harmonic mean of precision and recall; None without anomalous clips."""
        positives = 2 * self.true_positives + self.false_positives + self.false_negatives
        return None if self.recall is None else 2 * self.true_positives / positives


def threshold(labels: Labels, scores: Scores, criterion: Criterion) -> float | None:
    """Return the threshold that fulfils `criterion` on these clips.

    Args:
        labels: [clips], 0 or 1.
        scores: [clips], higher means more anomalous.
        criterion: What it must fulfil; of thresholds of equal cost the highest is taken.

    Returns:
        A finite number; None where the clips do not tell: no normal ones, or with a cost no anomalous ones.
    """
    kinds = set(labels.tolist())
    if 0 not in kinds or (isinstance(criterion, Cost) and 1 not in kinds):
        return None
    # Element k calls what has one of the k highest distinct scores anomalous.
    thresholds = _between(np.unique(scores)[::-1])
    flagged_normal = _counts_at_least(scores[labels == 0], thresholds)
    if isinstance(criterion, FalsePositiveRate):
        # Not rate * count: 0.29 of 100 clips are 29, and 0.29 * 100 is less.
        allowed = flagged_normal / np.sum(labels == 0) <= criterion.rate
        return float(thresholds[allowed][-1])
    missed = np.sum(labels == 1) - _counts_at_least(scores[labels == 1], thresholds)
    cost = criterion.false_positive * flagged_normal + criterion.false_negative * missed
    return float(thresholds[np.argmin(cost)])


def at(labels: Labels, scores: Scores, limit: float) -> OperatingPoint:
    """Return what the threshold `limit` finds among these clips."""
    flagged = scores >= limit
    anomalous = labels == 1
    return OperatingPoint(
        threshold=limit,
        true_positives=int(np.sum(flagged & anomalous)),
        false_positives=int(np.sum(flagged & ~anomalous)),
        true_negatives=int(np.sum(~flagged & ~anomalous)),
        false_negatives=int(np.sum(~flagged & anomalous)),
    )


def precision_interval(labels: Labels, scores: Scores, limit: float, draws: Draws) -> Interval | None:
    """Return the interval of the precision at a fixed threshold; None where a resample flags no clip."""
    flagged = scores >= limit
    found = draws @ (flagged & (labels == 1)).astype(np.float32)
    called = draws @ flagged.astype(np.float32)
    return interval((found / called).astype(np.float64)) if called.all() else None


def recall_interval(labels: Labels, scores: Scores, limit: float, draws: Draws) -> Interval | None:
    """Return the interval of the recall at a fixed threshold; None without anomalous clips."""
    anomalous = labels == 1
    if not anomalous.any():
        return None
    found = draws @ ((scores >= limit) & anomalous).astype(np.float32)
    return interval((found / (draws @ anomalous.astype(np.float32))).astype(np.float64))


def _between(descending: Scores) -> Scores:
    """Return thresholds above, between and at the lowest of distinct scores, from high to low."""
    upper, lower = descending[:-1], descending[1:]
    middle = lower + (upper - lower) / 2
    # Half-way between neighbouring floats is one of them: the lower one would flag too much.
    middle = np.where(middle > lower, middle, upper)
    above = np.nextafter(descending[:1], np.inf)
    return np.concatenate([above, middle, descending[-1:]])


def _counts_at_least(scores: Scores, thresholds: Scores) -> NDArray[np.intp]:
    return len(scores) - np.searchsorted(np.sort(scores), thresholds, side="left")


def _share(part: int, rest: int) -> float | None:
    return part / (part + rest) if part + rest else None
