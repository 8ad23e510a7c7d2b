"""Two kernels side by side, profiled in one run: the table, and the document with ratios.

The document is the profile/1 of the kernel in question with the other one's profile/1 inside it, and a
`ratio_to_baseline` in its summary and in each layer; it is null where one of the kernels leaves a layer to
the core, whose cycles are none of the accelerator's.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from rich.console import RenderableType
from rich.table import Table

from host.report import profile_document, tables
from host.report.fitting import WidestThatFits
from host.report.profile_document import Cycles, Profile, ProfileLayer
from host.report.tables import accelerator_cycles, count, error
from host.tflite import operators

_ON_CORE = "core"


@dataclass(frozen=True)
class Comparison:
    """Profiles of one model by two kernels, under the same cycle model."""

    baseline: Profile
    fast: Profile


def ratio(cycles: Cycles, baseline: Cycles) -> float | None:
    """Return the ratio of the plain counts, None where the baseline has no cycles."""
    return cycles.median / baseline.median if baseline.median else None


def document(comparison: Comparison) -> dict[str, Any]:
    """Return profile/1 of `fast` with the ratios, and with that of `baseline` under its name."""
    result = profile_document.document(comparison.fast)
    baseline = profile_document.document(comparison.baseline)
    same = _same_work(*zip(comparison.baseline.layers, comparison.fast.layers, strict=True))
    result["summary"]["ratio_to_baseline"] = (
        ratio(comparison.fast.accelerator_cycles, comparison.baseline.accelerator_cycles) if same else None
    )
    pairs = zip(comparison.baseline.layers, comparison.fast.layers, strict=True)
    for layer, (slow, fast) in zip(result["layers"], pairs, strict=True):
        layer["ratio_to_baseline"] = (
            ratio(fast.accelerator_cycles, slow.accelerator_cycles) if _same_work((slow, fast)) else None
        )
    result["baseline"] = baseline
    return result


def show(comparison: Comparison) -> tuple[RenderableType, ...]:
    """Return the summary and the table of layers, baseline and fast side by side."""
    return (_summary(comparison), _layers(comparison))


def _summary(comparison: Comparison) -> Table:
    fast = comparison.fast
    table = Table(title="Kernels compared", title_justify="left", show_header=False)
    table.add_column("figure")
    table.add_column("value")
    table.add_row("Name", fast.model_name)
    table.add_row("Source", tables.source(fast))
    table.add_row("Cycle model, baseline", tables.cycle_model(comparison.baseline))
    table.add_row("Cycle model, fast", tables.cycle_model(fast))
    table.add_row("Runs", str(fast.runs))
    table.add_row("MACs", count(fast.macs))
    for profile in (comparison.baseline, fast):
        if profile.layout:
            table.add_row(f"Layout of weights, {profile.kernel}", profile.layout)
        if on_core := tables.left_to_core(profile):
            table.add_row(f"Left to the core, {profile.kernel}", on_core)
        if profile.faults:
            table.add_row(f"Accelerator faults, {profile.kernel}", tables.faults(profile.faults))
    if fast.error_inputs:
        table.add_row("Errors", f"output codes, {tables.errors_basis(fast)}")
    return table


@dataclass(frozen=True)
class _Column:
    name: str
    footer: str
    cells: tuple[str, ...]


def _layers(comparison: Comparison) -> RenderableType:
    columns = [
        *_cycle_columns(comparison),
        *(_error_columns(comparison) if comparison.fast.error_inputs else ()),
    ]
    forms = [columns]
    for name in ("Mean error", "RMS error", "Max error", "MACs", "Cycles\nper MAC"):
        forms.append([column for column in forms[-1] if not column.name.startswith(name)])
    return WidestThatFits(*(_table(form) for form in forms))


def _table(columns: Sequence[_Column]) -> Table:
    table = Table(title="Accelerator cycles by layer", title_justify="left", show_footer=True)
    for column in columns:
        table.add_column(
            column.name, footer=column.footer, justify="left" if column.name == "OpCode" else "right"
        )
    for cells in zip(*(column.cells for column in columns), strict=True):
        table.add_row(*cells)
    return table


def _cycle_columns(comparison: Comparison) -> list[_Column]:
    slow, quick = comparison.baseline, comparison.fast
    pairs = tuple(zip(slow.layers, quick.layers, strict=True))

    def column(name: str, footer: str, cell: Callable[[ProfileLayer, ProfileLayer], str]) -> _Column:
        return _Column(name, footer, tuple(cell(*pair) for pair in pairs))

    return [
        column("Index", "", lambda _, layer: str(layer.index)),
        column("OpCode", "all", lambda _, layer: layer.opcode),
        column("MACs", count(quick.macs), lambda _, layer: count(layer.macs)),
        column(
            slow.kernel,
            accelerator_cycles(slow, slow.accelerator_cycles),
            lambda layer, _: _layer_cycles(slow, layer),
        ),
        column(
            quick.kernel,
            accelerator_cycles(quick, quick.accelerator_cycles),
            lambda _, layer: _layer_cycles(quick, layer),
        ),
        column("fast / baseline", _total_ratio(comparison), _layer_ratio),
        column(
            "Cycles\nper MAC",
            _per_mac(quick.accelerator_cycles, quick.macs),
            lambda _, layer: (
                "" if _is_left_to_core(layer) else _per_mac(layer.accelerator_cycles, layer.macs)
            ),
        ),
    ]


def _error_columns(comparison: Comparison) -> list[_Column]:
    errors: tuple[tuple[str, Callable[[ProfileLayer], float | None]], ...] = (
        ("Max error", lambda layer: layer.max_error),
        ("Mean error", lambda layer: layer.mean_error),
        ("RMS error", lambda layer: layer.rms_error),
    )
    return [
        _Column(f"{name},\n{profile.kernel}", "", tuple(error(value(layer)) for layer in profile.layers))
        for name, value in errors
        for profile in (comparison.baseline, comparison.fast)
    ]


def _layer_cycles(profile: Profile, layer: ProfileLayer) -> str:
    return _ON_CORE if _is_left_to_core(layer) else accelerator_cycles(profile, layer.accelerator_cycles)


def _is_left_to_core(layer: ProfileLayer) -> bool:
    return layer.kernel == "reference" and layer.opcode.upper() in operators.ACCELERATED


def _same_work(*pairs: tuple[ProfileLayer, ProfileLayer]) -> bool:
    """Whether the accelerator ran the same layers for both kernels, so that its cycles can be compared."""
    return all(_is_left_to_core(slow) == _is_left_to_core(quick) for slow, quick in pairs)


def _layer_ratio(slow: ProfileLayer, quick: ProfileLayer) -> str:
    return _ratio(quick.accelerator_cycles, slow.accelerator_cycles) if _same_work((slow, quick)) else ""


def _total_ratio(comparison: Comparison) -> str:
    slow, quick = comparison.baseline, comparison.fast
    if not _same_work(*zip(slow.layers, quick.layers, strict=True)):
        return ""
    return _ratio(quick.accelerator_cycles, slow.accelerator_cycles)


def _ratio(cycles: Cycles, baseline: Cycles) -> str:
    values = {ratio(cycles, baseline)}
    if cycles.others and baseline.others:
        values.add(ratio(Cycles(cycles.others), Cycles(baseline.others)))
    return "–".join(f"{value:.3f}" for value in sorted(value for value in values if value is not None))


def _per_mac(cycles: Cycles, macs: int) -> str:
    counts = {cycles.low, cycles.high} if cycles.others else {cycles.median}
    return "–".join(f"{value / macs:.3f}" for value in sorted(counts)) if macs else ""
