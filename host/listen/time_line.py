"""What a recording's window scores say: second by second, and where it sounds anomalous.

A threshold is made for clips, means of 196 windows, so it is compared with the mean of the last 196 windows.
A recording with fewer is judged once, at its end, by the mean of all it has.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from host.data.features import HOP_SAMPLES, WINDOWS
from host.data.layout import SAMPLE_RATE
from host.listen.window_stream import MIN_SAMPLES
from host.model.scoring import Scores


@dataclass(frozen=True)
class Row:
    """One second: the mean score of the windows that start in it, dB², and how it is judged.

    `running` is the highest running mean at their ends, None before there is one; `anomalous`: it reached
    the threshold.
    """

    start_s: int
    windows: int
    score: float
    running: float | None
    anomalous: bool


@dataclass(frozen=True)
class Stretch:
    """From when to when, in seconds, the running mean was at or above the threshold, and its peak, dB²."""

    start_s: float
    end_s: float
    highest: float


@dataclass(frozen=True)
class Verdict:
    """A whole recording: its length, mean score over all windows, highest running mean, and stretches.

    `judged_once`: it has fewer windows than a running mean is of, so that a stretch is its last window only.
    """

    seconds: float
    windows: int
    score: float
    highest: float
    stretches: tuple[Stretch, ...]
    judged_once: bool = False

    @property
    def anomalous(self) -> bool:
        """Whether the running mean ever reached the threshold."""
        return bool(self.stretches)


class TimeLine:
    """Judges window scores in the order of the recording.

    Args:
        threshold: In dB², for the mean of `average` windows.
        average: Windows that a running mean is of.

    Attributes:
        scores: all window scores so far, float64 [windows].
        running: their running means; NaN before there is one.
    """

    def __init__(self, threshold: float, average: int = WINDOWS) -> None:
        self._threshold = threshold
        self._average = average
        self._rows = 0
        self.scores: Scores = np.empty(0)
        self.running: Scores = np.empty(0)

    def push(self, scores: Scores) -> list[Row]:
        """Take the next window scores; return the seconds that are complete."""
        before = self.scores[max(0, len(self.scores) - self._average + 1) :]
        recent = np.concatenate([before, scores])
        self.scores = np.concatenate([self.scores, scores])
        sums = np.cumsum(np.concatenate([[0.0], recent]))
        means = np.full(len(recent), np.nan)
        if len(recent) >= self._average:
            means[self._average - 1 :] = (sums[self._average :] - sums[: -self._average]) / self._average
        self.running = np.concatenate([self.running, means[len(before) :]])
        return self._rows_until(len(self.scores) * HOP_SAMPLES // SAMPLE_RATE)

    def finish(self) -> list[Row]:
        """Return the rest: the last second, even if it is not complete."""
        if 0 < len(self.scores) < self._average:
            self.running[-1] = self.scores.mean()
        return self._rows_until((len(self.scores) - 1) * HOP_SAMPLES // SAMPLE_RATE + 1)

    def verdict(self, samples: int) -> Verdict:
        """Return the verdict on all; `samples` is the recording's length, of at least one window."""
        highest = float(np.nanmax(self.running))
        return Verdict(
            seconds=samples / SAMPLE_RATE,
            windows=len(self.scores),
            score=float(self.scores.mean()),
            highest=highest,
            stretches=self._stretches(),
            judged_once=len(self.scores) < self._average,
        )

    def _rows_until(self, end: int) -> list[Row]:
        rows = [self._row(number) for number in range(self._rows, end)]
        self._rows = max(self._rows, end)
        return rows

    def _row(self, number: int) -> Row:
        # The first windows that start in this second and in the next.
        first, last = (-(-second * SAMPLE_RATE // HOP_SAMPLES) for second in (number, number + 1))
        running = self.running[first:last]
        known = running[~np.isnan(running)]
        highest = float(known.max()) if len(known) else None
        return Row(
            start_s=number,
            windows=len(self.scores[first:last]),
            score=float(self.scores[first:last].mean()),
            running=highest,
            anomalous=highest is not None and highest >= self._threshold,
        )

    def _stretches(self) -> tuple[Stretch, ...]:
        above = np.concatenate([[False], self._above(), [False]])
        starts, ends = np.flatnonzero(above[1:] & ~above[:-1]), np.flatnonzero(above[:-1] & ~above[1:])
        return tuple(
            Stretch(_end_of(start), _end_of(end - 1), float(self.running[start:end].max()))
            for start, end in zip(starts.tolist(), ends.tolist(), strict=True)
        )

    def _above(self) -> NDArray[np.bool_]:
        return np.nan_to_num(self.running, nan=-np.inf) >= self._threshold


def _end_of(window: int) -> float:
    """Return when a window ends: only then its score is known."""
    return (window * HOP_SAMPLES + MIN_SAMPLES) / SAMPLE_RATE
