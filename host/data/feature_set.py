"""Features of a set of clips as one file that is mapped into memory: nothing holds all of them.

The file has the clips' features one after the other, 102,400 bytes each, in the order of the set; 7,000 clips
have 717 MB. The system reads the pages that are used and takes them back when memory is short.
"""

import os
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from host import atomic
from host.data import features
from host.errors import DataError

_SETS_KEPT = 8
"""Files in the cache; each command on another choice of clips makes one."""


def mapped(
    path: Path, entries: Sequence[Path], again: Callable[[int], NDArray[np.float32]]
) -> NDArray[np.float32]:
    """Return the features in `entries` as a read-only array that is mapped from `path`, [n, 200, 128].

    Args:
        path: the set's file, made if it does not exist with its full size; its name tells what is in it.
        entries: feature files of the clips.
        again: computes the features of a clip, by number, whose feature file is damaged: [200, 128].

    Raises:
        DataError: the file cannot be written or read.
    """
    try:
        if not path.is_file() or path.stat().st_size != len(entries) * features.BIN_BYTES:
            _assemble(path, entries, again)
        os.utime(path)  # Used now: the sets that were not used for longest are removed first.
        _remove_oldest(path.parent, keep=path)
        shape = (len(entries), features.FRAMES, features.MEL_BANDS)
        return np.asarray(np.memmap(path, dtype="<f4", mode="r", shape=shape))
    except OSError as error:
        raise DataError(f"cannot read {path}: {error.strerror or error}; run the command again") from error


def _assemble(path: Path, entries: Sequence[Path], again: Callable[[int], NDArray[np.float32]]) -> None:
    with atomic.atomic_path(path) as temporary, temporary.open("wb") as file:
        for number, entry in enumerate(entries):
            try:
                frames = features.read_bin(entry)
            except DataError:
                frames = again(number)
            file.write(features.to_bytes(frames))


def _remove_oldest(folder: Path, keep: Path) -> None:
    # A file that another process has mapped stays readable to it.
    with suppress(OSError):
        files = sorted(folder.glob("*.f32"), key=lambda file: file.stat().st_mtime_ns, reverse=True)
        for file in files[_SETS_KEPT:]:
            if file != keep:
                file.unlink(missing_ok=True)
