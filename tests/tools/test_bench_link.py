"""Rows of `tools/bench link` from made-up measurements, and what it measures with."""

from pathlib import Path

import bench_link
import pytest
from bench_link import DistantBoard

from host import native_profile
from host.default_model import PRETRAINED
from host.errors import FirmwareError
from host.link.device import Device
from host.link.requests import Request
from host.sim import image_file
from host.sim.board import VirtualBoard
from host.sim.mailbox import Mailbox
from host.tflite import reader


def board(image: Path) -> VirtualBoard:
    loaded = VirtualBoard()
    loaded.load(image_file.read(image))
    return loaded


@pytest.mark.parametrize(("seconds", "share", "missed"), [(0.4, 86.8, False), (0.45, 77.2, True)])
def test_the_share_of_the_line(seconds: float, share: float, missed: bool) -> None:
    # 50 tensors of 640 bytes, at 92,160 bytes a second.
    row = bench_link.carried_row("to the board", 0.002, seconds)
    assert row.value == pytest.approx(share, abs=0.05)
    assert (row.goal, row.missed) == (85.0, missed)
    assert "2 ms of latency" in row.name
    assert "simulated" in row.name


def test_an_inference_over_a_bad_line() -> None:
    row = bench_link.spoilt_row("serial-drop", 2.5, 0.5)
    assert (row.value, row.unit, row.goal, row.missed) == (2.5, "s", 2.0, True)
    assert row.ratio == pytest.approx(5)
    assert "serial-drop of 10000 bytes in a million, 115200 baud, simulated" in row.name


def test_the_core_limits_slow_windows() -> None:
    clips, within = bench_link.window_rows(310.0, 325.0, 350.0, 78_000_000)
    assert (clips.goal, clips.missed) == (pytest.approx(315), True)
    assert (within.missed, within.ratio) == (False, pytest.approx(325 / 350))
    assert "limited by the core: 240.0k cycles a window of which 222.9k" in str(within.against)


def test_the_line_limits_fast_windows() -> None:
    clips, within = bench_link.window_rows(600.0, 610.0, 2_000.0, 78_000_000)
    assert (clips.goal, clips.missed) == (450.0, False)
    assert "limited by the line: a frame of 151 bytes takes 1.64 ms" in str(within.against)


def test_the_consoles_median() -> None:
    text = "min        222400 cycles\nmedian     222462 cycles     2852.0 us\nmax        222500 cycles\n"
    assert bench_link.bench_cycles(text) == 222_462
    with pytest.raises(FirmwareError, match="gave no median"):
        bench_link.bench_cycles("the model is not ready\n")


def test_latency_is_there_and_back(simulator_image: Path) -> None:
    times = []
    for latency in (0.0, 0.002):
        line = DistantBoard(board(simulator_image), latency)
        device = Device(line)
        start = line.now()
        device.session.call(Request.ping(b"x"))
        times.append(line.now() - start)
    # A virtual board is looked at every quarter of a millisecond.
    assert 0.002 <= times[1] - times[0] + 0.0005 <= 0.003


def test_a_profile_costs_less_than_one_in_a_hundred(simulator_image: Path) -> None:
    model = reader.read(PRETRAINED)
    row = bench_link.profiling(board(simulator_image), model)
    assert 0 < row.value < 1


def test_a_silent_profiler_sees_no_layers(simulator_image: Path) -> None:
    model = reader.read(PRETRAINED)
    data = native_profile.random_batch(model, 1, seed=3).tobytes()
    silent = board(simulator_image)
    mailbox = Mailbox(silent)
    profiled = mailbox.invoke(data)
    bench_link.silence_profiler(silent)
    plain = mailbox.invoke(data)
    assert plain.output == profiled.output
    assert (len(profiled.layers) > 0, plain.layers) == (True, ())
