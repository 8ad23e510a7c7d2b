"""The folder of one training run: its file names, the record that makes it repeatable, the rules of reuse."""

import hashlib
import json
import platform
from dataclasses import asdict, dataclass, fields
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from host import __version__, atomic
from host.data.layout import Dataset
from host.errors import ModelError, UsageError
from host.model import recipes
from host.model.settings import TrainingSettings

SCHEMA = "run/1"

PACKAGES = ("tensorflow-cpu", "keras", "numpy", "tflite-micro")
"""Whose versions may change the result; recorded in every run."""

REPAIR = "run the same host.train command again, which writes it anew from the checkpoint"
"""What to do about a damaged result of a training."""


@dataclass(frozen=True)
class RunFolder:
    """Names of the files in a run folder."""

    path: Path

    @property
    def settings(self) -> Path:
        """The record: settings, dataset, versions, command."""
        return self.path / "settings.json"

    @property
    def checkpoint(self) -> Path:
        """State after the last finished epoch; see checkpoint.py."""
        return self.path / "checkpoint"

    @property
    def history_csv(self) -> Path:
        """Losses by epoch."""
        return self.path / "history.csv"

    @property
    def history_png(self) -> Path:
        """The same as a plot."""
        return self.path / "history.png"

    @property
    def representative(self) -> Path:
        """Windows that calibrate the quantization, float32 [n, 640] in NumPy's format."""
        return self.path / "representative.npy"

    @property
    def keras(self) -> Path:
        """The model of the best epoch."""
        return self.path / "model.keras"

    @property
    def float_model(self) -> Path:
        """The model of the best epoch, converted without quantization."""
        return self.path / "model_float.tflite"

    @property
    def int8_model(self) -> Path:
        """The quantized model, in the form that was asked for first."""
        return self.path / "model_int8.tflite"

    def int8_model_with(self, io: str) -> Path:
        """Return the place of a further quantized form."""
        return self.path / f"model_int8_{io}_io.tflite"

    @property
    def quantization(self) -> Path:
        """How the quantized files were made."""
        return self.path / "quantization.json"

    @property
    def comparison(self) -> Path:
        """What each way of quantizing buys: the document quantization-comparison/1."""
        return self.path / "quantization_comparison.json"

    @property
    def card(self) -> Path:
        """The model card."""
        return self.path / "model.md"

    @property
    def evaluation(self) -> Path:
        """The document evaluation/1."""
        return self.path / "evaluation.json"

    @property
    def scores(self) -> Path:
        """Scores by test clip."""
        return self.path / "scores.csv"


@dataclass(frozen=True)
class RunDataset:
    """The recordings of a run: where they were, and what they were; `machine_id` if of one machine only."""

    name: str
    root: str
    fingerprint: str
    synthetic: bool
    training_clips: int
    machine_id: str | None = None


@dataclass(frozen=True)
class PackageVersion:
    """An installed package."""

    name: str
    version: str


@dataclass(frozen=True)
class RunRecord:
    """What settings.json says."""

    settings: TrainingSettings
    dataset: RunDataset
    versions: tuple[PackageVersion, ...]
    command: str

    @property
    def recipe(self) -> str:
        """SHA-256 over what decides the weights: settings and data, not names, places or versions."""
        dataset = (self.dataset.fingerprint, self.dataset.training_clips)
        return hashlib.sha256(json.dumps([self.settings.hashed, dataset]).encode()).hexdigest()


def record(
    settings: TrainingSettings,
    dataset: Dataset,
    training_clips: int,
    command: str,
    machine_id: str | None = None,
) -> RunRecord:
    """Describe a run on this machine; `dataset` has the clips of `machine_id` only if one is given."""
    described = RunDataset(
        dataset.name,
        str(dataset.root.resolve()),
        dataset.fingerprint,
        dataset.synthetic,
        training_clips,
        machine_id,
    )
    return RunRecord(settings, described, installed_versions(), command)


def write_record(folder: RunFolder, run: RunRecord) -> None:
    """Write settings.json.

    Raises:
        DataError: the disk is full or the place not writable.
    """
    document = {
        "schema": SCHEMA,
        "settings": asdict(run.settings),
        "recipe": [asdict(difference) for difference in recipes.differences(run.settings)],
        "dataset": asdict(run.dataset),
        "versions": {package.name: package.version for package in run.versions},
        "command": run.command,
    }
    atomic.write_text(folder.settings, json.dumps(document, indent=2) + "\n")


def read_record(folder: RunFolder) -> RunRecord:
    """Read settings.json.

    Raises:
        ModelError: the folder is no run, or the file is damaged.
    """
    if not folder.settings.is_file():
        raise ModelError(
            f"{folder.path} is no run folder (no {folder.settings.name} in it): "
            f"train first, python -m host.train --data DIR --out {folder.path}"
        )
    try:
        document: dict[str, Any] = json.loads(folder.settings.read_text(encoding="utf-8"))
        return RunRecord(
            TrainingSettings(**document["settings"]),
            RunDataset(**document["dataset"]),
            tuple(PackageVersion(name, text) for name, text in document["versions"].items()),
            document["command"],
        )
    except (OSError, ValueError, TypeError, KeyError, AttributeError, UsageError) as error:
        raise ModelError(
            f"{folder.settings} is damaged or of another version ({error}): train into another folder"
        ) from error


def claim(folder: RunFolder, wanted: RunRecord) -> tuple[str, ...]:
    """Make `folder` the folder of the run `wanted`, or check that it is already; return warnings.

    Raises:
        ModelError: the folder belongs to another training, which is named, or holds something else.
        DataError: the folder cannot be written.
    """
    if not folder.settings.exists():
        if folder.path.is_dir() and any(folder.path.iterdir()):
            raise ModelError(f"{folder.path} is not empty and no run folder: name another one with --out")
        write_record(folder, wanted)
        return ()
    present = read_record(folder)
    if differences := _differences(present, wanted):
        raise ModelError(
            f"{folder.path} holds another training ({'; '.join(differences)}): "
            "give the same arguments to go on with it, or another folder with --out"
        )
    changed = [
        f"{now.name} {now.version} instead of {before.version}"
        for now in wanted.versions
        for before in present.versions
        if now.name == before.name and now.version != before.version
    ]
    return (f"{folder.path} was begun with other versions: {', '.join(changed)}",) if changed else ()


def _differences(present: RunRecord, wanted: RunRecord) -> list[str]:
    differences = [
        f"{field.name.replace('_', ' ')} {before} there, {now} asked for"
        for field in fields(TrainingSettings)
        if (before := getattr(present.settings, field.name)) != (now := getattr(wanted.settings, field.name))
    ]
    if present.dataset.fingerprint != wanted.dataset.fingerprint:
        differences.append(f"other recordings, from {present.dataset.root}")
    elif present.dataset.training_clips != wanted.dataset.training_clips:
        differences.append(
            f"{present.dataset.training_clips} usable clips there, {wanted.dataset.training_clips} now"
        )
    return differences


def installed_versions() -> tuple[PackageVersion, ...]:
    """Return the versions of this machine's Python and of PACKAGES."""
    packages = [PackageVersion("earshot", __version__), PackageVersion("python", platform.python_version())]
    for name in PACKAGES:
        try:
            packages.append(PackageVersion(name, version(name)))
        except PackageNotFoundError:
            packages.append(PackageVersion(name, "not installed"))
    return tuple(packages)
