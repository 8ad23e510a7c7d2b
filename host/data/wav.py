"""Reads WAV recordings: 16 kHz, mono, PCM, as the benchmark's data set has them.

The reference takes any rate a file has and never resamples; mixing rates in one model would then silently
compare different frequency bands, so any other rate is refused here by name.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soundfile
from numpy.typing import NDArray

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
        DataError: the file is missing, corrupt, or of another rate, channel count or coding. The message
            gives the reason only, for a caller that names the file.
    """
    try:
        # Opened here, not by the library, whose message for a missing file is "System error".
        with path.open("rb") as file:
            _check_complete(file.read(8), path.stat().st_size)
            file.seek(0)
            with soundfile.SoundFile(file) as sound:
                _check_format(sound)
                samples: NDArray[np.float32] = sound.read(dtype="float32")
                return Recording(samples, int(sound.samplerate))
    except OSError as error:
        raise DataError(f"cannot read it: {error.strerror}") from error
    except (soundfile.SoundFileError, ValueError) as error:
        raise DataError("not a readable WAV file: damaged or of another kind") from error


def _check_complete(start: bytes, size: int) -> None:
    """Refuse a file that is shorter than its RIFF header says: the library would read what is left of it."""
    declared = int.from_bytes(start[4:8], "little") + 8
    # Programs that write to a pipe cannot know the length and leave the largest.
    if start[:4] == b"RIFF" and size < declared < 1 << 32:
        raise DataError(f"damaged: {size} bytes of {declared} are there (copy it again)")


def _check_format(sound: soundfile.SoundFile) -> None:
    if sound.format not in ("WAV", "WAVEX") or not sound.subtype.startswith("PCM_"):
        raise DataError(f"coded as {sound.format} {sound.subtype}: a WAV file with PCM samples is needed")
    if sound.samplerate != SAMPLE_RATE:
        raise DataError(f"sample rate {sound.samplerate} Hz: {SAMPLE_RATE} Hz is needed (resample it first)")
    if sound.channels != 1:
        raise DataError(f"{sound.channels} channels: a mono recording is needed")
