"""Lists of labelled clips, as the benchmark's `y_labels.csv`: which clips count, and what they are.

A line is `NAME, number of classes, label, window bytes, stride bytes`; NAME is that of the WAV file, or of
its feature file (`_hist_librosa.bin`). Columns after the label are not needed here.
"""

import csv
from collections.abc import Sequence
from pathlib import Path

from host.data.layout import Clip
from host.errors import DataError

_FEATURE_FILE = "_hist_librosa.bin"


def listed(path: Path, clips: Sequence[Clip]) -> tuple[Clip, ...]:
    """Return the clips that a list names, in the order of `clips`.

    Raises:
        DataError: the list cannot be read, names a clip that is not there, or labels one otherwise than its
            own name does.
    """
    labels = _read(path)
    there = {clip.path.name: clip for clip in clips}
    if missing := [name for name in labels if name not in there]:
        raise DataError(
            f"{len(missing)} of {len(labels)} clips that {path} names are not among the test clips, as "
            f"{missing[0]}: name the dataset of this list"
        )
    for name, label in labels.items():
        if there[name].label != label:
            raise DataError(f"{path} labels {name} {label}, its name says {there[name].label}")
    return tuple(clip for clip in clips if clip.path.name in labels)


def _read(path: Path) -> dict[str, int]:
    try:
        with path.open(encoding="utf-8", newline="") as file:
            rows = [[cell.strip() for cell in row] for row in csv.reader(file) if row]
    except (OSError, ValueError, csv.Error) as error:
        raise DataError(f"cannot read {path}: {getattr(error, 'strerror', None) or error}") from error
    labels = {}
    for number, row in enumerate(rows, 1):
        if len(row) < 3 or row[2] not in ("0", "1"):
            raise DataError(f"{path}, line {number}, has no label 0 or 1 in its third column")
        labels[row[0].replace(_FEATURE_FILE, ".wav")] = int(row[2])
    if not labels:
        raise DataError(f"{path} names no clips")
    return labels
