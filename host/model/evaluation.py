"""Accuracy of a run's models on labelled clips, by machine and over all, and the document evaluation/1.

Scores come from the golden interpreter; they are kept in the run folder and taken from there when neither
the recordings nor the models nor the interpreter have changed.
"""

import csv
import hashlib
import io
import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import version
from typing import Any

import numpy as np

from host import atomic
from host.data.layout import Clip, Dataset
from host.errors import DataError, ModelError
from host.model import metrics, scoring
from host.model.metrics import Labels, Metrics, Scores
from host.model.run_folder import RunFolder
from host.report import plots

SCHEMA = "evaluation/1"

SOURCES = ("float", "int8", "host", "simulated", "device")
"""Keys of the results: the two models in the golden interpreter, then firmware by where it ran."""


@dataclass(frozen=True)
class ScoredModel:
    """Clip scores of one model, float64 [clips] in the order of the clips; `source` is one of SOURCES."""

    source: str
    sha256: str
    scores: Scores


@dataclass(frozen=True)
class ScoredClips:
    """Test clips with the scores of every model; `skipped` clips could not be read."""

    clips: tuple[Clip, ...]
    skipped: int
    models: tuple[ScoredModel, ...]

    @property
    def labels(self) -> Labels:
        """0 for normal, 1 for anomalous, one per clip."""
        return np.array([clip.label for clip in self.clips], dtype=np.int_)


@dataclass(frozen=True)
class MachineMetrics:
    """Figures of one machine; None where its clips are all of one kind."""

    machine_id: str
    clips: int
    metrics: Metrics | None


@dataclass(frozen=True)
class ModelMetrics:
    """Figures of one model: over all clips of all machines together, and by machine."""

    source: str
    sha256: str
    overall: Metrics
    machines: tuple[MachineMetrics, ...]


@dataclass(frozen=True)
class ModelFile:
    """A .tflite file to be scored."""

    source: str
    data: bytes

    @property
    def sha256(self) -> str:
        """SHA-256 of the file, 64 hex digits."""
        return hashlib.sha256(self.data).hexdigest()


def model_files(folder: RunFolder) -> tuple[ModelFile, ...]:
    """Return the float and the int8 model of a run.

    Raises:
        ModelError: one of them is missing or cannot be read.
    """
    files = []
    for source, path in (("float", folder.float_model), ("int8", folder.int8_model)):
        if not path.is_file():
            raise ModelError(f"no {path}: run python -m host.quantize {folder.path} first")
        try:
            files.append(ModelFile(source, path.read_bytes()))
        except OSError as error:
            raise ModelError(f"cannot read {path}: {error.strerror}") from error
    return tuple(files)


def test_clips(dataset: Dataset) -> tuple[Clip, ...]:
    """Return the test clips.

    Raises:
        DataError: a kind is missing, so that nothing can be told apart.
    """
    anomalous = sum(clip.label for clip in dataset.test)
    normal = len(dataset.test) - anomalous
    if not normal or not anomalous:
        raise DataError(
            f"{dataset.root} has {normal} normal and {anomalous} anomalous test clips: both kinds are needed"
        )
    return dataset.test


def score(
    models: Sequence[ModelFile],
    clips: tuple[Clip, ...],
    skipped: int,
    frames: scoring.Frames,
    on_clips: Callable[[int], None] | None = None,
) -> ScoredClips:
    """Score `clips`, whose features are `frames` [clips, 200, 128], with every model.

    Raises:
        ModelError: a model cannot be run.
    """
    scored = []
    for model in models:
        try:
            scores = scoring.score_clips(model.data, frames, on_clips=on_clips)
        except ModelError as error:
            raise ModelError(f"{model.source} model: {error}") from error
        scored.append(ScoredModel(model.source, model.sha256, scores))
    return ScoredClips(clips, skipped, tuple(scored))


def measure(scored: ScoredClips) -> tuple[ModelMetrics, ...]:
    """Return the figures of every model.

    Raises:
        DataError: a class is missing, or a score is not a finite number.
    """
    labels = scored.labels
    machine_ids = np.array([clip.machine_id for clip in scored.clips])
    results = []
    for model in scored.models:
        machines = []
        for machine_id in sorted(set(machine_ids.tolist())):
            chosen = machine_ids == machine_id
            both = len(set(labels[chosen].tolist())) == 2
            figures = metrics.measure(labels[chosen], model.scores[chosen]) if both else None
            machines.append(MachineMetrics(machine_id, int(chosen.sum()), figures))
        overall = metrics.measure(labels, model.scores)
        results.append(ModelMetrics(model.source, model.sha256, overall, tuple(machines)))
    return tuple(results)


def document(dataset: Dataset, scored: ScoredClips, results: Sequence[ModelMetrics]) -> dict[str, Any]:
    """Return the document evaluation/1; sources that were not measured are null."""
    by_source = {result.source: _result(result) for result in results}
    return {
        "schema": SCHEMA,
        "dataset": {
            "name": dataset.name,
            "fingerprint": dataset.fingerprint,
            "synthetic": dataset.synthetic,
            "clips": len(scored.clips),
            "skipped_clips": scored.skipped,
        },
        "score": "score_float",
        "interpreter": _interpreter_version(),
        "results": {source: by_source.get(source) for source in SOURCES},
    }


def write(folder: RunFolder, dataset: Dataset, scored: ScoredClips, results: Sequence[ModelMetrics]) -> None:
    """Write evaluation.json, scores.csv, a histogram per model and the ROC curves into the run folder.

    Raises:
        DataError: the disk is full or the folder not writable.
    """
    atomic.write_text(folder.scores, _scores_csv(dataset, scored))
    note = "synthetic data" if dataset.synthetic else dataset.name
    curves = []
    for model, result in zip(scored.models, results, strict=True):
        histogram = plots.score_histogram(scored.labels, model.scores, model.source, note)
        plots.save(histogram, folder.path / f"scores_{model.source}.png")
        curves.append(plots.RocCurve(model.source, scored.labels, model.scores, result.overall.auc))
    plots.save(plots.roc(curves, note), folder.path / "roc.png")
    # Last: it says that the files above are complete.
    text = json.dumps(document(dataset, scored, results), indent=2, allow_nan=False) + "\n"
    atomic.write_text(folder.evaluation, text)


def earlier_scores(folder: RunFolder, dataset: Dataset, models: Sequence[ModelFile]) -> ScoredClips | None:
    """Return the scores that the run folder holds, None unless they are of these models and recordings."""
    try:
        before = json.loads(folder.evaluation.read_text(encoding="utf-8"))
        rows = list(csv.DictReader(io.StringIO(folder.scores.read_text(encoding="utf-8"))))
        same = (
            before["schema"] == SCHEMA
            and before["interpreter"] == _interpreter_version()
            and before["dataset"]["fingerprint"] == dataset.fingerprint
            and before["dataset"]["clips"] == len(rows)
            and all(before["results"][model.source]["model_sha256"] == model.sha256 for model in models)
        )
        if not same:
            return None
        by_name = {_name(dataset, clip): clip for clip in dataset.test}
        clips = tuple(by_name[row["clip"]] for row in rows)
        scored = [
            ScoredModel(model.source, model.sha256, np.array([float(row[model.source]) for row in rows]))
            for model in models
        ]
        return ScoredClips(clips, before["dataset"]["skipped_clips"], tuple(scored))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _result(result: ModelMetrics) -> dict[str, Any]:
    return {
        **_figures(result.overall, result.overall.clips),
        "model_sha256": result.sha256,
        "per_id": {
            machine.machine_id: _figures(machine.metrics, machine.clips) for machine in result.machines
        },
    }


def _figures(figures: Metrics | None, clips: int) -> dict[str, Any]:
    if figures is None:
        names = ("auc", "auc_ci95", "pauc", "accuracy", "runner_accuracy")
        return {"clips": clips, **dict.fromkeys(names)}
    return {**asdict(figures), "auc_ci95": [figures.auc_ci95.low, figures.auc_ci95.high]}


def _scores_csv(dataset: Dataset, scored: ScoredClips) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["clip", "machine_id", "label", *(model.source for model in scored.models)])
    for index, clip in enumerate(scored.clips):
        # repr: read back, it is the same number to the last bit.
        scores = [repr(float(model.scores[index])) for model in scored.models]
        writer.writerow([_name(dataset, clip), clip.machine_id, clip.label, *scores])
    return text.getvalue()


def _name(dataset: Dataset, clip: Clip) -> str:
    return clip.path.relative_to(dataset.root).as_posix()


def _interpreter_version() -> str:
    return f"tflite-micro {version('tflite-micro')}"
