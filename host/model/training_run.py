"""One training in its folder: begun, resumed or found finished, then the files that later stages read."""

import csv
import io
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

import numpy as np

from host import array_file, atomic
from host.data.features import WINDOW_SIZE
from host.errors import DataError, ModelError
from host.model import autoencoder, checkpoint, model_card, run_folder, training
from host.model.checkpoint import Checkpoint, Epoch
from host.model.input_pipeline import Frames, Pipeline
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
    """What was found in the folder before the first step; `trained` if no epoch is left to do."""

    start: Start
    finished_epochs: int
    trained: bool
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
    folder: RunFolder,
    record: RunRecord,
    frames: Frames,
    callbacks: RunCallbacks | None = None,
    pipeline: Pipeline = "thread",
) -> Outcome:
    """Train in `folder` until the epochs of `record` are done, going on from its checkpoint if there is one.

    After every epoch the checkpoint and history.csv are written; at the end model.keras (the best epoch),
    representative.npy, history.png and the model card.

    Args:
        folder: a new, empty or interrupted run.
        record: settings and dataset; must be those of the folder.
        frames: features of the training clips, float32 [clips, 200, 128] in dB.
        callbacks: what to call on the way.
        pipeline: who prepares the batches; the result does not depend on it.

    Raises:
        ModelError: the folder belongs to another training, or the training diverged.
        DataError: too few clips, or the folder cannot be written.
    """
    callbacks = callbacks or RunCallbacks()
    # First, since a training that cannot begin must not claim the folder.
    training.split_clips(len(frames), record.settings)
    windows = training.representative_windows(frames, record.settings, REPRESENTATIVE_WINDOWS)
    warnings = run_folder.claim(folder, record)
    found = checkpoint.load_latest(folder.checkpoint, record.recipe)
    state = found.checkpoint
    finished = len(state.history) if state else 0
    trained = state is not None and training.is_finished(state.history, record.settings)
    unusable = _unusable_results(folder, windows) if trained else ()
    start = Start.FRESH if state is None else Start.RESUMED
    if trained and not unusable:
        start = Start.FINISHED
    rewritten = [
        f"{path} is missing or damaged: it is written again from the checkpoint" for path in unusable
    ]
    callbacks.on_begin(Beginning(start, finished, trained, (*warnings, *found.warnings, *rewritten)))
    if state is None or start is not Start.FINISHED:
        after_epoch = training.Callbacks(callbacks.on_step, lambda now: _save(folder, now))
        state = training.train(frames, record.settings, record.recipe, state, after_epoch, pipeline)
        _write_results(folder, record, windows, state)
    if not folder.card.exists():
        model_card.write(folder)
    return Outcome(start, state.history, state.best_epoch)


def kept_epochs(folder: RunFolder, record: RunRecord) -> int:
    """Return after how many epochs a training that ends now would go on."""
    state = checkpoint.load_latest(folder.checkpoint, record.recipe).checkpoint
    return len(state.history) if state else 0


def _unusable_results(folder: RunFolder, windows: Frames) -> tuple[Path, ...]:
    """Return those files of a finished training that are missing or damaged, as far as that can be seen."""
    unusable = [path for path in (folder.history_csv, folder.history_png) if not path.is_file()]
    try:
        same = np.array_equal(read_representative(folder), windows)
    except ModelError:
        same = False
    if not same:
        unusable.append(folder.representative)
    if not autoencoder.is_intact(folder.keras):
        unusable.append(folder.keras)
    return tuple(unusable)


def _save(folder: RunFolder, state: Checkpoint) -> None:
    checkpoint.save(folder.checkpoint, state)
    _write_history(folder, state.history)


def _write_history(folder: RunFolder, history: tuple[Epoch, ...]) -> None:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["epoch", "loss", "validation_loss", "seconds", "input_seconds"])
    for epoch in history:
        waited = "" if epoch.input_seconds is None else f"{epoch.input_seconds:.3f}"
        losses = (f"{epoch.loss:.6f}", f"{epoch.validation_loss:.6f}")
        writer.writerow([epoch.number, *losses, f"{epoch.seconds:.2f}", waited])
    atomic.write_text(folder.history_csv, text.getvalue())


def _write_results(folder: RunFolder, record: RunRecord, windows: Frames, state: Checkpoint) -> None:
    _write_history(folder, state.history)
    array_file.write(folder.representative, windows)
    note = "synthetic data" if record.dataset.synthetic else record.dataset.name
    plots.save(plots.history(state.history, note), folder.history_png)
    model = autoencoder.build(record.settings)
    model.set_weights(list(state.best_weights))
    with atomic.atomic_path(folder.keras) as temporary:
        model.save(temporary)
    model_card.write(folder)


def read_representative(folder: RunFolder) -> Frames:
    """Return the windows that calibrate the quantization, float32 [n, 640].

    Raises:
        ModelError: the training has not finished, or the file is damaged.
    """
    if not folder.representative.is_file():
        raise ModelError(
            f"no {folder.representative}: the training has not finished; "
            "run the same host.train command again"
        )
    try:
        windows = array_file.read(folder.representative)
    except DataError as error:
        raise ModelError(f"{folder.representative} is damaged: {run_folder.REPAIR}") from error
    if windows.ndim != 2 or windows.shape[1] != WINDOW_SIZE or windows.dtype != np.float32:
        raise ModelError(f"{folder.representative} is no array float32 [n, 640]: {run_folder.REPAIR}")
    return np.asarray(windows, dtype=np.float32)
