"""An evaluation in files: the document evaluation/1, the clips' scores, plots; and scores out of them again.

The scores are taken from the run folder when neither the recordings nor the model nor what runs it have
changed.
"""

import csv
import io
import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from host import atomic
from host.data.layout import Clip, Dataset
from host.errors import ModelError
from host.model import bootstrap
from host.model.bootstrap import Interval
from host.model.evaluation import (
    SOURCES,
    ChosenWindows,
    ModelMetrics,
    ScoredClips,
    ScoredModel,
    ThresholdFigures,
)
from host.model.metrics import Metrics
from host.model.operating_point import Criterion
from host.model.run_folder import RunFolder
from host.report import plots

SCHEMA = "evaluation/1"

_SAMPLED = "int8 sampled"
"""Column of scores.csv: the golden int8 model over the windows that the firmware's scores are made of."""


def document(
    dataset: Dataset, scored: ScoredClips, results: Sequence[ModelMetrics], criterion: Criterion
) -> dict[str, Any]:
    """Return the document evaluation/1; sources that were not measured are null."""
    by_source = {
        result.source: _result(model, result) for model, result in zip(scored.models, results, strict=True)
    }
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
        "threshold_criterion": str(criterion),
        "bootstrap": {"samples": bootstrap.SAMPLES, "strata": "machine id and label"},
        "sampled": None if scored.sampled is None else _origin(scored.sampled),
        "results": {source: by_source.get(source) for source in SOURCES},
    }


def write(
    folder: RunFolder,
    dataset: Dataset,
    scored: ScoredClips,
    results: Sequence[ModelMetrics],
    criterion: Criterion,
) -> Path:
    """Write evaluation.json, scores.csv, a histogram per model and the ROC curves; return the first's path.

    Without both kinds of clips there are no ROC curves. Plots of an earlier evaluation that were not made
    again are removed.

    Raises:
        DataError: the disk is full or the folder not writable.
    """
    atomic.write_text(folder.scores, _scores_csv(dataset, scored))
    note = "synthetic data" if dataset.synthetic else dataset.name
    curves = []
    for model, result in zip(scored.models, results, strict=True):
        histogram = plots.score_histogram(scored.labels, model.scores, model.source, note)
        plots.save(histogram, folder.path / f"scores_{model.source}.png")
        if result.overall.auc is not None:
            curves.append(plots.RocCurve(model.source, scored.labels, model.scores, result.overall.auc))
    if curves:
        plots.save(plots.roc(curves, note), folder.path / "roc.png")
    _remove_plots(folder, [model.source for model in scored.models], bool(curves))
    # Last: it says that the files above are complete.
    text = json.dumps(document(dataset, scored, results, criterion), indent=2, allow_nan=False) + "\n"
    atomic.write_text(folder.evaluation, text)
    return folder.evaluation


def earlier_scores(folder: RunFolder, dataset: Dataset) -> ScoredClips | None:
    """Return the scores that the run folder holds, None unless they are of these recordings."""
    try:
        before = json.loads(folder.evaluation.read_text(encoding="utf-8"))
        rows = list(csv.DictReader(io.StringIO(folder.scores.read_text(encoding="utf-8"))))
        same = (
            before["schema"] == SCHEMA
            and before["dataset"]["fingerprint"] == dataset.fingerprint
            and before["dataset"]["clips"] == len(rows)
        )
        if not same:
            return None
        by_name = {_name(dataset, clip): clip for clip in dataset.test}
        clips = tuple(by_name[row["clip"]] for row in rows)
        models = tuple(
            _earlier(source, source, result, rows) for source, result in before["results"].items() if result
        )
        sampled = before["sampled"] and _earlier("int8", _SAMPLED, before["sampled"], rows)
        return ScoredClips(clips, before["dataset"]["skipped_clips"], models, sampled)
    except (OSError, ValueError, KeyError, TypeError):
        return None


def threshold(evaluation: Path, model_sha256: str) -> float | None:
    """Return the threshold that an evaluation chose for a model, None if it has none of that model.

    Where several runtimes have one, it is the golden interpreter's.

    Raises:
        ModelError: the document is damaged or of another version.
    """
    try:
        results = json.loads(evaluation.read_text(encoding="utf-8"))["results"]
        for source in SOURCES:
            result = results.get(source)
            if result and result["model_sha256"] == model_sha256 and result.get("threshold"):
                return float(result["threshold"]["value"])
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise ModelError(f"cannot read {evaluation}: evaluate again with python -m host.evaluate") from error
    return None


def _remove_plots(folder: RunFolder, sources: Sequence[str], roc: bool) -> None:
    stale = [folder.path / f"scores_{source}.png" for source in SOURCES if source not in sources]
    try:
        for path in [*stale, *([] if roc else [folder.path / "roc.png"])]:
            path.unlink(missing_ok=True)
    except OSError as error:
        raise atomic.write_error(folder.path, error) from error


def _earlier(source: str, column: str, result: dict[str, Any], rows: Sequence[dict[str, str]]) -> ScoredModel:
    windows = result["windows"]
    return ScoredModel(
        source=source,
        sha256=result["model_sha256"],
        scores=np.array([float(row[column]) for row in rows]),
        runtime=result["runtime"],
        kernel=result["kernel"],
        windows=ChosenWindows(windows["first"], windows["step"]),
        score=result["score"],
    )


def _result(model: ScoredModel, result: ModelMetrics) -> dict[str, Any]:
    means, difference = result.means, result.difference
    return {
        **_figures(result.overall),
        **_origin(model),
        "mean_of_ids": None
        if means is None
        else {
            "ids": means.machines,
            "auc": means.auc,
            "auc_ci95": _pair(means.auc_ci95),
            "pauc": means.pauc,
            "pauc_ci95": _pair(means.pauc_ci95),
        },
        "threshold": None if result.threshold is None else _threshold(result.threshold),
        "difference": None
        if difference is None
        else {
            "from": difference.source,
            "auc": difference.auc,
            "auc_ci95": _pair(difference.auc_ci95),
            "largest_clip_score": difference.largest_score,
        },
        "per_id": {machine.machine_id: _figures(machine.metrics) for machine in result.machines},
    }


def _origin(model: ScoredModel) -> dict[str, Any]:
    windows = model.windows
    return {
        "model_sha256": model.sha256,
        "score": model.score,
        "runtime": model.runtime,
        "kernel": model.kernel,
        "windows": {"first": windows.first, "step": windows.step, "count": windows.count},
    }


def _threshold(figures: ThresholdFigures) -> dict[str, Any]:
    point = figures.point
    return {
        "value": point.threshold,
        "false_positive_rate": point.false_positive_rate,
        "precision": point.precision,
        "precision_ci95": _pair(figures.precision_ci95),
        "recall": point.recall,
        "recall_ci95": _pair(figures.recall_ci95),
        "f1": point.f1,
        "true_positives": point.true_positives,
        "false_positives": point.false_positives,
        "true_negatives": point.true_negatives,
        "false_negatives": point.false_negatives,
    }


def _figures(figures: Metrics) -> dict[str, Any]:
    intervals = {"auc_ci95": _pair(figures.auc_ci95), "pauc_ci95": _pair(figures.pauc_ci95)}
    return {**asdict(figures), **intervals}


def _pair(interval: Interval | None) -> list[float] | None:
    return None if interval is None else [interval.low, interval.high]


def _scores_csv(dataset: Dataset, scored: ScoredClips) -> str:
    columns = {model.source: model.scores for model in scored.models}
    if scored.sampled is not None:
        columns[_SAMPLED] = scored.sampled.scores
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["clip", "machine_id", "label", *columns])
    for index, clip in enumerate(scored.clips):
        # repr: read back, it is the same number to the last bit.
        scores = [repr(float(column[index])) for column in columns.values()]
        writer.writerow([_name(dataset, clip), clip.machine_id, clip.label, *scores])
    return text.getvalue()


def _name(dataset: Dataset, clip: Clip) -> str:
    return clip.path.relative_to(dataset.root).as_posix()
