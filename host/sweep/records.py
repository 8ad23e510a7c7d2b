"""What a trial is asked for and what it gave, and the JSON file of each finished one.

The file's name is the key of the trial: a hash of everything that decides its figures besides the program:
its its settings and the recordings. A sweep that finds the file does not repeat the trial.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from host import atomic
from host.errors import DataError
from host.model.settings import TrainingSettings
from host.sweep.space import Measurement, Space, Trial

SCHEMA = "sweep-trial/1"
_KEY_DIGITS = 24

SIMULATED = "simulated: virtual board"
LINKED = "linked image of the virtual board"
ESTIMATED = "estimated from simulated time"
GOLDEN = "int8 model in tflite-micro"


@dataclass(frozen=True)
class Recordings:
    """Where a worker finds the recordings and their features, and what they have to be."""

    root: str
    cache: str
    name: str
    synthetic: bool
    fingerprint: str


@dataclass(frozen=True)
class Task:
    """A trial with all that a worker needs; `training` has the trial's layers and windows."""

    trial: Trial
    training: TrainingSettings
    measurement: Measurement
    recordings: Recordings

    @property
    def key(self) -> str:
        """The name of the trial's file."""
        decisive = [
            SCHEMA,
            self.training.hashed,
            self.training.evaluation_windows,
            self.trial.quantization,
            asdict(self.measurement),
            self.recordings.fingerprint,
        ]
        return hashlib.sha256(json.dumps(decisive).encode()).hexdigest()[:_KEY_DIGITS]


@dataclass(frozen=True)
class Figures:
    """What one trial came to. Times in seconds, energy in microjoule, memory in bytes, losses in dB².

    `energy_uj` is None where no estimate applies. `firmware` is the fingerprint of the sources of its image.
    """

    auc: float
    test_clips: int
    epochs: int
    best_epoch: int
    validation_loss: float
    model_bytes: int
    model_sha256: str
    clock_hz: int | None
    accelerator_cycles: int
    total_cycles: int
    inference_s: float | None
    ram_bytes: int
    flash_bytes: int
    energy_uj: float | None
    energy_basis: str | None
    cycle_model: str | None
    cycle_model_error: str | None
    cpu_cycles_error: str | None
    notes: tuple[str, ...]
    firmware: str
    training_time_s: float
    measuring_time_s: float


SOURCES = {
    "auc": GOLDEN,
    "accelerator_cycles": SIMULATED,
    "total_cycles": SIMULATED,
    "inference_s": SIMULATED,
    "ram_bytes": LINKED,
    "flash_bytes": LINKED,
    "energy_uj": ESTIMATED,
}
"""Where each figure comes from."""


@dataclass(frozen=True)
class Output:
    """What a worker hands back: the figures and the int8 model."""

    figures: Figures
    model: bytes


@dataclass(frozen=True)
class TrialState:
    """A trial of a sweep: its figures, or why it has none. `kept` if an earlier run had finished it."""

    task: Task
    figures: Figures | None
    reason: str | None = None
    kept: bool = False


def tasks(space: Space, recordings: Recordings) -> tuple[Task, ...]:
    """Return the tasks of a sweep in the order of its trials."""
    return tuple(
        Task(
            trial,
            _with_layers(space.training, trial),
            space.measurement,
            recordings,
        )
        for trial in space.trials
    )


def _with_layers(training: TrainingSettings, trial: Trial) -> TrainingSettings:
    values = {**asdict(training), "hidden_units": trial.hidden_units, "window_frames": trial.input_frames}
    return TrainingSettings(**values)


@dataclass(frozen=True)
class SweepFolder:
    """Names of the files of a sweep."""

    path: Path

    @property
    def document(self) -> Path:
        """All trials: the document sweep/1."""
        return self.path / "sweep.json"

    @property
    def plot(self) -> Path:
        """The interactive plot."""
        return self.path / "sweep.html"

    def trial(self, task: Task) -> Path:
        """The record of a finished trial."""
        return self.path / "trials" / f"{task.key}.json"

    def model(self, task: Task) -> Path:
        """Its int8 model."""
        return self.path / "models" / f"{task.key}.tflite"


def task_document(task: Task) -> dict[str, Any]:
    """Return a task as JSON, for the process that does it."""
    return asdict(task)


def task_of(document: dict[str, Any]) -> Task:
    """Return the task of `task_document`."""
    return Task(
        Trial(**document["trial"]),
        TrainingSettings(**document["training"]),
        Measurement(**document["measurement"]),
        Recordings(**document["recordings"]),
    )


def figures_of(document: dict[str, Any]) -> Figures:
    """Return the figures that `asdict` made a document of.

    Raises:
        TypeError: a figure is missing or unknown.
    """
    return Figures(**{**document, "notes": tuple(document["notes"])})


def write(folder: SweepFolder, task: Task, output: Output) -> None:
    """Keep a finished trial: the model first, since the record says that the trial is finished.

    Raises:
        DataError: the folder cannot be written.
    """
    atomic.write_bytes(folder.model(task), output.model)
    document = {
        "schema": SCHEMA,
        "key": task.key,
        "name": task.trial.name,
        **task_document(task),
        "figures": asdict(output.figures),
        "sources": SOURCES,
    }
    atomic.write_text(folder.trial(task), json.dumps(document, indent=2, allow_nan=False) + "\n")


def read(folder: SweepFolder, task: Task) -> Figures | None:
    """Return the figures of a trial that is finished, None if it is not.

    Raises:
        DataError: its record is damaged or of another version.
    """
    path = folder.trial(task)
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
        figures = figures_of(document["figures"])
        model = folder.model(task).read_bytes()
    except FileNotFoundError:
        return None
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise DataError(f"{path} cannot be used ({error})") from error
    if document["schema"] != SCHEMA or document["key"] != task.key:
        raise DataError(f"{path} cannot be used (it is of another trial or version)")
    if hashlib.sha256(model).hexdigest() != figures.model_sha256:
        raise DataError(f"{path} cannot be used (the model beside it is another one)")
    return figures


def other_firmware(states: Sequence[TrialState]) -> bool:
    """Return whether trials were measured with firmware of different sources."""
    return len({state.figures.firmware for state in states if state.figures is not None}) > 1
