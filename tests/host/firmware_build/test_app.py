"""Applications of an image: folders, words and CMake's definitions."""

import dataclasses

import pytest

from host import boards
from host.errors import BuildError
from host.firmware_build.app import BENCHMARK_APP, CONSOLE, ENERGY, PERFORMANCE, App

BENCHMARKS = [App(BENCHMARK_APP, PERFORMANCE), App(BENCHMARK_APP, ENERGY)]


def test_the_console_is_the_usual_one() -> None:
    assert (CONSOLE.folder_suffix, CONSOLE.title) == ("", "")
    assert CONSOLE.definitions[0] == "-DEARSHOT_APP=console"


def test_each_mode_of_the_benchmark_has_a_folder() -> None:
    assert [app.folder_suffix for app in BENCHMARKS] == ["-benchmark-performance", "-benchmark-energy"]
    assert [app.title for app in BENCHMARKS] == ["benchmark in performance mode", "benchmark in energy mode"]
    assert BENCHMARKS[1].definitions == ("-DEARSHOT_APP=benchmark", "-DEARSHOT_BENCHMARK_MODE=energy")


def test_only_energy_mode_needs_the_timing_pin() -> None:
    board = boards.load("xg24")
    without = dataclasses.replace(board, timing_pin=None)
    for app in (CONSOLE, *BENCHMARKS):
        app.check(board)
    for app in (CONSOLE, BENCHMARKS[0]):
        app.check(without)
    with pytest.raises(BuildError, match="names no timing pin for energy mode: add timing_pin"):
        BENCHMARKS[1].check(without)
