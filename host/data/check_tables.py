"""What a check of a data set found, as tables for people and as a document for programs."""

from typing import Any

from rich.table import Table

from host.data.check import DatasetCheck, Group
from host.data.findings import Severity

_PATHS = 100
"""Files listed for each finding in the document."""


def groups_table(found: DatasetCheck) -> Table:
    """Return the clips by machine id, split and label."""
    name = found.dataset.name
    kind = " (synthetic)" if found.dataset.synthetic and name != "synthetic" else ""
    table = Table(title=f"data set {name}{kind}", caption="level: median RMS, full scale is 0 dB")
    for column in ("machine", "split", "label"):
        table.add_column(column)
    for column in ("clips", "usable", "rate Hz", "seconds", "level dB", "silent", "clipped", "duplicates"):
        table.add_column(column, justify="right")
    for group in found.groups:
        table.add_row(*_cells(group))
    table.add_section()
    sums = (
        sum(group.clips for group in found.groups),
        sum(group.usable for group in found.groups),
        sum(group.silent for group in found.groups),
        sum(group.clipped for group in found.groups),
        sum(group.duplicates for group in found.groups),
    )
    clips, usable, silent, clipped, duplicates = (f"{value:,}" for value in sums)
    table.add_row("all", "", "", clips, usable, "", "", "", silent, clipped, duplicates)
    return table


def findings_table(found: DatasetCheck) -> Table:
    """Return the findings, errors first."""
    table = Table(title="findings")
    table.add_column("severity")
    table.add_column("kind")
    table.add_column("what")
    for severity in Severity:
        for finding in found.findings:
            if finding.severity is severity:
                style = "red" if severity is Severity.ERROR else "yellow"
                table.add_row(severity.value, finding.kind, finding.text, style=style)
    return table


def document(found: DatasetCheck) -> dict[str, Any]:
    """Return data-check/1; unknown values are None."""
    dataset = found.dataset
    return {
        "schema": "data-check/1",
        "dataset": {"name": dataset.name, "synthetic": dataset.synthetic, "path": str(dataset.root)},
        "clips": len(found.facts),
        "usable": sum(fact.usable for fact in found.facts),
        "errors": found.errors,
        "groups": [_group(group) for group in found.groups],
        "findings": [
            {
                "kind": finding.kind,
                "severity": finding.severity.value,
                "text": finding.text,
                "count": len(finding.paths),
                "paths": [str(path) for path in finding.paths[:_PATHS]],
            }
            for finding in found.findings
        ],
    }


def _cells(group: Group) -> tuple[str, ...]:
    low, middle, high = group.seconds or (None, None, None)
    seconds = (
        "n/a" if low is None else f"{low:.2f}" if low == high else f"{low:.2f} … {middle:.2f} … {high:.2f}"
    )
    return (
        group.machine_id,
        group.split,
        "anomaly" if group.label else "normal",
        f"{group.clips:,}",
        f"{group.usable:,}",
        ", ".join(map(str, group.rates)) or "n/a",
        seconds,
        "n/a" if group.level_db is None else f"{group.level_db:.1f}",
        str(group.silent),
        str(group.clipped),
        str(group.duplicates),
    )


def _group(group: Group) -> dict[str, Any]:
    low, middle, high = group.seconds or (None, None, None)
    return {
        "machine_id": group.machine_id,
        "split": group.split,
        "label": "anomaly" if group.label else "normal",
        "clips": group.clips,
        "usable": group.usable,
        "sample_rates": list(group.rates),
        "seconds": {"min": low, "median": middle, "max": high},
        "level_db": group.level_db,
        "silent": group.silent,
        "clipped": group.clipped,
        "duplicates": group.duplicates,
    }
