"""A profile taken on the virtual board: cycles of the accelerator and of the core, both simulated."""

from collections.abc import Sequence
from dataclasses import replace

from host import boards, energy, native, native_profile
from host.firmware_build.image_cache import CachedImage
from host.report.profile_document import Cycles, Profile, ProfileLayer
from host.sim import image_file, inference
from host.sim.board import CYCLE_ERROR
from host.sim.inference import SimulatedLayer, SimulatedRun
from host.tflite.reader import Model

SOURCE = "simulated"


def profile(
    model: Model,
    image: CachedImage,
    kernel: str,
    cycle_model: str,
    runs: int,
    weights: str = native.DEFAULT_WEIGHTS,
    layout: str | None = None,
) -> Profile:
    """Run a model `runs` times on the virtual board, on random inputs, and return what each layer took.

    One run before them warms the caches up, as in a profile of a device.

    Args:
        model: A model with one input and one output.
        image: Its image, built with the three settings below (inference.build).
        kernel: One of native.KERNELS; with "reference" no accelerator takes part.
        cycle_model: Name of the accelerator's cycle account, or native_profile.CYCLE_RANGE.
        runs: Number of inferences, at least 1.
        weights: One of native.WEIGHTS.
        layout: One of weight_layout.LAYOUTS; the kernel's best when None.

    Raises:
        ModelError: an operator is not supported.
        BuildError: the simulator is not installed.
        FirmwareError: the firmware refuses the model or fails.
    """
    batch = native_profile.random_batch(model, runs, native_profile.SEED)
    sets = native_profile.sets(kernel, cycle_model)
    results = [inference.run(model, batch, image.elf, name, warm_up=True) for name in sets]
    known = native_profile.summarize(model, kernel, results, cycle_model, weights, layout)
    clock_hz = results[0].clock_hz
    layers = tuple(
        _with_core(row, [result.layers[row.index] for result in results], clock_hz) for row in known.layers
    )
    totals = _cycles([_sums(result) for result in results])
    measured = replace(
        known,
        source=SOURCE,
        board=boards.load(inference.BOARD).image_board,
        clock_hz=clock_hz,
        kernel=results[0].kernel,
        cpu_cycles_error=CYCLE_ERROR,
        build_id=image_file.read(image.elf).build_id or None,
        unique_id=results[0].unique_id,
        layers=layers,
        cpu_cycles=_cycles([_sums(result, wait=False) for result in results]),
        wait_cycles=_cycles([_sums(result, cpu=False) for result in results]),
        total_cycles=totals,
        time_s=totals.median / clock_hz if clock_hz else None,
        ram_bytes=image.use.ram,
        flash_bytes=image.use.flash,
    )
    return energy.with_estimate(measured)


def _with_core(row: ProfileLayer, parts: Sequence[SimulatedLayer], clock_hz: int) -> ProfileLayer:
    total = _cycles([_added(part.cpu_cycles, part.wait_cycles) for part in parts])
    return replace(
        row,
        cpu_cycles=_cycles([part.cpu_cycles for part in parts]),
        total_cycles=total,
        time_s=total.median / clock_hz if clock_hz else None,
    )


def _sums(result: SimulatedRun, cpu: bool = True, wait: bool = True) -> tuple[int, ...]:
    """Return, per run, the core's cycles over all layers: at work, waiting, or both."""
    parts = [layer.cpu_cycles for layer in result.layers if cpu]
    parts += [layer.wait_cycles for layer in result.layers if wait]
    return tuple(sum(cycles) for cycles in zip(*parts, strict=True))


def _added(first: Sequence[int], second: Sequence[int]) -> tuple[int, ...]:
    return tuple(one + other for one, other in zip(first, second, strict=True))


def _cycles(by_set: Sequence[tuple[int, ...]]) -> Cycles:
    first, *others = by_set
    return Cycles(first, tuple(cycles for counts in others for cycles in counts))
