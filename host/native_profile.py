"""A profile taken by the host build: accelerator cycles from the accelerator's model, none for the core."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from host import native, precision
from host.native import NativeLayer, NativeRun
from host.precision import LayerError
from host.report.profile_document import Cycles, Profile, ProfileLayer
from host.tflite import operators, weight_layout
from host.tflite.operators import Layer
from host.tflite.reader import Model

SEED = 1
"""Of the inputs that layers are measured on."""

_FAST_ON_CORE = {
    ("add", "int8", "int8"),
    ("conv_2d", "int8", "int8"),
    ("depthwise_conv_2d", "int8", "int8"),
    ("dequantize", "int8", "float32"),
    ("quantize", "float32", "int8"),
}
"""Operators with types of input and output that have a fast kernel on the core (firmware/kernels/fast)."""

AFTER_FAULT = "reference (after fault)"
"""The kernel of a layer whose program faulted or timed out in one of the runs, so that the core redid it."""

_RECIPROCAL_SCALES = (2.0**-64, 2.0**64)
"""Scales that the fast quantize takes; with others it calls the reference (kernels/fast/reciprocal.h)."""

_FACTORS_IN_FOURS = (2.0**-33, 0.25)
"""Factors from sums to outputs that kernels take which work in fours, the upper one excluded; with others
they call the reference (kernels/fast/four_outputs.h). The lower one is also that of an addend to the sum."""

_CHANNELS_PER_PASS = 4
"""The fewest output channels that the fast convolutions take."""

_LARGEST_BASELINE_MULTIPLIER = 65504 / 2**15
"""The baseline program has the output multiplier times 2^15 in a register of binary16, where it saturates.
The vendor's converter does the same (the notes on the accelerator, section 4)."""

CYCLE_RANGE = "range"
"""In place of a cycle model's name: the least and the largest count of two readings of published figures."""

DEVICE_SETS = ("device-flash", "device-bothmiss")
"""The cycle models of the range; plain counts are the first one's."""

# Residuals of the published tables against the models, fully connected layers of the vendor's kernel
# (the notes on the accelerator, section 5.3).
_ON_SILICON = "the vendor's fully connected layers on silicon: within 7 cycles or the tables' rounding"
_CYCLE_MODEL_ERRORS = {
    "device-flash": _ON_SILICON,
    "device-bothmiss": _ON_SILICON,
    "vendor-sim": "the vendor's fully connected layers in its simulator: within the tables' rounding",
    CYCLE_RANGE: f"low–high of {DEVICE_SETS[0]} and {DEVICE_SETS[1]}, each: {_ON_SILICON}",
}


def profile(
    model: Model,
    kernel: str,
    cycle_model: str,
    runs: int,
    executable: Path,
    arena_bytes: int = native.DEFAULT_ARENA_BYTES,
    error_inputs: int = 0,
    weights: str = native.DEFAULT_WEIGHTS,
    layout: str | None = None,
) -> Profile:
    """Run a model `runs` times in the host build, on random inputs, and return what each layer took.

    Args:
        model: A model with one input and one output.
        kernel: One of native.KERNELS; with "reference" no accelerator takes part.
        cycle_model: Name of the accelerator's cycle account, or CYCLE_RANGE.
        runs: Number of inferences, at least 1.
        executable: The host executable (native.build).
        arena_bytes: Size of the arena that the model is given.
        error_inputs: Number of random inputs to measure the layers' errors on; 0 leaves them out.
        weights: One of native.WEIGHTS.
        layout: One of weight_layout.LAYOUTS; the kernel's best when None.

    Raises:
        ModelError: an operator is not supported.
        FirmwareError: the firmware refuses the model or fails.
    """
    operators.layers(model)
    batch = random_batch(model, runs, SEED)
    results = [
        native.run(model, batch, kernel, name, executable, arena_bytes, weights, layout=layout)
        for name in sets(kernel, cycle_model)
    ]
    measured = summarize(model, kernel, results, cycle_model, weights, layout)
    if kernel == native.REFERENCE_KERNEL or not error_inputs:
        return measured
    return with_errors(measured, model, kernel, executable, arena_bytes, error_inputs, layout)


def sets(kernel: str, cycle_model: str) -> tuple[str, ...]:
    """Return the cycle models to run with: one, or those of the range.

    Without an accelerator there is nothing that the range could count differently.
    """
    if cycle_model != CYCLE_RANGE:
        return (cycle_model,)
    return DEVICE_SETS if kernel != native.REFERENCE_KERNEL else DEVICE_SETS[:1]


def summarize(
    model: Model,
    kernel: str,
    results: Sequence[NativeRun],
    cycle_model: str = native.DEFAULT_CYCLE_MODEL,
    weights: str = native.DEFAULT_WEIGHTS,
    layout: str | None = None,
) -> Profile:
    """Return what the host build knows of runs of one batch, one result for each set of a cycle model.

    Other sources put in what they know besides: the core's cycles, times, memory.
    """
    layers = operators.layers(model)
    rows = tuple(_row(layer, [result.layers[layer.index] for result in results], kernel) for layer in layers)
    measured = _without_accelerator(model, kernel, results, rows, _stored_layout(model, kernel, layout))
    if kernel == native.REFERENCE_KERNEL:
        return measured
    return replace(
        measured,
        accelerator="mvp",
        cycle_model=cycle_model,
        cycle_model_error=_cycle_model_error(cycle_model, kernel),
        cycle_model_sets=sets(kernel, cycle_model),
        unsupported_layers=sum(_is_unsupported(row) for row in rows),
        weights=weights,
        weights_ram_bytes=results[0].weights_ram_bytes,
        faults=max(result.faults for result in results),
    )


def with_errors(
    measured: Profile,
    model: Model,
    kernel: str,
    executable: Path,
    arena_bytes: int = native.DEFAULT_ARENA_BYTES,
    error_inputs: int = precision.INPUTS,
    layout: str | None = None,
) -> Profile:
    """Return a profile with its layers' errors against the reference kernel, measured in the host build.

    Raises:
        FirmwareError: the firmware refuses a layer or fails.
    """
    batch = random_batch(model, error_inputs, precision.SEED)
    errors = precision.measure(model, batch, kernel, executable, arena_bytes, layout)
    return replace(measured, layers=_with_errors(measured.layers, errors), error_inputs=error_inputs)


def saturation_warning(model: Model, measured: Profile) -> str | None:
    """Return one line about layers of kernel baseline that are far off since their multiplier saturates.

    None where there are none, or where their errors were not measured.
    """
    errors = {
        row.index: row.max_error
        for row in measured.layers
        if row.kernel == "baseline" and row.max_error and _multiplier_saturates(model, row.index)
    }
    if not errors:
        return None
    layers = "layer" if len(errors) == 1 else "layers"
    return (
        f"kernel baseline is off by up to {max(errors.values())} output codes in {layers} "
        f"{', '.join(map(str, errors))}: output multipliers above {_LARGEST_BASELINE_MULTIPLIER:.3f} "
        "saturate there, as in the vendor's program"
    )


def _multiplier_saturates(model: Model, index: int) -> bool:
    operator = model.operators[index]
    source, weights, output = (
        model.tensors[tensor].quantization for tensor in (*operator.inputs[:2], operator.outputs[0])
    )
    if source is None or weights is None or output is None:
        return False
    return source.scales[0] * weights.scales[0] > _LARGEST_BASELINE_MULTIPLIER * output.scales[0]


def _without_accelerator(
    model: Model, kernel: str, results: Sequence[NativeRun], rows: tuple[ProfileLayer, ...], layout: str
) -> Profile:
    return Profile(
        source="host",
        board=None,
        clock_hz=None,
        accelerator="none",
        kernel=kernel,
        cycle_model=None,
        cycle_model_error=None,
        build_id=None,
        unique_id=None,
        runs=len(results[0].outputs),
        model_name=model.name,
        model_sha256=model.sha256,
        model_bytes=len(model.data),
        layers=rows,
        unsupported_layers=0,
        accelerator_cycles=_counts([_totals(result) for result in results]),
        cpu_cycles=None,
        wait_cycles=None,
        total_cycles=None,
        time_s=None,
        energy_uj=None,
        energy_basis=None,
        arena_bytes=results[0].arena_used_bytes,
        ram_bytes=None,
        flash_bytes=None,
        notes=results[0].notes,
        layout=layout,
    )


def _is_unsupported(row: ProfileLayer) -> bool:
    return row.opcode.upper() in operators.ACCELERATED and row.kernel == native.REFERENCE_KERNEL


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


def _stored_layout(model: Model, kernel: str, layout: str | None) -> str:
    stored = weight_layout.store(model, kernel, layout)
    return weight_layout.INTERLEAVED if weight_layout.is_interleaved(stored) else weight_layout.TFLITE


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


def _totals(result: NativeRun) -> tuple[int, ...]:
    runs = zip(*(layer.accelerator_cycles for layer in result.layers), strict=True)
    return tuple(sum(cycles) for cycles in runs)


def _counts(by_set: Sequence[tuple[int, ...]]) -> Cycles:
    first, *others = by_set
    return Cycles(first, tuple(cycles for counts in others for cycles in counts))


def _with_errors(rows: tuple[ProfileLayer, ...], measured: Sequence[LayerError]) -> tuple[ProfileLayer, ...]:
    errors = {error.index: error for error in measured}
    return tuple(
        replace(row, max_error=error.largest, mean_error=error.mean, rms_error=error.rms)
        if (error := errors.get(row.index)) and not error.faults
        else row
        for row in rows
    )


def _kernel_of(layer: Layer, parts: Sequence[NativeLayer], kernel: str) -> str:
    if any(part.faults for part in parts):
        return AFTER_FAULT
    if parts[0].launches:
        return kernel
    return (
        "fast"
        if kernel != native.REFERENCE_KERNEL and _has_fast_kernel(layer, kernel)
        else native.REFERENCE_KERNEL
    )


def _has_fast_kernel(layer: Layer, kernel: str) -> bool:
    if (layer.opcode, layer.inputs[0].type, *(tensor.type for tensor in layer.outputs)) not in _FAST_ON_CORE:
        return False
    if layer.opcode == "add":
        return kernel == "fast" and _adds_in_fours(layer)
    if layer.opcode.endswith("conv_2d"):
        return kernel == "fast" and _convolves_in_fours(layer)
    quantization = layer.outputs[0].quantization
    if layer.opcode != "quantize" or quantization is None:
        return True
    low, high = _RECIPROCAL_SCALES
    return low <= quantization.scales[0] <= high


def _adds_in_fours(layer: Layer) -> bool:
    quantized = [tensor.quantization for tensor in (*layer.inputs[:2], layer.outputs[0])]
    scales = [quantization.scales[0] for quantization in quantized if quantization is not None]
    if len(scales) < len(quantized):
        return False
    smaller, larger, output = *sorted(scales[:2]), scales[2]
    if any(tensor.elements != layer.outputs[0].elements for tensor in layer.inputs[:2]):
        return False
    low, high = _FACTORS_IN_FOURS
    return smaller / (2 * larger) >= low and 2 * larger / (2**20 * output) < high


def _convolves_in_fours(layer: Layer) -> bool:
    inputs, weights, outputs = layer.inputs[0], layer.inputs[1], layer.outputs[0]
    if inputs.quantization is None or weights.quantization is None or outputs.quantization is None:
        return False
    channels_seen = weights.shape[3] if layer.opcode == "conv_2d" else outputs.shape[3]
    if channels_seen != inputs.shape[3] or outputs.shape[3] < _CHANNELS_PER_PASS:
        return False
    low, high = _FACTORS_IN_FOURS
    per_scale = inputs.quantization.scales[0] / outputs.quantization.scales[0]
    return all(low <= per_scale * scale < high for scale in weights.quantization.scales)


def _row(layer: Layer, parts: Sequence[NativeLayer], kernel: str) -> ProfileLayer:
    return ProfileLayer(
        index=layer.index,
        opcode=layer.opcode,
        ops=layer.work.ops,
        macs=layer.work.macs,
        accelerator_cycles=_counts([part.accelerator_cycles for part in parts]),
        cpu_cycles=None,
        total_cycles=None,
        time_s=None,
        kernel=_kernel_of(layer, parts, kernel),
        input_shapes=tuple(tensor.shape for tensor in layer.inputs),
        output_shapes=tuple(tensor.shape for tensor in layer.outputs),
        options=layer.options,
    )
