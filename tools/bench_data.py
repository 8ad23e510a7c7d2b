"""Group `data`: speed of feature extraction, beside librosa in the same run, and of a second start.

The recordings are noise of 10 s at 16 kHz, 16 bit: what they sound like does not matter to the time. Reading
the WAV file is part of every time; files are in the system's cache. One process with one thread of BLAS does
the work, as each process does when there are several.
"""

import os
import resource
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import librosa
import numpy as np
import soundfile
from bench_result import Result
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from host.data import feature_cache, features, wav
from host.data.layout import SAMPLE_RATE, Clip

GROUP = "data"
SECONDS = 10
CLIPS = 40
ROUNDS = 5
CACHED_CLIPS = 1000

REAL_TIME_GOAL = 1500.0
LIBROSA_GOAL = 2.0
DEVIATION_GOAL_DB = 1e-4
MEMORY_GOAL_MB = 2048.0

Frames = NDArray[np.float32]


def bench() -> list[Result]:
    """Return all figures of the group."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        return [*extraction(folder), *second_start(folder)]


def extraction(folder: Path) -> list[Result]:
    """Return the speed of one core, against librosa clip by clip, and the largest difference from it."""
    paths = recordings(folder, CLIPS)
    with threadpool_limits(limits=1):
        with_librosa(paths[0])  # Its first call compiles.
        rounds = [(seconds(ours, paths), seconds(with_librosa, paths)) for _ in range(ROUNDS)]
        tones = [folder / "tone.wav", *paths[:5]]
        write(tones[0], 0.9 * np.sin(2 * np.pi * 440 * np.arange(SECONDS * SAMPLE_RATE) / SAMPLE_RATE))
        deviation = max(float(np.abs(ours(path) - with_librosa(path)).max()) for path in tones)
    ours_s, librosa_s = (statistics.median(column) for column in zip(*rounds, strict=True))
    ratio = statistics.median(theirs / mine for mine, theirs in rounds)
    sound_s = SECONDS * CLIPS
    what = "feature extraction, reading the WAV included, one core"
    return [
        Result(GROUP, what, sound_s / ours_s, "x real time", REAL_TIME_GOAL, "higher"),
        Result(
            GROUP,
            f"{what}, speed against librosa",
            ratio,
            "x",
            LIBROSA_GOAL,
            "higher",
            f"librosa clip by clip in the same run, {sound_s / librosa_s:.0f}x real time",
            ratio,
        ),
        Result(
            GROUP,
            "largest difference of a feature from librosa's, noise and a pure loud tone",
            deviation,
            "dB",
            DEVIATION_GOAL_DB,
        ),
    ]


def second_start(folder: Path) -> list[Result]:
    """Return what the features of many clips take, first and again, and the memory of this process."""
    (folder / "many").mkdir()
    clips = [Clip(path, "01", "train", 0) for path in recordings(folder / "many", CACHED_CLIPS)]
    cache = folder / "cache"
    cores = os.cpu_count() or 1
    time.sleep(2.5)  # Files that were just written are not taken as unchanged.
    first_s = seconds(lambda some: feature_cache.load(some, cache), [clips])
    again_s = seconds(lambda some: feature_cache.load(some, cache), [clips])
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return [
        Result(GROUP, f"features of {CACHED_CLIPS} clips, first time, {cores} cores", first_s, "s"),
        Result(GROUP, f"features of {CACHED_CLIPS} clips, from the cache", again_s, "s"),
        Result(GROUP, "largest memory of this process so far", peak_mb, "MB", MEMORY_GOAL_MB),
    ]


def recordings(folder: Path, count: int) -> list[Path]:
    """Write recordings of noise, no two alike."""
    paths = [folder / f"normal_id_01_{number:08d}.wav" for number in range(count)]
    for number, path in enumerate(paths):
        write(
            path, 0.1 * np.random.default_rng(number).standard_normal(SECONDS * SAMPLE_RATE, dtype=np.float32)
        )
    return paths


def write(path: Path, samples: NDArray[np.floating]) -> None:
    """Write a recording as the data set has them."""
    soundfile.write(path, samples, SAMPLE_RATE, subtype="PCM_16")


def ours(path: Path) -> Frames:
    """Return the features of a recording as commands compute them."""
    recording = wav.read_wav(path)
    return features.log_mel(recording.samples, recording.rate)


def with_librosa(path: Path) -> NDArray[np.floating]:
    """Return the same by the benchmark's recipe with librosa, [200, 128]."""
    samples, rate = soundfile.read(path, dtype="float32")
    power = librosa.feature.melspectrogram(
        y=samples, sr=rate, n_fft=1024, hop_length=512, n_mels=features.MEL_BANDS, power=2.0
    )
    decibels: NDArray[np.floating] = 10.0 * np.log10(power + np.finfo(np.float64).eps)
    return decibels[:, features.FIRST_FRAME : features.FIRST_FRAME + features.FRAMES].T


def seconds(work: Callable[[Any], object], items: list[Any]) -> float:
    """Return the time that `work` takes on all items."""
    begin = time.perf_counter()
    for item in items:
        work(item)
    return time.perf_counter() - begin
