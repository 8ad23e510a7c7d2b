"""Plots by layer: cycles of each kernel, signal-to-noise ratio of each way to quantize."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import EngFormatter, MaxNLocator

from host.report.inline_svg import FIFTH_COLOUR, FOURTH_COLOUR, REFERENCE_COLOUR
from host.report.plots import ANOMALOUS_COLOUR, NEUTRAL_COLOUR, NORMAL_COLOUR

_COLOURS = (REFERENCE_COLOUR, NORMAL_COLOUR, ANOMALOUS_COLOUR, FOURTH_COLOUR, FIFTH_COLOUR, NEUTRAL_COLOUR)
_MARKERS = ("s", "o", "D", "^", "v", "P")


@dataclass(frozen=True)
class Series:
    """One kernel or one way to quantize: its name and a value by layer, None where there is none."""

    name: str
    values: tuple[float | None, ...]


def cycles(layers: Sequence[str], kernels: Sequence[Series], what: str) -> Figure:
    """Return cycles by layer, a point for each kernel; logarithmic, for layers differ by orders of magnitude.

    Args:
        layers: their names, the first on top.
        kernels: cycles of each; a layer without cycles has no point.
        what: the axis' label.
    """
    figure = Figure(figsize=(7.4, 1.0 + 0.3 * len(layers)), layout="constrained")
    axes = figure.add_subplot()
    places = np.arange(len(layers))
    table = np.array([[value or np.nan for value in series.values] for series in kernels], dtype=float)
    for place, column in zip(places, table.T, strict=True):
        if np.isfinite(column).any():
            axes.plot(
                [np.nanmin(column), np.nanmax(column)],
                [place, place],
                color=NEUTRAL_COLOUR,
                linewidth=2,
                alpha=0.35,
                zorder=1,
            )
    for index, (series, row) in enumerate(zip(kernels, table, strict=True)):
        axes.plot(
            row,
            places,
            linestyle="none",
            marker=_MARKERS[index % len(_MARKERS)],
            markersize=6.5,
            color=_colour(series.name, index),
            label=series.name,
            zorder=2,
        )
    axes.set_yticks(places, layers)
    axes.set_ylim(len(layers) - 0.4, -0.6)
    axes.set_xscale("log")
    axes.xaxis.set_major_formatter(EngFormatter(sep="\u202f"))
    axes.set_xlabel(what)
    axes.grid(axis="x", alpha=0.35)
    axes.tick_params(axis="y", length=0)
    axes.spines[["top", "right", "left"]].set_visible(False)
    figure.legend(loc="outside upper center", ncols=len(kernels), frameon=False)
    return figure


def signal_to_noise(ways: Sequence[Series]) -> Figure:
    """Return the ratio in dB by layer with weights, a line for each way to quantize."""
    figure = Figure(figsize=(7.4, 4.6), layout="constrained")
    axes = figure.add_subplot()
    for index, series in enumerate(ways):
        axes.plot(
            range(len(series.values)),
            [np.nan if value is None else value for value in series.values],
            color=_COLOURS[index % 4],
            linestyle="-" if index < 4 else "--",
            marker=_MARKERS[index % len(_MARKERS)],
            markersize=4.5,
            label=series.name,
        )
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.set_xlabel("layer")
    axes.set_ylabel("signal-to-noise ratio (dB)")
    axes.grid(alpha=0.35)
    axes.spines[["top", "right"]].set_visible(False)
    figure.legend(loc="outside lower center", ncols=2, frameon=False, fontsize="small")
    return figure


def _colour(name: str, index: int) -> str:
    named = {"reference": REFERENCE_COLOUR, "baseline": NORMAL_COLOUR, "fast": ANOMALOUS_COLOUR}
    return named.get(name, _COLOURS[index % len(_COLOURS)])
