"""Rows of group `data` for training: an epoch over 1,000 clips, waiting for input, memory with 7,000 clips.

Features are random: how long a step takes does not depend on their values. Each measurement has a process of
its own, so that its peak memory is its own.
"""

import json
import resource
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from bench_result import Result

from host.data.features import FRAMES, MEL_BANDS, WINDOWS
from host.model import training
from host.model.input_pipeline import PIPELINES, Pipeline
from host.model.settings import TrainingSettings

GROUP = "data"

TRAINING_CLIPS = 1000
CLIPS = 1111
"""Of which a tenth validates."""
EPOCH_GOAL = 20.0
EPOCHS = 2
"""The first one has the compilation of the graph; the last one is shown."""

ALL_CLIPS = 7000
MEMORY_GOAL = 2048.0
"""MiB, over the whole training set of ToyCar."""
STEPS_FOR_MEMORY = 60

TIMEOUT = 900.0


@dataclass(frozen=True)
class Measured:
    """A training: seconds of its last epoch, those of them that it waited for input, its peak in MiB."""

    seconds: float
    waited: float
    peak: float


def bench() -> list[Result]:
    """Return all rows."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "frames.npy"
        _write_frames(path, CLIPS)
        measured = {pipeline: _measure(path, pipeline, EPOCHS, None) for pipeline in PIPELINES}
        _write_frames(path, ALL_CLIPS)
        full = _measure(path, "thread", 1, STEPS_FOR_MEMORY)
    return rows(measured, full)


def rows(measured: dict[Pipeline, Measured], full: Measured) -> list[Result]:
    """Return the rows of measured pipelines and of the training over the whole set."""
    found = []
    for pipeline, one in measured.items():
        windows = TRAINING_CLIPS * WINDOWS
        goal = EPOCH_GOAL if pipeline == "thread" else None  # the default
        name = f"training: an epoch over {TRAINING_CLIPS:,} clips, {windows:,} windows ({pipeline})"
        found.append(Result(GROUP, name, round(one.seconds, 2), "s", goal))
        found.append(
            Result(
                GROUP,
                f"training: windows per second ({pipeline})",
                windows / one.seconds,
                "1/s",
                better="higher",
            )
        )
        share = 100 * one.waited / one.seconds
        found.append(Result(GROUP, f"training: waiting for input ({pipeline})", round(share, 2), "%"))
    name = f"training: peak memory with {ALL_CLIPS:,} clips"
    return [*found, Result(GROUP, name, round(full.peak), "MiB", MEMORY_GOAL)]


def _write_frames(path: Path, clips: int) -> None:
    shape = (clips, FRAMES, MEL_BANDS)
    frames = np.lib.format.open_memmap(path, mode="w+", dtype=np.float32, shape=shape)
    random = np.random.default_rng(1)
    for first in range(0, clips, 100):
        frames[first : first + 100] = random.normal(-29, 10, frames[first : first + 100].shape)
    frames.flush()


def _measure(path: Path, pipeline: Pipeline, epochs: int, steps: int | None) -> Measured:
    command = [sys.executable, __file__, str(path), pipeline, str(epochs), str(steps or 0)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, timeout=TIMEOUT)
    return Measured(**json.loads(done.stdout))


class _Enough(Exception):
    """As many steps were taken as were asked for."""


def _train(path: Path, pipeline: Pipeline, epochs: int, steps: int) -> Measured:
    # Mapped, as the feature cache hands them out. Read once, so that all of it counts as memory.
    frames = np.load(path, mmap_mode="r")
    float(frames.max())

    def on_step(now: training.Progress) -> None:
        if steps and now.step >= steps:
            raise _Enough

    settings = TrainingSettings(epochs=epochs)
    seconds = waited = 0.0
    try:
        callbacks = training.Callbacks(on_step)
        last = training.train(frames, settings, "bench", callbacks=callbacks, pipeline=pipeline).history[-1]
        seconds, waited = last.seconds, last.input_seconds or 0.0
    except _Enough:
        pass
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return Measured(seconds, waited, peak)


if __name__ == "__main__":
    one = _train(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))  # type: ignore[arg-type]
    print(json.dumps(one.__dict__))
