"""The recipe of one training run: everything that decides the final weights besides the data."""

from dataclasses import dataclass, replace

from host.data.features import WINDOWS
from host.errors import UsageError

QUICK_STEPS = 3000
"""Optimizer steps of a quick run. Raw decibel targets (mean near -29) need about 2,000 before the
reconstruction error separates anything: after 230 steps the AUC was below chance. Another 1,000 also halve
what int8 costs in AUC, from 0.003 to 0.0013 in one measured case."""


@dataclass(frozen=True)
class TrainingSettings:
    """The reference's settings as defaults: Adam, mean squared error, 100 epochs, batch 512, split 0.1.

    Attributes:
        epochs: passes over the training windows.
        batch_size: windows per optimizer step.
        learning_rate: of Adam.
        validation_split: part of the clips kept for validation, whole clips drawn at random.
        seed: of the initial weights, the split, the order of windows and the representative windows.
        threads: of TensorFlow inside one operator. Another count gives other last bits of the weights, so
            it belongs to the recipe instead of following the machine.
    """

    epochs: int = 100
    batch_size: int = 512
    learning_rate: float = 0.001
    validation_split: float = 0.1
    seed: int = 1
    threads: int = 2

    def __post_init__(self) -> None:
        for name in ("epochs", "batch_size", "threads"):
            if getattr(self, name) < 1:
                raise UsageError(f"{_option(name)} is {getattr(self, name)}: give 1 or more")
        if self.seed < 0:
            raise UsageError(f"--seed is {self.seed}: give 0 or more")
        if not 0 < self.learning_rate <= 1:
            raise UsageError(f"--learning-rate is {self.learning_rate}: give a value above 0, up to 1")
        if not 0 < self.validation_split < 1:
            raise UsageError(f"--validation-split is {self.validation_split}: give a part between 0 and 1")


def validation_clips(settings: TrainingSettings, clips: int) -> int:
    """Return how many of `clips` clips are kept for validation: at least one, never all."""
    return min(max(1, round(clips * settings.validation_split)), clips - 1)


def quick(settings: TrainingSettings, clips: int) -> TrainingSettings:
    """Return `settings` with just the epochs that make about QUICK_STEPS steps, at most as many as given."""
    windows = (clips - validation_clips(settings, clips)) * WINDOWS
    steps_per_epoch = max(1, -(-windows // settings.batch_size))
    return replace(settings, epochs=min(settings.epochs, -(-QUICK_STEPS // steps_per_epoch)))


def _option(name: str) -> str:
    return "--" + name.replace("_", "-")
