"""Group `mvp`: cycles of the reference model's ten layers, errors of the kernels, speed of the model.

Cycles and outputs are the accelerator model's, in the host build; speed is that of this machine. Cycles per
element of the conversions are counted from an image's instructions. Busy and total cycles of the core are
nowhere among them: this computer cannot measure them.
"""

import resource
import tempfile
from pathlib import Path

import bench_mvp_errors
import numpy as np
from bench_mvp_errors import GROUP, KERNELS
from bench_result import Result

from host import boards, cli, default_model, native, native_profile
from host.data import feature_cache, layout, synth
from host.data.feature_cache import FeatureSet
from host.data.reference_model import reference_model
from host.errors import BuildError, DataError
from host.firmware_build import image, loop_cost
from host.model import metrics, native_scoring
from host.project import BUILD_DIR, ROOT, cache_dir
from host.tflite import operators, reader
from host.tflite.reader import Model

CYCLES_PER_MAC_LIMIT = 0.5
WEIGHTS_BUDGET_BYTES = 224 << 10
WEIGHTS_IN = {"flash": "weights in flash", "ram": "224 KiB of weights in RAM"}

BOARD = "xg24"
CONVERSIONS = (
    ("float to int8 (QUANTIZE)", "QuantizeBlocks", "vcvta.s32.f32", 12.0),
    ("int8 to float (DEQUANTIZE)", "DequantizeBlocks", "vcvt.f32.s32", 8.0),
)
"""What is converted, its function in firmware/kernels/fast, its instruction per element, the goal."""

SPEED_RUNS = 200
SPEED_REPETITIONS = 3

SCORED_WINDOWS_STEP = 4
"""All windows would take minutes, for a difference of the AUCs in the fourth decimal place."""
SYNTHETIC = ROOT / "runs" / "synthetic"
TEST_CLIPS = synth.Settings(train=0)
"""All of the set's test clips; clips do not depend on how many others there are."""


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
        *conversions(),
        *(row for model in trained for row in bench_mvp_errors.layers(model, executable)),
        *bench_mvp_errors.oracle(executable),
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
    macs = sum(layer.work.macs for layer in operators.layers(model))
    limit = macs * CYCLES_PER_MAC_LIMIT
    batch = native_profile.random_batch(model, 1, seed=1)
    results = []
    for (cycle_model, weights), goal in goals.items():
        where = f"{cycle_model}, {WEIGHTS_IN[weights]}"
        runs = (
            native.run(
                model,
                batch,
                kernel,
                cycle_model,
                executable,
                weights=weights,
                weights_budget=WEIGHTS_BUDGET_BYTES,
            )
            for kernel in KERNELS
        )
        before, after = (sum(sum(layer.accelerator_cycles) for layer in run.layers) for run in runs)
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
                f"ten layers, fast, ratio to the limit: {where}",
                after / limit,
                "× limit",
                against=f"{limit:.0f} cycles, half a cycle per MAC",
                ratio=after / limit,
            ),
        ]
    return results


def conversions() -> list[Result]:
    """Return the cycles per element of the conversions at a model's ends, by the instructions of an image."""
    try:
        built = image.build(boards.load(BOARD), default_model.PRETRAINED, "fast", BUILD_DIR / "bench-images")
        return [
            Result(
                GROUP,
                f"{what}, cycles per element by instruction count",
                loop_cost.measure(
                    built.elf, f"kernels::fast::(anonymous namespace)::{function}", per_element
                ).cycles_per_element,
                "cycles",
                goal,
            )
            for what, function, per_element, goal in CONVERSIONS
        ]
    except BuildError as error:
        cli.warn(f"no figures of the conversions: {error}")
        return []


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
            "accelerator cycles simulated: fast, device-flash, weights in flash",
            total / best / 1e6,
            "M cycles/s",
            150.0,
            "higher",
        ),
        Result(
            GROUP,
            "inferences simulated: fast, device-flash, weights in flash",
            SPEED_RUNS / best,
            "inferences/s",
            better="higher",
        ),
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
            f"AUC of fast, absolute difference, {what}",
            abs(aucs[1] - aucs[0]),
            "",
            0.001,
            against=f"{against} in the same run",
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
    synth.generate(folder / "data", TEST_CLIPS)
    return feature_cache.load(layout.scan(folder / "data").test, folder / "cache")


def _children_cpu_s() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime
