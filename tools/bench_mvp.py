"""Group `mvp`: cycles of the reference model's ten layers, errors of the kernels, speed of the model.

Cycles and outputs are the accelerator model's, in the host build; speed is that of this machine.
"""

import resource
import sys
import tempfile
from pathlib import Path

import numpy as np
from bench_result import Result

from host import cli, default_model, native, native_profile, precision
from host.data import feature_cache, layout, synth
from host.data.feature_cache import FeatureSet
from host.data.reference_model import reference_model
from host.errors import DataError
from host.model import metrics, native_scoring
from host.precision import LayerError
from host.project import ROOT, cache_dir
from host.tflite import reader
from host.tflite.reader import Model

sys.path.append(str(ROOT / "tests" / "models"))
import mvp_oracle

GROUP = "mvp"
KERNELS = ("baseline", "fast")
CYCLES_PER_MAC_LIMIT = 0.5

SPEED_RUNS = 200
SPEED_REPETITIONS = 3

SCORED_WINDOWS_STEP = 4
SYNTHETIC = ROOT / "runs" / "synthetic"
REDUCED = synth.Settings(ids=("01", "02"), train=0, test_normal=20, test_anomaly=20)


def bench() -> list[Result]:
    """Return all figures of the group."""
    executable = native.build()
    pretrained = reader.read(default_model.PRETRAINED)
    try:
        trained = [reader.read(reference_model("mltk"))]
    except DataError as error:
        cli.warn(f"no figures of the reference model's errors: {error}")
        trained = []
    return [
        *cycles(pretrained, executable),
        *(row for model in trained for row in errors(model, executable)),
        *oracle_errors(executable),
        *speed(pretrained, executable),
        *scores(pretrained, executable),
    ]


def cycles(model: Model, executable: Path) -> list[Result]:
    """Return the accelerator cycles of one inference, baseline and fast, with the ratio to the limit."""
    goals = {
        ("device-flash", "flash"): 215e3,
        ("device-flash", "ram"): 160e3,
        ("device-bothmiss", "flash"): 160e3,
    }
    results = []
    for (cycle_model, weights), goal in goals.items():
        where = f"{cycle_model}, weights in {weights}"
        baseline, fast = (
            native_profile.profile(model, kernel, cycle_model, 1, executable, weights=weights)
            for kernel in KERNELS
        )
        before, after = baseline.accelerator_cycles.median, fast.accelerator_cycles.median
        limit = fast.macs * CYCLES_PER_MAC_LIMIT
        results += [
            Result(GROUP, f"ten layers, baseline: {where}", before, "cycles"),
            Result(
                GROUP,
                f"ten layers, fast: {where}",
                after,
                "cycles",
                goal,
                against="baseline in the same run",
                ratio=after / before,
            ),
            Result(
                GROUP,
                f"ten layers, fast, cycles per limit: {where}",
                after / limit,
                "×",
                against=f"limit {limit:.0f} cycles, half a cycle per MAC",
                ratio=after / limit,
            ),
        ]
    return results


def errors(model: Model, executable: Path) -> list[Result]:
    """Return the kernels' errors on a trained model, each layer fed the reference's activations."""
    batch = native_profile.random_batch(model, precision.INPUTS, precision.SEED)
    baseline, fast = (precision.measure(model, batch, kernel, executable) for kernel in KERNELS)
    others = max(after.rms / before.rms for before, after in zip(baseline[1:], fast[1:], strict=True))
    largest, first = _largest(baseline), baseline[0].rms
    return [
        Result(GROUP, "largest error of any layer, baseline", largest, "codes"),
        _against_baseline("largest error of any layer, fast", _largest(fast), largest, "codes", 1),
        Result(GROUP, "rms error, first layer, baseline", first, "codes"),
        _against_baseline("rms error, first layer, fast", fast[0].rms, first, "codes", 0.25),
        _against_baseline("rms error, other layers, worst ratio", others, 1.0, "× baseline", 1.1),
    ]


def oracle_errors(executable: Path) -> list[Result]:
    """Return the errors on the layers that the vendor's simulator was run with."""
    pairs = []
    for name, case in mvp_oracle.load().items():
        model = reader.parse(mvp_oracle.write_model(case), name)
        expected = case.y_ref.reshape(len(case.x), *native.item_shape(model.output))
        both = (native.run(model, case.x, kernel, executable=executable) for kernel in KERNELS)
        pairs.append([precision.compare(0, run.outputs, expected) for run in both])
    # Where baseline has no error at all there is no ratio; fast must have none either.
    ratio = max(fast.rms / before.rms for before, fast in pairs if before.rms)
    only_fast = sum(fast.rms > 0 for before, fast in pairs if not before.rms)
    larger = sum(fast.largest > before.largest for before, fast in pairs)
    what = f"{len(pairs)} layers of the oracle"
    return [
        _against_baseline(f"rms error, {what}, worst ratio", ratio, 1.0, "× baseline", 1.1),
        _against_baseline(f"{what}, those where only fast has errors", only_fast, 0, "layers", 0),
        _against_baseline(f"{what}, those with a larger error than baseline's", larger, 0, "layers", 0),
    ]


def speed(model: Model, executable: Path) -> list[Result]:
    """Return how fast the host build simulates, in processor time of one core, the best of some tries."""
    batch = native_profile.random_batch(model, SPEED_RUNS, seed=2)
    seconds = []
    for _ in range(SPEED_REPETITIONS):
        before = _children_cpu_s()
        result = native.run(model, batch, "fast", executable=executable)
        seconds.append(_children_cpu_s() - before)
    total = sum(sum(layer.accelerator_cycles) for layer in result.layers)
    best = min(seconds)
    return [
        Result(
            GROUP,
            "whole host build, fast, device-flash, weights in flash",
            total / best / 1e6,
            "M simulated accelerator cycles/s",
            150.0,
            "higher",
        ),
        Result(GROUP, "the same", SPEED_RUNS / best, "inferences/s", better="higher"),
    ]


def scores(model: Model, executable: Path) -> list[Result]:
    """Return how the accelerated model's scores differ from the integer reference's on synthetic clips."""
    with tempfile.TemporaryDirectory() as folder:
        features = _features(Path(folder))
    labels = np.array([clip.label for clip in features.clips])
    reference, fast = (
        native_scoring.window_scores(model, features.frames, kernel, executable, SCORED_WINDOWS_STEP)
        for kernel in ("reference", "fast")
    )
    aucs = [metrics.auc(labels, windows.mean(axis=1)) for windows in (reference, fast)]
    clips = np.corrcoef(reference.mean(axis=1), fast.mean(axis=1))[0, 1]
    what = f"{len(labels)} synthetic test clips, every {SCORED_WINDOWS_STEP}th window"
    against = "the integer reference"
    return [
        Result(GROUP, f"AUC of the reference, {what}", aucs[0], "", better="higher"),
        Result(
            GROUP,
            f"AUC of fast, difference, {what}",
            abs(aucs[1] - aucs[0]),
            "",
            0.001,
            against=against,
            ratio=aucs[1] / aucs[0],
        ),
        Result(
            GROUP,
            f"correlation of squared errors by clip, {what}",
            float(clips),
            "",
            0.9999,
            "higher",
            against,
        ),
    ]


def _features(folder: Path) -> FeatureSet:
    if SYNTHETIC.is_dir():
        return feature_cache.load(layout.scan(SYNTHETIC).test, cache_dir() / "features")
    synth.generate(folder / "data", REDUCED)
    return feature_cache.load(layout.scan(folder / "data").test, folder / "cache")


def _against_baseline(name: str, value: float, baseline: float, unit: str, goal: float) -> Result:
    ratio = value / baseline if baseline else None
    return Result(GROUP, name, value, unit, goal, against="baseline in the same run", ratio=ratio)


def _largest(layers: tuple[LayerError, ...]) -> int:
    return max(layer.largest for layer in layers)


def _children_cpu_s() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime
