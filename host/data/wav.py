"""Reads WAV recordings: 16 kHz, mono, PCM, as the benchmark's data set has them.

The reference takes any rate a file has and never resamples; mixing rates in one model would then silently
compare different frequency bands, so any other rate is refused here by name. PCM of 8, 24 and 32 bits is read
exactly, as fractions of its own full scale.
"""

import io
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soundfile
from numpy.typing import NDArray

from host.data import regular_file
from host.data.layout import SAMPLE_RATE
from host.errors import DataError


@dataclass(frozen=True)
class Recording:
    """Mono samples, float32 [n] in [-1, 1), and their rate in Hz."""

    samples: NDArray[np.float32]
    rate: int


def read_wav(path: Path) -> Recording:
    """Read a 16 kHz mono PCM WAV file.

    Raises:
        DataError: the file is missing, no regular file, corrupt, or of another rate, channel count or coding.
            The message gives the reason only, for a caller that names the file.
    """
    return decode(read_bytes(path))


def read_bytes(path: Path) -> bytes:
    """Read a regular file.

    Raises:
        DataError: it cannot be read, or is a pipe, socket or device; the message gives the reason only.
    """
    with regular_file.opened(path) as file:
        return file.read()


def decode(data: bytes) -> Recording:
    """Return the recording in the bytes of a WAV file; raises as `read_wav` does."""
    check_complete(data)
    try:
        with soundfile.SoundFile(io.BytesIO(data)) as sound:
            _check_format(sound)
            samples: NDArray[np.float32] = sound.read(dtype="float32")
            return Recording(samples, int(sound.samplerate))
    except (soundfile.SoundFileError, ValueError) as error:
        raise DataError("not a readable WAV file: damaged or of another kind") from error


def check_complete(data: bytes) -> None:
    """Refuse a file that is shorter than its headers say: the library would read what is left of it.

    Raises:
        DataError: it is empty or cut short; the message gives the reason only.
    """
    if not data:
        raise DataError("empty: the file has 0 bytes (copy it again)")
    if data[:4] != b"RIFF":
        return
    declared = max(int.from_bytes(data[4:8], "little") + 8, _data_end(data))
    # Programs that write to a pipe cannot know the length and leave the largest.
    if len(data) < declared < 1 << 32:
        raise DataError(f"truncated: {len(data)} bytes of {declared} are there (copy it again)")


def _data_end(data: bytes) -> int:
    """Return where the samples of a RIFF file end by the header of their chunk, 0 if it has none."""
    at = 12
    while at + 8 <= len(data):
        size = int.from_bytes(data[at + 4 : at + 8], "little")
        if data[at : at + 4] == b"data":
            return at + 8 + size
        at += 8 + size + size % 2
    return 0


def _check_format(sound: soundfile.SoundFile) -> None:
    if sound.format not in ("WAV", "WAVEX") or not sound.subtype.startswith("PCM_"):
        raise DataError(f"coded as {sound.format} {sound.subtype}: a WAV file with PCM samples is needed")
    if sound.samplerate != SAMPLE_RATE:
        raise DataError(f"sample rate {sound.samplerate} Hz: {SAMPLE_RATE} Hz is needed (resample it first)")
    if sound.channels != 1:
        raise DataError(f"{sound.channels} channels: a mono recording is needed")
