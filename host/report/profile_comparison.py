"""Two kernels side by side, profiled in one run: the table, and the document with ratios.

The document is the profile/1 of the kernel in question with the other one's profile/1 inside it, and a
`ratio_to_baseline` in its summary and in each layer.
"""

from dataclasses import dataclass
from typing import Any

from rich.console import RenderableType
from rich.table import Table

from host.report import profile_document, tables
from host.report.profile_document import Cycles, Profile, ProfileLayer
from host.report.tables import accelerator_cycles, count, error


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
    result["summary"]["ratio_to_baseline"] = ratio(
        comparison.fast.accelerator_cycles, comparison.baseline.accelerator_cycles
    )
    pairs = zip(comparison.fast.layers, comparison.baseline.layers, strict=True)
    for layer, (fast, slow) in zip(result["layers"], pairs, strict=True):
        layer["ratio_to_baseline"] = ratio(fast.accelerator_cycles, slow.accelerator_cycles)
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
        if profile.faults:
            table.add_row(f"Accelerator faults, {profile.kernel}", tables.faults(profile.faults))
    if fast.error_inputs:
        table.add_row("Errors", f"output codes, {tables.errors_basis(fast)}")
    return table


def _layers(comparison: Comparison) -> Table:
    baseline, fast = comparison.baseline, comparison.fast
    table = Table(title="Accelerator cycles by layer", title_justify="left", show_footer=True)
    table.add_column("Index", justify="right")
    table.add_column("OpCode", footer="all")
    columns = [("MACs", count(fast.macs))]
    columns += [
        (profile.kernel, accelerator_cycles(profile, profile.accelerator_cycles))
        for profile in (baseline, fast)
    ]
    columns += [
        ("fast / baseline", _ratio(fast.accelerator_cycles, baseline.accelerator_cycles)),
        ("Cycles per MAC", _per_mac(fast.accelerator_cycles, fast.macs)),
    ]
    if fast.error_inputs:
        names = ("Max error, baseline", "Max error, fast", "RMS error, baseline", "RMS error, fast")
        columns += [(name, "") for name in names]
    for name, footer in columns:
        table.add_column(name, footer=footer, justify="right")
    for slow, quick in zip(baseline.layers, fast.layers, strict=True):
        table.add_row(*_cells(comparison, slow, quick))
    return table


def _cells(comparison: Comparison, slow: ProfileLayer, quick: ProfileLayer) -> tuple[str, ...]:
    cells: tuple[str, ...] = (
        str(quick.index),
        quick.opcode,
        count(quick.macs),
        accelerator_cycles(comparison.baseline, slow.accelerator_cycles),
        accelerator_cycles(comparison.fast, quick.accelerator_cycles),
        _ratio(quick.accelerator_cycles, slow.accelerator_cycles),
        _per_mac(quick.accelerator_cycles, quick.macs),
    )
    if comparison.fast.error_inputs:
        values = (slow.max_error, quick.max_error, slow.rms_error, quick.rms_error)
        cells += tuple(error(value) for value in values)
    return cells


def _ratio(cycles: Cycles, baseline: Cycles) -> str:
    values = {ratio(cycles, baseline)}
    if cycles.others and baseline.others:
        values.add(ratio(Cycles(cycles.others), Cycles(baseline.others)))
    return "–".join(f"{value:.3f}" for value in sorted(value for value in values if value is not None))


def _per_mac(cycles: Cycles, macs: int) -> str:
    counts = {cycles.low, cycles.high} if cycles.others else {cycles.median}
    return "–".join(f"{value / macs:.3f}" for value in sorted(counts)) if macs else ""
