"""Which trials no other one beats: better in nothing and worse in something is what leaves the front."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from host.sweep.records import Figures, TrialState


@dataclass(frozen=True)
class Objective:
    """A figure that counts, and which of two values is better."""

    figure: str
    better: Literal["more", "less"]


OBJECTIVES = (
    Objective("auc", "more"),
    Objective("total_cycles", "less"),
    Objective("ram_bytes", "less"),
    Objective("flash_bytes", "less"),
)
"""Energy is left out: its estimate is the cycles times a constant."""


def front(states: Sequence[TrialState]) -> tuple[TrialState, ...]:
    """Return the trials that no other dominates: at least as good in every objective and better in one."""
    finished = [(state, _costs(state.figures)) for state in states if state.figures is not None]
    return tuple(
        state for state, costs in finished if not any(_dominates(other, costs) for _, other in finished)
    )


def _costs(figures: Figures) -> tuple[float, ...]:
    return tuple(
        -getattr(figures, objective.figure)
        if objective.better == "more"
        else getattr(figures, objective.figure)
        for objective in OBJECTIVES
    )


def _dominates(first: tuple[float, ...], second: tuple[float, ...]) -> bool:
    return first != second and all(one <= other for one, other in zip(first, second, strict=True))
