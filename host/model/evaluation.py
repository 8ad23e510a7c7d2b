"""Accuracy of a run's models on labelled clips, by machine and over all, wherever the models ran."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from host.data.features import WINDOWS
from host.data.layout import Clip
from host.errors import ModelError
from host.model import bootstrap, metrics, operating_point
from host.model.bootstrap import Interval
from host.model.metrics import Labels, Metrics, Scores
from host.model.operating_point import Criterion, FalsePositiveRate, OperatingPoint
from host.model.run_folder import RunFolder

SOURCES = ("float", "int8", "host", "simulated", "device")
"""Keys of the results: the two models in the golden interpreter, then firmware by where it ran."""


@dataclass(frozen=True)
class ChosenWindows:
    """Which windows of a clip make its score: `first` and every `step`-th after it."""

    first: int = 0
    step: int = 1

    @property
    def slice(self) -> slice:
        """The choice as an index."""
        return slice(self.first, None, self.step)

    @property
    def count(self) -> int:
        """How many windows of a clip these are."""
        return len(range(WINDOWS)[self.slice])


ALL_WINDOWS = ChosenWindows()


@dataclass(frozen=True)
class ScoredModel:
    """Clip scores of one model, float64 [clips] in the order of the clips; `source` is one of SOURCES.

    `runtime` names what ran it, with its version or hash; `kernel` is the firmware's, None for the golden
    interpreter; `score` is "score_float" or, of a sliding window of int8 frames, "score_int8".
    """

    source: str
    sha256: str
    scores: Scores
    runtime: str = ""
    kernel: str | None = None
    windows: ChosenWindows = ALL_WINDOWS
    score: str = "score_float"


@dataclass(frozen=True)
class ScoredClips:
    """Test clips with the scores of every model; `skipped` clips could not be read.

    `sampled` are the golden int8 model's scores over the windows that the firmware's are made of, None where
    these are the same as those of `models`.
    """

    clips: tuple[Clip, ...]
    skipped: int
    models: tuple[ScoredModel, ...]
    sampled: ScoredModel | None = None

    @property
    def labels(self) -> Labels:
        """0 for normal, 1 for anomalous, one per clip."""
        return np.array([clip.label for clip in self.clips], dtype=np.int_)

    @property
    def machine_ids(self) -> NDArray[np.str_]:
        """The clips' machines."""
        return np.array([clip.machine_id for clip in self.clips], dtype=np.str_)


@dataclass(frozen=True)
class MachineMetrics:
    """Figures of one machine; those that need both kinds of clips are None where one is missing."""

    machine_id: str
    clips: int
    metrics: Metrics


@dataclass(frozen=True)
class MeanAreas:
    """Means over the machines that have both kinds of clips, each machine counted once."""

    machines: int
    auc: float
    auc_ci95: Interval
    pauc: float
    pauc_ci95: Interval


@dataclass(frozen=True)
class ThresholdFigures:
    """A threshold, what it finds, and how far precision and recall may be off on other clips."""

    point: OperatingPoint
    precision_ci95: Interval | None
    recall_ci95: Interval | None


@dataclass(frozen=True)
class Difference:
    """What another model or runtime changes: AUC less that of `source` on the same clips and windows.

    `auc_ci95` is of the difference, both resampled together. `largest_score` is the largest difference of a
    clip's score, as a part of it.
    """

    source: str
    auc: float | None
    auc_ci95: Interval | None
    largest_score: float


@dataclass(frozen=True)
class ModelMetrics:
    """Figures of one model: over all clips of all machines together, and by machine."""

    source: str
    sha256: str
    overall: Metrics
    machines: tuple[MachineMetrics, ...]
    means: MeanAreas | None = None
    threshold: ThresholdFigures | None = None
    difference: Difference | None = None


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


def remarks(clips: Sequence[Clip]) -> tuple[str, ...]:
    """Return what a person should know of the labels of clips before the figures are read."""
    anomalous = sum(clip.label for clip in clips)
    normal = len(clips) - anomalous
    if normal and anomalous:
        return ()
    return (
        f"{normal} normal and {anomalous} anomalous test clips: AUC, pAUC and accuracy are undefined without "
        "both kinds",
    )


def measure(scored: ScoredClips, criterion: Criterion | None = None) -> tuple[ModelMetrics, ...]:
    """Return the figures of every model, all from the same resamples of the clips.

    Args:
        scored: Clips with their scores.
        criterion: How each model's threshold is chosen; None: by the usual false-positive rate.

    Raises:
        DataError: there are no clips, or a score is not a finite number.
    """
    labels, machine_ids = scored.labels, scored.machine_ids
    draws = bootstrap.draw_by_machine(labels, machine_ids)
    results = []
    for model in scored.models:
        result = ModelMetrics(
            model.source,
            model.sha256,
            overall=metrics.measure(labels, model.scores, draws),
            machines=_by_machine(labels, model.scores, machine_ids, draws),
            means=_means(labels, model.scores, machine_ids, draws),
            threshold=_threshold(labels, model.scores, criterion or FalsePositiveRate(), draws),
        )
        other = _compared_with(model, scored)
        if other is not None:
            result = replace(result, difference=_difference(labels, model, other, draws))
        results.append(result)
    return tuple(results)


def _by_machine(
    labels: Labels, scores: Scores, machine_ids: NDArray[np.str_], draws: bootstrap.Draws
) -> tuple[MachineMetrics, ...]:
    machines = []
    for machine_id in np.unique(machine_ids):
        chosen = machine_ids == machine_id
        figures = metrics.measure(labels[chosen], scores[chosen], draws[:, chosen])
        machines.append(MachineMetrics(str(machine_id), int(chosen.sum()), figures))
    return tuple(machines)


def _means(
    labels: Labels, scores: Scores, machine_ids: NDArray[np.str_], draws: bootstrap.Draws
) -> MeanAreas | None:
    masks = [machine_ids == machine_id for machine_id in np.unique(machine_ids)]
    masks = [mask for mask in masks if metrics.has_both(labels[mask])]
    if not masks:
        return None
    resampled = [metrics.areas(labels[mask], scores[mask], draws[:, mask]) for mask in masks]
    return MeanAreas(
        machines=len(masks),
        auc=float(np.mean([metrics.auc(labels[mask], scores[mask]) for mask in masks])),
        auc_ci95=bootstrap.interval(np.mean([areas.auc for areas in resampled], axis=0)),
        pauc=float(np.mean([metrics.partial_auc(labels[mask], scores[mask]) for mask in masks])),
        pauc_ci95=bootstrap.interval(np.mean([areas.pauc for areas in resampled], axis=0)),
    )


def _threshold(
    labels: Labels, scores: Scores, criterion: Criterion, draws: bootstrap.Draws
) -> ThresholdFigures | None:
    limit = operating_point.threshold(labels, scores, criterion)
    if limit is None:
        return None
    return ThresholdFigures(
        operating_point.at(labels, scores, limit),
        operating_point.precision_interval(labels, scores, limit, draws),
        operating_point.recall_interval(labels, scores, limit, draws),
    )


def _compared_with(model: ScoredModel, scored: ScoredClips) -> ScoredModel | None:
    """Return what a model's scores are compared with: int8 with float, firmware with int8."""
    wanted = {"float": None, "int8": "float"}.get(model.source, "int8")
    candidates: Sequence[ScoredModel] = (*scored.models, *([scored.sampled] if scored.sampled else []))
    for other in candidates:
        if other.source == wanted and other.windows == model.windows:
            return other
    return None


def _difference(labels: Labels, model: ScoredModel, other: ScoredModel, draws: bootstrap.Draws) -> Difference:
    relative = np.abs(model.scores - other.scores) / np.maximum(np.abs(other.scores), 1e-30)
    if not metrics.has_both(labels):
        return Difference(other.source, None, None, float(relative.max()))
    mine, others = (metrics.areas(labels, each.scores, draws).auc for each in (model, other))
    return Difference(
        source=other.source,
        auc=metrics.auc(labels, model.scores) - metrics.auc(labels, other.scores),
        auc_ci95=bootstrap.interval(mine - others),
        largest_score=float(relative.max()),
    )
