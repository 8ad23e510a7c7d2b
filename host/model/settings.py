"""The settings of one training run: everything that decides the final weights besides the data."""

from dataclasses import dataclass, fields, replace
from typing import Any, Literal, get_args

from host.data.features import FRAMES, WINDOW_FRAMES
from host.errors import UsageError

TrainingWindows = Literal["all", "random"]
"""`all`: every window of a clip in every epoch. `random`: one, drawn anew for each clip and epoch."""

EvaluationWindows = Literal["all", "middle"]
"""`all`: the clip score is the mean over 196 windows. `middle`: it is the score of the middle window."""

Schedule = Literal["constant", "cosine", "exponential"]
"""Learning rate by step: constant, half a cosine down to 0, or an exponential down to 1 %."""

Precision = Literal["float32", "mixed"]
"""`mixed`: layers compute in bfloat16, variables, output and loss stay float32."""

HIDDEN_UNITS = (128, 128, 128, 128, 8, 128, 128, 128, 128)
"""Units of the benchmark's hidden layers, the first one's first."""

QUICK_STEPS = 3000
"""Optimizer steps of a quick run. Raw decibel targets (mean near -29) need about 2,000 before the
reconstruction error separates anything: after 230 steps the AUC was below chance. Another 1,000 also halve
what int8 costs in AUC, from 0.003 to 0.0013 in one measured case."""

_ALWAYS_HASHED = ("epochs", "batch_size", "learning_rate", "validation_split", "seed", "threads")


@dataclass(frozen=True)
class TrainingSettings:
    """The reference's settings as defaults: Adam, mean squared error, 100 epochs, batch 512, split 0.1.

    Attributes:
        epochs: passes over the training windows, at most.
        batch_size: windows per optimizer step.
        learning_rate: of Adam, at its beginning.
        validation_split: part of the clips kept for validation, whole clips drawn at random.
        seed: of the initial weights, the split, the order of windows and the representative windows.
        threads: of TensorFlow inside one operator. Another count gives other last bits of the weights, so
            it belongs to the recipe instead of following the machine.
        recipe: name of the recipe that the others were taken from; see recipes.py.
        training_windows: which windows of a clip train.
        evaluation_windows: which windows of a clip make its score, and validate.
        schedule: how the learning rate falls over the steps of all epochs.
        early_stopping: epochs without a better validation loss after which training ends; 0: never.
        ema: share that the averaged weights keep in each step; 0: the weights are not averaged.
        precision: of the layers' arithmetic while training.
        hidden_units: units of each hidden layer, the first one's first.
        window_frames: frames of the spectrogram in one window, hence in the model's input.
    """

    epochs: int = 100
    batch_size: int = 512
    learning_rate: float = 0.001
    validation_split: float = 0.1
    seed: int = 1
    threads: int = 2
    recipe: str = "mlperf"
    training_windows: TrainingWindows = "all"
    evaluation_windows: EvaluationWindows = "all"
    schedule: Schedule = "constant"
    early_stopping: int = 0
    ema: float = 0.0
    precision: Precision = "float32"
    hidden_units: tuple[int, ...] = HIDDEN_UNITS
    window_frames: int = WINDOW_FRAMES

    def __post_init__(self) -> None:
        object.__setattr__(self, "hidden_units", tuple(self.hidden_units))  # JSON has lists only.
        if not self.hidden_units or min(self.hidden_units) < 1:
            raise UsageError(
                f"hidden layers have {self.hidden_units} units: give one layer or more, each of 1 or more"
            )
        if not 1 <= self.window_frames <= FRAMES:
            raise UsageError(f"a window has {self.window_frames} frames: 1 to {FRAMES} are possible")
        for name in ("epochs", "batch_size", "threads"):
            if getattr(self, name) < 1:
                raise UsageError(f"{_option(name)} is {getattr(self, name)}: give 1 or more")
        for name in ("seed", "early_stopping"):
            if getattr(self, name) < 0:
                raise UsageError(f"{_option(name)} is {getattr(self, name)}: give 0 or more")
        if not 0 < self.learning_rate <= 1:
            raise UsageError(f"--learning-rate is {self.learning_rate}: give a value above 0, up to 1")
        if not 0 < self.validation_split < 1:
            raise UsageError(f"--validation-split is {self.validation_split}: give a part between 0 and 1")
        if not 0 <= self.ema < 1:
            raise UsageError(f"--ema is {self.ema}: give 0 or more and less than 1, as 0.999")
        for name, allowed in _CHOICES:
            if getattr(self, name) not in allowed:
                raise UsageError(f"{_option(name)} is {getattr(self, name)}: give {' or '.join(allowed)}")

    @property
    def windows(self) -> int:
        """How many windows a clip has."""
        return FRAMES - self.window_frames + 1

    @property
    def hashed(self) -> dict[str, Any]:
        """What of the settings decides the weights: one of recipe.py's later fields only where it is set.

        Runs that were begun before a field existed keep their fingerprint, hence their checkpoints.
        """
        decisive = [field for field in fields(self) if field.name not in ("recipe", "evaluation_windows")]
        values = {field.name: getattr(self, field.name) for field in decisive}
        if self.evaluation_windows != "all":  # They validate, so they choose the best epoch.
            values["evaluation_windows"] = self.evaluation_windows
        defaults = {field.name: field.default for field in decisive}
        return {
            name: value
            for name, value in values.items()
            if name in _ALWAYS_HASHED or value != defaults.get(name)
        }


_CHOICES = (
    ("training_windows", get_args(TrainingWindows)),
    ("evaluation_windows", get_args(EvaluationWindows)),
    ("schedule", get_args(Schedule)),
    ("precision", get_args(Precision)),
)


def validation_clips(settings: TrainingSettings, clips: int) -> int:
    """Return how many of `clips` clips are kept for validation: at least one, never all."""
    return min(max(1, round(clips * settings.validation_split)), clips - 1)


def steps_per_epoch(settings: TrainingSettings, clips: int) -> int:
    """Return the optimizer steps of an epoch of a set of `clips` clips, those that validate included."""
    windows = (clips - validation_clips(settings, clips)) * (
        settings.windows if settings.training_windows == "all" else 1
    )
    return max(1, -(-windows // settings.batch_size))


def quick(settings: TrainingSettings, clips: int) -> TrainingSettings:
    """Return `settings` with just the epochs that make about QUICK_STEPS steps, at most as many as given."""
    epochs = -(-QUICK_STEPS // steps_per_epoch(settings, clips))
    return replace(settings, epochs=min(settings.epochs, epochs))


def _option(name: str) -> str:
    return "--" + name.replace("_", "-")
