"""Dumps as docs/console.md writes them, whole, damaged and among other lines."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from host.console.crash_dump import FIRST_LINE, LAST_LINE, MOST_LINES, CrashDump, DumpFinder, parse
from host.errors import FirmwareError

LINES = """\
=== crash dump 1 ===
kind fault
build abcd
in-a-row 2
exception 5 BusFault exc_return 0xffffffa8
cfsr 0x00008200 hfsr 0x00000000 mmfar 0x00000000 bfar 0x40048024
frame known
r0 0x00000100 r1 0x00000101 r2 0x00000102 r3 0x00000103
r4 0x00000104 r5 0x00000105 r6 0x00000106 r7 0x00000107
r8 0x00000108 r9 0x00000109 r10 0x0000010a r11 0x0000010b
r12 0x0000010c
sp 0x2003ff00 lr 0x0000010e pc 0x0000010f xpsr 0x61000000
stack 0x2003ff00: 0x00000001 0x00000002
stack 0x2003ff08: 0x08000101
=== end of crash dump ===""".splitlines()


def found(lines: list[str]) -> list[CrashDump]:
    finder = DumpFinder()
    return [dump for dump in map(finder.add, lines) if dump is not None]


def test_a_dump_is_found_among_other_lines() -> None:
    (dump,) = found(["banner", *LINES, "type help", "> "])
    assert dump.kind == "fault"
    assert dump.build == "abcd"
    assert dump.exception == "5 BusFault"
    assert dump.registers == {**{n: 0x100 + n for n in range(16)}, 13: 0x2003_FF00}
    assert dump.fault_status == {"cfsr": 0x8200, "hfsr": 0, "mmfar": 0, "bfar": 0x4004_8024}
    assert dump.frame_known
    assert dump.stack == {0x2003_FF00: 1, 0x2003_FF04: 2, 0x2003_FF08: 0x0800_0101}
    assert dump.message == ""


def test_an_assertion_has_a_message() -> None:
    assert (
        parse(["kind assertion", "build ab", "message a.cc:1: r0 0x00000001"]).message
        == "a.cc:1: r0 0x00000001"
    )


def test_a_dump_without_registers_is_one() -> None:
    dump = parse(["kind watchdog", "build ab", "in-a-row 1"])
    assert dump.registers == {}
    assert not dump.frame_known


def test_a_dump_that_begins_anew_counts_from_there() -> None:
    assert len(found([*LINES[:5], *LINES])) == 1


@pytest.mark.parametrize("missing", ["kind", "build"])
def test_a_damaged_dump_is_none(missing: str) -> None:
    lines = [line for line in LINES if not line.startswith(missing)]
    assert found(lines) == []
    with pytest.raises(FirmwareError, match="lacks its kind or its build"):
        parse(lines[1:-1])


def test_a_dump_without_end_is_forgotten() -> None:
    assert found([FIRST_LINE, *["x"] * (MOST_LINES + 1), "kind fault", "build a", LAST_LINE]) == []


@given(st.lists(st.sampled_from([*LINES, "", "r0 0x", "stack 0x2003ff00: 0x1"]) | st.text(max_size=30)))
def test_no_lines_are_an_error(lines: list[str]) -> None:
    found(lines)
