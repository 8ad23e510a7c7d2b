"""Training of the autoencoder by epochs, so that a resumed run ends with the bits of an undisturbed one.

Three habits make that so: every epoch draws its own order from the seed and the epoch's number; the weights
and the optimizer's state are the only state; the number of threads is part of the settings. Keras' own
`fit` is not used: with a global seed it shuffles every epoch alike, and it copies the data several times.
"""

import math
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from host.data.features import WINDOWS, windows
from host.errors import DataError, ModelError
from host.model import autoencoder
from host.model.checkpoint import Checkpoint, Epoch
from host.model.seeding import Stream, generator
from host.model.settings import TrainingSettings, validation_clips

Frames = NDArray[np.float32]
Indices = NDArray[np.intp]


@dataclass(frozen=True)
class Progress:
    """Where a training is: step `step` of `steps` in epoch `epoch` of `epochs`, all counted from 1."""

    epoch: int
    epochs: int
    step: int
    steps: int
    loss: float


@dataclass(frozen=True)
class Callbacks:
    """What the caller wants to know: after each step, and after each epoch with all that would be lost."""

    on_step: Callable[[Progress], None] = lambda progress: None
    on_epoch: Callable[[Checkpoint], None] = lambda checkpoint: None


@dataclass(frozen=True)
class Split:
    """Indices of the clips that train and of those that validate; whole clips, since windows overlap."""

    train: Indices
    validation: Indices


def split_clips(clips: int, settings: TrainingSettings) -> Split:
    """Draw the validation clips.

    The reference takes the last tenth of all windows, which are clips of the last machine only.

    Raises:
        DataError: there are fewer than two clips.
    """
    if clips < 2:
        raise DataError(f"{clips} usable training clip: at least 2 are needed, one of them to validate")
    order = generator(settings.seed, Stream.SPLIT).permutation(clips)
    held_back = validation_clips(settings, clips)
    return Split(train=np.sort(order[held_back:]), validation=np.sort(order[:held_back]))


def representative_windows(frames: Frames, settings: TrainingSettings, count: int) -> Frames:
    """Draw `count` windows at random over all clips, float32 [count, 640] (fewer if there are fewer).

    The first windows of a set come from few clips: calibrating with 100 of them cost 0.24 of AUC.
    """
    total = len(frames) * WINDOWS
    chosen = generator(settings.seed, Stream.REPRESENTATIVE).permutation(total)[:count]
    return _gather(frames, chosen)


def train(
    frames: Frames,
    settings: TrainingSettings,
    recipe: str,
    resume: Checkpoint | None = None,
    callbacks: Callbacks | None = None,
) -> Checkpoint:
    """Train an autoencoder on all windows of float32 [clips, 200, 128] and return its state at the end.

    Windows are cut from the frames batch by batch: only the frames are kept in memory.

    Args:
        frames: features of the training clips in dB.
        settings: the recipe.
        recipe: fingerprint of settings and data for the checkpoints.
        resume: state to go on from.
        callbacks: what to call on the way.

    Raises:
        DataError: too few clips.
        ModelError: the training diverged, or `resume` does not fit.
    """
    callbacks = callbacks or Callbacks()
    split = split_clips(len(frames), settings)
    model = autoencoder.build(settings)
    trainer = autoencoder.Trainer(model, settings.learning_rate)
    state = resume
    if state is not None:
        model.set_weights(list(state.weights))
        trainer.set_optimizer_state(list(state.optimizer))
    for number in range(len(state.history) + 1 if state else 1, settings.epochs + 1):
        started = time.monotonic()
        loss = _train_epoch(trainer, frames, split, settings, number, callbacks)
        validation_loss = _validate(trainer, frames, split, settings.batch_size)
        if not math.isfinite(loss + validation_loss):
            raise ModelError(f"the loss is {loss} in epoch {number}: give a smaller --learning-rate")
        epoch = Epoch(number, loss, validation_loss, time.monotonic() - started)
        state = _after_epoch(trainer, recipe, state, epoch)
        callbacks.on_epoch(state)
    if state is None:
        raise ModelError("nothing to train: the settings ask for no epoch")
    return state


def _train_epoch(
    trainer: autoencoder.Trainer,
    frames: Frames,
    split: Split,
    settings: TrainingSettings,
    number: int,
    callbacks: Callbacks,
) -> float:
    indices = _window_indices(split.train)
    order = generator(settings.seed, Stream.ORDER, number).permutation(indices)
    steps = -(-len(order) // settings.batch_size)
    total = 0.0
    for step, chosen in enumerate(_batches(order, settings.batch_size), start=1):
        loss = trainer.step(_gather(frames, chosen))
        total += loss * len(chosen)
        callbacks.on_step(Progress(number, settings.epochs, step, steps, loss))
    return total / len(order)


def _validate(trainer: autoencoder.Trainer, frames: Frames, split: Split, batch_size: int) -> float:
    indices = _window_indices(split.validation)
    total = sum(
        trainer.loss(_gather(frames, chosen)) * len(chosen) for chosen in _batches(indices, batch_size)
    )
    return total / len(indices)


def _after_epoch(
    trainer: autoencoder.Trainer, recipe: str, before: Checkpoint | None, epoch: Epoch
) -> Checkpoint:
    weights: tuple[NDArray[Any], ...] = tuple(trainer.autoencoder.weights())
    is_best = before is None or epoch.validation_loss < before.best_epoch.validation_loss
    return Checkpoint(
        recipe=recipe,
        weights=weights,
        optimizer=tuple(trainer.optimizer_state()),
        best_weights=weights if before is None or is_best else before.best_weights,
        history=(*(before.history if before else ()), epoch),
    )


def _window_indices(clips: Indices) -> Indices:
    """Return the numbers of all windows of `clips`; window k of clip c has number c * 196 + k."""
    return (clips[:, np.newaxis] * WINDOWS + np.arange(WINDOWS)).reshape(-1)


def _gather(frames: Frames, indices: Indices) -> Frames:
    """Return the windows with these numbers as a new array [len(indices), 640]."""
    clips, positions = np.divmod(indices, WINDOWS)
    return windows(frames)[clips, positions]


def _batches(indices: Indices, size: int) -> Iterator[Indices]:
    return (indices[start : start + size] for start in range(0, len(indices), size))
