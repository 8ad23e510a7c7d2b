"""How well scores tell anomalous clips from normal ones: AUC, partial AUC and two published accuracies.

Arrays in, numbers out. Labels are 0 (normal) and 1 (anomalous); a higher score means more anomalous. What
needs both kinds of clips is None without one of them.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from host.errors import DataError
from host.model import bootstrap
from host.model.bootstrap import Interval

MAX_FALSE_POSITIVE_RATE = 0.1
"""Up to where the partial AUC counts."""

PUBLISHED_THRESHOLDS = 100
"""How many thresholds the benchmark's runners and the seed's evaluation try."""

Scores = NDArray[np.float64]
Labels = NDArray[np.int_]


@dataclass(frozen=True)
class Metrics:
    """Figures of one set of scored clips; all are fractions of 1, None where a kind of clips is missing.

    Attributes:
        clips: how many clips were scored.
        auc: area under the ROC curve.
        auc_ci95: its 95 % interval over resampled clips.
        pauc: partial AUC up to a false-positive rate of 0.1, standardised (McClish).
        pauc_ci95: its 95 % interval.
        accuracy: the largest share of correct answers over 100 thresholds that are tried on these very
            clips, as the seed's evaluation prints it; always answering with the larger class already gives
            `majority`.
        runner_accuracy: what the benchmark's runners print: the largest mean of precision and recall over
            the same thresholds.
        majority: the share of the larger class.
    """

    clips: int
    auc: float | None
    auc_ci95: Interval | None
    pauc: float | None
    pauc_ci95: Interval | None
    accuracy: float | None
    runner_accuracy: float | None
    majority: float


def measure(labels: Labels, scores: Scores, draws: bootstrap.Draws | None = None) -> Metrics:
    """Return all figures.

    Args:
        labels: [clips], 0 or 1.
        scores: [clips], finite.
        draws: [samples, clips], bootstrap.draw of the clips' strata; None: the strata are the two classes.

    Raises:
        DataError: there are no clips, or a score is not a finite number.
    """
    _check(scores)
    majority = float(max(np.mean(labels == 0), np.mean(labels == 1)))
    if not has_both(labels):
        return Metrics(len(labels), None, None, None, None, None, None, majority)
    resampled = areas(labels, scores, bootstrap.draw(labels) if draws is None else draws)
    return Metrics(
        clips=len(labels),
        auc=auc(labels, scores),
        auc_ci95=bootstrap.interval(resampled.auc),
        pauc=partial_auc(labels, scores),
        pauc_ci95=bootstrap.interval(resampled.pauc),
        accuracy=accuracy(labels, scores),
        runner_accuracy=runner_accuracy(labels, scores),
        majority=majority,
    )


def has_both(labels: Labels) -> bool:
    """Return whether there are normal and anomalous clips: without both no ROC curve is defined."""
    return bool(np.any(labels == 0) and np.any(labels == 1))


def auc(labels: Labels, scores: Scores) -> float:
    """Return the area under the ROC curve; both kinds of clips must be there."""
    from sklearn.metrics import roc_auc_score

    return float(roc_auc_score(labels, scores))


def partial_auc(labels: Labels, scores: Scores) -> float:
    """Return the standardised area for false-positive rates up to 0.1: 0.5 by chance, 1 when perfect."""
    from sklearn.metrics import roc_auc_score

    return float(roc_auc_score(labels, scores, max_fpr=MAX_FALSE_POSITIVE_RATE))


def areas(labels: Labels, scores: Scores, draws: bootstrap.Draws) -> bootstrap.Areas:
    """Return AUC and partial AUC of every resample, with both kinds of clips in each."""
    return bootstrap.areas(labels, scores, draws, MAX_FALSE_POSITIVE_RATE)


def published_thresholds(scores: Scores) -> Scores:
    """Return `arange(min, max, (max - min) / 100)`, the highest score excluded, as published code has it.

    Equal scores leave one threshold, which calls everything anomalous.
    """
    low, high = float(scores.min()), float(scores.max())
    if high <= low:
        return np.array([low])
    return np.arange(low, high, (high - low) / PUBLISHED_THRESHOLDS)


def accuracy(labels: Labels, scores: Scores) -> float:
    """Return the largest share of correct answers over the published thresholds."""
    flagged = scores[np.newaxis, :] >= published_thresholds(scores)[:, np.newaxis]
    return float(np.max(np.mean(flagged == (labels == 1), axis=1)))


def runner_accuracy(labels: Labels, scores: Scores) -> float:
    """Return the largest mean of precision and recall over the published thresholds.

    At least one clip must be anomalous.
    """
    flagged = scores[np.newaxis, :] >= published_thresholds(scores)[:, np.newaxis]
    hits = np.sum(flagged & (labels == 1), axis=1)
    # Rounding can add a threshold above the highest score, which flags nothing.
    precision = hits / np.maximum(np.sum(flagged, axis=1), 1)
    recall = hits / np.sum(labels == 1)
    return float(np.max((precision + recall) / 2))


def _check(scores: Scores) -> None:
    if not len(scores):
        raise DataError("no scored clips to measure: name a dataset with test clips")
    if not np.isfinite(scores).all():
        raise DataError("a score is infinite or undefined: look at the model and the features")
