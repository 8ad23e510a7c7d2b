"""The table of a sweep: a row per trial, those on the Pareto front marked, the best AUC first."""

from rich import box
from rich.table import Table

from host.sweep import pareto
from host.sweep.records import ESTIMATED, GOLDEN, LINKED, SIMULATED, Figures, TrialState
from host.sweep.search import Sweep

UNKNOWN = "–"

NUMBERS = ("AUC", "cycles", "ms", "RAM", "flash", "µJ")
"""Titles of `cells`."""


def table(sweep: Sweep) -> Table:
    """Return the table; equal figures leave the trials in the order of the space."""
    facts = [f"{state.figures.test_clips} test clips" for state in sweep.states if state.figures][:1]
    facts += ["synthetic data"] if sweep.recordings.synthetic else []
    of = f" ({', '.join(facts)})" if facts else ""
    result = Table(
        title=f"{len(sweep.states)} trials on {sweep.recordings.name}{of}, "
        f"kernel {sweep.space.measurement.kernel}",
        box=box.SIMPLE,
        title_justify="left",
    )
    result.add_column("Pareto")
    result.add_column("trial", no_wrap=True)
    for title in NUMBERS:
        result.add_column(title, justify="right", no_wrap=True)
    best = pareto.front(sweep.states)
    for state in sorted(sweep.states, key=rank):
        shown = cells(state.figures) if state.figures else (UNKNOWN,) * len(NUMBERS)
        marked = state in best
        result.add_row("●" if marked else "", state.task.trial.name, *shown, style="bold" if marked else None)
    return result


def sources() -> str:
    """Return the line that says where the figures come from."""
    return (
        f"AUC: {GOLDEN}. Cycles and ms: {SIMULATED}. RAM and flash in bytes: {LINKED}. µJ: {ESTIMATED}. "
        "Pareto: no other trial is at least as good in AUC, cycles, RAM and flash, and better in one."
    )


def rank(state: TrialState) -> tuple[float, float]:
    """Return what sorts trials: the best AUC first, of equal ones the fewest cycles, failed ones last."""
    figures = state.figures
    return (1.0, 0.0) if figures is None else (-figures.auc, float(figures.total_cycles))


def cells(figures: Figures) -> tuple[str, ...]:
    """Return a trial's figures as text."""
    return (
        f"{figures.auc:.4f}",
        f"{figures.total_cycles:,}",
        UNKNOWN if figures.inference_s is None else f"{figures.inference_s * 1e3:.3f}",
        f"{figures.ram_bytes:,}",
        f"{figures.flash_bytes:,}",
        UNKNOWN if figures.energy_uj is None else f"{figures.energy_uj:.2f}",
    )
