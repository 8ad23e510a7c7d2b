"""What one recording is like, whether the path can use it or not: format, level, silence, clipping.

All is measured over the whole recording. Levels are relative to full scale.
"""

import hashlib
import io
import math
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soundfile
from numpy.typing import NDArray

from host.data import features, wav
from host.errors import DataError

SILENT_DB = -70.0
"""A recording whose RMS is below this, in dB of full scale, holds nothing to hear: 10 steps of 16 bits."""
FLAT_S = 0.1
"""A sensor never gives one value for so long; a dropout does."""
_FULL_SCALE = 1.0 - 2.0**-15
_CLIPPED_RUN = 3
"""Neighbouring samples at full scale that tell clipping from a single peak."""


@dataclass(frozen=True)
class Sound:
    """Format and level of a recording that can be decoded.

    `coding` is libsndfile's name, as PCM_16; `seconds` the length; `rms_db` -inf for digital silence; it and
    `peak` are NaN where samples are undefined or there are none; `clipped` counts samples in runs at full
    scale; `flat_s` is the longest time without any change; `undefined` counts samples that are NaN or
    infinite.
    """

    rate: int
    channels: int
    coding: str
    seconds: float
    peak: float
    rms_db: float
    clipped: int
    flat_s: float
    undefined: int

    @property
    def silent(self) -> bool:
        """Whether there is nothing to hear."""
        return self.rms_db < SILENT_DB


@dataclass(frozen=True)
class ClipFacts:
    """A recording's file: the hash of its content, its sound, and why the path cannot use it, if so."""

    path: Path
    sha256: str = ""
    sound: Sound | None = None
    reason: str = ""

    @property
    def usable(self) -> bool:
        """Whether features can be taken of it."""
        return not self.reason


def inspect(path: Path) -> ClipFacts:
    """Return what a recording is like; nothing is raised for a bad one."""
    try:
        data = wav.read_bytes(path)
    except DataError as error:
        return ClipFacts(path, reason=str(error))
    sha256 = hashlib.sha256(data).hexdigest()
    sound = _sound(data)
    try:
        recording = wav.decode(data)
        features.check_length(recording.samples.size, recording.rate)
    except DataError as error:
        undefined = sound.undefined if sound else 0
        more = f"; {undefined} samples are NaN or infinite" if undefined else ""
        return ClipFacts(path, sha256, sound, f"{error}{more}")
    return ClipFacts(path, sha256, sound)


def _sound(data: bytes) -> Sound | None:
    try:
        with soundfile.SoundFile(io.BytesIO(data)) as file:
            samples: NDArray[np.float32] = file.read(dtype="float32", always_2d=True)
            rate, coding = int(file.samplerate), str(file.subtype)
    except (soundfile.SoundFileError, ValueError):
        return None
    count, channels = samples.shape
    undefined = int(np.count_nonzero(~np.isfinite(samples)))
    if undefined or not count:
        peak = rms_db = math.nan
    else:
        peak = float(np.abs(samples).max())
        power = float(np.mean(np.square(samples, dtype=np.float64)))
        rms_db = 10.0 * math.log10(power) if power else -math.inf
    return Sound(
        rate=rate,
        channels=channels,
        coding=coding,
        seconds=count / rate,
        peak=peak,
        rms_db=rms_db,
        clipped=sum(_clipped(channel) for channel in samples.T),
        flat_s=max((_longest_run(channel) for channel in samples.T), default=0) / rate,
        undefined=undefined,
    )


def _runs(samples: NDArray[np.float32]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return where runs of equal samples begin, and how long they are."""
    if not samples.size:
        return np.empty(0, dtype=np.intp), np.empty(0, dtype=np.intp)
    begins = np.concatenate(([0], np.flatnonzero(samples[1:] != samples[:-1]) + 1))
    return begins, np.diff(np.append(begins, samples.size))


def _longest_run(samples: NDArray[np.float32]) -> int:
    _, lengths = _runs(samples)
    return int(lengths.max(initial=0))


def _clipped(samples: NDArray[np.float32]) -> int:
    begins, lengths = _runs(samples)
    values = np.abs(samples[begins])
    return int(lengths[(values >= _FULL_SCALE) & (lengths >= _CLIPPED_RUN)].sum())
