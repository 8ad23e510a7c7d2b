"""Makes a dataset of synthetic machines in the real data set's layout, the same for the same settings."""

import json
import os
import wave
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from host import atomic
from host.data import marker, rotating_machine
from host.data.features import MIN_SAMPLES
from host.data.layout import SAMPLE_RATE
from host.data.marker import SYNTHETIC, Label, Marker, Split
from host.data.rotating_machine import Fault
from host.errors import DataError, UsageError

# A new number whenever equal settings give other recordings.
_GENERATOR = 1

_WAV_HEADER_BYTES = 44  # as Python's wave module writes it

SEVERITIES = (0.5, 0.75, 1.0, 1.5)
"""Spread so that some faulty clips are easily told from normal ones and some hardly."""

OnProgress = Callable[[int, int], None]
"""Called with (clips done, clips in all), from the calling thread."""


@dataclass(frozen=True)
class Settings:
    """What to make; counts are clips per machine id.

    Equal settings give equal files, bit by bit, with any number of workers. Another numpy or processor may
    round a sample differently.

    `seconds` is the range of a clip's length. A clip depends on the seed, its own name and `seconds` only,
    so a larger set holds the smaller one.
    """

    seed: int = 0
    ids: tuple[str, ...] = ("01", "02", "03", "04")
    train: int = 150
    test_normal: int = 60
    test_anomaly: int = 60
    seconds: tuple[float, float] = (10.0, 11.0)


@dataclass(frozen=True)
class Made:
    """A synthetic dataset at `root`; `kept` if an equal one was there already."""

    root: Path
    clips: int
    kept: bool


@dataclass(frozen=True)
class _Job:
    split: Split
    machine_id: str
    label: Label
    number: int
    fault: Fault | None
    severity: float

    @property
    def name(self) -> str:
        return marker.clip_name(self.split, self.label, self.machine_id, self.number)

    def random(self, settings: Settings) -> tuple[np.random.Generator, int]:
        """Return the clip's own generator after its first draw, and what was drawn: the length in samples."""
        key = (int(self.machine_id), int(self.split == "test"), self.label, self.number)
        rng = np.random.default_rng(np.random.SeedSequence(entropy=settings.seed, spawn_key=key))
        return rng, round(rng.uniform(*settings.seconds) * SAMPLE_RATE)

    def is_whole(self, root: Path, settings: Settings) -> bool:
        """Return whether the clip is at its place below `root` in its full size."""
        path = root / self.name
        _, samples = self.random(settings)
        return path.is_file() and path.stat().st_size == _WAV_HEADER_BYTES + 2 * samples


def generate(out: Path, settings: Settings, on_progress: OnProgress | None = None) -> Made:
    """Make the dataset at `out`, whole or not at all; a synthetic dataset with other settings is replaced.

    An equal dataset is kept if all its clips are there in their full size; their contents are not compared.

    Raises:
        UsageError: settings that make no dataset.
        DataError: `out` holds a file, at any depth, that this function did not make, or the disk is full.
    """
    _check(settings)
    out = out.resolve()
    jobs = tuple(_jobs(settings))
    document = _document(settings, jobs)
    found = _existing(out)
    if found and found.document == document and all(job.is_whole(out, settings) for job in jobs):
        return Made(out, len(jobs), kept=True)
    with atomic.atomic_path(out) as folder:
        for split in ("train", "test"):
            (folder / split).mkdir(parents=True)
        _write_clips(folder, settings, jobs, on_progress)
        (folder / marker.FILE_NAME).write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")
    return Made(out, len(jobs), kept=False)


def _check(settings: Settings) -> None:
    low, high = settings.seconds
    shortest = MIN_SAMPLES / SAMPLE_RATE
    if not shortest <= low <= high <= 60.0:
        raise UsageError(f"a clip's length of {low:g} to {high:g} s: {shortest:g} s to 60 s is possible")
    if not settings.ids or len(set(settings.ids)) != len(settings.ids):
        raise UsageError(f"machine ids {' '.join(settings.ids)}: name at least one, and each once")
    for machine_id in settings.ids:
        if not (
            len(machine_id) == 2 and machine_id.isascii() and machine_id.isdigit() and machine_id != "00"
        ):
            raise UsageError(f"machine id {machine_id!r}: two digits, 01 to 99, are expected")
    counts = (settings.train, settings.test_normal, settings.test_anomaly)
    if min(counts) < 0 or sum(counts) == 0 or settings.seed < 0:
        raise UsageError("counts and seed must not be negative, and at least one clip must be asked for")


def _jobs(settings: Settings) -> Iterator[_Job]:
    faults = tuple(Fault)
    for machine_id in settings.ids:
        for number in range(settings.train):
            yield _Job("train", machine_id, 0, number, None, 0.0)
        for number in range(settings.test_normal):
            yield _Job("test", machine_id, 0, number, None, 0.0)
        for number in range(settings.test_anomaly):
            severity = SEVERITIES[number // len(faults) % len(SEVERITIES)]
            yield _Job("test", machine_id, 1, number, faults[number % len(faults)], severity)


def _document(settings: Settings, jobs: tuple[_Job, ...]) -> dict[str, Any]:
    faults = [
        {"clip": job.name, "fault": job.fault.value, "severity": job.severity} for job in jobs if job.fault
    ]
    document = {
        "schema": "dataset/1",
        "name": SYNTHETIC,
        "generator": _GENERATOR,
        "sample_rate": SAMPLE_RATE,
        **asdict(settings),
        "faults": faults,
    }
    # As read back from the file: tuples become lists.
    plain: dict[str, Any] = json.loads(json.dumps(document))
    return plain


def _existing(out: Path) -> Marker | None:
    """Return the marker of the synthetic dataset at `out`, None if nothing is there; refuse anything else."""
    if not out.exists():
        return None
    if not out.is_dir():
        raise DataError(f"{out} is a file: name a folder for the synthetic dataset")
    if not any(out.iterdir()):
        return None
    try:
        found = marker.read(out / marker.FILE_NAME)
    except DataError:
        found = Marker({})
    if found.name != SYNTHETIC:
        raise DataError(f"{out} is not empty and not a synthetic dataset: name another folder, or empty it")
    files = (entry for entry in sorted(out.rglob("*")) if entry.is_symlink() or not entry.is_dir())
    names = (file.relative_to(out).as_posix() for file in files)
    if foreign := [name for name in names if name != marker.FILE_NAME and not found.made(name)]:
        raise DataError(
            f"{out} holds {foreign[0]}, not of its synthetic dataset ({len(foreign)} such in all): "
            "move them elsewhere, or name another folder"
        )
    return found


def _write_clips(
    folder: Path, settings: Settings, jobs: tuple[_Job, ...], on_progress: OnProgress | None
) -> None:
    # Threads do: numpy leaves the interpreter's lock while it computes, and two run 2.0 times as fast as one.
    with ThreadPoolExecutor(max_workers=os.cpu_count() or 1) as pool:
        try:
            futures = [pool.submit(_write_clip, folder, settings, job) for job in jobs]
            for done, future in enumerate(as_completed(futures), start=1):
                future.result()
                if on_progress is not None:
                    on_progress(done, len(jobs))
        except BaseException:
            pool.shutdown(wait=True, cancel_futures=True)
            raise


def _write_clip(folder: Path, settings: Settings, job: _Job) -> None:
    rng, samples = job.random(settings)
    health = rotating_machine.HEALTHY
    if job.fault is not None:
        health = rotating_machine.condition(job.fault, job.severity)
    sound = rotating_machine.clip(rotating_machine.machine(job.machine_id), health, samples, rng)
    with (folder / job.name).open("wb") as file, wave.open(file, "wb") as wav:
        wav.setnchannels(1)
        wav.setsampwidth(2)
        wav.setframerate(SAMPLE_RATE)
        wav.writeframes(sound.astype("<i2").tobytes())
