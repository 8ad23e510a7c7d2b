"""The tables of an evaluation: what each runtime finds over all machines, side by side, and by machine.

Narrow enough for 80 columns: intervals stand in a row of their own below their figure.
"""

from collections.abc import Callable, Sequence

from rich import box
from rich.table import Table

from host.data.features import WINDOWS
from host.model.bootstrap import Interval
from host.model.evaluation import SOURCES, ModelMetrics, ScoredClips, ScoredModel, ThresholdFigures
from host.model.metrics import Metrics
from host.model.operating_point import Criterion

UNKNOWN = "–"

_TITLES = {
    "float": "float",
    "int8": "golden\nint8",
    "host": "host\nbuild",
    "simulated": "virtual\nboard",
    "device": "device",
}
_INTERVAL = "  95 %"

Cell = Callable[[ScoredModel, ModelMetrics], str]


def side_by_side(scored: ScoredClips, results: Sequence[ModelMetrics], of: str) -> Table:
    """Return the figures over all clips, a column per source; `of` names the data in the title."""
    table = _table(f"Accuracy on {len(scored.clips)} test clips ({of})", "all machines")
    measured = {model.source: (model, result) for model, result in zip(scored.models, results, strict=True)}
    for section in _SECTIONS:
        for name, cell in section:
            cells = [cell(*measured[source]) if source in measured else UNKNOWN for source in SOURCES]
            table.add_row(name, *cells, style="bold" if name == "AUC" else None)
        table.add_section()
    return table


def by_machine(results: Sequence[ModelMetrics]) -> Table:
    """Return AUC and partial AUC of each machine, and their means over the machines."""
    table = _table("By machine", "machine")
    by_source = {result.source: result for result in results}
    for index, machine in enumerate(results[0].machines):
        figures = [
            by_source[source].machines[index].metrics if source in by_source else None for source in SOURCES
        ]
        table.add_row(f"{machine.machine_id}, {machine.clips} clips")
        table.add_row("  AUC", *(_area(each.auc if each else None) for each in figures))
        table.add_row(_INTERVAL, *(_interval(each.auc_ci95 if each else None) for each in figures))
        table.add_row("  pAUC", *(_area(each.pauc if each else None) for each in figures))
    table.add_section()
    means = [by_source[source].means if source in by_source else None for source in SOURCES]
    table.add_row("mean of machines")
    table.add_row("  AUC", *(_area(each.auc if each else None) for each in means))
    table.add_row(_INTERVAL, *(_interval(each.auc_ci95 if each else None) for each in means))
    table.add_row("  pAUC", *(_area(each.pauc if each else None) for each in means))
    table.add_row(_INTERVAL, *(_interval(each.pauc_ci95 if each else None) for each in means))
    return table


def notes(scored: ScoredClips, results: Sequence[ModelMetrics], criterion: Criterion) -> tuple[str, ...]:
    """Return what belongs to the tables in words: thresholds, windows left out, what is compared."""
    lines = [
        f"threshold: {criterion}, chosen on these clips; accuracies: the best of 100 thresholds on them "
        f"(always giving the more frequent answer is right in {results[0].overall.majority:.1%})",
        "Δ: golden int8 against float; firmware against golden int8 over the same windows",
    ]
    sampled = [model for model in scored.models if 1 < model.windows.step < WINDOWS]
    if sampled:
        names = " and ".join(_TITLES[model.source].replace("\n", " ") for model in sampled)
        windows = sampled[0].windows
        lines.append(
            f"{names}: every {windows.step}th window of each clip, {windows.count} of {WINDOWS}; "
            "--step 1 scores all"
        )
    if not any(model.source == "device" for model in scored.models):
        lines.append("device: not asked for; --device scores on the board that is attached")
    return tuple(lines)


def _table(title: str, first: str) -> Table:
    table = Table(
        title=title, title_justify="left", box=box.SIMPLE_HEAD, show_edge=False, padding=(0, 0, 0, 1)
    )
    table.add_column(first, no_wrap=True)
    for source in SOURCES:
        table.add_column(_TITLES[source], justify="right", no_wrap=True)
    return table


def _area(value: float | None) -> str:
    return UNKNOWN if value is None else f"{value:.4f}"


def _percent(value: float | None) -> str:
    return UNKNOWN if value is None else f"{value:.1%}"


def _interval(interval: Interval | None) -> str:
    return "" if interval is None else f"{interval.low:.3f}–{interval.high:.3f}"


def _signed(value: float) -> str:
    return f"{value:+.3f}".replace("0.", ".", 1)


def _overall(figure: Callable[[Metrics], str]) -> Cell:
    return lambda _, result: figure(result.overall)


def _at_threshold(figure: Callable[[ThresholdFigures], str], missing: str = UNKNOWN) -> Cell:
    return lambda _, result: missing if result.threshold is None else figure(result.threshold)


def _auc_difference(_: ScoredModel, result: ModelMetrics) -> str:
    difference = result.difference
    return UNKNOWN if difference is None or difference.auc is None else f"{difference.auc:+.4f}"


def _auc_difference_interval(_: ScoredModel, result: ModelMetrics) -> str:
    interval = result.difference.auc_ci95 if result.difference else None
    return "" if interval is None else f"{_signed(interval.low)} {_signed(interval.high)}"


def _score_difference(_: ScoredModel, result: ModelMetrics) -> str:
    return UNKNOWN if result.difference is None else f"{result.difference.largest_score:.2%}"


_SECTIONS: tuple[tuple[tuple[str, Cell], ...], ...] = (
    (
        ("kernel", lambda model, _: (model.kernel or "TFLM").split()[0]),
        ("windows per clip", lambda model, _: str(model.windows.count)),
    ),
    (
        ("AUC", _overall(lambda figures: _area(figures.auc))),
        (_INTERVAL, _overall(lambda figures: _interval(figures.auc_ci95))),
        ("pAUC to 0.1", _overall(lambda figures: _area(figures.pauc))),
        (_INTERVAL, _overall(lambda figures: _interval(figures.pauc_ci95))),
        ("best accuracy", _overall(lambda figures: _percent(figures.accuracy))),
        ("runner accuracy", _overall(lambda figures: _percent(figures.runner_accuracy))),
    ),
    (
        ("Δ AUC", _auc_difference),
        (_INTERVAL, _auc_difference_interval),
        ("Δ clip score, to", _score_difference),
    ),
    (
        ("threshold, dB²", _at_threshold(lambda at: f"{at.point.threshold:.4f}")),
        ("  false positives", _at_threshold(lambda at: _percent(at.point.false_positive_rate))),
        ("  precision", _at_threshold(lambda at: _percent(at.point.precision))),
        (_INTERVAL, _at_threshold(lambda at: _interval(at.precision_ci95), "")),
        ("  recall", _at_threshold(lambda at: _percent(at.point.recall))),
        (_INTERVAL, _at_threshold(lambda at: _interval(at.recall_ci95), "")),
    ),
)
