from dataclasses import replace
from pathlib import Path

import pytest

from host.model import recipes
from host.model.recipes import RECIPES


def test_recipes_are_the_published_ones() -> None:
    mlperf, mltk = RECIPES["mlperf"], RECIPES["mltk"]
    assert (mlperf.batch_size, mlperf.epochs, mlperf.validation_split) == (512, 100, 0.1)
    assert (mltk.batch_size, mltk.epochs, mltk.validation_split) == (40, 100, 0.1)
    assert (mlperf.training_windows, mlperf.evaluation_windows) == ("all", "all")
    assert (mltk.training_windows, mltk.evaluation_windows) == ("random", "middle")
    assert [settings.recipe for settings in RECIPES.values()] == list(recipes.NAMES)


def test_each_line_says_what_the_run_does() -> None:
    lines = {line.aspect: line for line in recipes.differences(RECIPES["mltk"])}
    for aspect in ("training windows", "evaluation", "batch size", "epochs"):
        assert lines[aspect].run == lines[aspect].mltk, aspect
    assert lines["feature values"].run.startswith("mlperf's")
    lines = {line.aspect: line for line in recipes.differences(replace(RECIPES["mlperf"], epochs=7))}
    assert lines["training windows"].run == lines["training windows"].mlperf
    assert lines["epochs"].run == "7"


@pytest.mark.parametrize("figure", ["512 / 100 / 0.1", "40 / 100 / 0.1", "-84.8 .. 14.9", "0 .. 237"])
def test_published_figures_are_those_of_the_document(shared: Path, figure: str) -> None:
    assert figure in (shared / "benchmark.md").read_text(encoding="utf-8")
