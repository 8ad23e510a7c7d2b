"""Bootstrap: how much figures of scored clips would differ on other clips of the same machines.

Clips are resampled with replacement within each stratum (machine and label), so that every resample has as
many normal and anomalous clips of each machine as the test set. All resamples are computed at once.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from host.model.seeding import Stream, generator

SAMPLES = 2000
CONFIDENCE = 0.95

_CHUNK = 250  # resamples at a time: their cumulative sums stay in the cache

Draws = NDArray[np.float32]
"""[samples, clips]: how often each clip was drawn."""


@dataclass(frozen=True)
class Interval:
    """A confidence interval."""

    low: float
    high: float


@dataclass(frozen=True)
class Areas:
    """Areas under the ROC curves of all resamples: AUC and standardised partial AUC, float64 [samples]."""

    auc: NDArray[np.float64]
    pauc: NDArray[np.float64]


def draw(strata: NDArray[np.int_], samples: int = SAMPLES, seed: int = 0) -> Draws:
    """Return how often each clip is drawn in each resample.

    Args:
        strata: [clips], the number of each clip's stratum.
        samples: Number of resamples.
        seed: Of the random numbers; equal seeds give equal resamples.

    Returns:
        float32 [samples, clips] of whole numbers; over a stratum they sum to its size.
    """
    random = generator(seed, Stream.BOOTSTRAP)
    draws = np.empty((samples, len(strata)), np.float32)
    for stratum in np.unique(strata):
        chosen = np.flatnonzero(strata == stratum)
        draws[:, chosen] = random.multinomial(
            len(chosen), np.full(len(chosen), 1 / len(chosen)), size=samples
        )
    return draws


def draw_by_machine(labels: NDArray[np.int_], machine_ids: NDArray[np.str_]) -> Draws:
    """Return the usual resamples of labelled clips, so that equal clips have equal intervals everywhere.

    Args:
        labels: [clips], 0 or 1.
        machine_ids: [clips], the clips' machines.
    """
    return draw(2 * np.unique(machine_ids, return_inverse=True)[1] + labels)


def areas(
    labels: NDArray[np.int_], scores: NDArray[np.float64], draws: Draws, max_false_positive_rate: float
) -> Areas:
    """Return the areas under the ROC curve for each resample.

    A resample's curve is the one of its clips, each counted as often as it was drawn; between thresholds it
    is linear, so equal scores count half. The partial area ends at `max_false_positive_rate` and is
    standardised after McClish (1989): 0.5 by chance, 1 when perfect.

    Args:
        labels: [clips], 0 or 1, both present.
        scores: [clips], higher means more anomalous.
        draws: [samples, clips], each class drawn at least once per sample.
        max_false_positive_rate: Above 0, up to 1.
    """
    order = np.argsort(-scores, kind="stable")
    ordered = scores[order]
    ends = np.flatnonzero(np.append(ordered[1:] != ordered[:-1], True))
    positive = (labels[order] == 1).astype(np.float32)
    parts = [
        _areas_of(weights[:, order], positive, ends, max_false_positive_rate) for weights in _chunks(draws)
    ]
    return Areas(np.concatenate([part.auc for part in parts]), np.concatenate([part.pauc for part in parts]))


def interval(values: NDArray[np.float64], confidence: float = CONFIDENCE) -> Interval:
    """Return the percentile interval of a figure over its resamples, [samples]."""
    outside = 100 * (1 - confidence) / 2
    low, high = np.percentile(values, [outside, 100 - outside])
    return Interval(float(low), float(high))


def _chunks(draws: Draws) -> Iterator[Draws]:
    for start in range(0, len(draws), _CHUNK):
        yield draws[start : start + _CHUNK]


def _areas_of(weights: Draws, positive: NDArray[np.float32], ends: NDArray[np.intp], limit: float) -> Areas:
    hit_rate = _rates(weights * positive, ends)
    alarm_rate = _rates(weights * (1 - positive), ends)
    steps = np.diff(alarm_rate)
    auc = np.sum(steps * (hit_rate[:, 1:] + hit_rate[:, :-1]), axis=1) / 2
    inside = np.clip(limit - alarm_rate[:, :-1], 0, steps)
    share = np.divide(inside, steps, out=np.zeros_like(steps), where=steps > 0)
    ends_at = hit_rate[:, :-1] + np.diff(hit_rate) * share
    partial = np.sum(inside * (hit_rate[:, :-1] + ends_at), axis=1) / 2
    by_chance = limit**2 / 2
    pauc = (1 + (partial - by_chance) / (limit - by_chance)) / 2
    return Areas(auc, pauc)


def _rates(counts: Draws, ends: NDArray[np.intp]) -> NDArray[np.float64]:
    """Return the share of all drawn clips above each threshold, [samples, thresholds + 1], from 0 to 1."""
    sums = np.cumsum(counts, axis=1, dtype=np.float64)[:, ends]
    return np.concatenate([np.zeros((len(sums), 1)), sums / sums[:, -1:]], axis=1)
