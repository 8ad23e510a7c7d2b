"""What Python makes of the recorder's rows; the recorder itself is tested in C++."""

import numpy as np
import pytest

from host.sim import recording as module
from host.sim.recording import EventKind


class FakeRecorder:
    """Answers as the compiled one, and keeps what it was told."""

    def __init__(self) -> None:
        self.told: list[object] = []
        self.dropped = 2

    def set_functions(self, functions):
        self.told.append(functions)

    def clear_counts(self):
        self.told.append("clear")

    def start(self, events):
        self.told.append(events)

    def stop(self):
        self.told.append("stop")

    def blocks(self):
        return [(0x1000, 4, 2, 3, 9)]

    def calls(self):
        return [(0, module.UNKNOWN_FUNCTION, 0, 0), (0, 0, 9, 1)]

    def events(self):
        # cycle 5, value 1, kind 8: 16 bytes, little-endian.
        return bytes([5, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 8, 0, 0, 0])


class FakeCore:
    """A board with that recorder."""

    def __init__(self) -> None:
        self.recorder = FakeRecorder()
        self.sleep_cycles = 11
        self.core_hz = 39_000_000


def test_start_tells_functions_first(recording):
    core = FakeCore()
    module.start(core, recording.functions, events=True)
    assert core.recorder.told == [[(0x1000, 0x1100), (0x1100, 0x1200), (0x1300, 0x1400)], "clear", True]


def test_counts_alone_follow_nothing(recording):
    core = FakeCore()
    module.start(core, recording.functions, calls=False)
    assert core.recorder.told[1:] == ["clear"]


def test_take_gives_rows_their_names(recording):
    core = FakeCore()
    taken = module.take(core, recording.functions)
    assert core.recorder.told == ["stop"]
    assert taken.blocks == (module.Block(0x1000, 4, 2, 3, 9),)
    assert taken.calls[1] == module.Call(0, 0, 9, 1)
    assert taken.events.tolist() == [(5, 1, EventKind.SENT)]
    assert (taken.dropped, taken.sleep_cycles, taken.core_hz) == (2, 11, 39_000_000)


@pytest.mark.parametrize(
    ("number", "name"),
    [
        (2, "NMI"),
        (3, "HardFault"),
        (15, "SysTick"),
        (16, "SMU_SECURE"),
        (31, "MVP"),
        (27, "EUSART0_RX"),
        (91, "AHB2AHB1"),
        (92, "IRQ 76"),
        (9, "exception 9"),
    ],
)
def test_exceptions_have_names(number, name):
    assert module.exception_name(number) == name


def test_numbers_become_names(recording):
    assert recording.name(1) == "app::Run(int)"
    assert recording.name(0x8000_0000 + 15) == "SysTick"
    assert recording.name(0x7FFF_FFFF) == recording.name(99) == "(unknown)"


def test_events_are_packed_without_gaps():
    assert module.EVENT_TYPE.itemsize == 16
    assert np.frombuffer(b"", module.EVENT_TYPE).size == 0
