"""Seconds, running means and stretches against plain sums."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from host.listen.time_line import TimeLine

SCORES = st.lists(st.floats(0, 100), min_size=1, max_size=120)


def run(scores: np.ndarray, average: int, threshold: float = 5.0, piece: int = 7) -> tuple[TimeLine, list]:  # type: ignore[type-arg]
    line = TimeLine(threshold, average)
    rows = [row for start in range(0, len(scores), piece) for row in line.push(scores[start : start + piece])]
    return line, [*rows, *line.finish()]


@given(SCORES, st.integers(1, 130), st.integers(1, 50))
def test_running_means_are_those_of_the_last_windows(scores: list[float], average: int, piece: int) -> None:
    line, _ = run(np.array(scores), average, piece=piece)
    assert len(line.running) == len(scores)
    for index, mean in enumerate(line.running):
        if index + 1 >= average:
            assert mean == pytest.approx(np.mean(scores[index + 1 - average : index + 1]), abs=1e-9)
        elif index + 1 == len(scores):  # shorter than the average: judged once, at the end
            assert mean == pytest.approx(np.mean(scores))
        else:
            assert math.isnan(mean)


@given(SCORES, st.integers(1, 50))
def test_seconds_hold_each_window_once(scores: list[float], piece: int) -> None:
    _, rows = run(np.array(scores), 10, piece=piece)
    assert [row.start_s for row in rows] == list(range(len(rows)))
    assert sum(row.windows for row in rows) == len(scores)
    # A window starts every 32 ms.
    for row in rows:
        there = [
            score
            for index, score in enumerate(scores)
            if row.start_s * 1000 <= index * 32 < (row.start_s + 1) * 1000
        ]
        assert row.windows == len(there)
        assert row.score == pytest.approx(np.mean(there))


def test_a_second_is_told_as_soon_as_it_is_over() -> None:
    line = TimeLine(5.0, 10)
    assert line.push(np.zeros(31)) == []
    assert [row.start_s for row in line.push(np.zeros(1))] == [0]
    assert line.push(np.zeros(30)) == []
    assert [row.start_s for row in line.push(np.zeros(70))] == [1, 2, 3]


def test_stretches_say_from_when_to_when() -> None:
    scores = np.concatenate([np.full(50, 1.0), np.full(20, 9.0), np.full(50, 1.0), np.full(30, 6.0)])
    line, rows = run(scores, average=10, threshold=5.0)
    verdict = line.verdict(160_000)
    assert verdict.anomalous
    assert not verdict.judged_once
    assert (verdict.seconds, verdict.windows) == (10.0, 150)
    assert (verdict.score, verdict.highest) == (pytest.approx(scores.mean()), pytest.approx(9.0))
    first, second = verdict.stretches
    # Five of ten windows at 9 make a mean of 5: windows 54 to 74; a window takes 0.192 s from its start.
    assert (first.start_s, first.end_s) == (
        pytest.approx(54 * 0.032 + 0.192),
        pytest.approx(74 * 0.032 + 0.192),
    )
    assert first.highest == pytest.approx(9.0)
    # Eight of ten at 6: from window 127 to the end.
    assert (second.start_s, second.end_s) == (
        pytest.approx(127 * 0.032 + 0.192),
        pytest.approx(149 * 0.032 + 0.192),
    )
    assert [row.start_s for row in rows if row.anomalous] == [1, 2, 4]


def test_what_is_normal_has_no_stretches() -> None:
    line, rows = run(np.full(40, 4.9), average=196)
    verdict = line.verdict(30_000)
    assert not verdict.anomalous
    assert verdict.stretches == ()
    assert verdict.highest == pytest.approx(4.9)
    assert [row.running for row in rows] == [None, pytest.approx(4.9)]


def test_a_short_recording_can_be_anomalous() -> None:
    line, rows = run(np.full(5, 5.0), average=196)
    assert line.verdict(5_120).stretches[0].end_s == pytest.approx(0.32)
    assert rows[0].anomalous


def test_nothing_has_no_seconds() -> None:
    line, rows = run(np.empty(0), average=10)
    assert rows == []
    assert len(line.scores) == 0


def test_fewer_windows_than_the_mean_takes_are_judged_once() -> None:
    line, _ = run(np.full(9, 6.0), average=10)
    verdict = line.verdict(16_000)
    assert (verdict.anomalous, verdict.judged_once) == (True, True)
    whole, _ = run(np.full(10, 6.0), average=10)
    assert not whole.verdict(16_000).judged_once
