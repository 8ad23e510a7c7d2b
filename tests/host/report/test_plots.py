from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import auc, roc_auc_score

from host.errors import DataError
from host.model.checkpoint import Epoch
from host.report import plots
from host.tflite.memory_plan import Allocation, MemoryPlan

LABELS = np.array([0, 0, 1, 1, 1])
SCORES = np.array([7.0, 9.0, 8.0, 12.0, 900.0])


def test_figures_are_written_as_png(tmp_path: Path) -> None:
    figures = (
        plots.history([Epoch(1, 500.0, 400.0, 1.0), Epoch(2, 50.0, 60.0, 1.0)], "synthetic data"),
        plots.score_histogram(LABELS, SCORES, "int8", "synthetic data"),
        plots.roc([plots.RocCurve("float", LABELS, SCORES, 5 / 6)], "synthetic data"),
    )
    for number, figure in enumerate(figures):
        path = tmp_path / f"{number}.png"
        plots.save(figure, path)
        assert path.read_bytes().startswith(b"\x89PNG")
        assert "synthetic data" in figure.axes[0].get_title()
        assert figure.axes[0].get_xlabel()
        assert figure.axes[0].get_ylabel()


def test_every_clip_is_in_the_histogram() -> None:
    figure = plots.score_histogram(LABELS, SCORES, "float", "x")
    heights = [patch.get_height() for patch in figure.axes[0].patches]
    assert sum(heights) == len(SCORES)


def test_equal_scores_have_a_histogram() -> None:
    plots.score_histogram(LABELS, np.full(5, 3.0), "float", "x")


@given(
    st.lists(st.tuples(st.integers(0, 1), st.integers(0, 8)), min_size=2, max_size=40).filter(
        lambda clips: len({label for label, _ in clips}) == 2
    )
)
def test_roc_points_enclose_the_auc(clips: list[tuple[int, int]]) -> None:
    labels, scores = np.array([c[0] for c in clips]), np.array([float(c[1]) for c in clips])
    false_positives, true_positives = plots.roc_points(labels, scores)
    assert (false_positives[0], true_positives[0]) == (0, 0)
    assert (false_positives[-1], true_positives[-1]) == (1, 1)
    assert auc(false_positives, true_positives) == pytest.approx(roc_auc_score(labels, scores))


def test_unwritable_place(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(DataError, match="cannot write"):
        plots.save(plots.score_histogram(LABELS, SCORES, "float", "x"), tmp_path / "file" / "plot.png")


def test_a_memory_plan_has_a_block_for_each_place(tmp_path: Path) -> None:
    places = (Allocation((0,), 0, 64, 0, 1, is_input=True), Allocation((1, 2), 64, 32, 0, 0))
    figure = plots.memory_plan(MemoryPlan(places, 96, 112, 96, 96, False, 2), "model")
    axes = figure.axes[0]
    blocks = [(patch.get_y(), patch.get_height(), patch.get_width()) for patch in axes.patches]
    assert blocks == [(0, 64, 2), (64, 32, 1)]
    assert [text.get_text() for text in axes.texts] == ["#0", "#1, #2"]
    assert [line.get_ydata()[0] for line in axes.lines] == [96, 112, 96]
    for name in ("plan.png", "plan.svg"):
        plots.save(figure, tmp_path / name)
    assert b"</svg>" in (tmp_path / "plan.svg").read_bytes()
