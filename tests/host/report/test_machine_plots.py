import numpy as np
import pytest

from host.report import machine_plots

LABELS = np.array([0, 0, 1, 1])
SCORES = np.array([1.0, 3.0, 2.0, 40.0])


def test_legend_has_the_area_under_each_curve() -> None:
    figure = machine_plots.roc(
        LABELS, {"float": SCORES, "int8": -SCORES}, {"float": "float", "int8": "golden"}
    )
    legend = figure.axes[0].get_legend()
    assert legend is not None
    # Three of the four pairs are in the right order.
    assert [text.get_text() for text in legend.get_texts()] == ["float: 0.750", "golden: 0.250"]


def test_curve_has_its_corners() -> None:
    figure = machine_plots.roc(LABELS, {"float": SCORES}, {"float": "float"})
    curve = figure.axes[0].lines[1]
    # Scores 40, 3, 2, 1 with labels 1, 0, 1, 0.
    points = list(zip(curve.get_xdata(), curve.get_ydata(), strict=True))
    assert points == [(0, 0), (0, 0.5), (0.5, 0.5), (0.5, 1), (1, 1)]


def test_every_clip_is_in_the_histogram_and_those_beyond_are_counted() -> None:
    figure = machine_plots.histogram(LABELS, SCORES, 1.0, 10.0, 2.5)
    axes = figure.axes[0]
    assert sum(patch.get_height() for patch in axes.patches) == 4
    assert "1 beyond" in axes.get_xlabel()
    assert [line.get_xdata()[0] for line in axes.lines] == [2.5]


@pytest.mark.parametrize("threshold", [None, 99.0])
def test_threshold_outside_is_not_drawn(threshold: float | None) -> None:
    assert not machine_plots.histogram(LABELS, SCORES, 1.0, 10.0, threshold).axes[0].lines
