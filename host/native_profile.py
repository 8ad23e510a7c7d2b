"""A profile taken by the host build: accelerator cycles from the accelerator's model, none for the core."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from host import native
from host.native import NativeLayer
from host.report.profile_document import Cycles, Profile, ProfileLayer
from host.tflite import operators
from host.tflite.operators import Layer
from host.tflite.reader import Model

_SEED = 1
_ACCELERATED = frozenset({"fully_connected"})
"""Operators that have a program for the accelerator."""

# Residuals of the published tables against the models, fully connected layers of the vendor's kernel
# (the notes on the accelerator, section 5.3).
_CYCLE_MODEL_ERRORS = {
    "device-flash": "the vendor's fully connected layers on silicon: within 7 cycles or the tables' rounding",
    "vendor-sim": "the vendor's fully connected layers in its simulator: within the tables' rounding",
}


def profile(
    model: Model,
    kernel: str,
    cycle_model: str,
    runs: int,
    executable: Path,
    arena_bytes: int = native.DEFAULT_ARENA_BYTES,
) -> Profile:
    """Run a model `runs` times in the host build, on random inputs, and return what each layer took.

    Args:
        model: A model with one input and one output.
        kernel: One of native.KERNELS; with "reference" no accelerator takes part.
        cycle_model: Name of the accelerator's cycle account.
        runs: Number of inferences, at least 1.
        executable: The host executable (native.build).
        arena_bytes: Size of the arena that the model is given.

    Raises:
        ModelError: an operator is not supported.
        FirmwareError: the firmware refuses the model or fails.
    """
    layers = operators.layers(model)
    batch = random_batch(model, runs, _SEED)
    result = native.run(model, batch, kernel, cycle_model, executable, arena_bytes)
    on_accelerator = kernel != "reference"
    rows = tuple(_row(layer, part, kernel) for layer, part in zip(layers, result.layers, strict=True))
    totals = zip(*(part.accelerator_cycles for part in result.layers), strict=True)
    return Profile(
        source="host",
        board=None,
        clock_hz=None,
        accelerator="mvp" if on_accelerator else "none",
        kernel=kernel,
        cycle_model=cycle_model if on_accelerator else None,
        cycle_model_error=_cycle_model_error(cycle_model, kernel) if on_accelerator else None,
        build_id=None,
        unique_id=None,
        runs=runs,
        model_name=model.name,
        model_sha256=model.sha256,
        model_bytes=len(model.data),
        layers=rows,
        unsupported_layers=sum(
            on_accelerator and row.opcode in _ACCELERATED and row.kernel == "reference" for row in rows
        ),
        accelerator_cycles=Cycles(tuple(sum(layer_cycles) for layer_cycles in totals)),
        cpu_cycles=None,
        wait_cycles=None,
        total_cycles=None,
        time_s=None,
        energy_uj=None,
        energy_basis=None,
        arena_bytes=result.arena_used_bytes,
        ram_bytes=None,
        flash_bytes=None,
    )


def random_batch(model: Model, count: int, seed: int) -> NDArray[np.generic]:
    """Return [count, ...] inputs of the model's type: all int8 values, or floats that its quantizer spans."""
    tensor = model.input
    shape = (count, *native.item_shape(tensor))
    random = np.random.default_rng(seed)
    if tensor.dtype.kind == "f":
        low, high = _float_range(model)
        return random.uniform(low, high, shape).astype(tensor.dtype)
    limits = np.iinfo(tensor.type)
    return random.integers(limits.min, limits.max, shape, dtype=tensor.type, endpoint=True)


def _cycle_model_error(cycle_model: str, kernel: str) -> str | None:
    error = _CYCLE_MODEL_ERRORS.get(cycle_model)
    if error and kernel == "fast":
        return f"{error}; this kernel's own programs were never timed on silicon"
    return error


def _float_range(model: Model) -> tuple[float, float]:
    for operator in model.operators:
        quantization = model.tensors[operator.outputs[0]].quantization
        if operator.opcode == "QUANTIZE" and operator.inputs[0] == model.inputs[0] and quantization:
            scale, zero_point = quantization.scales[0], quantization.zero_points[0]
            return scale * (-128 - zero_point), scale * (127 - zero_point)
    return -1.0, 1.0


def _row(layer: Layer, part: NativeLayer, kernel: str) -> ProfileLayer:
    return ProfileLayer(
        index=layer.index,
        opcode=layer.opcode,
        ops=layer.work.ops,
        macs=layer.work.macs,
        accelerator_cycles=Cycles(part.accelerator_cycles),
        cpu_cycles=None,
        total_cycles=None,
        time_s=None,
        kernel=kernel if part.launches else "reference",
        input_shapes=tuple(tensor.shape for tensor in layer.inputs),
        output_shapes=tuple(tensor.shape for tensor in layer.outputs),
        options=layer.options,
    )
