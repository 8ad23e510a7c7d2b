"""Whose time it is: the board's behind a virtual probe, this computer's behind any other."""

import time

import pytest

from host.flash.xg24 import pause
from host.flash.xg24.pause import RealTime, SimulatedTime


class Timed:
    def __init__(self) -> None:
        self.waits: list[float] = []

    @property
    def simulated_seconds(self) -> float:
        return 2.0 + sum(self.waits)

    def idle(self, seconds: float) -> None:
        self.waits.append(seconds)


def test_virtual_probe_lets_the_boards_time_pass() -> None:
    probe = Timed()
    time_of = pause.for_probe(probe)
    assert isinstance(time_of, SimulatedTime)
    assert time_of.now() == 2.0
    time_of.wait(0.5)
    time_of.wait(0.0)
    time_of.wait(-1.0)
    assert probe.waits == [0.5]
    assert time_of.now() == 2.5


def test_other_probes_have_real_time(monkeypatch: pytest.MonkeyPatch) -> None:
    slept: list[float] = []
    monkeypatch.setattr(time, "sleep", slept.append)
    time_of = pause.for_probe(object())
    assert isinstance(time_of, RealTime)
    time_of.wait(0.25)
    time_of.wait(-1.0)
    assert slept == [0.25]
    assert time_of.now() == pytest.approx(time.monotonic(), abs=1.0)
