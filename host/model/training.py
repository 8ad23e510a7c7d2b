"""Training of the autoencoder by epochs, so that a resumed run ends with the bits of an undisturbed one.

Three habits make that so: every epoch draws its own order from the seed and the epoch's number; the weights
and the optimizer's state are the only state; the number of threads is part of the settings. Keras' own
`fit` is not used: with a global seed it shuffles every epoch alike, and it copies the data several times.
"""

import math
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass

import numpy as np

from host.data.features import FIRST_FRAME, WINDOWS
from host.errors import DataError, ModelError
from host.model import autoencoder, batch_statistics, input_pipeline
from host.model.autoencoder import Array, Autoencoder
from host.model.checkpoint import Checkpoint, Epoch
from host.model.input_pipeline import Frames, Indices, Pipeline, gather, window_numbers
from host.model.seeding import Stream, generator
from host.model.settings import EvaluationWindows, TrainingSettings, steps_per_epoch, validation_clips
from host.model.trainer import Optimization, Trainer

MIDDLE_WINDOW = 313 // 2 - FIRST_FRAME
"""Where the one window of `middle` starts: the middle frame of a clip of 10 s, which has 313."""


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
    total = len(frames) * settings.windows
    chosen = generator(settings.seed, Stream.REPRESENTATIVE).permutation(total)[:count]
    return gather(frames, chosen, settings.window_frames)


def evaluated_positions(evaluation: EvaluationWindows, windows: int = WINDOWS) -> Indices:
    """Return the numbers within a clip of `windows` windows, 0 to 195, of those that make its score."""
    return np.arange(windows) if evaluation == "all" else np.array([MIDDLE_WINDOW])


def evaluated_slice(settings: TrainingSettings) -> slice:
    """Return the same as an index of a clip's windows."""
    every = settings.evaluation_windows == "all"
    return slice(None) if every else slice(MIDDLE_WINDOW, MIDDLE_WINDOW + 1)


def is_finished(history: Sequence[Epoch], settings: TrainingSettings) -> bool:
    """Return whether a training with this history is done: all epochs, or stopped early."""
    if len(history) >= settings.epochs:
        return True
    if not settings.early_stopping or not history:
        return False
    best = min(history, key=lambda epoch: epoch.validation_loss)
    return len(history) - best.number >= settings.early_stopping


def train(
    frames: Frames,
    settings: TrainingSettings,
    recipe: str,
    resume: Checkpoint | None = None,
    callbacks: Callbacks | None = None,
    pipeline: Pipeline = "thread",
) -> Checkpoint:
    """Train an autoencoder on windows of float32 [clips, 200, 128] and return its state at the end.

    Windows are cut from the frames batch by batch: only the frames are kept in memory.

    Args:
        frames: features of the training clips in dB.
        settings: the recipe.
        recipe: fingerprint of settings and data for the checkpoints.
        resume: state to go on from.
        callbacks: what to call on the way.
        pipeline: who prepares the batches; the result does not depend on it.

    Raises:
        DataError: too few clips.
        ModelError: the training diverged, or `resume` does not fit.
    """
    training = _Training(frames, settings, callbacks or Callbacks(), pipeline)
    state = resume
    if state is not None:
        training.trainer.autoencoder.set_weights(list(state.weights))
        training.trainer.set_optimizer_state(list(state.optimizer))
    while state is None or not is_finished(state.history, settings):
        state = training.epoch(recipe, state)
        training.callbacks.on_epoch(state)
    return state


class _Training:
    """What the epochs of one training share."""

    def __init__(
        self, frames: Frames, settings: TrainingSettings, callbacks: Callbacks, pipeline: Pipeline
    ) -> None:
        self.frames, self.settings, self.callbacks, self.pipeline = frames, settings, callbacks, pipeline
        self.split = split_clips(len(frames), settings)
        model = autoencoder.build(settings, precision=settings.precision)
        steps = settings.epochs * steps_per_epoch(settings, len(frames))
        optimization = Optimization(settings.learning_rate, settings.schedule, steps, settings.ema)
        self.trainer = Trainer(model, optimization)
        # Averaged weights, and those trained in mixed precision, are validated as they will be used.
        separate = settings.ema > 0 or settings.precision == "mixed"
        self.validated = autoencoder.build(settings) if separate else model

    def epoch(self, recipe: str, before: Checkpoint | None) -> Checkpoint:
        """Train one more epoch and validate; return the state after it."""
        number = len(before.history) + 1 if before else 1
        started = time.monotonic()
        loss, waited = self._train(number)
        usable = self._usable_weights()
        if self.validated is not self.trainer.autoencoder:
            self.validated.set_weights(usable)
        validation_loss = self._validate()
        if not math.isfinite(loss + validation_loss):
            raise ModelError(f"the loss is {loss} in epoch {number}: give a smaller --learning-rate")
        epoch = Epoch(number, loss, validation_loss, time.monotonic() - started, waited)
        is_best = before is None or validation_loss < before.best_epoch.validation_loss
        return Checkpoint(
            recipe=recipe,
            weights=tuple(self.trainer.autoencoder.weights()),
            optimizer=tuple(self.trainer.optimizer_state()),
            best_weights=tuple(usable) if before is None or is_best else before.best_weights,
            history=(*(before.history if before else ()), epoch),
        )

    def _train(self, number: int) -> tuple[float, float]:
        """Return the mean loss in dB² and the seconds that the trainer waited for its input."""
        settings = self.settings
        order = epoch_order(self.split.train, settings, number)
        steps = -(-len(order) // settings.batch_size)
        total = waited = 0.0
        source = input_pipeline.batches(
            self.frames, order, settings.batch_size, self.pipeline, settings.threads, settings.window_frames
        )
        # Closed at once when a step fails or is interrupted, and with it the thread that prepares.
        with closing(source):
            for step, batch in enumerate(source, start=1):
                loss = self.trainer.step(batch.windows)
                total += loss * len(batch.windows)
                waited += batch.waited
                self.callbacks.on_step(Progress(number, settings.epochs, step, steps, loss))
        return total / len(order), waited

    def _usable_weights(self) -> list[Array]:
        """Return the weights that would be kept if this were the best epoch."""
        if not self.settings.ema:
            return self.trainer.autoencoder.weights()
        numbers = window_numbers(self.split.train, self.settings.window_frames)
        random = generator(self.settings.seed, Stream.STATISTICS)
        chosen = random.permutation(numbers)[: batch_statistics.WINDOWS]
        windows = gather(self.frames, chosen, self.settings.window_frames)
        return batch_statistics.renewed(self.trainer.averaged_weights(), windows, autoencoder.EPSILON)

    def _validate(self) -> float:
        return mean_loss(self.validated, self.frames, self.split.validation, self.settings)


def epoch_order(clips: Indices, settings: TrainingSettings, epoch: int) -> Indices:
    """Return the numbers of the windows of `clips` that train in `epoch`, in their order.

    They follow from the seed and the epoch's number alone, so that a resumed training repeats them.
    """
    if settings.training_windows == "all":
        numbers = window_numbers(clips, settings.window_frames)
    else:
        numbers = clips * settings.windows + generator(settings.seed, Stream.WINDOWS, epoch).integers(
            settings.windows, size=len(clips)
        )
    return generator(settings.seed, Stream.ORDER, epoch).permutation(numbers)


def mean_loss(model: Autoencoder, frames: Frames, clips: Indices, settings: TrainingSettings) -> float:
    """Return the mean squared error in dB² over the windows of `clips` that make their scores."""
    positions = evaluated_positions(settings.evaluation_windows, settings.windows)
    numbers = (clips[:, np.newaxis] * settings.windows + positions).reshape(-1)
    total = 0.0
    for start in range(0, len(numbers), settings.batch_size):
        chosen = numbers[start : start + settings.batch_size]
        total += model.loss(gather(frames, chosen, settings.window_frames)) * len(chosen)
    return total / len(numbers)
