"""What a run waits for, as it is written on the command line, and what a stop says."""

import pytest

from host.errors import UsageError
from host.sim import conditions
from host.sim.conditions import Cycles, Stop, StopReason, Symbol, Text


@pytest.mark.parametrize(
    ("text", "condition"),
    [
        ("text:> ", Text(b"> ")),
        ("text:a:b", Text(b"a:b")),
        (r"text:ok\r\n", Text(b"ok\r\n")),
        ("text:µ", Text("µ".encode())),
        ("symbol:main", Symbol("main")),
        ("cycles:0", Cycles(0)),
        ("cycles:100000", Cycles(100000)),
    ],
)
def test_conditions(text: str, condition: conditions.Condition) -> None:
    assert conditions.parse(text) == condition


@pytest.mark.parametrize(
    "text", ["", "text", "text:", "symbol:", "cycles:", "cycles:-1", "cycles:1e6", "x:1"]
)
def test_others_are_refused(text: str) -> None:
    with pytest.raises(UsageError, match="is nothing to wait for: give text:TEXT"):
        conditions.parse(text)


def test_a_stop_says_where_and_what_was_before() -> None:
    stop = Stop(StopReason.LOCKUP, 1234567, 0x0800_0100, "main+0x4", "stack outside of memory", "3 HardFault")
    assert stop.failed
    assert stop.line() == (
        "the core locked up: stack outside of memory, at cycle 1,234,567 (simulated, CPU cycles ±20 %), "
        "PC 0x08000100 (main+0x4), last exception: 3 HardFault"
    )
    quiet = Stop(StopReason.TEXT, 1, 2, "", "", "")
    assert not quiet.failed
    assert quiet.line().endswith("PC 0x00000002, last exception: none")
