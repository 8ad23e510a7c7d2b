"""Errors of the accelerator's kernels against the integer reference, `fast` beside `baseline`."""

import sys
from pathlib import Path

from bench_result import Result

from host import native, native_profile, precision
from host.precision import LayerError
from host.project import ROOT
from host.tflite import reader
from host.tflite.reader import Model

sys.path.append(str(ROOT / "tests" / "models"))
import mvp_oracle

GROUP = "mvp"
KERNELS = ("baseline", "fast")

LARGEST_GOAL = 1
FIRST_RMS_GOAL = 0.25
RMS_RATIO_GOAL = 1.1


def layers(model: Model, executable: Path) -> list[Result]:
    """Return the kernels' errors on a trained model, each layer fed the reference's activations."""
    batch = native_profile.random_batch(model, precision.INPUTS, precision.SEED)
    baseline, fast = (precision.measure(model, batch, kernel, executable) for kernel in KERNELS)
    return layer_rows(baseline, fast)


def layer_rows(baseline: tuple[LayerError, ...], fast: tuple[LayerError, ...]) -> list[Result]:
    """Return two rows for each layer, then those of the whole model."""
    pairs = list(zip(baseline, fast, strict=True))
    rows = []
    for place, (before, after) in enumerate(pairs):
        goal = RMS_RATIO_GOAL * before.rms if place else FIRST_RMS_GOAL
        name = f"trained model, layer {after.index}"
        rows += [
            _beside(f"{name}, largest error", after.largest, before.largest, LARGEST_GOAL),
            _beside(f"{name}, rms error", after.rms, before.rms, goal),
        ]
    largest = [max(error.largest for error in errors) for errors in (baseline, fast)]
    rows.append(_beside("trained model, largest error of any layer", largest[1], largest[0], LARGEST_GOAL))
    if worst := _worst_ratio(pairs[1:]):
        rows.append(_ratio("trained model, rms error, layers after the first, worst ratio", worst))
    return rows


def oracle(executable: Path) -> list[Result]:
    """Return the errors on the layers that the vendor's simulator was run with."""
    pairs = []
    for name, case in mvp_oracle.load().items():
        model = reader.parse(mvp_oracle.write_model(case), name)
        expected = case.y_ref.reshape(len(case.x), *native.item_shape(model.output))
        both = (native.run(model, case.x, kernel, executable=executable) for kernel in KERNELS)
        before, after = (precision.compare(0, run.outputs, expected) for run in both)
        pairs.append((before, after))
    return oracle_rows(pairs)


def oracle_rows(pairs: list[tuple[LayerError, LayerError]]) -> list[Result]:
    """Return the rows for single layers, each with baseline's error and fast's."""
    # Where baseline has no error at all there is no ratio; fast must have none either.
    only_fast = sum(fast.rms > 0 for before, fast in pairs if not before.rms)
    larger = sum(fast.largest > before.largest for before, fast in pairs)
    what = f"{len(pairs)} layers of the oracle"
    against = "baseline in the same run"
    worst = _worst_ratio(pairs)
    return [
        *([] if worst is None else [_ratio(f"{what}, rms error, worst ratio", worst)]),
        Result(GROUP, f"{what}, those where only fast has errors", only_fast, "layers", 0, against=against),
        Result(
            GROUP,
            f"{what}, those with a larger largest error than baseline's",
            larger,
            "layers",
            0,
            against=against,
        ),
    ]


def _worst_ratio(pairs: list[tuple[LayerError, LayerError]]) -> float | None:
    return max((fast.rms / before.rms for before, fast in pairs if before.rms), default=None)


def _ratio(name: str, worst: float) -> Result:
    unit, against = "× baseline", "baseline in the same run"
    return Result(GROUP, f"{name}, fast", worst, unit, RMS_RATIO_GOAL, against=against, ratio=worst)


def _beside(name: str, value: float, baseline: float, goal: float) -> Result:
    ratio = value / baseline if baseline else None
    against = f"baseline's {baseline:.3g} in the same run"
    return Result(GROUP, f"{name}, fast", value, "codes", goal, against=against, ratio=ratio)
