"""Quantization in a run folder: model.keras to the .tflite files that were asked for, made once."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from host import atomic
from host.errors import ModelError, UsageError
from host.model import autoencoder, model_card, quantization, run_folder
from host.model.quantization import InputOutput, QuantizationSettings
from host.model.run_folder import RunFolder
from host.quantization.calibration_set import CalibrationSet

SCHEMA = "quantization/1"


@dataclass(frozen=True)
class QuantizedFile:
    """A file that the command wrote or found: its place, what it is, its size in bytes."""

    path: Path
    description: str
    size: int


@dataclass(frozen=True)
class QuantizationOutcome:
    """The files, float model first; `made` is False when they were there already."""

    files: tuple[QuantizedFile, ...]
    made: bool


def run(
    folder: RunFolder,
    forms: Sequence[InputOutput],
    settings: QuantizationSettings,
    calibration: CalibrationSet,
) -> QuantizationOutcome:
    """Write the float model, an int8 model for each of `forms` (the first: model_int8.tflite), and the card.

    Files that were made before from the same model with the same settings are left as they are.

    Args:
        folder: a finished training.
        forms: types at both ends of the models, each at most once.
        settings: how to quantize.
        calibration: windows that set the ranges.

    Raises:
        UsageError: a form is named twice.
        ModelError: the training has not finished, a file of it is damaged, or the conversion fails.
        DataError: the folder cannot be written.
    """
    if len(set(forms)) != len(forms) or not forms:
        raise UsageError("each --io form can be asked for once")
    record = run_folder.read_record(folder)
    trained = _trained_model(folder)
    targets = _targets(folder, forms)
    inputs = {
        "schema": SCHEMA,
        "model_sha256": hashlib.sha256(trained).hexdigest(),
        "settings": asdict(settings),
        "calibration_windows": len(calibration.windows),
        "calibration": {"source": calibration.source, "sha256": calibration.sha256},
        "forms": list(forms),
        "versions": {package.name: package.version for package in run_folder.installed_versions()},
    }
    before = _document(folder)
    if _is_current(before, inputs, (folder.float_model, *(path for path, _ in targets))):
        return QuantizationOutcome(_described(folder, targets), made=False)
    model = autoencoder.load(folder.keras, record.settings.threads)
    atomic.write_bytes(folder.float_model, quantization.to_float(model))
    for path, io in targets:
        data = quantization.to_int8(model, record.settings, calibration.windows, io, settings)
        atomic.write_bytes(path, data)
    files = {path.name: _sha256(path) for path in (folder.float_model, *(path for path, _ in targets))}
    document = {**inputs, "files": files, "earlier_files": _earlier(before, files)}
    atomic.write_text(folder.quantization, json.dumps(document, indent=2) + "\n")
    model_card.write(folder)
    return QuantizationOutcome(_described(folder, targets), made=True)


Target = tuple[Path, InputOutput]


def _trained_model(folder: RunFolder) -> bytes:
    try:
        return folder.keras.read_bytes()
    except FileNotFoundError:
        raise ModelError(
            f"no {folder.keras}: the training has not finished; run the same host.train command again"
        ) from None
    except OSError as error:
        raise ModelError(f"cannot read {folder.keras}: {error.strerror}") from error


def _targets(folder: RunFolder, forms: Sequence[InputOutput]) -> list[Target]:
    first, *further = forms
    return [(folder.int8_model, first), *((folder.int8_model_with(io), io) for io in further)]


def _document(folder: RunFolder) -> dict[str, Any]:
    """Return quantization.json, empty where there is none that can be read."""
    try:
        document = json.loads(folder.quantization.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return document if isinstance(document, dict) else {}


def _is_current(before: dict[str, Any], inputs: dict[str, Any], files: Sequence[Path]) -> bool:
    if any(before.get(key) != value for key, value in inputs.items()):
        return False
    try:
        return all(before["files"].get(path.name) == _sha256(path) for path in files)
    except (OSError, KeyError, AttributeError):
        return False


def _earlier(before: dict[str, Any], files: dict[str, str]) -> dict[str, Any]:
    """Return how the files were made that an earlier command left and this one has not made anew."""
    keys = ("model_sha256", "settings", "calibration_windows", "calibration")
    try:
        known = {**before.get("earlier_files", {})}
        for name, sha256 in before.get("files", {}).items():
            known[name] = {"sha256": sha256, **{key: before.get(key) for key in keys}}
    except (TypeError, AttributeError):
        return {}
    return {name: made for name, made in known.items() if name not in files}


def _described(folder: RunFolder, targets: Sequence[Target]) -> tuple[QuantizedFile, ...]:
    described = [
        (folder.float_model, "float32"),
        *((path, f"int8, {io} input and output") for path, io in targets),
    ]
    return tuple(QuantizedFile(path, text, path.stat().st_size) for path, text in described)


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
