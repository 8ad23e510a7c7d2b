"""The windows that set the ranges of activations: those kept by the training, or those of listed clips.

A list is a text file with a clip per line, as the benchmark's calibration.txt; of each line only the file's
name counts, as in `dev_data/ToyCar/train/normal_id_01_00000000.wav`.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import numpy as np
from numpy.typing import NDArray

from host.data.features import WINDOWS
from host.data.layout import Clip
from host.errors import DataError, UsageError
from host.model.input_pipeline import gather
from host.model.seeding import Stream, generator

MOST_LIST_BYTES = 1 << 20


@dataclass(frozen=True)
class CalibrationSet:
    """Windows float32 [n, 640] in dB and where they are from."""

    windows: NDArray[np.float32]
    source: str

    @property
    def sha256(self) -> str:
        """SHA-256 of the windows, 64 hex digits."""
        return hashlib.sha256(self.windows.tobytes()).hexdigest()


def kept(windows: NDArray[np.float32], count: int | None) -> CalibrationSet:
    """Return the first `count` of the windows that a training kept, which are drawn over all clips.

    Raises:
        UsageError: there are not as many.
    """
    if count is None:
        count = len(windows)
    elif not 1 <= count <= len(windows):
        raise UsageError(f"--calibration is {count}: give 1 to {len(windows)}, the windows of this run")
    return CalibrationSet(windows[:count], f"{count} windows drawn over all training clips")


def listed(path: Path, clips: Sequence[Clip]) -> tuple[Clip, ...]:
    """Return those of the training `clips` that the list at `path` names, in the list's order.

    Raises:
        DataError: the list cannot be read, names nothing, or names a clip that is not there.
    """
    names = _names(path)
    by_name = {clip.path.name: clip for clip in clips}
    missing = [name for name in names if name not in by_name]
    if missing:
        raise DataError(
            f"{len(missing)} of {len(names)} clips of {path} are no training clips here, as {missing[0]}: "
            "name the recordings that the list is of with --data"
        )
    return tuple(by_name[name] for name in names)


def drawn(path: Path, frames: NDArray[np.float32], count: int, seed: int) -> CalibrationSet:
    """Return `count` windows, or all if there are fewer, drawn over the clips of the list at `path`.

    Args:
        path: the list.
        frames: features of its clips, float32 [clips, 200, 128].
        count: how many.
        seed: of the draw.
    """
    chosen = generator(seed, Stream.REPRESENTATIVE).permutation(len(frames) * WINDOWS)[:count]
    source = f"{len(chosen)} windows drawn over the {len(frames)} clips of {path.name}"
    return CalibrationSet(gather(frames, chosen), source)


def _names(path: Path) -> tuple[str, ...]:
    try:
        if path.stat().st_size > MOST_LIST_BYTES:
            raise DataError(f"{path} is no list of clips: it is larger than {MOST_LIST_BYTES} bytes")
        lines = path.read_text(encoding="utf-8").split("\n")
    except OSError as error:
        raise DataError(f"cannot read {path}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise DataError(f"{path} is no list of clips: it is not text") from error
    names = (PurePosixPath(line.strip().replace("\\", "/")).name for line in lines if line.strip())
    unique = tuple(dict.fromkeys(names))
    if not unique:
        raise DataError(f"{path} names no clip: a line for each is needed")
    return unique
