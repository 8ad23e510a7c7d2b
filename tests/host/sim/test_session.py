"""Sessions: time against real time, lines that end, limits."""

import socket
import threading
import time
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import pytest

from host.sim import image_file
from host.sim.board import VirtualBoard
from host.sim.conditions import Cycles, StopReason, Text
from host.sim.debug_port import DebugPort
from host.sim.debug_server import DebugServer
from host.sim.lines import Moment
from host.sim.session import Limits, Session

pytest.importorskip("virtual_xg24", reason="the virtual board's extension is not installed")


class Script:
    """A line that sends its input at once and keeps what the board says."""

    def __init__(self, text: bytes = b"", ends: bool = True) -> None:
        self.heard = b""
        self.baud = 0
        self._text = text
        self._ends = ends

    @property
    def ended(self) -> bool:
        return self._ends and not self._text

    @property
    def present(self) -> bool:
        return not self.ended

    def waiting_on(self) -> Sequence[int]:
        return ()

    def turn_away(self) -> None:
        self._text = b""

    def read(self) -> bytes:
        data, self._text = self._text, b""
        return data

    def write(self, sent: Sequence[object], now: Moment) -> None:
        self.heard += bytes(byte.value for byte in sent)  # type: ignore[attr-defined]


@pytest.fixture
def board(simulator_image: Path) -> VirtualBoard:
    board = VirtualBoard()
    board.load(image_file.read(simulator_image))
    return board


def test_piped_commands_are_answered_before_the_end(board: VirtualBoard) -> None:
    line = Script(b"help\nprofile\n")
    assert Session(board, [line], None, ends_when_quiet=True).run(Limits()) is None
    assert b"this list" in line.heard
    assert b"fully_connected" in line.heard
    assert line.heard.endswith(b"> ")


def test_limits_end_a_session(board: VirtualBoard) -> None:
    def run(limits: Limits) -> StopReason:
        stop = Session(board, [Script(ends=False)], None).run(limits)
        assert stop is not None
        return stop.reason

    assert run(Limits(max_cycles=100_000)) is StopReason.CYCLE_LIMIT
    assert run(Limits(until=Cycles(300_000), max_cycles=400_000)) is StopReason.CYCLES
    assert 300_000 <= board.now < 301_000
    assert run(Limits(until=Text(b"never"), max_cycles=500_000)) is StopReason.CYCLE_LIMIT
    assert run(Limits(until=Text(b"\n> "), timeout_s=30)) is StopReason.TEXT
    start = time.monotonic()
    assert run(Limits(timeout_s=0.3)) is StopReason.TIMEOUT
    assert 0.25 < time.monotonic() - start < 3


def test_a_cycle_is_awaited_after_the_lines_have_ended(board: VirtualBoard) -> None:
    session = Session(board, [Script()], None, ends_when_quiet=True)
    stop = session.run(Limits(until=Cycles(200_000_000), timeout_s=60))
    assert stop is not None
    assert stop.reason is StopReason.CYCLES
    stop = session.run(Limits(until=Text(b"never")))
    assert stop is not None
    assert stop.reason is StopReason.LINE_ENDED
    assert stop.failed


def test_text_may_straddle_steps(board: VirtualBoard) -> None:
    banner = b"type help for the commands\r\n> "  # 2.6 ms at 115,200 baud, a step is 10 ms
    stop = Session(board, [Script(ends=False)], None).run(Limits(until=Text(banner), max_cycles=20_000_000))
    assert stop is not None
    assert stop.reason is StopReason.TEXT


def test_simulated_time_keeps_pace(board: VirtualBoard) -> None:
    start = time.monotonic()
    Session(board, [Script(ends=False)], 2.0).run(Limits(until=lambda it: it.seconds >= 1.0, timeout_s=30))
    assert board.seconds >= 1.0
    assert time.monotonic() - start >= 0.45, "a second at double speed"


def test_time_stands_still_while_the_board_only_waits(board: VirtualBoard) -> None:
    Session(board, [Script(ends=False)], None).run(Limits(timeout_s=1.0))
    assert board.seconds < 1.0, "0.05 s of start-up and a few quiet steps"


HELLO = b"\x07\0\0\0\0ESDP\1\0"
IDLE_1_S = b"\x09\0\0\0\6" + (1_000_000_000).to_bytes(8, "little")
DONE = b"\1\0\0\0\0"


def test_with_a_debug_port_a_lockup_ends_nothing() -> None:
    blank = VirtualBoard()
    with closing(DebugServer(DebugPort(blank))) as debug:
        stop = Session(blank, [Script(ends=False)], 1.0, debug=debug).run(Limits(timeout_s=0.2))
    assert stop is not None
    assert stop.reason is StopReason.TIMEOUT
    stop = Session(blank, [Script(ends=False)], 1.0).run(Limits(timeout_s=0.2))
    assert stop is not None
    assert stop.reason is StopReason.LOCKUP


@pytest.mark.parametrize("speed", [1.0, None])
def test_time_that_a_debugger_takes_holds_nothing_up(board: VirtualBoard, speed: float | None) -> None:
    with closing(DebugServer(DebugPort(board))) as debug:
        host, port = debug.address.split(":")

        def client() -> None:
            with socket.create_connection((host, int(port)), timeout=10) as connection:
                connection.sendall(HELLO + 3 * IDLE_1_S)
                received = b""
                while not received.endswith(3 * DONE):
                    received += connection.recv(1000)

        thread = threading.Thread(target=client)
        thread.start()
        start = time.monotonic()
        session = Session(board, [Script(ends=False)], speed, debug=debug)
        stop = session.run(Limits(until=lambda it: it.seconds >= 3.0, timeout_s=20))
        thread.join()
    assert stop is not None
    assert stop.reason is StopReason.CONDITION
    assert 3.0 <= board.seconds < 4.0
    assert time.monotonic() - start < 2.5, "three simulated seconds, in which the board slept"
