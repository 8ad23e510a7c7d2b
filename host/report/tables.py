"""The tables of models and profiles for a terminal; they only arrange what records of other modules state."""

from rich.console import RenderableType
from rich.table import Table

from host.report.profile_document import Cycles, Profile, ProfileLayer
from host.tflite.operators import shape_text
from host.tflite.reader import Tensor
from host.tflite.summary import Summary

UNKNOWN = "n/a"


def model_summary(summary: Summary) -> tuple[RenderableType, ...]:
    """Return the operator table and the totals of a model."""
    return (_operator_table(summary), _totals(summary))


def profile(result: Profile) -> tuple[RenderableType, ...]:
    """Return the two tables of a profile: the summary and the layers."""
    return (_profile_summary(result), _profile_layers(result))


def count(value: int | None) -> str:
    """Return a count as the tables show it, exact up to 999.999k: 264192 is "264.192k"."""
    if value is None:
        return UNKNOWN
    if value < 1_000:
        return str(value)
    scaled, unit = (value / 1e3, "k") if value < 1_000_000 else (value / 1e6, "M")
    return f"{scaled:.3f}".rstrip("0").rstrip(".") + unit


def accelerator_cycles(result: Profile, cycles: Cycles) -> str:
    """Return a profile's modelled cycles: over several sets of parameters from the least to the largest."""
    if len(result.cycle_model_sets) > 1 and cycles.low != cycles.high:
        return f"{count(cycles.low)}–{count(cycles.high)}"
    return _cycles(cycles)


def error(value: float | None) -> str:
    """Return a difference in output codes, empty where there is none to speak of."""
    if value is None:
        return ""
    return str(value) if isinstance(value, int) else f"{value:.3f}"


def errors_basis(result: Profile) -> str:
    """Return what the errors of a profile's layers were measured on."""
    return (
        f"against the reference kernel on {result.error_inputs} random inputs, "
        "each layer fed the reference's activations"
    )


def source(result: Profile) -> str:
    """Return where a profile was taken, with what that source cannot tell."""
    if result.source == "host":
        return "host (the firmware on this computer; accelerator cycles modelled, none for the core)"
    return result.source


def cycle_model(result: Profile) -> str:
    """Return the name of the cycle model with its stated error."""
    if result.cycle_model is None:
        return UNKNOWN
    statement = (result.cycle_model_error or "error not stated").replace("; ", ";\n")
    return f"{result.cycle_model} ({statement})"


def _operator_table(summary: Summary) -> Table:
    table = Table(title=f"Operators of {summary.name}", title_justify="left")
    table.add_column("Index", justify="right")
    for name in ("OpCode", "Inputs", "Outputs", "Options"):
        table.add_column(name)
    for layer in summary.layers:
        table.add_row(
            str(layer.index), layer.opcode, _tensors(layer.inputs), _tensors(layer.outputs), layer.options
        )
    return table


def _totals(summary: Summary) -> Table:
    table = _pairs("Totals")
    table.add_row("Input", ", ".join(_tensor(tensor) for tensor in summary.inputs))
    table.add_row("Output", ", ".join(_tensor(tensor) for tensor in summary.outputs))
    table.add_row("Operators", str(len(summary.layers)))
    table.add_row("MACs", count(summary.work.macs))
    table.add_row("OPs", count(summary.work.ops))
    table.add_row("Weights", summary.weights)
    table.add_row("Arena, activations only (planned)", f"{summary.activations.bytes} B")
    for place in summary.activations.allocations:
        names = ", ".join(f"#{tensor}" for tensor in place.tensors)
        where = f"{place.bytes} B at {place.offset}"
        table.add_row(f"  operators {place.first} to {place.last}", f"{where}: tensor {names}")
    table.add_row("File", f"{summary.file_bytes} B")
    table.add_row("SHA-256", summary.sha256)
    return table


def _tensors(tensors: tuple[Tensor, ...]) -> str:
    return "\n".join(_tensor(tensor) for tensor in tensors)


def _tensor(tensor: Tensor) -> str:
    channels = " per channel" if tensor.quantization and tensor.quantization.per_channel else ""
    return f"{shape_text(tensor.shape)} ({tensor.type}{channels})"


def _profile_summary(result: Profile) -> Table:
    table = _pairs("Profiling summary")
    table.add_row("Name", result.model_name)
    table.add_row("Source", source(result))
    table.add_row("Accelerator", result.accelerator)
    table.add_row("Kernel", result.kernel)
    table.add_row("Cycle model", cycle_model(result))
    table.add_row("Runs", str(result.runs))
    table.add_row("Operators", str(len(result.layers)))
    table.add_row("MACs", count(result.macs))
    table.add_row("OPs", count(result.ops))
    table.add_row("Unsupported layers", str(result.unsupported_layers))
    table.add_row("Accelerator cycles", accelerator_cycles(result, result.accelerator_cycles))
    table.add_row("CPU cycles", _cycles(result.cpu_cycles))
    if result.error_inputs:
        table.add_row("Errors", f"output codes, {errors_basis(result)}")
    table.add_row("Time", UNKNOWN if result.time_s is None else f"{result.time_s * 1e3:.3f} ms")
    table.add_row("Energy", UNKNOWN if result.energy_uj is None else f"{result.energy_uj:.1f} µJ")
    table.add_row("Arena (measured)", f"{result.arena_bytes} B{_pointer_note(result)}")
    if result.weights_ram_bytes:
        table.add_row("Weights in RAM", f"{result.weights_ram_bytes} B, the rest in flash")
    table.add_row("RAM", _bytes(result.ram_bytes))
    table.add_row("Flash", _bytes(result.flash_bytes))
    table.add_row("Model file", f"{result.model_bytes} B")
    return table


def _profile_layers(result: Profile) -> Table:
    table = Table(title="Layers", title_justify="left")
    for name in ("Index", "OpCode", "OPs", "MACs", "Acc cycles", "CPU cycles", "Energy", "Time", "Kernel"):
        table.add_column(name, justify="left" if name in ("OpCode", "Kernel") else "right")
    if result.error_inputs:
        for name in ("Max error", "RMS error"):
            table.add_column(name, justify="right")
    for name in ("Input shapes", "Output shapes", "Options"):
        table.add_column(name)
    for layer in result.layers:
        table.add_row(*_layer_cells(result, layer))
    return table


def _layer_cells(result: Profile, layer: ProfileLayer) -> tuple[str, ...]:
    errors = (error(layer.max_error), error(layer.rms_error)) if result.error_inputs else ()
    return (
        str(layer.index),
        layer.opcode,
        count(layer.ops),
        count(layer.macs),
        accelerator_cycles(result, layer.accelerator_cycles),
        _cycles(layer.cpu_cycles),
        UNKNOWN,
        UNKNOWN if layer.time_s is None else f"{layer.time_s * 1e6:.1f} µs",
        layer.kernel,
        *errors,
        ",".join(shape_text(shape) for shape in layer.input_shapes),
        ",".join(shape_text(shape) for shape in layer.output_shapes),
        layer.options,
    )


def _pointer_note(result: Profile) -> str:
    return " (with 64-bit pointers: an upper bound for the chip)" if result.source == "host" else ""


def _cycles(cycles: Cycles | None) -> str:
    if cycles is None:
        return UNKNOWN
    spread = f" ({count(cycles.low)} to {count(cycles.high)})" if cycles.low != cycles.high else ""
    return count(cycles.median) + spread


def _bytes(value: int | None) -> str:
    return UNKNOWN if value is None else f"{value} B"


def _pairs(title: str) -> Table:
    table = Table(title=title, title_justify="left", show_header=False)
    table.add_column("figure")
    table.add_column("value")
    return table
