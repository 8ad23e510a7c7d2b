"""Crashes on the virtual board: each kind leaves one block, printed after the reset and kept for `log`."""

from pathlib import Path

import pytest

from host.sim import image_file
from host.sim.board import VirtualBoard
from host.sim.conditions import StopReason, Symbol, Text

pytest.importorskip("virtual_xg24", reason="the virtual board's extension is not installed")

PROMPT = Text(b"\n> ")
START_CYCLES = 40_000_000
RAM_AT_REST = 0x2003_0000
R0, R1, R3, SP, PC = 0, 1, 3, 13, 15
NOWHERE = 0x3000_0000

# docs/wdog.md
WDOG0_EN, WDOG0_CFG = 0x4B00_4004, 0x4B00_4008
WARN_AT_75_PERCENT = 3 << 24
SHORT_PERIOD = 3 << 16  # 65 ticks

LOOP = bytes.fromhex("62b6fee7")  # cpsie i; b .
DEAF_LOOP = bytes.fromhex("72b6fee7")  # cpsid i; b .


@pytest.fixture
def board(simulator_image: Path) -> VirtualBoard:
    board = VirtualBoard()
    board.load(image_file.read(simulator_image))
    stop = board.run(PROMPT, cycles=START_CYCLES)
    assert stop.reason is StopReason.TEXT, stop.line()
    board.sent()
    return board


def restarted(board: VirtualBoard) -> list[str]:
    stop = board.run(PROMPT, cycles=START_CYCLES)
    assert stop.reason is StopReason.TEXT, stop.line()
    return board.sent().decode("ascii").splitlines()


def block(lines: list[str]) -> list[str]:
    return lines[lines.index("=== crash dump 1 ===") : lines.index("=== end of crash dump ===") + 1]


def ask(board: VirtualBoard, command: str) -> list[str]:
    board.send(f"{command}\n".encode())
    return restarted(board)


def jump_to(board: VirtualBoard, code: bytes) -> None:
    board.write(RAM_AT_REST, code)
    board.core.write_register(PC, RAM_AT_REST)
    board.send(b"\n")  # wakes the core


def shorten_watchdog(board: VirtualBoard) -> None:
    board.write_word(WDOG0_EN, 0)
    board.run(cycles=1_000_000)
    board.write_word(WDOG0_CFG, SHORT_PERIOD | WARN_AT_75_PERCENT)
    board.write_word(WDOG0_EN, 1)


def test_a_fault_is_told_after_the_reset_and_kept(board: VirtualBoard) -> None:
    board.core.write_register(PC, NOWHERE)
    board.send(b"\n")
    dump = block(restarted(board))
    assert dump[1] == "kind fault"
    assert f"pc {NOWHERE:#010x}" in "\n".join(dump)
    assert sum(line.startswith("stack ") for line in dump) >= 2
    told = ask(board, "log")
    assert block(told) == dump
    assert any("ended the run before this one" in line for line in told)
    board.reset()
    assert "=== crash dump 1 ===" not in restarted(board), "it has been told"
    told = ask(board, "log")
    assert block(told) == dump
    assert any("in an earlier run" in line for line in told)


def test_power_ends_the_record(board: VirtualBoard) -> None:
    board.core.write_register(PC, NOWHERE)
    board.send(b"\n")
    restarted(board)
    board.power_on()
    restarted(board)
    assert any("none since power-on" in line for line in ask(board, "log"))


@pytest.mark.parametrize("room", [0, 16, 40])
def test_a_stack_overflow_is_recognized(board: VirtualBoard, room: int) -> None:
    board.core.write_register(SP, board.address("__stack_limit") + room)
    board.send(b"bench 1\n")
    dump = block(restarted(board))
    assert dump[1] == "kind stack overflow"
    assert "frame unknown" in dump


def test_an_assertion_is_quoted(board: VirtualBoard) -> None:
    board.write(RAM_AT_REST, b"firmware/a.cc\0x > 0\0")
    for register, value in ((R0, RAM_AT_REST), (R1, 123), (R3, RAM_AT_REST + 14)):
        board.core.write_register(register, value)
    board.core.write_register(PC, board.address("__assert_func") & ~1)
    board.send(b"\n")  # wakes the core
    dump = block(restarted(board))
    assert dump[1] == "kind assertion"
    assert "message firmware/a.cc:123: x > 0" in dump


def test_the_watchdog_shows_where_the_core_hangs(board: VirtualBoard) -> None:
    shorten_watchdog(board)
    jump_to(board, LOOP)
    dump = block(restarted(board))
    assert dump[1] == "kind watchdog"
    assert f"pc {RAM_AT_REST + 2:#010x}" in "\n".join(dump)


def test_the_watchdog_resets_a_core_that_takes_no_interrupts(board: VirtualBoard) -> None:
    shorten_watchdog(board)
    jump_to(board, DEAF_LOOP)
    dump = block(restarted(board))
    assert dump[1] == "kind watchdog"
    assert not any(line.startswith("r0") for line in dump)
    assert ask(board, "log")[1] == "started by      watchdog"


def test_the_watchdog_lets_a_quiet_board_sleep(board: VirtualBoard) -> None:
    shorten_watchdog(board)
    stop = board.run(cycles=40_000_000)
    assert stop.reason is StopReason.CYCLES
    assert board.sent() == b""


def test_a_lock_up_resets_the_core(board: VirtualBoard) -> None:
    # HardFault's vector leads nowhere, and so does the fault's own.
    board.write(RAM_AT_REST, bytes(0x200))
    board.write_word(0xE000_ED08, RAM_AT_REST)
    board.core.write_register(PC, NOWHERE)
    board.send(b"\n")
    dump = block(restarted(board))
    assert dump[1] == "kind lock-up"


def test_crashes_in_a_row_stop_the_board(board: VirtualBoard) -> None:
    board.core.write_register(PC, NOWHERE)
    board.send(b"\n")
    for _ in range(2):
        stop = board.run(Symbol("main"), cycles=START_CYCLES)
        assert stop.reason is StopReason.SYMBOL, stop.line()
        board.core.write_register(PC, NOWHERE)
    stop = board.run(PROMPT, cycles=START_CYCLES)
    assert stop.reason is StopReason.CYCLE_LIMIT, stop.line()
