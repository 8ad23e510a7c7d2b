import json
from pathlib import Path

import pytest

from host.report import inline_svg, run_contents, run_figures
from host.report.run_contents import RunContents


@pytest.fixture
def contents(filled_run: Path) -> RunContents:
    return run_contents.read(filled_run)


def test_all_machines_and_each_have_plots(contents: RunContents) -> None:
    with inline_svg.drawing():
        found = run_figures.machines(contents)
    assert [(each.title, each.clips) for each in found] == [
        ("all machines", 16),
        ("machine 01", 8),
        ("machine 02", 8),
    ]
    assert all(each.roc for each in found)


def test_clips_of_one_class_have_no_curve(run: Path) -> None:
    lines = (run / "scores.csv").read_text().splitlines()
    rows = [line.split(",") for line in lines]
    only = [",".join([*row[:2], "0", *row[3:]]) if row[1] == "01" else ",".join(row) for row in rows]
    (run / "scores.csv").write_text("\n".join(only) + "\n")
    with inline_svg.drawing():
        found = run_figures.machines(run_contents.read(run))
    assert [bool(each.roc) for each in found] == [True, False, True]
    assert "no of anomalous clips" in found[1].histogram


def test_descriptions_name_the_figures(contents: RunContents) -> None:
    with inline_svg.drawing():
        training = str(run_figures.training(contents))
        cycles = str(run_figures.cycles(contents.profiles))
        ratios = str(run_figures.signal_to_noise(contents.comparison))
    assert "11 dB², in epoch 2" in training
    assert "fast 265892" in cycles
    assert "reference 2643620" in cycles
    assert "ways to quantize: 1;" in ratios


def test_cycles_of_the_accelerator_where_the_whole_is_unknown(run: Path) -> None:
    document = json.loads((run / "profile.json").read_text())
    document["layers"][0]["total_cycles"] = None
    (run / "profile.json").write_text(json.dumps(document))
    profiles = run_contents.read(run).profiles
    assert run_figures.cycle_key(profiles) == "accelerator_cycles"
    with inline_svg.drawing():
        assert "of the accelerator" in str(run_figures.cycles(profiles))


def test_nothing_is_drawn_of_nothing() -> None:
    assert run_figures.cycles(()) is None
    assert run_figures.signal_to_noise(None) is None
