"""How well scores tell anomalous clips from normal ones: AUC, partial AUC, two accuracies, an interval.

Arrays in, numbers out. Labels are 0 (normal) and 1 (anomalous); a higher score means more anomalous.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from host.errors import DataError
from host.model.seeding import Stream, generator

MAX_FALSE_POSITIVE_RATE = 0.1
"""Up to where the partial AUC counts."""

BOOTSTRAP_SAMPLES = 2000
RUNNER_THRESHOLDS = 100

Scores = NDArray[np.float64]
Labels = NDArray[np.int_]


@dataclass(frozen=True)
class Interval:
    """A confidence interval."""

    low: float
    high: float


@dataclass(frozen=True)
class Metrics:
    """Figures of one set of scored clips; all are fractions of 1.

    Attributes:
        clips: how many clips were scored.
        auc: area under the ROC curve.
        auc_ci95: its 95 % interval over resampled clips.
        pauc: partial AUC up to a false-positive rate of 0.1, standardised (McClish).
        accuracy: correct answers at the best threshold. The threshold is chosen on the very clips that it is
            measured on, and always answering with the larger class already gives that class' share.
        runner_accuracy: what the benchmark's runners print: the best mean of precision and recall.
    """

    clips: int
    auc: float
    auc_ci95: Interval
    pauc: float
    accuracy: float
    runner_accuracy: float


def measure(labels: Labels, scores: Scores) -> Metrics:
    """Return all figures.

    Raises:
        DataError: a class is missing, or a score is not a finite number.
    """
    _check(labels, scores)
    return Metrics(
        clips=len(labels),
        auc=auc(labels, scores),
        auc_ci95=auc_interval(labels, scores),
        pauc=partial_auc(labels, scores),
        accuracy=accuracy(labels, scores),
        runner_accuracy=runner_accuracy(labels, scores),
    )


def auc(labels: Labels, scores: Scores) -> float:
    """Return the area under the ROC curve."""
    from sklearn.metrics import roc_auc_score

    return float(roc_auc_score(labels, scores))


def partial_auc(labels: Labels, scores: Scores) -> float:
    """Return the standardised area for false-positive rates up to 0.1: 0.5 by chance, 1 when perfect."""
    from sklearn.metrics import roc_auc_score

    return float(roc_auc_score(labels, scores, max_fpr=MAX_FALSE_POSITIVE_RATE))


def accuracy(labels: Labels, scores: Scores) -> float:
    """Return the best fraction of correct answers over all thresholds."""
    order = np.argsort(-scores, kind="stable")
    # Calling the k highest anomalous, for every k that does not split equal scores.
    gained = np.concatenate([[0], np.cumsum(np.where(labels[order] == 1, 1, -1))])
    ordered = scores[order]
    possible = np.concatenate([[True], ordered[1:] != ordered[:-1], [True]])
    return float((np.sum(labels == 0) + gained[possible].max()) / len(labels))


def runner_accuracy(labels: Labels, scores: Scores) -> float:
    """Return the best mean of precision and recall over 100 thresholds from the lowest score up.

    The thresholds are `arange(min, max, (max - min) / 100)`, the highest score excluded, as the MLPerf Tiny
    runners take them. Equal scores leave one threshold, which calls everything anomalous.
    """
    low, high = float(scores.min()), float(scores.max())
    thresholds = np.arange(low, high, (high - low) / RUNNER_THRESHOLDS) if high > low else np.array([low])
    flagged = scores[np.newaxis, :] >= thresholds[:, np.newaxis]
    hits = np.sum(flagged & (labels == 1), axis=1)
    # Rounding can add a threshold above the highest score, which flags nothing.
    precision = hits / np.maximum(np.sum(flagged, axis=1), 1)
    recall = hits / np.sum(labels == 1)
    return float(np.max((precision + recall) / 2))


def auc_interval(labels: Labels, scores: Scores, samples: int = BOOTSTRAP_SAMPLES) -> Interval:
    """Return the 95 % percentile interval of the AUC over clips resampled within each class.

    The AUC is the share of (anomalous, normal) pairs in the right order, equal scores counted half; a
    resample only changes how often each clip counts. Deterministic.
    """
    anomalous, normal = scores[labels == 1], scores[labels == 0]
    right = (anomalous[:, np.newaxis] > normal).astype(np.float32)
    right += np.float32(0.5) * (anomalous[:, np.newaxis] == normal)
    random = generator(0, Stream.BOOTSTRAP)
    of_anomalous = _resampled_weights(random, len(anomalous), samples)
    of_normal = _resampled_weights(random, len(normal), samples)
    areas = np.sum((of_anomalous @ right) * of_normal, axis=1, dtype=np.float64)
    low, high = np.percentile(areas, [2.5, 97.5])
    return Interval(float(low), float(min(high, 1.0)))


def _resampled_weights(random: np.random.Generator, count: int, samples: int) -> NDArray[np.float32]:
    """Return [samples, count]: how often each clip was drawn, as a part of all draws."""
    drawn = random.multinomial(count, np.full(count, 1 / count), size=samples)
    return (drawn / count).astype(np.float32)


def _check(labels: Labels, scores: Scores) -> None:
    normal, anomalous = int(np.sum(labels == 0)), int(np.sum(labels == 1))
    if not normal or not anomalous:
        raise DataError(
            f"{normal} normal and {anomalous} anomalous test clips: both kinds are needed to measure accuracy"
        )
    if not np.isfinite(scores).all():
        raise DataError("a score is infinite or undefined: look at the model and the features")
