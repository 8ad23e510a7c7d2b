"""One recording from its samples to its verdict, with the seconds told as they come."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from host.data.layout import SAMPLE_RATE
from host.data.wav import read_wav
from host.errors import DataError
from host.listen.model import Listener
from host.listen.time_line import Row, TimeLine, Verdict
from host.listen.window_stream import MIN_SAMPLES, WindowStream
from host.model.scoring import Scores

SCHEMA = "score/1"

FILE_BATCH = 1000
"""Windows of a file that are scored at once: 32 s."""
STREAM_BATCH = 31
"""Windows of a stream that are scored at once: 1 s, so that nothing is late."""

OnRow = Callable[[Row], None]


@dataclass(frozen=True)
class ScoredRecording:
    """A recording's name, verdict, window scores, and their running means (NaN before there is one)."""

    name: str
    verdict: Verdict
    scores: Scores
    running: Scores


@dataclass(frozen=True)
class UnusableRecording:
    """A recording that cannot be scored, and why."""

    name: str
    reason: str


def file(path: Path, listener: Listener, line: TimeLine, on_row: OnRow) -> ScoredRecording:
    """Score a WAV file.

    Raises:
        DataError: it is no 16 kHz mono PCM file, or too short; the message gives the reason only.
        FirmwareError: the model fails.
    """
    samples = read_wav(path).samples
    piece = FILE_BATCH * SAMPLE_RATE // 31
    pieces = (samples[start : start + piece] for start in range(0, len(samples), piece))
    return stream(str(path), pieces, listener, line, on_row, FILE_BATCH)


def stream(
    name: str,
    pieces: Iterable[NDArray[np.float32]],
    listener: Listener,
    line: TimeLine,
    on_row: OnRow,
    batch: int = STREAM_BATCH,
) -> ScoredRecording:
    """Score samples that arrive in pieces; `on_row` is called with each second as soon as it is judged.

    Raises:
        DataError: the samples cannot be read, or are fewer than one window takes; the message gives the
            reason only.
        FirmwareError: the model fails.
    """
    windows = WindowStream(listener.interpreter, batch)
    for piece in pieces:
        for row in line.push(windows.push(piece)):
            on_row(row)
    for row in [*line.push(windows.finish()), *line.finish()]:
        on_row(row)
    if not len(line.scores):
        raise DataError(
            f"too short: {windows.samples} samples ({windows.samples / SAMPLE_RATE:.2f} s), at least "
            f"{MIN_SAMPLES} ({MIN_SAMPLES / SAMPLE_RATE:.2f} s) are needed"
        )
    return ScoredRecording(name, line.verdict(windows.samples), line.scores, line.running)


def document(
    listener: Listener,
    threshold: float,
    average: int,
    recordings: Iterable[ScoredRecording | UnusableRecording],
) -> dict[str, Any]:
    """Return the document score/1."""
    return {
        "schema": SCHEMA,
        "model": {"file": str(listener.path), "sha256": listener.sha256},
        "runtime": listener.runtime,
        "score": "score_float",
        "threshold": threshold,
        "average_windows": average,
        "recordings": [_entry(each) for each in recordings],
    }


def _entry(each: ScoredRecording | UnusableRecording) -> dict[str, Any]:
    if isinstance(each, UnusableRecording):
        names = ("seconds", "windows", "score", "highest_mean", "anomalous", "stretches", "window_scores")
        return {"file": each.name, "error": each.reason, **dict.fromkeys(names)}
    verdict = each.verdict
    return {
        "file": each.name,
        "error": None,
        "seconds": verdict.seconds,
        "windows": verdict.windows,
        "score": verdict.score,
        "highest_mean": verdict.highest,
        "anomalous": verdict.anomalous,
        "stretches": [
            {"start_s": stretch.start_s, "end_s": stretch.end_s, "highest_mean": stretch.highest}
            for stretch in verdict.stretches
        ],
        "window_scores": each.scores.tolist(),
    }
