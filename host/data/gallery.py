"""A figure of a data set: spectrograms of each machine's clips, normal beside anomalous."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.image import AxesImage
from numpy.typing import NDArray

from host import atomic
from host.data import features, mel, wav
from host.data.check import DatasetCheck
from host.data.layout import SAMPLE_RATE, Clip
from host.errors import DataError, UsageError

MOST_MACHINES = 8
_COLUMNS = (("train", 0), ("test", 0), ("test", 1), ("test", 1))
_TICKS_HZ = (125, 500, 1000, 2000, 4000, 8000)

Frames = NDArray[np.float32]


def save(found: DatasetCheck, path: Path) -> None:
    """Write the gallery; the suffix names the format, as .png or .svg.

    Raises:
        UsageError: no such format.
        DataError: no clip can be shown, or the file cannot be written.
    """
    check_format(path)
    figure = gallery(found)
    with atomic.atomic_path(path) as temporary:
        figure.savefig(temporary, dpi=110)


def check_format(path: Path) -> None:
    """Raise UsageError unless the suffix of `path` names a format of pictures."""
    formats = FigureCanvasAgg.get_supported_filetypes()
    if path.suffix.lower().removeprefix(".") not in formats:
        raise UsageError(f"cannot draw {path.name or path}: name a file that ends in .png, .svg or .pdf")


def gallery(found: DatasetCheck) -> Figure:
    """Return the figure: a row for each machine; training, normal and two anomalous test clips.

    Raises:
        DataError: no clip can be shown.
    """
    usable = [clip for clip, fact in zip(found.dataset.clips, found.facts, strict=True) if fact.usable]
    machines = sorted({clip.machine_id for clip in usable})
    if not machines:
        raise DataError(f"no clip in {found.dataset.root} can be shown: none can be used")
    shown = machines[:MOST_MACHINES]
    rows = [_row([clip for clip in usable if clip.machine_id == machine]) for machine in shown]
    frames = [[None if clip is None else _frames(clip) for clip in row] for row in rows]
    values = np.concatenate([each.ravel() for row in frames for each in row if each is not None])
    low, high = np.percentile(values, (1, 99.8))
    figure = Figure(figsize=(3.1 * len(_COLUMNS) + 1, 2.1 * len(rows) + 0.9), layout="constrained")
    axes = figure.subplots(len(rows), len(_COLUMNS), squeeze=False, sharex=True, sharey=True)
    image = None
    for row, row_frames, row_axes in zip(rows, frames, axes, strict=True):
        for clip, each, ax in zip(row, row_frames, row_axes, strict=True):
            image = _draw(ax, clip, each, float(low), float(high)) or image
    if image is not None:
        figure.colorbar(image, ax=axes, label="dB", fraction=0.03)
    figure.suptitle(_title(found, len(machines)))
    figure.supxlabel("time in s")
    figure.supylabel("frequency in Hz, mel scale")
    return figure


def _row(clips: Sequence[Clip]) -> list[Clip | None]:
    """Choose a clip for each column: the first by name, then one with another fault if faults are known."""
    chosen: list[Clip | None] = []
    for split, label in _COLUMNS:
        left = [c for c in clips if (c.split, c.label) == (split, label) and c not in chosen]
        faults = {clip.fault for clip in chosen if clip is not None}
        other = [clip for clip in left if clip.fault is not None and clip.fault not in faults]
        chosen.append(next(iter((*other, *left)), None))
    return chosen


def _frames(clip: Clip) -> Frames:
    recording = wav.read_wav(clip.path)
    return features.log_mel(recording.samples, recording.rate)


def _draw(ax: Axes, clip: Clip | None, frames: Frames | None, low: float, high: float) -> AxesImage | None:
    if clip is None or frames is None:
        ax.set_axis_off()
        return None
    hop_s = features.HOP_SAMPLES / SAMPLE_RATE
    first_s = features.FIRST_FRAME * hop_s
    extent = (first_s, first_s + features.FRAMES * hop_s, 0.0, float(features.MEL_BANDS))
    image = ax.imshow(
        frames.T, origin="lower", aspect="auto", extent=extent, vmin=low, vmax=high, interpolation="nearest"
    )
    fault = f", {clip.fault} {clip.severity:g}" if clip.fault and clip.severity is not None else ""
    ax.set_title(f"{clip.split}/{clip.path.stem}{fault}", fontsize=7)
    centres = mel.centres(SAMPLE_RATE, features.MEL_BANDS)
    ticks = [float(np.abs(centres - hz).argmin()) + 0.5 for hz in _TICKS_HZ]
    ax.set_yticks(ticks, [f"{hz:,}" for hz in _TICKS_HZ], fontsize=7)
    ax.tick_params(axis="x", labelsize=7)
    return image


def _title(found: DatasetCheck, machines: int) -> str:
    kind = " (synthetic)" if found.dataset.synthetic and found.dataset.name != "synthetic" else ""
    first = f", the first {MOST_MACHINES} of {machines} machines" if machines > MOST_MACHINES else ""
    return f"data set {found.dataset.name}{kind}{first}"
