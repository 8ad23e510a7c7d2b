"""The reset of the EFR32xG24 through pyOCD on the virtual board: where the core stops, and what delays it."""

import struct
from collections.abc import Iterator

import pytest
from flash_session import FLASH, OpenSession, opened
from pyocd.core import exceptions
from pyocd.core.target import Target

from host.flash.xg24.xg24_core import XG24Core
from host.sim.board import VirtualBoard

FP_CTRL, FP_COMP0 = 0xE000_2000, 0xE000_2008
HANDLER = FLASH + 0x40
COUNTER = 0x2000_0100
# Increments r0 for ever, which RAM at COUNTER shows: movs r0,#0; movw/movt r1; adds r0,#1; str r0,[r1]; b.
COUNTING = struct.pack("<HHHHHHHH", 0x2000, 0xF240, 0x1100, 0xF2C2, 0x0100, 0x3001, 0x6008, 0xE7FC)


def counting_board(handler: int = HANDLER) -> VirtualBoard:
    board = VirtualBoard()
    vectors = struct.pack("<16I", 0x2000_8000, handler | 1, *(14 * (HANDLER | 1,)))
    assert board.core.load(FLASH, vectors + COUNTING)
    board.power_on()
    return board


@pytest.fixture
def line() -> Iterator[OpenSession]:
    with opened(counting_board(), halt=False) as session:
        yield session


def test_core_is_one_of_this_family(line: OpenSession) -> None:
    assert isinstance(line.target.selected_core, XG24Core)
    assert list(line.target.cores) == [0]


def test_it_stops_before_the_first_instruction(line: OpenSession) -> None:
    line.board.run(cycles=1_000)
    assert line.board.read_word(COUNTER) > 0
    line.target.halt()
    line.board.write_word(COUNTER, 0)
    line.target.reset_and_halt()
    assert line.target.is_halted()
    assert line.target.read_core_register("pc") == HANDLER
    assert line.board.read_word(COUNTER) == 0


def test_reset_lets_it_run(line: OpenSession) -> None:
    line.target.reset_and_halt()
    line.target.reset()
    line.board.write_word(COUNTER, 0)
    line.board.run(cycles=1_000)
    assert not line.target.is_halted()
    assert line.board.read_word(COUNTER) > 0


def test_breakpoint_helps_where_vector_catch_fails(
    line: OpenSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    core = line.target.selected_core
    monkeypatch.setattr(core, "set_reset_catch", lambda kind: core.halt())
    line.target.halt()
    line.board.write_word(COUNTER, 0)
    line.target.reset_and_halt()
    assert line.target.read_core_register("pc") == HANDLER
    assert line.board.read_word(COUNTER) == 0


def test_core_that_nothing_catches_is_halted_where_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    with opened(counting_board(), halt=False) as line:
        core = line.target.selected_core
        monkeypatch.setattr(core, "set_reset_catch", lambda kind: core.halt())
        monkeypatch.setattr(core, "_set_comparator", lambda comparator: None)
        line.target.reset_and_halt()
        assert line.target.is_halted()


@pytest.mark.parametrize("handler", [0xFFFF_FFFF, 0x2000_0000, 0])
def test_part_without_an_image_is_halted(handler: int) -> None:
    with opened(counting_board(handler), halt=False) as line:
        line.target.reset_and_halt()
        assert line.target.is_halted()


def test_erased_part_is_halted() -> None:
    with opened(halt=False) as line:
        line.target.reset_and_halt()
        assert line.target.is_halted()


def test_breakpoints_of_others_stay(line: OpenSession) -> None:
    line.target.write32(FP_COMP0, 0x0800_1235)
    before = line.target.read32(FP_CTRL)
    line.target.reset_and_halt()
    assert line.target.read32(FP_COMP0) == 0x0800_1235
    assert line.target.read32(FP_CTRL) == before
    assert line.target.get_vector_catch() == 0


@pytest.mark.parametrize("faults", [False, True])
def test_security_engine_may_take_its_time(line: OpenSession, faults: bool) -> None:
    line.board.core.faults.se_start_us = 20_000
    line.board.core.faults.se_start_faults = faults
    seconds = line.board.seconds
    line.target.reset_and_halt()
    assert line.board.seconds - seconds > 0.02
    assert line.target.read_core_register("pc") == HANDLER


@pytest.mark.parametrize("faults", [False, True])
def test_part_that_does_not_come_back_is_given_up(line: OpenSession, faults: bool) -> None:
    line.board.core.faults.se_start_us = 60_000_000
    line.board.core.faults.se_start_faults = faults
    seconds = line.board.seconds
    with pytest.raises(exceptions.TransferError):
        line.target.reset_and_halt()
    assert 2 <= line.board.seconds - seconds < 30


def test_core_that_does_not_halt_is_told(line: OpenSession, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(line.target.selected_core, "get_state", lambda: Target.State.RUNNING)
    with pytest.raises(exceptions.TargetError, match="does not halt after its reset: it is RUNNING"):
        line.target.reset_and_halt()


@pytest.mark.parametrize("kind", [Target.ResetType.SYSRESETREQ, Target.ResetType.HARDWARE])
def test_kinds_of_reset(line: OpenSession, kind: Target.ResetType) -> None:
    line.target.reset_and_halt(kind)
    assert line.target.read_core_register("pc") == HANDLER
    line.target.reset(kind)
    assert not line.target.is_halted()


@pytest.mark.parametrize("kind", ["wait", "fault", "parity"])
def test_bad_line_is_borne(line: OpenSession, kind: str) -> None:
    for seed in range(5):
        line.break_line(kind, 10_000, seed)
        line.target.reset_and_halt()
        line.break_line(kind, 0)
        assert line.target.is_halted()
