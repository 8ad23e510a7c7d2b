"""Lines of a time line: with a bar on a terminal, plain columns elsewhere."""

import numpy as np
import pytest

from host.listen.recording import ScoredRecording
from host.listen.time_line import Row, Stretch, Verdict
from host.report import time_line_text


@pytest.mark.parametrize(
    ("row", "columns"),
    [
        (Row(0, 32, 7.5, None, False), ["0", "s", "7.500", "–"]),
        (Row(12, 31, 9.25, 8.0, True), ["12", "s", "9.250", "8.000", "anomaly"]),
    ],
)
def test_without_a_terminal_columns_are_easy_to_split(row: Row, columns: list[str]) -> None:
    assert time_line_text.row(row, 8.0, terminal=False).plain.split() == columns


@pytest.mark.parametrize(("score", "blocks"), [(0.0, 0), (4.0, 10), (8.0, 20), (16.0, 40), (99.0, 40)])
def test_the_threshold_is_the_middle_of_the_bar(score: float, blocks: int) -> None:
    line = time_line_text.row(Row(1, 31, score, score, score >= 8), 8.0, terminal=True)
    assert line.plain.count("█") == blocks
    assert len(line.plain.split("anomaly")[0].rstrip("▲ ")) <= 70
    assert ("▲ anomaly" in line.plain) == (score >= 8)


def recording(stretches: tuple[Stretch, ...], judged_once: bool = False) -> ScoredRecording:
    verdict = Verdict(10.0, 307, 7.25, 9.5, stretches, judged_once)
    return ScoredRecording("a [b].wav", verdict, np.zeros(307), np.zeros(307))


def test_verdicts() -> None:
    normal = time_line_text.verdict(recording(()), 8.0).plain
    assert normal == "a [b].wav: 10.0 s, 307 windows, score 7.250 dB², highest mean 9.500 of 8: normal"
    many = tuple(Stretch(float(start), start + 0.5, 9.0) for start in range(7))
    anomalous = time_line_text.verdict(recording(many), 8.0).plain
    assert anomalous.endswith("anomalous at 0.0–0.5 s, 1.0–1.5 s, 2.0–2.5 s, 3.0–3.5 s, 4.0–4.5 s and 2 more")


def test_times_of_what_has_no_length() -> None:
    short = time_line_text.verdict(recording((Stretch(1.0, 1.0, 9.0),), judged_once=True), 8.0).plain
    assert short.endswith(": anomalous, judged once over all of it")
    moment = time_line_text.verdict(recording((Stretch(6.4, 6.4, 9.0),)), 8.0).plain
    assert moment.endswith(": anomalous at 6.4 s")
