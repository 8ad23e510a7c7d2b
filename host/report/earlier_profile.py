"""A profile beside an earlier one, saved as profile/1: both, and the ratios (host.profile --compare)."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import RenderableType
from rich.table import Table

from host.errors import DataError
from host.report import profile_document
from host.report.profile_document import Cycles, Profile
from host.report.tables import UNKNOWN, count

_FIGURES = ("accelerator_cycles", "cpu_cycles", "wait_cycles", "total_cycles")
_LAYER_FIGURES = ("accelerator_cycles", "cpu_cycles", "total_cycles")


@dataclass(frozen=True)
class Counts:
    """Cycles of a profile or of one layer, medians over its runs; None where the source knew none."""

    accelerator_cycles: int | None
    cpu_cycles: int | None
    wait_cycles: int | None
    total_cycles: int | None


@dataclass(frozen=True)
class EarlierLayer:
    """A layer of an earlier profile."""

    opcode: str
    kernel: str
    counts: Counts


@dataclass(frozen=True)
class EarlierProfile:
    """What a comparison needs of an earlier profile."""

    path: Path
    source: str
    kernel: str
    build_id: str | None
    model_name: str
    counts: Counts
    time_s: float | None
    energy_uj: float | None
    layers: tuple[EarlierLayer, ...]


def read(path: Path) -> EarlierProfile:
    """Read a document profile/1.

    Raises:
        DataError: the file cannot be read, or is none.
    """
    try:
        return _record(path, json.loads(path.read_text(encoding="utf-8")))
    except OSError as error:
        raise DataError(f"cannot read {path}: {error.strerror or error}") from error
    except (ValueError, KeyError, TypeError) as error:
        raise DataError(
            f"{path} is no {profile_document.SCHEMA}: name a file that host.profile --json wrote"
        ) from error


def _record(path: Path, whole: Mapping[str, Any]) -> EarlierProfile:
    if whole["schema"] != profile_document.SCHEMA:
        raise ValueError(whole["schema"])
    return EarlierProfile(
        path=path,
        source=str(whole["source"]),
        kernel=str(whole["kernel"]),
        build_id=whole["build_id"],
        model_name=str(whole["model"]["name"]),
        counts=_counts(whole["summary"]),
        time_s=_number(whole["summary"]["time_s"]),
        energy_uj=_number(whole.get("energy_uj")),
        layers=tuple(
            EarlierLayer(str(layer["opcode"]), str(layer["kernel"]), _counts(layer))
            for layer in whole["layers"]
        ),
    )


def show(earlier: EarlierProfile, now: Profile) -> tuple[RenderableType, ...]:
    """Return the tables of the totals and of the layers, earlier and now, with ratios now / earlier.

    Layers are compared where both profiles have the same operators; else the totals alone.
    """
    same = [layer.opcode for layer in earlier.layers] == [layer.opcode for layer in now.layers]
    return (_totals(earlier, now), _layers(earlier, now)) if same else (_totals(earlier, now),)


def _totals(earlier: EarlierProfile, now: Profile) -> Table:
    table = Table(title=f"Compared with {earlier.path}", title_justify="left")
    table.add_column("figure")
    for name in ("earlier", "now", "now / earlier"):
        table.add_column(name, justify="right")
    table.add_row("Name", earlier.model_name, now.model_name, "")
    table.add_row("Source", earlier.source, now.source, "")
    table.add_row("Kernel", earlier.kernel, now.kernel, "")
    for name in _FIGURES:
        title = name.replace("_", " ").capitalize().replace("Cpu", "CPU")
        table.add_row(title, *_cells(getattr(earlier.counts, name), getattr(now, name)))
    times = [UNKNOWN if time is None else f"{time * 1e3:.3f} ms" for time in (earlier.time_s, now.time_s)]
    table.add_row("Time", *times, _ratio(earlier.time_s, now.time_s))
    if earlier.energy_uj is not None and now.energy_uj is not None:
        energies = [f"{energy:.1f} µJ" for energy in (earlier.energy_uj, now.energy_uj)]
        table.add_row("Energy (estimates)", *energies, _ratio(earlier.energy_uj, now.energy_uj))
    return table


def _layers(earlier: EarlierProfile, now: Profile) -> Table:
    table = Table(title="Cycles by layer, earlier and now", title_justify="left")
    table.add_column("Index", justify="right")
    table.add_column("OpCode")
    for name in ("Acc", "CPU", "Total"):
        for column in ("earlier", "now", "ratio"):
            table.add_column(f"{name}\n{column}", justify="right")
    for before, layer in zip(earlier.layers, now.layers, strict=True):
        cells: list[str] = []
        for name in _LAYER_FIGURES:
            cells += _cells(getattr(before.counts, name), getattr(layer, name))
        table.add_row(str(layer.index), layer.opcode, *cells)
    return table


def _cells(earlier: int | None, now: Cycles | None) -> Sequence[str]:
    present = None if now is None else now.median
    return count(earlier), count(present), _ratio(earlier, present)


def _ratio(earlier: float | None, now: float | None) -> str:
    return f"{now / earlier:.3f}" if earlier and now is not None else ""


def _number(value: Any) -> float | None:
    if value is None:
        return None
    if type(value) not in (int, float):
        raise TypeError(value)
    return float(value)


def _counts(record: Mapping[str, Any]) -> Counts:
    values = [record.get(name) for name in _FIGURES]
    if not all(value is None or type(value) is int for value in values):
        raise TypeError(values)
    return Counts(*values)
