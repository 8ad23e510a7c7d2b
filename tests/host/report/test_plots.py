from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.backends.backend_agg import FigureCanvasAgg
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


def test_numbers_of_tensors_lie_inside_their_blocks() -> None:
    wide = tuple(Allocation((10 + k, 40 + k, 70 + k), 256 * k, 256, 0, 49) for k in range(4))
    low = tuple(Allocation((100 + k,), 1024 + 4 * k, 4, 0, 49) for k in range(8))
    narrow = tuple(Allocation((200 + k,), 1056, 500, k, k) for k in range(50))
    pair = Allocation((300, 301, 302), 1556, 444, 0, 3)
    figure = plots.memory_plan(
        MemoryPlan((*wide, *low, *narrow, pair), 2000, 2000, 2000, 2000, False, 50), "m"
    )
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    axes = figure.axes[0]
    assert [text.get_text() for text in axes.texts] == [
        "#10, #40, #70",
        "#11, #41, #71",
        "#12, #42, #72",
        "#13, #43, #73",
        "#300 …",
    ]
    blocks = [axes.patches[index].get_window_extent() for index in (0, 1, 2, 3, -1)]
    for text, block in zip(axes.texts, blocks, strict=True):
        label = text.get_window_extent(canvas.get_renderer())
        assert block.x0 < label.x0 < label.x1 < block.x1
        assert block.y0 < label.y0 < label.y1 < block.y1
