"""What a run folder holds for its report: documents, clip scores, losses by epoch."""

import csv
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from host.errors import ModelError
from host.model.checkpoint import Epoch
from host.model.run_folder import RunFolder

Document = dict[str, Any]

KERNELS = ("reference", "baseline", "fast")
"""In the order of their columns."""


@dataclass(frozen=True)
class ClipScores:
    """Scores of the test clips: names, machine ids, labels (0 or 1), and float64 [clips] of each source."""

    clips: tuple[str, ...]
    machine_ids: NDArray[np.str_]
    labels: NDArray[np.int_]
    by_source: dict[str, NDArray[np.float64]]

    @property
    def machines(self) -> tuple[str, ...]:
        """The machine ids, sorted."""
        return tuple(sorted(set(self.machine_ids.tolist())))


@dataclass(frozen=True)
class RunContents:
    """A run folder as far as it is filled: None or empty is what it lacks.

    Attributes:
        folder: where it is.
        evaluation: evaluation/1.
        build: build/1.
        settings: run/1.
        comparison: quantization-comparison/1.
        profiles: profile/1 of one model under one cycle model, in the order of KERNELS.
        history: losses by epoch.
        scores: scores of the clips that the evaluation is of.
        remarks: a line for each file that was left out, with the reason.
    """

    folder: RunFolder
    evaluation: Document | None
    build: Document | None
    settings: Document | None
    comparison: Document | None
    profiles: tuple[Document, ...]
    history: tuple[Epoch, ...]
    scores: ClipScores | None
    remarks: tuple[str, ...]

    @property
    def profile(self) -> Document | None:
        """The profile of the fastest kernel."""
        return self.profiles[-1] if self.profiles else None

    @property
    def documents(self) -> tuple[str, ...]:
        """Names of the JSON files that were read."""
        present = {
            "evaluation.json": self.evaluation,
            "build.json": self.build,
            "profile.json": self.profiles,
            "settings.json": self.settings,
            "quantization_comparison.json": self.comparison,
        }
        return tuple(name for name, content in present.items() if content)


def read(path: Path) -> RunContents:
    """Read the run folder `path`.

    Raises:
        ModelError: it holds no figures, or a file is damaged or of another schema.
    """
    folder = RunFolder(path)
    remarks: list[str] = []
    evaluation = _document(folder.evaluation, "evaluation/1")
    contents = RunContents(
        folder=folder,
        evaluation=evaluation,
        build=_document(path / "build.json", "build/1"),
        settings=_document(folder.settings, "run/1"),
        comparison=_document(folder.comparison, "quantization-comparison/1"),
        profiles=_profiles(path, remarks),
        history=_history(folder.history_csv),
        scores=_scores(folder.scores, evaluation, remarks),
        remarks=tuple(remarks),
    )
    if not (contents.evaluation or contents.build or contents.profiles or contents.history):
        raise ModelError(
            f"{path} holds no figures yet: run host.evaluate, host.build or host.profile with --json"
        )
    return contents


def _document(path: Path, schema: str) -> Document | None:
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise ModelError(f"cannot read {path}: {error}; make it again with --json") from error
    if not isinstance(document, dict) or document.get("schema") != schema:
        raise ModelError(f"{path} is not of schema {schema}: make it again with this version")
    return document


def _profiles(path: Path, remarks: list[str]) -> tuple[Document, ...]:
    """Return one profile per kernel; profile.json, read first, says of which model and cycle model."""
    first = path / "profile.json"
    others = sorted(other for other in path.glob("profile_*.json"))
    found: dict[str, Document] = {}
    for file in (first, *others):
        document = _document(file, "profile/1")
        if document is None:
            continue
        for profile in _both(document):
            kernel = str(profile.get("kernel"))
            leading = next(iter(found.values()), None)
            if leading is not None and not _comparable(profile, leading):
                remarks.append(f"{file.name}: of another model, place or cycle model than {first.name}")
            else:
                found.setdefault(kernel, profile)
    order = [*(kernel for kernel in KERNELS if kernel in found), *(k for k in found if k not in KERNELS)]
    return tuple(found[kernel] for kernel in order)


def _both(document: Document) -> Iterator[Document]:
    """Yield a profile, and the baseline's inside it (`--compare-kernels`)."""
    yield document
    if isinstance(document.get("baseline"), dict):
        yield document["baseline"]


def _comparable(profile: Document, leading: Document) -> bool:
    """Tell whether both are of one model, in one place; the reference kernel needs no model of cycles."""
    same = [_basis(profile) == _basis(leading)]
    if "reference" not in (profile.get("kernel"), leading.get("kernel")):
        same.append(profile.get("cycle_model") == leading.get("cycle_model"))
    return all(same)


def _basis(profile: Document) -> tuple[object, ...]:
    model, layers = profile.get("model") or {}, profile.get("layers") or ()
    opcodes = tuple(layer.get("opcode") for layer in layers)
    return (model.get("sha256"), profile.get("source"), profile.get("board"), opcodes)


def _history(path: Path) -> tuple[Epoch, ...]:
    try:
        rows = csv.DictReader(path.read_text(encoding="utf-8").splitlines())
        return tuple(
            Epoch(int(row["epoch"]), float(row["loss"]), float(row["validation_loss"]), float(row["seconds"]))
            for row in rows
        )
    except FileNotFoundError:
        return ()
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ModelError(f"cannot read {path}: train again, which writes it anew") from error


def _scores(path: Path, evaluation: Document | None, remarks: list[str]) -> ClipScores | None:
    if evaluation is None or not path.is_file():
        return None
    try:
        rows = list(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))
        sources = [source for source, result in evaluation["results"].items() if result]
        scores = ClipScores(
            clips=tuple(row["clip"] for row in rows),
            machine_ids=np.array([row["machine_id"] for row in rows], dtype=np.str_),
            labels=np.array([int(row["label"]) for row in rows], dtype=np.int_),
            by_source={
                s: np.array([float(row[s]) for row in rows]) for s in sources if rows and s in rows[0]
            },
        )
        clips = evaluation["dataset"]["clips"]
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise ModelError(f"cannot read {path}: {error}; run host.evaluate again") from error
    if clips != len(rows) or not scores.by_source:
        remarks.append(f"{path.name}: of {len(rows)} clips, not {clips}; run host.evaluate again")
        return None
    return scores
