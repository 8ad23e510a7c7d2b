"""The tables fit into 80 columns, and say what was left out and what is unknown."""

import io
from pathlib import Path

import numpy as np
import pytest
from rich.console import Console, RenderableType

from host.data.layout import Clip
from host.model import evaluation
from host.model.evaluation import ChosenWindows, ScoredClips, ScoredModel
from host.model.operating_point import FalsePositiveRate
from host.report import evaluation_table

FOURTEEN = ChosenWindows(0, 14)


def scored(labels: int = 2) -> ScoredClips:
    clips = tuple(
        Clip(Path(f"{number}.wav"), f"{number % 3:02}", "test", 1 if number % labels else 0)
        for number in range(120)
    )
    scores = 9 + np.random.default_rng(1).normal(size=120) + [clip.label for clip in clips]
    models = (
        ScoredModel("float", "", scores),
        ScoredModel("int8", "", scores * 1.5),
        ScoredModel("host", "", scores, kernel="fast", windows=FOURTEEN),
        ScoredModel("simulated", "", scores, kernel="fast", windows=FOURTEEN),
    )
    return ScoredClips(clips, 0, models, ScoredModel("int8", "", scores, windows=FOURTEEN))


def printed(table: RenderableType) -> list[str]:
    text = io.StringIO()
    Console(file=text, width=80).print(table)
    return text.getvalue().splitlines()


def test_the_columns_stand_side_by_side_in_80_columns() -> None:
    clips = scored()
    lines = printed(evaluation_table.side_by_side(clips, evaluation.measure(clips), "synthetic data"))
    assert lines[0].strip() == "Accuracy on 120 test clips (synthetic data)"
    assert all(len(line) <= 80 and "…" not in line for line in lines)
    rows = {line[:18].strip(): line[18:].split() for line in lines}
    assert rows["kernel"] == ["TFLM", "TFLM", "fast", "fast", "–"]
    assert rows["windows per clip"] == ["196", "196", "14", "14", "–"]
    assert rows["Δ AUC"] == ["–", "+0.0000", "+0.0000", "+0.0000", "–"]
    assert rows["Δ clip score, to"] == ["–", "50.00%", "0.00%", "0.00%", "–"]
    assert rows["false positives"][0] == "10.0%"


def test_machines_have_their_areas_and_a_mean() -> None:
    lines = printed(evaluation_table.by_machine(evaluation.measure(scored())))
    assert all(len(line) <= 80 for line in lines)
    assert sum("40 clips" in line for line in lines) == 3
    assert any("mean of machines" in line for line in lines)


@pytest.mark.parametrize("labels", [1])
def test_what_is_undefined_is_a_dash(labels: int) -> None:
    clips = scored(labels)
    results = evaluation.measure(clips)
    lines = printed(evaluation_table.side_by_side(clips, results, "x"))
    rows = {line[:18].strip(): line[18:].split() for line in lines}
    assert rows["AUC"] == rows["pAUC to 0.1"] == rows["recall"] == ["–"] * 5
    printed(evaluation_table.by_machine(results))


def test_notes_say_what_was_left_out() -> None:
    clips = scored()
    lines = evaluation_table.notes(clips, evaluation.measure(clips), FalsePositiveRate(0.05))
    assert "false-positive rate of at most 0.05" in lines[0]
    assert "right in 50.0%" in lines[0]
    assert "host build and virtual board: every 14th window of each clip, 14 of 196" in lines[2]
    assert lines[3].startswith("device: not asked for")
