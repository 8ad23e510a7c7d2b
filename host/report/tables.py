"""The tables of models and profiles for a terminal; they only arrange what records of other modules state."""

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rich.console import JustifyMethod, RenderableType
from rich.table import Table

from host.report import memory_picture
from host.report.fitting import WidestThatFits
from host.report.profile_document import Cycles, Profile, ProfileLayer
from host.tflite.operators import shape_text
from host.tflite.reader import Tensor
from host.tflite.summary import Summary

UNKNOWN = "n/a"

_ON_CORE = re.compile(r"runs on the CPU: (?P<reason>.+)")


def model_summary(summary: Summary) -> tuple[RenderableType, ...]:
    """Return the operator table, the picture of the memory, its blocks, and the totals of a model."""
    picture = memory_picture.picture(summary.activations, summary.layers)
    return (_operator_table(summary), *picture, _totals(summary))


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


def faults(number: int) -> str:
    """Return how many programs of the accelerator failed, at least 1, and what became of their layers."""
    return f"{number}, the reference kernel redid {'the layer' if number == 1 else 'these layers'}"


def left_to_core(result: Profile) -> str:
    """Return how many layers with a program the firmware left to the core, by reason; empty for none."""
    matches = (_ON_CORE.search(note) for note in result.notes)
    reasons = Counter(match["reason"] for match in matches if match)
    return "\n".join(f"{_layers(number)}: {reason}" for reason, number in reasons.items())


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
    if result.source == "simulated":
        return "simulated (the chip's image on the virtual board)"
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
        table.add_column(name, overflow="fold")
    for layer in summary.layers:
        table.add_row(
            str(layer.index), layer.opcode, _tensors(layer.inputs), _tensors(layer.outputs), layer.options
        )
    return table


def _totals(summary: Summary) -> Table:
    table, plan = _pairs("Totals"), summary.activations
    source = "by the plan in the file" if plan.is_from_file else "planned at run time"
    table.add_row("Input", ", ".join(_tensor(tensor) for tensor in summary.inputs))
    table.add_row("Output", ", ".join(_tensor(tensor) for tensor in summary.outputs))
    table.add_row("Operators", str(len(summary.layers)))
    table.add_row("MACs", count(summary.work.macs))
    table.add_row("OPs", count(summary.work.ops))
    table.add_row("Weights", summary.weights)
    table.add_row(
        "Arena, activations only (planned)",
        f"{plan.bytes} B {source}; scratch, records, tables and images of kernels come on top",
    )
    table.add_row("  with the run-time planner", f"{plan.greedy_bytes} B")
    table.add_row("  smallest plan found", f"{plan.found_bytes} B")
    table.add_row("  needed at one operator", f"{plan.least_bytes} B: no plan takes less")
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
    cycles = "" if result.runs == 1 else ": cycles are median (least to largest)"
    table.add_row("Runs", f"{result.runs}{cycles}")
    table.add_row("Operators", str(len(result.layers)))
    table.add_row("MACs", count(result.macs))
    table.add_row("OPs", count(result.ops))
    table.add_row("Unsupported layers", str(result.unsupported_layers))
    if on_core := left_to_core(result):
        table.add_row("Left to the core", on_core)
    table.add_row("Accelerator cycles", accelerator_cycles(result, result.accelerator_cycles))
    if result.faults:
        table.add_row("Accelerator faults", faults(result.faults))
    table.add_row("CPU cycles", _cycles(result.cpu_cycles))
    if result.cpu_cycles_error:
        table.add_row("", f"({result.cpu_cycles_error})")
    if result.total_cycles is not None:
        table.add_row("Wait cycles", _cycles(result.wait_cycles))
        table.add_row("Total cycles", _cycles(result.total_cycles))
        table.add_row("CPU utilization", _share(result.cpu_utilization))
        table.add_row("Core clock", UNKNOWN if not result.clock_hz else f"{result.clock_hz / 1e6:g} MHz")
    if result.error_inputs:
        table.add_row("Errors", f"output codes, {errors_basis(result)}")
    table.add_row("Time", UNKNOWN if result.time_s is None else f"{result.time_s * 1e3:.3f} ms")
    table.add_row("Energy", UNKNOWN if result.energy_uj is None else f"{result.energy_uj:.1f} µJ (estimate)")
    if result.energy_basis:
        table.add_row("", "({})".format(result.energy_basis.replace("; ", ";\n")))
    table.add_row("Arena (measured)", f"{result.arena_bytes} B{_pointer_note(result)}")
    if result.weights_ram_bytes:
        table.add_row("Weights in RAM", f"{result.weights_ram_bytes} B, the rest in flash")
    if result.layout:
        table.add_row("Layout of weights", result.layout)
    table.add_row("RAM", _bytes(result.ram_bytes))
    table.add_row("Flash", _bytes(result.flash_bytes))
    table.add_row("Model file", f"{result.model_bytes} B")
    return table


def _profile_layers(result: Profile) -> RenderableType:
    columns = _layer_columns(result)
    known = [column for column in columns if any(cell != UNKNOWN for cell in column.cells)]
    forms = [columns, known]
    shapes = ("Input shapes", "Output shapes", "Options")
    for names in (shapes, ("Mean error",), ("Max error", "RMS error"), ("OPs",)):
        forms.append([column for column in forms[-1] if column.name not in names])
    return WidestThatFits(*(_layer_table(form) for form in forms))


@dataclass(frozen=True)
class _Column:
    name: str
    justify: JustifyMethod
    cells: tuple[str, ...]


def _layer_columns(result: Profile) -> list[_Column]:
    layers = result.layers

    def column(name: str, cell: Callable[[ProfileLayer], str], justify: JustifyMethod = "right") -> _Column:
        return _Column(name, justify, tuple(cell(layer) for layer in layers))

    errors = (
        column("Max error", lambda layer: error(layer.max_error)),
        column("Mean error", lambda layer: error(layer.mean_error)),
        column("RMS error", lambda layer: error(layer.rms_error)),
    )
    return [
        column("Index", lambda layer: str(layer.index)),
        column("OpCode", lambda layer: layer.opcode, "left"),
        column("OPs", lambda layer: count(layer.ops)),
        column("MACs", lambda layer: count(layer.macs)),
        column("Acc cycles", lambda layer: accelerator_cycles(result, layer.accelerator_cycles)),
        column("CPU cycles", lambda layer: _cycles(layer.cpu_cycles)),
        column("Energy,\nestimate", lambda layer: _energy(layer.energy_uj)),
        column("Time", lambda layer: UNKNOWN if layer.time_s is None else f"{layer.time_s * 1e6:.1f} µs"),
        column("Kernel", lambda layer: layer.kernel, "left"),
        *(errors if result.error_inputs else ()),
        column("Input shapes", lambda layer: _shapes(layer.input_shapes), "left"),
        column("Output shapes", lambda layer: _shapes(layer.output_shapes), "left"),
        column("Options", lambda layer: layer.options, "left"),
    ]


def _layer_table(columns: Sequence[_Column]) -> Table:
    table = Table(title="Layers", title_justify="left")
    for column in columns:
        table.add_column(column.name, justify=column.justify)
    for cells in zip(*(column.cells for column in columns), strict=True):
        table.add_row(*cells)
    return table


def _layers(number: int) -> str:
    return "1 layer" if number == 1 else f"{number} layers"


def _shapes(shapes: Sequence[tuple[int, ...]]) -> str:
    return ",".join(shape_text(shape) for shape in shapes)


def _pointer_note(result: Profile) -> str:
    return " (with 64-bit pointers: an upper bound for the chip)" if result.source == "host" else ""


def _cycles(cycles: Cycles | None) -> str:
    if cycles is None:
        return UNKNOWN
    several = len(cycles.runs) > 1 or cycles.low != cycles.high
    return count(cycles.median) + (f" ({count(cycles.low)} to {count(cycles.high)})" if several else "")


def _energy(value: float | None) -> str:
    return UNKNOWN if value is None else f"{value:.2f} µJ"


def _share(value: float | None) -> str:
    return UNKNOWN if value is None else f"{100 * value:.1f} %"


def _bytes(value: int | None) -> str:
    return UNKNOWN if value is None else f"{value} B"


def _pairs(title: str) -> Table:
    table = Table(title=title, title_justify="left", show_header=False)
    table.add_column("figure")
    table.add_column("value", overflow="fold")
    return table
