"""SPACE.toml: which trials it stands for, and what is refused in one line."""

from pathlib import Path

import pytest

from host import boards
from host.errors import DataError
from host.project import ROOT
from host.sweep import space
from host.sweep.space import Space, Trial

GRID = """
[space]
widths = [8, 16]
depths = [1]
bottleneck = [4]
input_frames = [2, 5]
quantization = ["per-tensor", "per-channel"]
"""


def read(path: Path, text: str) -> Space:
    file = path / "space.toml"
    file.write_text(text)
    return space.read(file, boards.load("virtual"))


def test_grid_is_every_combination_in_order(tmp_path: Path) -> None:
    found = read(tmp_path, GRID + "[training]\nrecipe = 'mltk'\nepochs = 3\n")
    assert [trial.name for trial in found.trials] == [
        "w8-d1-b4-f2-tensor",
        "w8-d1-b4-f2-channel",
        "w8-d1-b4-f5-tensor",
        "w8-d1-b4-f5-channel",
        "w16-d1-b4-f2-tensor",
        "w16-d1-b4-f2-channel",
        "w16-d1-b4-f5-tensor",
        "w16-d1-b4-f5-channel",
    ]
    training = found.training
    assert (training.recipe, training.epochs, training.batch_size, training.threads) == ("mltk", 3, 40, 1)


def test_what_is_left_out_is_the_benchmark_model(tmp_path: Path) -> None:
    (trial,) = read(tmp_path, "[space]\nwidths = [128]\n").trials
    assert trial == Trial(128, 4, 8, 5, "per-tensor")
    assert trial.hidden_units == (128, 128, 128, 128, 8, 128, 128, 128, 128)
    assert trial.weights == 264_192  # the multiply-accumulates of the benchmark document


def test_random_trials_are_drawn_once_each_and_by_the_seed(tmp_path: Path) -> None:
    first = read(tmp_path, GRID + "[search]\ntrials = 5\nseed = 3\n").trials
    assert len(set(first)) == 5
    assert set(first) < set(read(tmp_path, GRID).trials)
    assert read(tmp_path, GRID + "[search]\ntrials = 5\nseed = 3\n").trials == first
    assert read(tmp_path, GRID + "[search]\ntrials = 5\nseed = 4\n").trials != first


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[space\n", "is no TOML file: "),
        ("", "[space] is empty: give lists of values for widths, depths, bottleneck"),
        ("[space]\n", "[space] is empty"),
        ("space = 3\n", "space is no table: write [space]"),
        (
            GRID + "[sweep]\n",
            "unknown table [sweep]: allowed are [space], [training], [search], [measurement]",
        ),
        ("[space]\nwidth = [8]\n", "unknown key width in [space]: allowed are widths, depths,"),
        ("[space]\nwidths = 8\n", "widths in [space] is 8: give a list, as widths = [8]"),
        ("[space]\nwidths = []\n", "widths in [space] has 0 values: 1 to 64 are possible"),
        ("[space]\nwidths = [8, 8]\n", "widths in [space] has 8 twice"),
        ("[space]\nwidths = [8.5]\n", "widths in [space] has 8.5: whole numbers from 1 to 1024 are allowed"),
        ("[space]\nwidths = [true]\n", "widths in [space] has True: whole numbers"),
        ("[space]\nwidths = [100000]\n", "widths in [space] has 100000: allowed are 1 to 1024"),
        ("[space]\ndepths = [0]\n", "depths in [space] has 0: allowed are 1 to 8"),
        ("[space]\ninput_frames = [17]\n", "input_frames in [space] has 17: allowed are 1 to 16"),
        ("[space]\nquantization = ['int4']\n", "has 'int4': allowed are per-tensor, per-channel"),
        ("[space]\nwidths = [1024]\ndepths = [8]\n", "bytes of weights, virtual has 1572864 of flash"),
        (GRID + "[search]\ntrials = 9\n", "trials in [search] is 9, but [space] has only 8"),
        (GRID + "[search]\ntrials = 0\n", "trials in [search] has 0: allowed are 1 to 1000"),
        (GRID + "[search]\nseed = 1\n", "seed in [search] needs trials"),
        (GRID + "[training]\nepochs = 0\n", "[training] epochs is 0: give 1 or more"),
        (GRID + "[training]\nbatch_size = 'many'\n", "batch_size in [training] has 'many': whole numbers"),
        (GRID + "[training]\nlearning_rate = '1'\n", "learning_rate in [training] is '1': give a number"),
        (GRID + "[training]\nrecipe = 'mine'\n", "recipe in [training] is 'mine': allowed are mlperf, mltk"),
        (GRID + "[measurement]\nkernel = 'slow'\n", "'slow': allowed are reference, baseline, fast"),
        (GRID + "[measurement]\nwindow_step = 197\n", "window_step in [measurement] has 197: allowed are 1"),
    ],
)
def test_refused_in_one_line(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(DataError) as caught:
        read(tmp_path, text)
    assert message in str(caught.value)
    assert str(caught.value).startswith(str(tmp_path / "space.toml"))
    assert "\n" not in str(caught.value)


def test_too_many_trials(tmp_path: Path) -> None:
    values = list(range(1, 41))
    text = f"[space]\nwidths = {values}\nbottleneck = {values}\n"
    with pytest.raises(DataError, match=r"has 1600 trials, at most 1000 are possible: .* trials = N"):
        read(tmp_path, text)
    assert len(read(tmp_path, text + "[search]\ntrials = 4\n").trials) == 4


def test_unreadable(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"cannot read .*none\.toml: No such file"):
        space.read(tmp_path / "none.toml", boards.load("virtual"))


def test_the_document_shows_a_space_that_is_read(tmp_path: Path) -> None:
    text = (ROOT / "docs" / "sweep.md").read_text(encoding="utf-8")
    found = read(tmp_path, text.split("```toml\n")[1].split("```")[0])
    assert len(found.trials) == 6
