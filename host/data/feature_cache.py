"""Features of many clips at once: computed by several processes, kept by the content of the recording.

A cached clip is a feature file as the benchmark defines it, named by the SHA-256 of its WAV file, so moving
or renaming a dataset costs nothing and a changed recording is never confused with its former self. Each is
written as soon as it is computed, whole or not at all: an interruption loses only the clips under way.

The clips of one call are then put together in one file, which is mapped into memory, not read: 7,000 clips
have 717 MB, of which only those in use need memory (feature_set.py).
"""

import hashlib
import shlex
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from host import atomic
from host.data import content_index, feature_set, features, processes, wav
from host.data.content_index import ContentIndex
from host.data.layout import Clip
from host.errors import DataError

# A new number whenever the features of an equal recording change.
_VERSION = "features-1"

INDEX = "index"
"""Folder in the cache with the hashes of known files."""

OnProgress = Callable[[int, int], None]
"""Called with (clips done, clips in all) after each clip, from the calling thread."""


@dataclass(frozen=True)
class SkippedClip:
    """A recording that could not be used, and why."""

    path: Path
    reason: str

    @property
    def kind(self) -> str:
        """The reason without what is of this clip only."""
        return self.reason.partition(":")[0]


@dataclass(frozen=True)
class FeatureSet:
    """Features of the usable clips, float32 [n, 200, 128] in dB, in the order of `clips` (also n).

    `frames` is mapped from a file and cannot be written to.
    """

    frames: NDArray[np.float32]
    clips: tuple[Clip, ...]
    skipped: tuple[SkippedClip, ...]

    @property
    def remarks(self) -> tuple[str, ...]:
        """What a person should know before the figures are read, one line each.

        A line for each kind of reason with the number of clips, and where to learn more.
        """
        if not self.skipped:
            return ()
        by_kind: dict[str, list[SkippedClip]] = defaultdict(list)
        for clip in self.skipped:
            by_kind[clip.kind].append(clip)
        # The clips of a set are two levels below its folder: in train/ or test/.
        root = shlex.quote(str(self.skipped[0].path.parent.parent))
        return (
            *(_left_out(alike) for alike in by_kind.values()),
            f"for all defects of the data set: python -m host.data check {root}",
        )


@dataclass(frozen=True)
class _Task:
    path: Path
    cache: Path


@dataclass(frozen=True)
class _Extracted:
    """The hash of a clip whose features are in the cache now, or why they are not."""

    sha256: str = ""
    reason: str = ""


def load(
    clips: Iterable[Clip],
    cache: Path,
    on_progress: OnProgress | None = None,
    workers: int | None = None,
) -> FeatureSet:
    """Return the features of `clips`, computing what the folder `cache` does not hold yet.

    A clip that cannot be used is left out and listed in `skipped`. Known recordings are not read again; they
    are recognised by path, size and times.

    Args:
        clips: in the order that the features are to have.
        cache: a folder, made if needed.
        on_progress: called after each clip.
        workers: processes to use; by default one per core.

    Raises:
        DataError: no clip at all could be used, the cache cannot be written, or a process was killed.
    """
    wanted = tuple(clips)
    if not wanted:
        raise DataError("no clips to take features of: the dataset's folder is empty")
    results = _extract([clip.path for clip in wanted], cache, on_progress, workers)
    skipped = [
        SkippedClip(clip.path, result.reason)
        for clip, result in zip(wanted, results, strict=True)
        if result.reason
    ]
    _check_usable(wanted, skipped)
    usable = [(clip, result) for clip, result in zip(wanted, results, strict=True) if not result.reason]
    entries = [entry(cache, result.sha256) for _, result in usable]

    def again(number: int) -> NDArray[np.float32]:
        path = usable[number][0].path
        return _made_entry(entries[number], wav.read_bytes(path))

    key = hashlib.sha256("\n".join(result.sha256 for _, result in usable).encode()).hexdigest()
    frames = feature_set.mapped(cache / _VERSION / "sets" / f"{key[:32]}.f32", entries, again)
    return FeatureSet(frames, tuple(clip for clip, _ in usable), tuple(skipped))


def entry(cache: Path, sha256: str) -> Path:
    """Return where the features of the recording with that hash are kept."""
    return cache / _VERSION / sha256[:2] / f"{sha256}.bin"


def _extract(
    paths: Sequence[Path], cache: Path, on_progress: OnProgress | None, workers: int | None
) -> list[_Extracted]:
    index = ContentIndex(cache / INDEX)
    results: list[_Extracted | None] = []
    states = [content_index.state(path) for path in paths]
    for path, state in zip(paths, states, strict=True):
        sha256 = None if state is None else index.get(path, state)
        known = sha256 is not None and entry(cache, sha256).exists()
        results.append(_Extracted(sha256 or "") if known else None)
    missing = [k for k, result in enumerate(results) if result is None]
    done = len(paths) - len(missing)
    if on_progress is not None and done:
        on_progress(done, len(paths))
    tasks = [_Task(paths[k], cache) for k in missing]
    try:
        with closing(processes.ordered_map(_extract_one, tasks, workers)) as answers:
            for k, answer in zip(missing, answers, strict=True):
                results[k] = answer
                state = states[k]
                if state is not None and answer.sha256:
                    index.put(paths[k], state, answer.sha256)
                done += 1
                if on_progress is not None:
                    on_progress(done, len(paths))
    finally:
        index.save()
    return [result for result in results if result is not None]


def _extract_one(task: _Task) -> _Extracted:
    """See that the features of a clip are in the cache; only a failing cache raises."""
    try:
        data = wav.read_bytes(task.path)
        sha256 = hashlib.sha256(data).hexdigest()
        place = entry(task.cache, sha256)
        if not place.exists():
            frames = _features(data)
    except DataError as error:
        return _Extracted(reason=str(error))
    if not place.exists():
        atomic.write_bytes(place, features.to_bytes(frames))
    return _Extracted(sha256)


def _made_entry(place: Path, data: bytes) -> NDArray[np.float32]:
    frames = _features(data)
    atomic.write_bytes(place, features.to_bytes(frames))
    return frames


def _features(data: bytes) -> NDArray[np.float32]:
    recording = wav.decode(data)
    return features.log_mel(recording.samples, recording.rate)


def _left_out(alike: Sequence[SkippedClip]) -> str:
    first = alike[0]
    detail = first.reason.removeprefix(first.kind)
    clips = "1 clip" if len(alike) == 1 else f"{len(alike):,} clips"
    return f"{clips} left out: {first.kind} (first: {first.path}{detail})"


def _check_usable(wanted: Sequence[Clip], skipped: Sequence[SkippedClip]) -> None:
    if len(skipped) == len(wanted):
        first = skipped[0]
        raise DataError(f"none of {len(wanted)} clips can be used; the first, {first.path}: {first.reason}")
