"""The debug port in this process: what the board's faults do to it, and that it runs the board's time.

Requests are written out as docs/debug-port.md has them; the protocol's own tests are in C++.
"""

import struct

import pytest

from host.errors import UsageError
from host.sim import injection
from host.sim.board import BoardSettings, VirtualBoard
from host.sim.conditions import StopReason
from host.sim.debug_port import DebugPort

HELLO = b"\x00ESDP" + struct.pack("<H", 1)
CONNECT = b"\x01" + struct.pack("<I", 1_000_000)
READ_DPIDR = struct.pack("<BI", 0x02, 1)
DPIDR = 0x6BA0_2477
OK, WAIT, FAULT, NO_ANSWER = 1, 2, 4, 7


def transfer(port: DebugPort, items: bytes) -> tuple[int, int, tuple[int, ...]]:
    reply = port.answer(b"\x05" + struct.pack("<HH", 0, 0) + items)
    assert reply[0] == 0, reply
    ack, done = struct.unpack_from("<BI", reply, 1)
    return ack, done, struct.unpack(f"<{(len(reply) - 6) // 4}I", reply[6:])


def write(request: int, *words: int) -> bytes:
    return struct.pack(f"<BI{len(words)}I", request, len(words), *words)


def read(request: int, count: int = 1) -> bytes:
    return struct.pack("<BI", request, count)


def idle(port: DebugPort, seconds: float) -> None:
    assert port.answer(b"\x06" + struct.pack("<Q", round(seconds * 1e9))) == b"\0"


def connect(port: DebugPort) -> None:
    assert port.answer(HELLO)[0] == 0
    assert port.answer(CONNECT) == b"\0"
    assert transfer(port, READ_DPIDR) == (OK, 1, (DPIDR,))
    assert transfer(port, write(0x04, 0x5000_0000) + write(0x01, 0x0300_0012)) == (OK, 2, ())


@pytest.fixture
def board() -> VirtualBoard:
    return VirtualBoard()


@pytest.fixture
def port(board: VirtualBoard) -> DebugPort:
    port = DebugPort(board)
    connect(port)
    return port


def test_hello_says_which_board_it_is() -> None:
    settings = BoardSettings(part=0x0118_04BA, unique_id=0x0102_0304_0506_0708)
    reply = DebugPort(VirtualBoard(settings), "bench").answer(HELLO)
    status, version, part, unique_id = struct.unpack_from("<BHIQ", reply)
    assert (status, version, part, unique_id) == (0, 1, 0x0118_04BA, 0x0102_0304_0506_0708)
    assert reply[15:] == b"\x05bench\x07virtual\x16EFR32MG24B210F1536IM48"


def test_memory_and_time(board: VirtualBoard, port: DebugPort) -> None:
    before = board.seconds
    cycles = port.swclk_cycles
    items = write(0x05, 0x2000_0100) + write(0x0D, 1, 2, 3) + write(0x05, 0x2000_0100) + read(0x0F, 3)
    assert transfer(port, items) == (OK, 8, (1, 2, 3))
    assert port.swclk_cycles - cycles == 46 * 9
    assert board.seconds - before == pytest.approx(46e-6 * 9, abs=2e-6)
    assert board.read(0x2000_0100, 12) == struct.pack("<3I", 1, 2, 3)
    assert port.transfers == 3 + 9


def test_a_halted_core_keeps_the_board_in_time(board: VirtualBoard, port: DebugPort) -> None:
    transfer(port, write(0x05, 0xE000_EDF0) + write(0x0D, 0xA05F_0003))
    halted = board.halted_cycles
    idle(port, 0.01)
    assert board.halted_cycles - halted == pytest.approx(0.01 * board.core_hz, abs=100)
    stop = board.resume(cycles=1000, through_halts=True)
    assert stop.reason is StopReason.CYCLES
    assert board.resume(cycles=1000).reason is StopReason.HALTED


def test_faults_come_at_their_cycle_in_the_middle_of_a_request(board: VirtualBoard, port: DebugPort) -> None:
    board.inject(injection.parse(f"flip-bit@{board.now + 100_000}:0x20000200,3"))
    transfer(port, write(0x05, 0x2000_0200) + write(0x0D, 0))
    idle(port, 0.004)
    assert board.read_word(0x2000_0200) == 0
    idle(port, 0.002)
    assert board.read_word(0x2000_0200) == 8


@pytest.mark.parametrize(("restart", "comes_back"), [(":restart", True), ("", False)])
def test_a_power_cut(board: VirtualBoard, port: DebugPort, restart: str, comes_back: bool) -> None:
    board.inject(injection.parse(f"power-cut@{board.now + 10_000}{restart}"))
    ack, done, _ = transfer(port, READ_DPIDR * 100)
    assert ack == NO_ANSWER
    assert 5 < done < 20
    stop = port.take_stop()
    assert (stop is None) == comes_back
    if comes_back:
        connect(port)
        return
    assert stop is not None
    assert stop.reason is StopReason.POWER_CUT
    assert port.answer(CONNECT) == b"\0"
    assert transfer(port, READ_DPIDR)[0] == NO_ANSWER
    board.power_on()
    connect(port)


@pytest.mark.parametrize(("kind", "ack"), [("swd-wait", WAIT), ("swd-fault", FAULT)])
def test_refused_transfers(board: VirtualBoard, port: DebugPort, kind: str, ack: int) -> None:
    board.inject(injection.parse(f"{kind}@0:500000,7"))
    idle(port, 1e-5)
    assert transfer(port, read(0x03, 100))[0] == ack


def test_parity_errors_are_mended_within_limits(board: VirtualBoard, port: DebugPort) -> None:
    board.inject(injection.parse("swd-parity@0:200000"))
    idle(port, 1e-5)
    assert transfer(port, READ_DPIDR * 100)[0] == 8
    reply = port.answer(b"\x05" + struct.pack("<HH", 0, 30) + READ_DPIDR * 100)
    assert reply[1:6] == struct.pack("<BI", OK, 100)


def test_a_pulled_probe(board: VirtualBoard, port: DebugPort) -> None:
    board.inject(injection.parse("probe-pull@0:10"))
    idle(port, 1e-5)
    assert port.answer(b"\x05" + struct.pack("<HH", 0, 0) + READ_DPIDR * 11) == b""
    assert port.pulled
    assert port.answer(CONNECT) == b""
    connect(port)


def test_a_locked_part_is_unlocked_by_its_erase(board: VirtualBoard, port: DebugPort) -> None:
    board.inject(injection.parse("debug-lock@0"))
    idle(port, 1e-5)
    assert transfer(port, write(0x05, 0x2000_0000) + read(0x0F))[0] == FAULT
    select_1 = write(0x00, 0x1E) + write(0x08, 1 << 24)
    erase = write(0x05, 0x1000) + write(0x0D, 8, 0x430F_0000)
    assert transfer(port, select_1 + erase) == (OK, 5, ())
    idle(port, 0.2)
    assert transfer(port, write(0x05, 0x1004) + read(0x0F)) == (OK, 2, (4,))
    board.power_on()
    connect(port)
    assert transfer(port, write(0x05, 0x2000_0000) + read(0x0F))[0] == OK


def test_the_security_engine_starts(board: VirtualBoard, port: DebugPort) -> None:
    board.inject(injection.parse("se-start@0:3000"))
    idle(port, 1e-5)
    assert transfer(port, write(0x05, 0xE000_ED0C) + write(0x0D, 0x05FA_0004)) == (OK, 2, ())
    assert transfer(port, read(0x0F))[0] == WAIT
    idle(port, 0.003)
    assert transfer(port, read(0x0F))[0] == OK


def loop_in_flash(board: VirtualBoard, code: bytes) -> None:
    board.core.load(0x0800_0000, struct.pack("<2I", 0x2000_1000, 0x0800_0009) + code)
    board.power_on()


def test_strict_boards_say_what_ended_them() -> None:
    board = VirtualBoard(BoardSettings(strict=True))
    port = DebugPort(board)
    # ldr r0, [pc, #4]; ldr r0, [r0]; b .; nop; .word LDMA, which is a mere name
    loop_in_flash(board, struct.pack("<4HI", 0x4801, 0x6800, 0xE7FE, 0xBF00, 0x4004_0000))
    assert port.answer(HELLO)[0] == 0
    idle(port, 0.001)
    stop = port.take_stop()
    assert stop is not None
    assert stop.reason is StopReason.UNMODELLED
    assert "LDMA" in stop.detail
    assert port.take_stop() is None


def test_callbacks_may_not_use_it(board: VirtualBoard, port: DebugPort) -> None:
    loop_in_flash(board, struct.pack("<2H", 0xBF00, 0xE7FD))  # nop; b .-2
    board.on_address(0x0800_0008, lambda: port.answer(HELLO))
    with pytest.raises(UsageError, match="the board runs already"):
        idle(port, 0.001)
