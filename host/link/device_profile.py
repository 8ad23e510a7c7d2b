"""A profile measured on a device over the link: silicon, or a virtual board that is served."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from host import energy, native, native_profile
from host.errors import FirmwareError
from host.link.device import Device
from host.link.replies import LayerRecord
from host.native import NativeLayer, NativeRun
from host.report.profile_document import Cycles, Profile, ProfileLayer
from host.sim.board import CYCLE_ERROR
from host.tflite import schema
from host.tflite.reader import Model


def profile(
    device: Device, model: Model, runs: int, on_run: Callable[[int], object] = lambda done: None
) -> Profile:
    """Run a device's model on random inputs, on each a first time that does not count; profile the layers.

    Args:
        device: A device that runs the model.
        model: A model with one input and one output.
        runs: Number of inferences that count, at least 1; the inputs are those of the other sources.
        on_run: Called after each inference with the number of those that counted so far.

    Raises:
        ModelError: the model has several inputs or outputs.
        FirmwareError: the device refuses or fails, or its profile is another model's.
        LinkError: no answer.
    """
    batch = [item.tobytes() for item in native_profile.random_batch(model, runs, native_profile.SEED)]
    measured = []
    for done, item in enumerate(batch, 1):
        measured.append(_checked(device.profile(item), model))
        on_run(done)
    return energy.with_estimate(_profile(device, model, measured))


def kernel(device: Device) -> str:
    """Return the kernel that the device's image has, as this package names it.

    Raises:
        FirmwareError: it names none that is known.
    """
    name = device.texts.kernel.split(" ")[0]
    if name not in native.KERNELS:
        raise FirmwareError(
            f"the device's kernel is {device.texts.kernel!r}, none of {', '.join(native.KERNELS)}: "
            "flash an image that was built with this version"
        )
    return name


def _checked(layers: Sequence[LayerRecord], model: Model) -> Sequence[LayerRecord]:
    found = [schema.builtin_operator(layer.opcode) for layer in layers]
    expected = [operator.opcode.split("(")[0] for operator in model.operators]
    if found != expected:
        raise FirmwareError("the device's profile has other layers than the model: build and flash it again")
    return layers


def _profile(device: Device, model: Model, runs: Sequence[Sequence[LayerRecord]]) -> Profile:
    clock_hz = device.clock_hz or None
    memory = device.memory()
    result = native_profile.summarize(model, kernel(device), [_native(device, model, runs)])
    totals = _sums(runs, lambda layer: layer.total_cycles)
    simulated = device.source == "simulated"
    return replace(
        result,
        source=device.source,
        board=device.texts.board,
        clock_hz=clock_hz,
        accelerator="none" if kernel(device) == native.REFERENCE_KERNEL else "mvp",
        # Counted by the accelerator's own counters: no model of this computer stands behind them.
        cycle_model=None,
        cycle_model_error=None,
        cycle_model_sets=(),
        cpu_cycles_error=CYCLE_ERROR if simulated else None,
        build_id=device.build_id,
        unique_id=device.unique_id,
        runs=len(runs),
        layers=tuple(
            _with_core(row, [layers[row.index] for layers in runs], clock_hz) for row in result.layers
        ),
        cpu_cycles=_sums(runs, lambda layer: layer.cpu_cycles),
        wait_cycles=_sums(runs, lambda layer: layer.wait_cycles),
        total_cycles=totals,
        time_s=totals.median / clock_hz if clock_hz else None,
        ram_bytes=memory.ram_used,
        flash_bytes=memory.flash_used,
        weights=None,
        layout=None,
    )


def _native(device: Device, model: Model, runs: Sequence[Sequence[LayerRecord]]) -> NativeRun:
    memory = device.memory()
    if memory.arena_used is None:
        raise FirmwareError("the device does not know how much arena its model takes: flash it again")
    layers = tuple(
        NativeLayer(
            index=operator.index,
            opcode=operator.opcode.lower(),
            launches=runs[0][operator.index].launches,
            accelerator_cycles=tuple(layers[operator.index].accelerator_cycles for layers in runs),
            faults=sum(layers[operator.index].faults for layers in runs),
        )
        for operator in model.operators
    )
    return NativeRun(
        outputs=native_profile.random_batch(model, 0, native_profile.SEED),
        kernel=kernel(device),
        cycle_model="",
        arena_used_bytes=memory.arena_used,
        layers=layers,
        faults=sum(layer.faults for layer in layers),
        weights_ram_bytes=memory.weights_ram or 0,
    )


def _with_core(row: ProfileLayer, parts: Sequence[LayerRecord], clock_hz: int | None) -> ProfileLayer:
    total = Cycles(tuple(part.total_cycles for part in parts))
    return replace(
        row,
        cpu_cycles=Cycles(tuple(part.cpu_cycles for part in parts)),
        total_cycles=total,
        time_s=total.median / clock_hz if clock_hz else None,
    )


def _sums(runs: Sequence[Sequence[LayerRecord]], count: Callable[[LayerRecord], int]) -> Cycles:
    return Cycles(tuple(sum(map(count, layers)) for layers in runs))
