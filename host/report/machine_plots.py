"""Plots of one machine's test clips: ROC curves by where the model ran, scores of both classes."""

from collections.abc import Mapping

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator
from numpy.typing import NDArray
from sklearn.metrics import roc_auc_score, roc_curve

from host.report.inline_svg import FIFTH_COLOUR, FOURTH_COLOUR, REFERENCE_COLOUR
from host.report.plots import ANOMALOUS_COLOUR, NEUTRAL_COLOUR, NORMAL_COLOUR

SIZE = (4.4, 3.6)
"""Inches: several stand side by side on a page."""

BINS = 30

CURVES = {
    "float": (NORMAL_COLOUR, "-"),
    "int8": (ANOMALOUS_COLOUR, "--"),
    "host": (REFERENCE_COLOUR, "-."),
    "simulated": (FOURTH_COLOUR, ":"),
    "device": (FIFTH_COLOUR, (0, (6, 1, 1, 1, 1, 1))),
}

Labels = NDArray[np.int_]
Scores = NDArray[np.float64]


def roc(labels: Labels, by_source: Mapping[str, Scores], names: Mapping[str, str]) -> Figure:
    """Return the ROC curves of one set of clips, of both classes; `names` are the sources' in the legend."""
    figure, axes = _figure()
    axes.plot([0, 1], [0, 1], color=NEUTRAL_COLOUR, linestyle=":", linewidth=1)
    for source, scores in by_source.items():
        colour, style = CURVES[source]
        # Corners only: a data set has thousands of clips, and the page would hold a point for each.
        false_positives, true_positives, _ = roc_curve(labels, scores)
        label = f"{names[source]}: {roc_auc_score(labels, scores):.3f}"
        axes.plot(false_positives, true_positives, color=colour, linestyle=style, label=label)
    axes.set_xlim(-0.01, 1.01)
    axes.set_ylim(-0.01, 1.02)
    axes.set_xlabel("false-positive rate")
    axes.set_ylabel("true-positive rate")
    axes.legend(frameon=False, loc="lower right", title="AUC", alignment="right", fontsize="small")
    return figure


def histogram(labels: Labels, scores: Scores, low: float, high: float, threshold: float | None) -> Figure:
    """Return the distributions of the clip scores of both classes in dB²; those above `high` in the last bin.

    The same ends for several machines make their axes alike.
    """
    figure, axes = _figure()
    edges = np.linspace(low, high, BINS + 1)
    for label, name, colour in ((0, "normal", NORMAL_COLOUR), (1, "anomalous", ANOMALOUS_COLOUR)):
        of_class = np.minimum(scores[labels == label], high)
        axes.hist(
            of_class, bins=edges.tolist(), color=colour, alpha=0.6, label=f"{name}: {len(of_class)} clips"
        )
    if threshold is not None and low <= threshold <= high:
        axes.axvline(
            threshold, color="black", linestyle="--", linewidth=1, label=f"threshold {threshold:.4g}"
        )
    beyond = int(np.sum(scores > high))
    axes.set_xlabel("clip score (dB²)" + (f"; last bin: {beyond} beyond" if beyond else ""))
    axes.set_ylabel("clips")
    axes.yaxis.set_major_locator(MaxNLocator(integer=True))
    axes.legend(frameon=False, loc="upper right", fontsize="small")
    return figure


def _figure() -> tuple[Figure, Axes]:
    figure = Figure(figsize=SIZE, layout="constrained")
    axes = figure.add_subplot()
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(alpha=0.35)
    axes.set_axisbelow(True)
    return figure, axes
