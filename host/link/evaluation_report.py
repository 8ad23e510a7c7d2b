"""An evaluation on a device from clips to figures: which clips, what was done before, and the document."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import chain, zip_longest
from pathlib import Path
from typing import Any

import numpy as np

from host import atomic
from host.data.feature_cache import FeatureSet
from host.data.layout import Clip, Dataset
from host.link.device import Device
from host.link.device_evaluation import Evaluation
from host.link.journal import ClipResult, Journal
from host.model import evaluation_document
from host.model.evaluation import ModelMetrics, ScoredClips, ScoredModel
from host.model.operating_point import Criterion
from host.model.run_folder import RunFolder
from host.tflite.reader import Model

SCORE = "score_int8"


@dataclass(frozen=True)
class Measured:
    """The clips' results on a device, in the order of `clips`; `reused` of them were there before.

    `output_unit` is what an output value's difference counts: int8 steps, or dB where it is float.
    """

    source: str
    unique_id: str
    build_id: str
    kernel: str
    model_sha256: str
    clips: tuple[Clip, ...]
    results: tuple[ClipResult, ...]
    reused: int
    output_unit: str


def choose(clips: Sequence[Clip], count: int | None) -> tuple[Clip, ...]:
    """Return the first clips of each kind in turn, `count` in all; None: all, in their order."""
    if count is None:
        return tuple(clips)
    kinds = ([clip for clip in clips if clip.label == label] for label in (0, 1))
    mixed = (clip for clip in chain.from_iterable(zip_longest(*kinds)) if clip is not None)
    return tuple(clip for clip, _ in zip(mixed, range(count), strict=False))


def run(
    device: Device,
    model: Model,
    folder: RunFolder,
    dataset: Dataset,
    features: FeatureSet,
    on_clip: Callable[[int], object] = lambda done: None,
) -> Measured:
    """Score clips on a device; those that the run folder has results of are not scored again.

    Args:
        device: A device that runs the model.
        model: The model.
        folder: Where the results are kept.
        dataset: Where the clips are from.
        features: The clips' features.
        on_clip: Called after each clip with the number of those done.

    Raises:
        FirmwareError: the device refuses or fails.
        LinkError: no answer; the results so far are kept.
        DataError: the results cannot be read or written.
    """
    scorer = Evaluation(device, model)
    results = []
    reused = 0
    with Journal(journal_path(folder)) as journal:
        for done, (clip, frames) in enumerate(zip(features.clips, features.frames, strict=True), 1):
            codes = scorer.codes(frames)
            key = scorer.key(codes)
            result = journal.get(key)
            if result is None:
                result = scorer.score(clip.path.relative_to(dataset.root).as_posix(), codes)
                journal.add(key, result)
            else:
                reused += 1
            results.append(result)
            on_clip(done)
    return Measured(
        source=device.source,
        unique_id=device.unique_id,
        build_id=device.build_id,
        kernel=device.texts.kernel,
        model_sha256=model.sha256,
        clips=features.clips,
        results=tuple(results),
        reused=reused,
        output_unit="int8 steps" if model.output.dtype == np.int8 else "dB",
    )


def journal_path(folder: RunFolder) -> Path:
    """Return where the results of single clips are kept."""
    return folder.path / "device_scores.jsonl"


def beside(measured: Measured, scored: ScoredClips) -> ScoredClips:
    """Return the scores of other runtimes, of the same clips, with the device's after them."""
    on_device = ScoredModel(
        source=measured.source,
        sha256=measured.model_sha256,
        scores=np.array([result.score for result in measured.results], np.float64),
        runtime=f"build {measured.build_id}",
        kernel=measured.kernel,
        score=SCORE,
    )
    others = tuple(model for model in scored.models if model.source != measured.source)
    return replace(scored, models=(*others, on_device))


def document(
    dataset: Dataset,
    scored: ScoredClips,
    results: Sequence[ModelMetrics],
    criterion: Criterion,
    measured: Measured,
) -> dict[str, Any]:
    """Return the document evaluation/1 with the device's figures."""
    whole = evaluation_document.document(dataset, scored, results, criterion)
    whole["results"][measured.source] |= {
        "build_id": measured.build_id,
        "unique_id": measured.unique_id,
        "largest_score_difference": _largest_score_difference(measured),
        "largest_output_difference": _largest_output_difference(measured),
    }
    return whole


def write(folder: RunFolder, whole: dict[str, Any], measured: Measured) -> Path:
    """Write the document into the run folder, as evaluation_SOURCE.json; return its path.

    Raises:
        DataError: the disk is full or the folder not writable.
    """
    path = folder.path / f"evaluation_{measured.source}.json"
    atomic.write_text(path, json.dumps(whole, indent=2, allow_nan=False) + "\n")
    return path


def lines(measured: Measured) -> tuple[str, ...]:
    """Return what a person should know beside the table."""
    reused = f", {measured.reused} of them in an earlier run" if measured.reused else ""
    return (
        f"{measured.source}: {len(measured.clips)} clips, kernel {measured.kernel}, build "
        f"{measured.build_id}{reused}; {SCORE}, the other columns: score_float",
        f"largest differences from the golden interpreter on the same codes: of a window's {SCORE} "
        f"{100 * _largest_score_difference(measured):.2g} %; of an output value, in each clip's last window, "
        f"{_largest_output_difference(measured):.3g} {measured.output_unit}",
    )


def _largest_score_difference(measured: Measured) -> float:
    return max(result.score_difference for result in measured.results)


def _largest_output_difference(measured: Measured) -> float:
    return max(result.output_difference for result in measured.results)
