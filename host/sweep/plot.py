"""The plot of a sweep: one HTML page that works from a file, AUC over what a model costs.

The points and their table are in the page without its script, which only moves the points to another axis and
shows the trial under the pointer or the keyboard's focus.
"""

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jinja2

from host.sweep import pareto, table
from host.sweep.records import SOURCES, Figures, TrialState
from host.sweep.search import Sweep

WIDTH, HEIGHT = 760, 420
LEFT, RIGHT, TOP, BOTTOM = 70, 20, 20, 50
"""The drawing in pixels, and its margins inside."""


@dataclass(frozen=True)
class Axis:
    """A figure that can be the plot's horizontal axis, with its title."""

    figure: str
    title: str


AXES = (
    Axis("total_cycles", "cycles of an inference"),
    Axis("flash_bytes", "flash, bytes"),
    Axis("ram_bytes", "RAM, bytes"),
    Axis("energy_uj", "energy of an inference, µJ"),
)


@dataclass(frozen=True)
class Scale:
    """A linear map from figures to pixels."""

    low: float
    high: float
    start: float
    end: float

    def position(self, value: float) -> float:
        """Return the pixel of a value, to a tenth."""
        return round(self.start + (value - self.low) / (self.high - self.low) * (self.end - self.start), 1)


def render(sweep: Sweep) -> str:
    """Return the page; the same for the same figures."""
    finished = [state for state in sorted(sweep.states, key=table.rank) if state.figures is not None]
    best = pareto.front(sweep.states)
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    figures = [state.figures for state in finished if state.figures is not None]
    across = {axis.figure: _scale(figures, axis.figure, LEFT, WIDTH - RIGHT) for axis in AXES}
    up = _scale(figures, "auc", HEIGHT - BOTTOM, TOP)
    return environment.get_template("sweep.html.jinja").render(
        sweep=sweep,
        points=[_point(state, state in best, across, up) for state in finished],
        axes=[
            {"figure": axis.figure, "title": axis.title, "ticks": _ticks(across[axis.figure])}
            for axis in AXES
            if across[axis.figure] is not None
        ],
        up_ticks=_ticks(up),
        sources=SOURCES,
        size={"width": WIDTH, "height": HEIGHT, "left": LEFT, "right": RIGHT, "top": TOP, "bottom": BOTTOM},
        note=table.sources(),
    )


def _scale(figures: list[Figures], name: str, start: float, end: float) -> Scale | None:
    values = [value for each in figures if (value := getattr(each, name)) is not None]
    if not values:
        return None
    # A tenth of room at both ends; a single value gets some of its own size.
    room = (max(values) - min(values)) / 10 or abs(values[0]) / 10 or 1.0
    return Scale(min(values) - room, max(values) + room, start, end)


def _ticks(scale: Scale | None) -> list[dict[str, Any]]:
    if scale is None:
        return []
    step = _step((scale.high - scale.low) / 5)
    first, last = math.ceil(scale.low / step), math.floor(scale.high / step)
    values = [number * step for number in range(first, last + 1)]
    return [
        {"at": scale.position(value), "text": f"{value:,.4g}" if value < 1e4 else f"{value:,.0f}"}
        for value in values
    ]


def _step(least: float) -> float:
    """Return 1, 2 or 5 times a power of ten: the smallest that is at least `least`."""
    power: float = 10.0 ** math.floor(math.log10(least))
    return next(factor * power for factor in (1, 2, 5, 10) if factor * power >= least)


def _point(
    state: TrialState, is_best: bool, across: dict[str, Scale | None], up: Scale | None
) -> dict[str, Any]:
    """Return what the template draws and the script reads of a trial."""
    figures = state.figures
    if figures is None or up is None:
        raise ValueError("a trial without figures has no point")
    places = {
        name: scale.position(getattr(figures, name))
        for name, scale in across.items()
        if scale is not None and getattr(figures, name) is not None
    }
    trial = state.task.trial
    return {
        "name": trial.name,
        "best": is_best,
        "y": up.position(figures.auc),
        "places": places,
        "cells": table.cells(figures),
        "rows": [
            ["layers", "–".join(str(units) for units in trial.hidden_units)],
            ["input", f"{trial.input_frames} frames"],
            ["quantization", trial.quantization],
            ["weights", f"{trial.weights:,}"],
            [
                "validation loss",
                f"{figures.validation_loss:.3f} dB² (epoch {figures.best_epoch} of {figures.epochs})",
            ],
            *([title, cell] for title, cell in zip(table.NUMBERS, table.cells(figures), strict=True)),
            *(["note", note] for note in figures.notes),
        ],
    }
