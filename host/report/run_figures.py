"""The plots of a run's report, each as an <svg> element with a description."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from markupsafe import Markup

from host.report import layer_plots, machine_plots, plots
from host.report.inline_svg import inline
from host.report.layer_plots import Series
from host.report.run_contents import ClipScores, Document, RunContents
from host.tflite.memory_plan import MemoryPlan

SOURCE_NAMES = {
    "float": "float",
    "int8": "golden int8",
    "host": "host build",
    "simulated": "virtual board",
    "device": "device",
}
"""What a source of scores is called on the page."""

_HIGHEST_PERCENTILE = 99.5


@dataclass(frozen=True)
class MachineFigures:
    """Plots of a machine's clips, or of all; `roc` is None with clips of one class only."""

    title: str
    clips: int
    roc: Markup | None
    histogram: Markup


def training(contents: RunContents) -> Markup | None:
    """Return losses by epoch, None without a history."""
    if not contents.history:
        return None
    figure = plots.history(contents.history, "")
    figure.axes[0].set_title("")
    best = min(contents.history, key=lambda epoch: epoch.validation_loss)
    last = contents.history[-1]
    return inline(
        figure,
        "training",
        f"Training and validation loss over {last.number} epochs, logarithmic; validation loss is least, "
        f"{best.validation_loss:.4g} dB², in epoch {best.number}",
    )


def machines(contents: RunContents) -> tuple[MachineFigures, ...]:
    """Return the plots of all clips together and, if there are several, of each machine."""
    scores, evaluation = contents.scores, contents.evaluation
    if scores is None or evaluation is None:
        return ()
    source = histogram_source(scores)
    everything = np.ones(len(scores.clips), dtype=np.bool_)
    sets = [("all machines", everything)]
    if len(scores.machines) > 1:
        sets += [(f"machine {name}", scores.machine_ids == name) for name in scores.machines]
    shown = scores.by_source[source]
    low, high = float(shown.min()), float(np.percentile(shown, _HIGHEST_PERCENTILE))
    high = high if high > low else low + 1.0
    threshold = (evaluation["results"][source].get("threshold") or {}).get("value")
    found = []
    for index, (title, mask) in enumerate(sets):
        labels, here = scores.labels[mask], {name: each[mask] for name, each in scores.by_source.items()}
        histogram = machine_plots.histogram(labels, here[source], low, high, threshold)
        described = (
            f"Histogram of the clip scores, {title}: median {_median(here[source], labels, 0)} of normal, "
            f"{_median(here[source], labels, 1)} of anomalous clips"
        )
        roc = None
        if len(set(labels.tolist())) == 2:
            curves = machine_plots.roc(labels, here, SOURCE_NAMES)
            names = ", ".join(SOURCE_NAMES[name] for name in here)
            roc = inline(curves, f"roc-{index}", f"ROC curves, {title}: {names}; the table has the areas")
        svg = inline(histogram, f"scores-{index}", described)
        found.append(MachineFigures(title, int(mask.sum()), roc, svg))
    return tuple(found)


def histogram_source(scores: ClipScores) -> str:
    """Return the source whose scores the histograms show: golden int8 if it was evaluated."""
    return "int8" if "int8" in scores.by_source else next(iter(scores.by_source))


def signal_to_noise(comparison: Document | None) -> Markup | None:
    """Return ratios by layer for each way to quantize, None without any."""
    ways = [
        Series(str(model["name"]), tuple(model["signal_to_noise"]))
        for model in (comparison or {}).get("models", ())
        if model["signal_to_noise"]
    ]
    if not ways:
        return None
    label = f"Signal-to-noise ratio by layer in dB, ways to quantize: {len(ways)}; the table has the values"
    return inline(layer_plots.signal_to_noise(ways), "snr", label)


def cycle_key(profiles: Sequence[Document]) -> str:
    """Return what all profiles know of each layer: total_cycles, else accelerator_cycles."""
    known = all(layer.get("total_cycles") is not None for p in profiles for layer in p["layers"])
    return "total_cycles" if known else "accelerator_cycles"


def cycles(profiles: Sequence[Document]) -> Markup | None:
    """Return cycles by layer for each kernel, None without any cycles."""
    if not profiles:
        return None
    key = cycle_key(profiles)
    kernels = [
        Series(str(p["kernel"]), (*(layer[key] for layer in p["layers"]), p["summary"].get(key)))
        for p in profiles
    ]
    if not any(value for series in kernels for value in series.values):
        return None
    names = [f"{layer['index']}  {layer['opcode'].replace('_', ' ')}" for layer in profiles[0]["layers"]]
    what = "cycles (core and accelerator)" if key == "total_cycles" else "cycles of the accelerator"
    sums = ", ".join(f"{series.name} {series.values[-1]}" for series in kernels)
    label = f"Cycles by layer, logarithmic; whole inference: {sums}; the table has all values"
    figure = layer_plots.cycles([*names, "whole inference"], kernels, what)
    return inline(figure, "cycles", label)


def memory(plan: MemoryPlan) -> Markup:
    """Return the plan of the tensors' memory."""
    figure = plots.memory_plan(plan, "")
    figure.axes[0].set_title("")
    label = (
        f"Plan of the tensors' memory: {len(plan.allocations)} blocks over {plan.operators} operators in "
        f"{plan.bytes} bytes; the table lists the blocks"
    )
    return inline(figure, "memory", label)


def _median(scores: Any, labels: Any, label: int) -> str:
    of_class = scores[labels == label]
    return f"{np.median(of_class):.3g} dB²" if len(of_class) else "no"
