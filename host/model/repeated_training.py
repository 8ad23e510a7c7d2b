"""Several trainings of one command: a model per machine, per seed or both, each with the AUC that it reaches.

Each has a run folder of its own below the command's: `id_01`, `seed_1` or `id_01/seed_1`. AUCs here come
from the float model in TensorFlow; host.evaluate measures the .tflite files.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from host import atomic
from host.data.features import windows
from host.data.layout import Clip, Dataset
from host.errors import ModelError, UsageError
from host.model import metrics
from host.model.autoencoder import Autoencoder
from host.model.input_pipeline import Frames
from host.model.settings import EvaluationWindows
from host.model.training import evaluated_positions
from host.model.training_run import Outcome

SCHEMA = "trainings/1"

FILE_NAME = "trainings.json"

Scores = NDArray[np.float64]


@dataclass(frozen=True)
class Member:
    """One of the trainings: its folder, the machine it is of (None: all of them) and its seed."""

    path: Path
    machine_id: str | None
    seed: int

    @property
    def name(self) -> str:
        """For a person: "id 01, seed 2"."""
        machine = "all machines" if self.machine_id is None else f"id {self.machine_id}"
        return f"{machine}, seed {self.seed}"


@dataclass(frozen=True)
class Trained:
    """What a training came to; `auc` is None where its test clips are not of both kinds."""

    member: Member
    outcome: Outcome
    test_clips: int
    auc: float | None


@dataclass(frozen=True)
class Spread:
    """Mean, sample standard deviation and extremes of AUCs; the deviation of a single one is None."""

    count: int
    mean: float
    deviation: float | None
    lowest: float
    highest: float


def members(
    out: Path, dataset: Dataset, seed: int, seeds: int | None, machine_ids: Sequence[str | None]
) -> tuple[Member, ...]:
    """Return the trainings that a command asks for, at least one.

    Args:
        out: folder of the command.
        dataset: the recordings.
        seed: the first one.
        seeds: how many, counted up from `seed`; None for one, without a folder of its own.
        machine_ids: whose clips train, one model each; (None,) for one model of all.

    Raises:
        UsageError: there is no training clip of a machine, or `seeds` is no positive number.
        ModelError: `out` is the folder of one training, and several are asked for.
    """
    if seeds is not None and seeds < 1:
        raise UsageError(f"--seeds is {seeds}: give 1 or more")
    known = {clip.machine_id for clip in dataset.train}
    for machine_id in machine_ids:
        if machine_id is not None and machine_id not in known:
            raise UsageError(
                f"no training clip of machine {machine_id}: there are {', '.join(sorted(known)) or 'none'}"
            )
    several = seeds is not None or tuple(machine_ids) != (None,)
    if several and (out / "settings.json").exists():
        raise ModelError(f"{out} holds one training: name another folder with --out for several")
    return tuple(
        Member(_folder(out, machine_id, number if seeds is not None else None), machine_id, number)
        for machine_id in machine_ids
        for number in range(seed, seed + (seeds or 1))
    )


def of_machine(dataset: Dataset, machine_id: str | None) -> Dataset:
    """Return the part of `dataset` that is of one machine; the whole for None."""
    if machine_id is None:
        return dataset
    clips = tuple(clip for clip in dataset.clips if clip.machine_id == machine_id)
    return replace(dataset, clips=clips, unusable=(), missing=0)


def clip_scores(
    model: Autoencoder,
    frames: Frames,
    evaluation: EvaluationWindows,
    on_clip: Callable[[], None] = lambda: None,
) -> Scores:
    """Return the clip scores of float32 [clips, 200, 128] in dB², float64 [clips].

    Args:
        model: the float autoencoder.
        frames: features.
        evaluation: which windows make a score.
        on_clip: called after each clip.
    """
    positions = evaluated_positions(evaluation)
    scores = np.empty(len(frames))
    for number, clip in enumerate(frames):
        vectors = windows(np.asarray(clip))[positions]
        scores[number] = np.mean(np.square(model.predict(vectors).astype(np.float64) - vectors))
        on_clip()
    return scores


def test_part(
    clips: Sequence[Clip], frames: Frames, machine_id: str | None
) -> tuple[NDArray[np.int_], Frames]:
    """Return labels [n] and features [n, 200, 128] of the test clips of one machine; of all for None."""
    chosen = [machine_id in (None, clip.machine_id) for clip in clips]
    labels = np.array([clip.label for clip in clips], dtype=np.int_)
    return labels[chosen], frames if all(chosen) else frames[chosen]


def auc(labels: NDArray[np.int_], scores: Scores) -> float | None:
    """Return the AUC, None without clips of both kinds."""
    return metrics.auc(labels, scores) if len(set(labels.tolist())) == 2 else None


def spread(values: Sequence[float]) -> Spread | None:
    """Return mean and spread, None of nothing."""
    if not values:
        return None
    deviation = float(np.std(values, ddof=1)) if len(values) > 1 else None
    return Spread(len(values), float(np.mean(values)), deviation, min(values), max(values))


def spreads(trained: Sequence[Trained]) -> dict[str, Spread]:
    """Return the spread over the seeds of every machine, by machine id, "all" for a model of all.

    Where each of several machines has an AUC, "mean of ids" is of their means, seed by seed.
    """
    by_machine: dict[str, list[float]] = {}
    for one in trained:
        if one.auc is not None:
            by_machine.setdefault(one.member.machine_id or "all", []).append(one.auc)
    seeds = {one.member.seed for one in trained}
    machines = {one.member.machine_id for one in trained}
    if len(machines) > 1 and all(one.auc is not None for one in trained):
        by_machine["mean of ids"] = [
            float(np.mean([one.auc for one in trained if one.member.seed == seed])) for seed in sorted(seeds)
        ]
    found = {machine: spread(values) for machine, values in by_machine.items()}
    return {machine: value for machine, value in found.items() if value is not None}


def document(trained: Sequence[Trained]) -> dict[str, Any]:
    """Return the document trainings/1."""
    return {
        "schema": SCHEMA,
        "trainings": [
            {
                "folder": str(one.member.path),
                "machine_id": one.member.machine_id,
                "seed": one.member.seed,
                "epochs": len(one.outcome.history),
                "best": {
                    "epoch": one.outcome.best_epoch.number,
                    "validation_loss": one.outcome.best_epoch.validation_loss,
                },
                "test_clips": one.test_clips,
                "auc": one.auc,
            }
            for one in trained
        ],
        "auc": {machine: asdict(value) for machine, value in spreads(trained).items()},
    }


def write(out: Path, trained: Sequence[Trained]) -> None:
    """Write trainings.json into the command's folder.

    Raises:
        DataError: the folder cannot be written.
    """
    text = json.dumps(document(trained), indent=2, allow_nan=False) + "\n"
    atomic.write_text(out / FILE_NAME, text)


def _folder(out: Path, machine_id: str | None, seed: int | None) -> Path:
    folder = out if machine_id is None else out / f"id_{machine_id}"
    return folder if seed is None else folder / f"seed_{seed}"
