"""Features of many clips at once: computed in parallel, kept in a cache by the content of the recording.

A cached clip is a feature file as the benchmark defines it, named by the SHA-256 of its WAV file, so moving
or renaming a dataset costs nothing and a changed recording is never confused with its former self.
"""

import hashlib
import os
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from host import atomic
from host.data import features
from host.data.layout import Clip
from host.data.wav import read_wav
from host.errors import DataError

# A new number whenever the features of an equal recording change.
_VERSION = "features-1"

OnProgress = Callable[[int, int], None]
"""Called with (clips done, clips in all) after each clip, from the calling thread."""


@dataclass(frozen=True)
class SkippedClip:
    """A recording that could not be used, and why."""

    path: Path
    reason: str


@dataclass(frozen=True)
class FeatureSet:
    """Features of the usable clips, float32 [n, 200, 128] in dB, in the order of `clips` (also n)."""

    frames: NDArray[np.float32]
    clips: tuple[Clip, ...]
    skipped: tuple[SkippedClip, ...]

    @property
    def remarks(self) -> tuple[str, ...]:
        """What a person should know before the figures are read, one line each."""
        if not self.skipped:
            return ()
        first = self.skipped[0]
        return (f"{len(self.skipped)} clips left out; the first, {first.path}: {first.reason}",)


def load(clips: Iterable[Clip], cache: Path, on_progress: OnProgress | None = None) -> FeatureSet:
    """Return the features of `clips`, computing what the folder `cache` does not hold yet.

    A clip that cannot be used is left out and listed in `skipped`.

    Raises:
        DataError: no clip at all could be used, or the cache cannot be written.
    """
    wanted = tuple(clips)
    frames = np.empty((len(wanted), features.FRAMES, features.MEL_BANDS), dtype=np.float32)
    kept: list[Clip] = []
    skipped: list[SkippedClip] = []
    # Each clip's matrix product is small: BLAS threads of its own would only get in the others' way.
    with threadpool_limits(limits=1), ThreadPoolExecutor(max_workers=os.cpu_count() or 1) as pool:
        try:
            results = pool.map(lambda clip: _clip_features(clip.path, cache / _VERSION), wanted)
            for done, (clip, result) in enumerate(zip(wanted, results, strict=True), start=1):
                if isinstance(result, SkippedClip):
                    skipped.append(result)
                else:
                    frames[len(kept)] = result
                    kept.append(clip)
                if on_progress is not None:
                    on_progress(done, len(wanted))
        except BaseException:
            pool.shutdown(wait=True, cancel_futures=True)
            raise
    _check_usable(wanted, skipped)
    return FeatureSet(frames[: len(kept)], tuple(kept), tuple(skipped))


def _check_usable(wanted: Sequence[Clip], skipped: Sequence[SkippedClip]) -> None:
    if not wanted:
        raise DataError("no clips to take features of: the dataset's folder is empty")
    if len(skipped) == len(wanted):
        first = skipped[0]
        raise DataError(f"none of {len(wanted)} clips can be used; the first, {first.path}: {first.reason}")


def _clip_features(path: Path, cache: Path) -> NDArray[np.float32] | SkippedClip:
    """Return features [200, 128] from the cache or computed; only a failing cache raises."""
    try:
        key = hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError as error:
        return SkippedClip(path, f"cannot read it: {error.strerror}")
    entry = cache / key[:2] / f"{key}.bin"
    if entry.exists():
        try:
            return features.read_bin(entry)
        except DataError:
            pass  # A damaged entry is made again.
    try:
        recording = read_wav(path)
        frames = features.log_mel(recording.samples, recording.rate)
    except DataError as error:
        return SkippedClip(path, str(error))
    atomic.write_bytes(entry, frames.astype("<f4").tobytes())
    return frames
