"""The model card of a run folder, model.md: data, recipe, accuracy with intervals, files, licence, limits.

Written anew by every stage from what the folder holds then; what no stage has measured yet is said to be so.
"""

import csv
import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jinja2

from host import atomic
from host.errors import ModelError
from host.model import recipes, run_folder
from host.model.recipes import Difference
from host.model.run_folder import RunFolder, RunRecord

TEMPLATES = Path(__file__).parent / "templates"

SOURCE_NAMES = {
    "float": "float, golden interpreter",
    "int8": "int8, golden interpreter",
    "host": "int8, firmware on this computer",
    "simulated": "int8, firmware on the virtual board (simulated)",
    "device": "int8, firmware on a board",
}

SYNTHETIC_LICENCE = "The recordings are synthetic, made by host.data synth: ours, free of others' rights."
TOYCAR_LICENCE = (
    "DCASE 2020 Task 2 ToyCar recordings are CC BY-NC-SA 4.0 (attribution, non-commercial, share-alike; "
    "https://creativecommons.org/licenses/by-nc-sa/4.0/). The model was made from them: do not use it "
    "commercially."
)
UNKNOWN_LICENCE = "Not known to this project: that of the recordings named above decides."


@dataclass(frozen=True)
class Accuracy:
    """One line of the table: a model over all test clips, or over those of one machine.

    Areas and their intervals, (low, high), are None where only one kind of clip was there.
    """

    source: str
    machine: str
    clips: int
    auc: float | None
    interval: tuple[float, float] | None
    pauc: float | None
    pauc_interval: tuple[float, float] | None


@dataclass(frozen=True)
class Training:
    """Finished epochs, the one that was kept, and its validation loss in dB²."""

    epochs: int
    best: int
    validation_loss: float


@dataclass(frozen=True)
class CardFile:
    """A model file of the folder, its size in bytes, and how it was made."""

    name: str
    size: int
    made: str


def write(folder: RunFolder) -> None:
    """Write model.md.

    Raises:
        ModelError: the folder is no run, or one of its documents is damaged.
        DataError: the folder cannot be written.
    """
    atomic.write_text(folder.card, render(folder))


def render(folder: RunFolder) -> str:
    """Return the text of the card, Markdown; raises as `write`."""
    record = run_folder.read_record(folder)
    quantization = _document(folder.quantization)
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,
    )
    return environment.get_template("model.md.jinja").render(
        record=record,
        settings=record.settings,
        differences=[d for d in recipes.differences(record.settings) if not _same(d)],
        training=_training(folder),
        files=_files(folder, quantization or {}),
        quantization=quantization,
        evaluation=_document(folder.evaluation),
        accuracy=_accuracy(folder, _document(folder.evaluation)),
        licence=_licence(record),
    )


def _same(difference: Difference) -> bool:
    return difference.run in (difference.mlperf, difference.mltk) and difference.mlperf == difference.mltk


def _licence(record: RunRecord) -> str:
    if record.dataset.synthetic:
        return SYNTHETIC_LICENCE
    return TOYCAR_LICENCE if "toycar" in record.dataset.name.lower() else UNKNOWN_LICENCE


def _files(folder: RunFolder, quantization: dict[str, Any]) -> list[CardFile]:
    paths = [folder.keras, *sorted(folder.path.glob("model*.tflite"))]
    try:
        return [
            CardFile(path.name, path.stat().st_size, _made(folder, path, quantization))
            for path in paths
            if path.is_file()
        ]
    except (KeyError, TypeError, AttributeError) as error:
        raise ModelError("quantization.json is of another version: run host.quantize again") from error


def _made(folder: RunFolder, path: Path, quantization: dict[str, Any]) -> str:
    """Return how a file was made: an int8 file's own settings may be those of an earlier command."""
    if path == folder.keras:
        return "trained, float32"
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    kind = "float32" if path == folder.float_model else "int8"
    if quantization.get("files", {}).get(path.name) == sha256:
        return kind if kind == "float32" else f"int8: {_settings(quantization)}"
    earlier = quantization.get("earlier_files", {}).get(path.name)
    if earlier is None or earlier["sha256"] != sha256:
        return "not made by the last `host.quantize`: settings unknown"
    weights = "" if earlier["model_sha256"] == quantization["model_sha256"] else " from other weights"
    return f"made earlier{weights}, {kind}: {_settings(earlier)}"


def _settings(made: dict[str, Any]) -> str:
    texts = [f"{name.replace('_', ' ')} {value}" for name, value in made["settings"].items()]
    windows = made.get("calibration_windows")
    return ", ".join([*texts, *([] if windows is None else [f"ranges from {windows} windows"])])


def _training(folder: RunFolder) -> Training | None:
    try:
        rows = list(csv.DictReader(folder.history_csv.read_text(encoding="utf-8").splitlines()))
        best = min(rows, key=lambda row: float(row["validation_loss"]))
        return Training(len(rows), int(best["epoch"]), float(best["validation_loss"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _document(path: Path) -> dict[str, Any] | None:
    try:
        document: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise ModelError(f"{path} is damaged: run the command that writes it again") from error
    return document


def _accuracy(folder: RunFolder, evaluation: dict[str, Any] | None) -> list[Accuracy]:
    """Return the lines of models that the folder still holds, not of files that were made anew since."""
    if evaluation is None:
        return []
    lines = []
    try:
        for source, result in evaluation["results"].items():
            model = folder.float_model if source == "float" else folder.int8_model
            if result is None or _is_of_another(model, result.get("model_sha256")):
                continue
            name = SOURCE_NAMES.get(source, source)
            lines.append(_line(name, "all", result))
            lines += [_line(name, machine, figures) for machine, figures in result["per_id"].items()]
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise ModelError("evaluation.json is of another version: run host.evaluate again") from error
    return lines


def _is_of_another(model: Path, sha256: str | None) -> bool:
    if sha256 is None or not model.is_file():
        return False
    return hashlib.sha256(model.read_bytes()).hexdigest() != sha256


def _line(source: str, machine: str, figures: dict[str, Any]) -> Accuracy:
    auc, pauc = figures["auc_ci95"], figures.get("pauc_ci95")
    return Accuracy(
        source,
        machine,
        int(figures["clips"]),
        figures["auc"],
        None if auc is None else (float(auc[0]), float(auc[1])),
        figures["pauc"],
        None if pauc is None else (float(pauc[0]), float(pauc[1])),
    )
