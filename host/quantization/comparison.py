"""What each way of quantizing buys: AUC, size and signal-to-noise ratio by layer, side by side.

All eight combinations of weight scales, equalization and bias correction are converted with the same
calibration windows; nothing of the run's own models is touched.
"""

import itertools
import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from host import atomic
from host.data.layout import Clip
from host.model import bootstrap, metrics, quantization, scoring
from host.model.autoencoder import Autoencoder
from host.model.bootstrap import Interval
from host.model.quantization import InputOutput, QuantizationSettings
from host.model.run_folder import RunFolder
from host.model.settings import TrainingSettings
from host.quantization import fidelity
from host.quantization.calibration_set import CalibrationSet
from host.tflite.golden import GoldenInterpreter

SCHEMA = "quantization-comparison/1"

Scores = NDArray[np.float64]

COMBINATIONS = tuple(
    QuantizationSettings(per_channel, equalize, correct_bias)
    for per_channel, equalize, correct_bias in itertools.product((False, True), repeat=3)
)


@dataclass(frozen=True)
class LabelledClips:
    """Labelled clips: labels [n], 0 or 1, machines [n], features [n, 200, 128], windows of a score.

    They are n of the `available` ones.
    """

    labels: NDArray[np.int_]
    machine_ids: NDArray[np.str_]
    frames: NDArray[np.float32]
    windows: slice
    available: int

    @classmethod
    def of(
        cls, clips: Sequence[Clip], frames: NDArray[np.float32], windows: slice, available: int
    ) -> "LabelledClips":
        """Return the set of `clips` with their features."""
        labels = np.array([clip.label for clip in clips], dtype=np.int_)
        return cls(
            labels, np.array([clip.machine_id for clip in clips], dtype=np.str_), frames, windows, available
        )


@dataclass(frozen=True)
class Compared:
    """One model of the comparison; `settings` is None for the float model, which has no ratios.

    Attributes:
        settings: how it was quantized.
        file_bytes: of its .tflite.
        auc: over all test clips; None without clips of both kinds.
        auc_ci95: its 95 % interval, from the resamples that host.evaluate takes of the same clips.
        score_shift: mean over the test clips of the clip score less the float model's, in dB².
        score_deviation: standard deviation of that difference.
        signal_to_noise: of each layer's output in dB; None where it is not finite.
    """

    settings: QuantizationSettings | None
    file_bytes: int
    auc: float | None
    auc_ci95: Interval | None
    score_shift: float | None
    score_deviation: float | None
    signal_to_noise: tuple[float | None, ...]


@dataclass(frozen=True)
class Comparison:
    """All models, the float one first, and the windows that set the ranges of the others.

    The figures are over `test_clips` of the `all_test_clips` that there are.
    """

    models: tuple[Compared, ...]
    calibration: str
    test_clips: int
    all_test_clips: int


def choose(clips: Sequence[Clip], count: int | None) -> tuple[Clip, ...]:
    """Return `count` clips, each machine's normal and anomalous ones in turn; None: all, in their order.

    They are drawn at random, always the same ones: data sets are often ordered by fault or recording day.
    """
    if count is None:
        return tuple(clips)
    strata: dict[tuple[str, int], list[Clip]] = {}
    for clip in clips:
        strata.setdefault((clip.machine_id, clip.label), []).append(clip)
    random = np.random.default_rng(0)
    # Both kinds of a machine are neighbours, so that any two clips or more have both.
    shuffled = [
        [strata[key][index] for index in random.permutation(len(strata[key]))] for key in sorted(strata)
    ]
    rows = itertools.zip_longest(*shuffled)
    mixed = (clip for clip in itertools.chain.from_iterable(rows) if clip is not None)
    return tuple(itertools.islice(mixed, count))


def compare(
    trained: Autoencoder,
    training: TrainingSettings,
    calibration: CalibrationSet,
    io: InputOutput,
    test: LabelledClips | None,
    on_work: Callable[[str, int], None] = lambda what, done: None,
) -> Comparison:
    """Convert and measure every combination.

    Args:
        trained: the float model.
        training: its settings.
        calibration: windows that set the ranges; the ratios are taken over the first of them.
        io: types at both ends.
        test: clips that the AUC is over; None: there is none.
        on_work: called with what is being done and the number of newly finished units, of `work`.

    Raises:
        ModelError: a conversion fails or a model cannot be run.
    """
    scored: list[Scores] = []
    models = [_measured(None, quantization.to_float(trained), (), test, scored, on_work)]
    for settings in COMBINATIONS:
        on_work(describe(settings), 0)
        data = quantization.to_int8(trained, training, calibration.windows, io, settings)
        layers = quantization.float_layers(trained, settings)
        ratios = fidelity.signal_to_noise(data, layers, calibration.windows[: fidelity.WINDOWS])
        models.append(_measured(settings, data, tuple(ratios), test, scored, on_work))
    chosen, available = (0, 0) if test is None else (len(test.labels), test.available)
    return Comparison(tuple(models), calibration.source, chosen, available)


def work(test: LabelledClips | None) -> int:
    """Return the units of work that `compare` reports: one per model, and one per model and test clip."""
    return (len(COMBINATIONS) + 1) * (1 + (0 if test is None else len(test.labels)))


def describe(settings: QuantizationSettings | None) -> str:
    """Return a combination in words."""
    if settings is None:
        return "float"
    parts = ["per channel" if settings.per_channel else "per tensor"]
    parts += ["equalized"] if settings.equalize else []
    parts += ["bias corrected"] if settings.correct_bias else []
    return ", ".join(parts)


def document(comparison: Comparison) -> dict[str, Any]:
    """Return the document quantization-comparison/1."""
    return {
        "schema": SCHEMA,
        "calibration": comparison.calibration,
        "test_clips": comparison.test_clips,
        "all_test_clips": comparison.all_test_clips,
        "models": [{**asdict(model), "name": describe(model.settings)} for model in comparison.models],
    }


def write(folder: RunFolder, comparison: Comparison) -> None:
    """Write quantization_comparison.json.

    Raises:
        DataError: the folder cannot be written.
    """
    text = json.dumps(document(comparison), indent=2, allow_nan=False) + "\n"
    atomic.write_text(folder.comparison, text)


def _measured(
    settings: QuantizationSettings | None,
    data: bytes,
    ratios: tuple[float | None, ...],
    test: LabelledClips | None,
    scored: list[Scores],
    on_work: Callable[[str, int], None],
) -> Compared:
    """Return the figures of a model; `scored` has the clip scores of those before it, the float one first."""
    what = describe(settings)
    on_work(what, 1)
    if test is None:
        return Compared(settings, len(data), None, None, None, None, ratios)
    start = partial(GoldenInterpreter, data)
    by_window = scoring.score_windows(
        start, test.frames, test.windows, on_clips=lambda done: on_work(what, done)
    )
    scores: Scores = by_window.mean(axis=1)
    scored.append(scores)
    draws = bootstrap.draw_by_machine(test.labels, test.machine_ids)
    figures = metrics.measure(test.labels, scores, draws)
    shift = scores - scored[0]
    return Compared(
        settings,
        len(data),
        figures.auc,
        figures.auc_ci95,
        None if settings is None else float(shift.mean()),
        None if settings is None else float(shift.std()),
        ratios,
    )
