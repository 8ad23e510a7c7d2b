import numpy as np
import pytest

from host.listen.recording import ScoredRecording
from host.listen.time_line import Stretch, Verdict
from host.report import score_plot


def recording(name: str, anomalous: bool) -> ScoredRecording:
    scores = np.linspace(1, 9, 50)
    stretches = (Stretch(0.5, 1.0, 9.0),) if anomalous else ()
    return ScoredRecording(name, Verdict(2.0, 50, 5.0, 9.0, stretches), scores, scores)


def test_a_panel_for_each_recording_with_what_is_above_the_threshold() -> None:
    figure = score_plot.figure([recording("x/a.wav", False), recording("b.wav", True)], 8.0)
    first, second = figure.axes
    assert [axes.get_title() for axes in figure.axes] == ["a.wav: normal", "b.wav: anomalous"]
    assert (len(first.patches), len(second.patches)) == (0, 1)
    assert first.lines[0].get_xdata()[-1] == pytest.approx(49 * 0.032 + 0.192)
    assert first.lines[2].get_ydata()[0] == 8.0


def test_no_more_panels_than_a_page_holds() -> None:
    assert len(score_plot.figure([recording("a.wav", False)] * 30, 8.0).axes) == score_plot.MOST_RECORDINGS
