"""Cycles by function: how much of a simulated run was spent in each function itself, callees excluded."""

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from rich.table import Table

from host.sim.accuracy import CYCLE_ERROR, CYCLE_ERROR_SHORT
from host.sim.recording import EXCEPTION, UNKNOWN_NAME, Recording


@dataclass(frozen=True)
class FunctionCost:
    """What was charged to a function.

    Attributes:
        name: Demangled.
        address: Of its first instruction; None for code outside of all functions.
        cycles: In its own blocks, waiting for flash included.
        instructions: Executed, those skipped by a condition included.
        calls: Times that it was called; None if calls were not followed.
    """

    name: str
    address: int | None
    cycles: int
    instructions: int
    calls: int | None


@dataclass(frozen=True)
class FlatProfile:
    """A run's cycles by function, the most expensive first; sleep is no function's."""

    functions: tuple[FunctionCost, ...]
    cycles: int
    instructions: int
    sleep_cycles: int
    core_hz: int


@dataclass
class _Sum:
    cycles: int = 0
    instructions: int = 0
    names: list[str] = field(default_factory=list)


def flat_profile(recording: Recording) -> FlatProfile:
    """Add the counts of blocks up by function; a block counts for the function that it begins in."""
    sums: dict[int | None, _Sum] = defaultdict(_Sum)
    names: dict[int | None, str] = {None: UNKNOWN_NAME}
    for block in recording.blocks:
        function = recording.functions.at(block.address)
        begin = function.begin if function else None
        if function:
            names[begin] = function.name
        sums[begin].cycles += block.cycles
        sums[begin].instructions += block.instructions * block.executions
    calls = _calls(recording)
    costs = [
        FunctionCost(
            names[begin], begin, total.cycles, total.instructions, calls.get(begin, 0) if calls else None
        )
        for begin, total in sums.items()
    ]
    costs.sort(key=lambda cost: (-cost.cycles, cost.name))
    return FlatProfile(
        tuple(costs),
        sum(cost.cycles for cost in costs),
        sum(cost.instructions for cost in costs),
        recording.sleep_cycles,
        recording.core_hz,
    )


def table(profile: FlatProfile, most: int = 30) -> Table:
    """Return the profile as a table of its `most` most expensive functions and the rest."""
    rows = Table(title=f"core cycles by function ({CYCLE_ERROR_SHORT})", title_justify="left")
    rows.add_column("function", no_wrap=True, overflow="ellipsis", max_width=72)
    for heading in ("cycles", "share", "instructions", "calls"):
        rows.add_column(heading, justify="right")
    for cost in profile.functions[:most]:
        rows.add_row(cost.name, *_figures(profile, cost.cycles, cost.instructions, cost.calls))
    rest = profile.functions[most:]
    if rest:
        cycles, instructions = sum(one.cycles for one in rest), sum(one.instructions for one in rest)
        rows.add_row(f"{len(rest)} more", *_figures(profile, cycles, instructions, None))
    rows.add_section()
    rows.add_row("all", *_figures(profile, profile.cycles, profile.instructions, None))
    rows.add_row("asleep", f"{profile.sleep_cycles:,}", "", "", "")
    return rows


def document(profile: FlatProfile) -> dict[str, Any]:
    """Return the profile for a JSON file; unknown figures are null."""
    return {
        "simulated": True,
        "cycles_error": CYCLE_ERROR,
        "core_hz": profile.core_hz,
        "cycles": profile.cycles,
        "instructions": profile.instructions,
        "sleep_cycles": profile.sleep_cycles,
        "functions": [
            {
                "name": cost.name,
                "address": cost.address,
                "cycles": cost.cycles,
                "share": _share(profile, cost.cycles),
                "instructions": cost.instructions,
                "calls": cost.calls,
            }
            for cost in profile.functions
        ],
    }


def _calls(recording: Recording) -> dict[int | None, int]:
    calls: dict[int | None, int] = defaultdict(int)
    for node in recording.calls[1:]:
        if node.function >= EXCEPTION:
            continue
        known = node.function < len(recording.functions.functions)
        calls[recording.functions.functions[node.function].begin if known else None] += node.calls
    return calls


def _share(profile: FlatProfile, cycles: int) -> float | None:
    return cycles / profile.cycles if profile.cycles else None


def _figures(profile: FlatProfile, cycles: int, instructions: int, calls: int | None) -> tuple[str, ...]:
    share = _share(profile, cycles)
    return (
        f"{cycles:,}",
        "" if share is None else f"{share:.1%}",
        f"{instructions:,}",
        "" if calls is None else f"{calls:,}",
    )
