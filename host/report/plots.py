"""Plots of a run as matplotlib figures: losses by epoch, scores of normal and anomalous clips, ROC curves.

Figures are built without pyplot, so there is no global state and no display is needed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.ticker import FuncFormatter, LogLocator, MaxNLocator, NullFormatter
from numpy.typing import NDArray

from host import atomic
from host.model.checkpoint import Epoch
from host.tflite.memory_plan import MemoryPlan

NORMAL_COLOUR = "#4878a8"
ANOMALOUS_COLOUR = "#d1605e"
NEUTRAL_COLOUR = "#777777"
DOTS_PER_INCH = 120
HISTOGRAM_BINS = 50

_CHARACTER_WIDTH = 0.0085
_LABEL_HEIGHT = 0.03
"""Of a label in the plan of the memory, as shares of the axes' size."""


@dataclass(frozen=True)
class RocCurve:
    """One curve: its name in the legend, labels (0 or 1) and scores of the same clips."""

    name: str
    labels: NDArray[np.int_]
    scores: NDArray[np.float64]
    auc: float


def save(figure: Figure, path: Path) -> None:
    """Write `figure` as PNG or SVG, as the path's suffix says.

    Raises:
        DataError: the disk is full or the place not writable.
    """
    with atomic.atomic_path(path) as temporary:
        figure.savefig(temporary, dpi=DOTS_PER_INCH)


def history(epochs: Sequence[Epoch], note: str) -> Figure:
    """Return training and validation loss by epoch, logarithmic, with the best epoch marked."""
    figure, axes = _figure("Training", note)
    numbers = [epoch.number for epoch in epochs]
    best = min(epochs, key=lambda epoch: epoch.validation_loss)
    marker = "o" if len(epochs) < 30 else None
    axes.plot(
        numbers, [e.loss for e in epochs], color=NORMAL_COLOUR, marker=marker, markersize=3, label="training"
    )
    axes.plot(
        numbers,
        [e.validation_loss for e in epochs],
        color=ANOMALOUS_COLOUR,
        marker=marker,
        markersize=3,
        label="validation",
    )
    axes.axvline(
        best.number, color=NEUTRAL_COLOUR, linestyle=":", label=f"kept: epoch {best.number}", zorder=0
    )
    axes.set_yscale("log")
    axes.yaxis.set_major_locator(LogLocator(subs=(1.0, 2.0, 5.0)))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    axes.yaxis.set_minor_formatter(NullFormatter())
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.set_xlabel("epoch")
    axes.set_ylabel("mean squared error (dB²)")
    axes.legend(frameon=False)
    return figure


def score_histogram(labels: NDArray[np.int_], scores: NDArray[np.float64], model: str, note: str) -> Figure:
    """Return the distributions of the clip scores of normal and of anomalous clips over the same bins.

    A few extreme scores would squeeze all others into one bin: the axis ends at the 99th percentile, and
    what lies beyond is counted in the last bin and named.
    """
    figure, axes = _figure(f"Anomaly scores, {model} model", note)
    limit = float(np.percentile(scores, 99))
    beyond = int(np.sum(scores > limit))
    low = float(scores.min())
    edges = np.linspace(low, limit if limit > low else low + 1.0, HISTOGRAM_BINS + 1)
    for label, name, colour in ((0, "normal", NORMAL_COLOUR), (1, "anomalous", ANOMALOUS_COLOUR)):
        of_class = scores[labels == label]
        axes.hist(
            np.minimum(of_class, edges[-1]),
            bins=edges.tolist(),
            color=colour,
            alpha=0.6,
            label=f"{name} ({len(of_class)} clips)",
        )
    if beyond:
        axes.text(
            0.99,
            0.72,
            f"last bin: {beyond} clips up to {scores.max():.3g} dB²",
            transform=axes.transAxes,
            horizontalalignment="right",
            color=NEUTRAL_COLOUR,
            fontsize="small",
        )
    axes.set_xlabel("clip score: mean squared reconstruction error (dB²)")
    axes.set_ylabel("clips")
    axes.yaxis.set_major_locator(MaxNLocator(integer=True))
    axes.legend(frameon=False, loc="upper right")
    return figure


def roc(curves: Sequence[RocCurve], note: str) -> Figure:
    """Return the ROC curves of several models over the same clips, with the diagonal of pure chance."""
    figure, axes = _figure("Receiver operating characteristic", note, size=(5.2, 5.2))
    styles = ("-", "--", "-.", ":")
    colours = (NORMAL_COLOUR, ANOMALOUS_COLOUR, "#6a9f58", "#85629a")
    for index, curve in enumerate(curves):
        false_positives, true_positives = roc_points(curve.labels, curve.scores)
        axes.plot(
            false_positives,
            true_positives,
            styles[index % len(styles)],
            color=colours[index % len(colours)],
            label=f"{curve.name}: AUC {curve.auc:.3f}",
        )
    axes.plot([0, 1], [0, 1], color=NEUTRAL_COLOUR, linestyle=":", linewidth=1, label="chance: AUC 0.5")
    axes.set_aspect("equal")
    axes.set_xlim(-0.01, 1.01)
    axes.set_ylim(-0.01, 1.01)
    axes.set_xlabel("false-positive rate")
    axes.set_ylabel("true-positive rate")
    axes.legend(frameon=False, loc="lower right")
    return figure


def memory_plan(plan: MemoryPlan, note: str) -> Figure:
    """Return a plan of tensors' memory: operators to the right, addresses upwards, inputs hatched.

    Blocks too small for their tensors' numbers have none: the list of the blocks has them all.
    """
    figure, axes = _figure("Memory of the tensors", note, size=(8.0, 4.8))
    height = 1.05 * max(plan.bytes, plan.greedy_bytes)
    for place in plan.allocations:
        left, width = place.first - 0.5, place.last - place.first + 1
        colour = ANOMALOUS_COLOUR if place.is_input or place.is_output else NORMAL_COLOUR
        hatch = "//" if place.is_input else None
        axes.add_patch(
            Rectangle(
                (left, place.offset),
                width,
                place.bytes,
                alpha=0.5,
                hatch=hatch,
                edgecolor="black",
                facecolor=colour,
            )
        )
        label = _fitting(place.tensors, width / plan.operators, place.bytes / height)
        middle = (left + width / 2, place.offset + place.bytes / 2)
        if label:
            axes.annotate(label, middle, ha="center", va="center", fontsize="x-small")
    for size, name, style in (
        (plan.bytes, "needed", "-"),
        (plan.greedy_bytes, "run-time planner", "--"),
        (plan.least_bytes, "no plan less", ":"),
    ):
        axes.axhline(size, color=NEUTRAL_COLOUR, linestyle=style, label=f"{name}: {size} B")
    axes.set_xlim(-0.5, plan.operators - 0.5)
    axes.set_ylim(0, height)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.set_xlabel("operator")
    axes.set_ylabel("offset (bytes)")
    figure.legend(loc="outside lower center", ncols=3, frameon=False)
    return figure


def _fitting(tensors: tuple[int, ...], width: float, height: float) -> str:
    """Return the numbers of a block's tensors that fit into it, given as shares of the axes' size."""
    if height < _LABEL_HEIGHT:
        return ""
    numbers = [f"#{tensor}" for tensor in tensors]
    for label in (", ".join(numbers), f"{numbers[0]} …" if len(numbers) > 1 else numbers[0]):
        if len(label) * _CHARACTER_WIDTH <= width:
            return label
    return ""


def roc_points(
    labels: NDArray[np.int_], scores: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return false- and true-positive rates for every threshold, from (0, 0) to (1, 1)."""
    thresholds = np.concatenate([[np.inf], np.unique(scores)[::-1]])
    flagged = scores[np.newaxis, :] >= thresholds[:, np.newaxis]
    false_positives = np.sum(flagged & (labels == 0), axis=1) / np.sum(labels == 0)
    true_positives = np.sum(flagged & (labels == 1), axis=1) / np.sum(labels == 1)
    return false_positives, true_positives


def _figure(title: str, note: str, size: tuple[float, float] = (6.4, 4.0)) -> tuple[Figure, Axes]:
    figure = Figure(figsize=size, layout="constrained")
    axes = figure.add_subplot()
    axes.set_title(f"{title} ({note})", fontsize="medium")
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(alpha=0.25)
    axes.set_axisbelow(True)
    return figure, axes
