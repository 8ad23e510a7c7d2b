"""One training in its folder: begun, resumed or found finished, then the files that later stages read."""

import csv
import io
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

import numpy as np

from host import atomic
from host.data.features import WINDOW_SIZE
from host.errors import ModelError
from host.model import autoencoder, checkpoint, run_folder, training
from host.model.checkpoint import Checkpoint, Epoch
from host.model.run_folder import RunFolder, RunRecord
from host.report import plots

REPRESENTATIVE_WINDOWS = 1000
"""Windows kept for calibrating: from 100 on, more of them changed nothing that could be measured."""


class Start(Enum):
    """How a training began."""

    FRESH = "fresh"
    RESUMED = "resumed"
    FINISHED = "finished"


@dataclass(frozen=True)
class Beginning:
    """What was found in the folder before the first step."""

    start: Start
    finished_epochs: int
    warnings: tuple[str, ...]


@dataclass(frozen=True)
class Outcome:
    """What a training came to."""

    start: Start
    history: tuple[Epoch, ...]
    best_epoch: Epoch


@dataclass(frozen=True)
class RunCallbacks:
    """What the caller wants to know on the way."""

    on_begin: Callable[[Beginning], None] = lambda beginning: None
    on_step: Callable[[training.Progress], None] = lambda progress: None


def run(
    folder: RunFolder, record: RunRecord, frames: training.Frames, callbacks: RunCallbacks | None = None
) -> Outcome:
    """Train in `folder` until the epochs of `record` are done, going on from its checkpoint if there is one.

    After every epoch the checkpoint and history.csv are written; at the end model.keras (the best epoch),
    representative.npy and history.png.

    Args:
        folder: a new, empty or interrupted run.
        record: settings and dataset; must be those of the folder.
        frames: features of the training clips, float32 [clips, 200, 128] in dB.
        callbacks: what to call on the way.

    Raises:
        ModelError: the folder belongs to another training, or the training diverged.
        DataError: too few clips, or the folder cannot be written.
    """
    callbacks = callbacks or RunCallbacks()
    warnings = run_folder.claim(folder, record)
    found = checkpoint.load_latest(folder.checkpoint, record.recipe)
    state = found.checkpoint
    start = _start(folder, record, state)
    finished = len(state.history) if state else 0
    callbacks.on_begin(Beginning(start, finished, (*warnings, *found.warnings)))
    if state is None or start is not Start.FINISHED:
        after_epoch = training.Callbacks(callbacks.on_step, lambda now: _save(folder, now))
        state = training.train(frames, record.settings, record.recipe, state, after_epoch)
        _write_results(folder, record, frames, state)
    return Outcome(start, state.history, state.best_epoch)


def _start(folder: RunFolder, record: RunRecord, state: Checkpoint | None) -> Start:
    if state is None:
        return Start.FRESH
    results = (folder.keras, folder.representative, folder.history_csv, folder.history_png)
    if len(state.history) == record.settings.epochs and all(path.is_file() for path in results):
        return Start.FINISHED
    return Start.RESUMED


def _save(folder: RunFolder, state: Checkpoint) -> None:
    checkpoint.save(folder.checkpoint, state)
    _write_history(folder, state.history)


def _write_history(folder: RunFolder, history: tuple[Epoch, ...]) -> None:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["epoch", "loss", "validation_loss", "seconds"])
    writer.writerows(
        [epoch.number, f"{epoch.loss:.6f}", f"{epoch.validation_loss:.6f}", f"{epoch.seconds:.2f}"]
        for epoch in history
    )
    atomic.write_text(folder.history_csv, text.getvalue())


def _write_results(folder: RunFolder, record: RunRecord, frames: training.Frames, state: Checkpoint) -> None:
    _write_history(folder, state.history)
    windows = training.representative_windows(frames, record.settings, REPRESENTATIVE_WINDOWS)
    with atomic.atomic_path(folder.representative) as temporary:
        np.save(temporary, windows)
    note = "synthetic data" if record.dataset.synthetic else record.dataset.name
    plots.save(plots.history(state.history, note), folder.history_png)
    model = autoencoder.build(record.settings)
    model.set_weights(list(state.best_weights))
    with atomic.atomic_path(folder.keras) as temporary:
        model.save(temporary)


def read_representative(folder: RunFolder) -> training.Frames:
    """Return the windows that calibrate the quantization, float32 [n, 640].

    Raises:
        ModelError: the training has not finished, or the file is damaged.
    """
    if not folder.representative.is_file():
        raise ModelError(f"no {folder.representative}: the training has not finished; run host.train again")
    try:
        windows = np.load(folder.representative, allow_pickle=False)
    except (OSError, ValueError, EOFError) as error:
        raise ModelError(f"{folder.representative} is damaged ({error}): train again") from error
    if windows.ndim != 2 or windows.shape[1] != WINDOW_SIZE or windows.dtype != np.float32:
        raise ModelError(f"{folder.representative} is no array float32 [n, 640]: train again")
    return np.asarray(windows, dtype=np.float32)
