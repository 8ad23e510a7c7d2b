"""A plot of recordings' window scores over time, with the threshold and what is above it."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from matplotlib.figure import Figure

from host import atomic
from host.data.features import HOP_SAMPLES
from host.data.layout import SAMPLE_RATE
from host.listen.recording import ScoredRecording
from host.listen.window_stream import MIN_SAMPLES
from host.report.plots import ANOMALOUS_COLOUR, DOTS_PER_INCH, NEUTRAL_COLOUR, NORMAL_COLOUR

SUFFIXES = (".png", ".svg", ".pdf")
MOST_RECORDINGS = 20


def figure(recordings: Sequence[ScoredRecording], threshold: float) -> Figure:
    """Return one panel per recording, of the first MOST_RECORDINGS."""
    shown = recordings[:MOST_RECORDINGS]
    whole = Figure(figsize=(9.0, 0.6 + 2.2 * len(shown)), layout="constrained")
    panels = whole.subplots(len(shown), squeeze=False)[:, 0]
    for axes, recording in zip(panels, shown, strict=True):
        # Where a window ends: only then its score is known.
        seconds = (np.arange(len(recording.scores)) * HOP_SAMPLES + MIN_SAMPLES) / SAMPLE_RATE
        axes.plot(seconds, recording.scores, color=NORMAL_COLOUR, linewidth=0.7, label="window")
        axes.plot(seconds, recording.running, color="black", linewidth=1.4, label="mean of the last windows")
        axes.axhline(threshold, color=NEUTRAL_COLOUR, linestyle="--", label=f"threshold {threshold:.4g} dB²")
        for stretch in recording.verdict.stretches:
            axes.axvspan(stretch.start_s, stretch.end_s, color=ANOMALOUS_COLOUR, alpha=0.25)
        axes.set_title(f"{Path(recording.name).name}: {_word(recording)}", fontsize="medium")
        axes.set_ylabel("score (dB²)")
        axes.spines[["top", "right"]].set_visible(False)
    whole.legend(*panels[0].get_legend_handles_labels(), loc="outside upper right", ncols=3, frameon=False)
    panels[-1].set_xlabel("time (s)")
    return whole


def save(recordings: Sequence[ScoredRecording], threshold: float, path: Path) -> None:
    """Write the plot; the suffix of `path`, one of SUFFIXES, says how.

    Raises:
        DataError: the disk is full or the place not writable.
    """
    with atomic.atomic_path(path) as temporary:
        figure(recordings, threshold).savefig(temporary, dpi=DOTS_PER_INCH, format=path.suffix[1:])


def _word(recording: ScoredRecording) -> str:
    return "anomalous" if recording.verdict.anomalous else "normal"
