"""Every fault that can be injected, up to what the firmware and the host say about it."""

from pathlib import Path

import numpy as np
import pytest

from host import native, native_profile
from host.default_model import PRETRAINED
from host.sim import image_file, injection
from host.sim.board import VirtualBoard
from host.sim.conditions import StopReason, Text
from host.sim.injection import KINDS
from host.sim.mailbox import Mailbox
from host.tflite import reader

pytest.importorskip("virtual_xg24", reason="the virtual board's extension is not installed")

PROMPT = Text(b"\n> ")
START_CYCLES = 20_000_000
FREE_PAGE = 0x0817_0000
RAM_AT_REST = 0x2003_F000
MVP_ARRAY1_ADDRCFG = 0x4D00_0094

TESTED = {
    "power-cut",
    "flip-bit",
    "flip-register",
    "serial-corrupt",
    "serial-drop",
    "serial-duplicate",
    "uart-stuck",
    "hfxo-dead",
    "mvp-bus-error",
    "mvp-stuck",
    "flash-stuck",
    "se-start",
}
AT_THE_DEBUG_PORT = {"swd-wait", "swd-fault", "swd-parity", "probe-pull", "debug-lock"}
"""The firmware does not see them: tests/host/sim/test_debug_port.py."""


def test_no_kind_is_left_out() -> None:
    assert set(KINDS) == TESTED | AT_THE_DEBUG_PORT


@pytest.fixture
def board(simulator_image: Path) -> VirtualBoard:
    board = VirtualBoard()
    board.load(image_file.read(simulator_image))
    return board


def inject(board: VirtualBoard, kind: str, after: int = 0, arguments: str = "") -> None:
    text = f"{kind}@{board.now + after}" + (f":{arguments}" if arguments else "")
    board.inject(injection.parse(text))


def started(board: VirtualBoard) -> VirtualBoard:
    stop = board.run(PROMPT, cycles=START_CYCLES)
    assert stop.reason is StopReason.TEXT, stop.line()
    board.sent()
    return board


def answer(board: VirtualBoard, command: bytes, cycles: int = START_CYCLES) -> bytes:
    board.send(command)
    board.run(PROMPT, cycles=cycles)
    board.run(cycles=200_000)
    return board.sent()


# The accelerator: the core does the layers, all bytes are right, and the faults are counted.


@pytest.mark.parametrize(
    ("kind", "faults", "fully_on_core"), [("mvp-bus-error", 1, False), ("mvp-stuck", 10, True)]
)
def test_the_core_redoes_layers_that_the_accelerator_fails(
    board: VirtualBoard, sanitized_host: Path, kind: str, faults: int, fully_on_core: bool
) -> None:
    model = reader.read(PRETRAINED)
    batch = native_profile.random_batch(model, 1, seed=8)
    mailbox = Mailbox(board)
    inject(board, kind)
    result = mailbox.invoke(batch.tobytes())
    counted = [layer.faults for layer in result.layers]
    assert 1 <= sum(counted) <= faults
    reference = native.run(model, batch, "reference", executable=sanitized_host).outputs
    if fully_on_core:
        assert result.output == reference.tobytes()
    else:
        # One layer by the reference kernel, the others by the accelerator, whose errors are small.
        outputs = np.frombuffer(result.output, model.output.dtype)
        step = np.diff(np.unique(reference)).min()
        assert np.abs(outputs - reference.reshape(-1)).max() <= 3 * step
        assert any(layer.accelerator_cycles > 0 for layer in result.layers)
    board.core.faults.mvp_stuck = False
    again = mailbox.invoke(batch.tobytes())
    expected = native.run(model, batch, "fast", executable=sanitized_host).outputs
    assert again.output == expected.tobytes(), "the accelerator works again"
    assert sum(layer.faults for layer in again.layers) == 0
    told = answer(board, b"info\n")
    assert b"accelerator  MVP" in told
    assert b"fault" in told, told


# The serial line.


@pytest.mark.parametrize("kind", ["serial-corrupt", "serial-drop", "serial-duplicate"])
def test_a_bad_line_spoils_bytes_both_ways(board: VirtualBoard, kind: str) -> None:
    started(board)
    clean = answer(board, b"help\n")
    inject(board, kind, arguments="1000000,3")
    spoilt = answer(board, b"help\n", cycles=3_000_000)
    assert spoilt != clean
    if kind == "serial-drop":
        assert spoilt == b""
    if kind == "serial-corrupt":
        assert clean not in spoilt
    if kind == "serial-duplicate":
        assert b"hh" in spoilt
    setattr(board.core.faults, f"{kind.replace('-', '_')}_ppm", 0)
    answer(board, b"\n")
    assert answer(board, b"help\n").endswith(clean), "the console recovers"


def test_a_stuck_transmitter_ends_with_the_limit(board: VirtualBoard) -> None:
    inject(board, "uart-stuck")
    stop = board.run(PROMPT, cycles=START_CYCLES)
    assert stop.reason is StopReason.CYCLE_LIMIT
    assert board.sent() == b""
    assert stop.function, "the line says where the firmware hangs"
    assert stop.function.split("+")[0] in stop.line()


# Clocks.


def test_a_dead_crystal_is_told_by_info(board: VirtualBoard) -> None:
    inject(board, "hfxo-dead")
    started(board)
    told = answer(board, b"info\n")
    assert b"DPLL locked to the crystal" not in told
    assert b"clock" in told


# Memory.


def test_a_bit_flip_in_flash_changes_what_is_computed(board: VirtualBoard) -> None:
    model = reader.read(PRETRAINED)
    batch = native_profile.random_batch(model, 1, seed=9)
    mailbox = Mailbox(board)
    before = mailbox.invoke(batch.tobytes()).output
    weights = board.read_word(MVP_ARRAY1_ADDRCFG)  # of the last layer, as its program left it
    for offset in range(40):
        inject(board, "flip-bit", 10, f"{weights + offset:#x},6")
        board.run(cycles=20)
    assert mailbox.invoke(batch.tobytes()).output != before


def test_bit_flips_hit_one_bit(board: VirtualBoard) -> None:
    started(board)
    before = board.read_word(RAM_AT_REST)
    inject(board, "flip-bit", 1000, f"{RAM_AT_REST + 1:#x},5")
    board.run(cycles=2000)
    assert board.read_word(RAM_AT_REST) == before ^ 1 << 13
    stack = board.core.read_register(13)
    inject(board, "flip-register", 1000, "sp,28")
    board.run(cycles=100)
    assert board.core.read_register(13) == stack
    board.run(cycles=1000)
    assert board.core.read_register(13) == stack ^ 1 << 28
    board.send(b"x")  # wakes the core, whose stack is nowhere
    stop = board.run(PROMPT, cycles=START_CYCLES)
    assert stop.reason is StopReason.TEXT, stop.line()
    assert b"=== crash dump 1 ===" in board.sent(), "it starts anew and says why"


# Flash: registers of the MSC by the hardware description (5).
MSC = 0x4003_0000
WRITECTRL, WRITECMD, ADDRB, WDATA, STATUS, LOCK = (
    MSC + offset for offset in (0x0C, 0x10, 0x14, 0x18, 0x1C, 0x3C)
)
CMU_CLKEN1_SET, CLKEN1_MSC = 0x4000_9068, 1 << 16
WREN, ERASEPAGE, BUSY = 1, 1 << 1, 1
UNLOCK = 0x1B71
ERASE_CYCLES = 78_000_000 // 1000 * 12


def open_flash(board: VirtualBoard, address: int) -> None:
    board.write_word(CMU_CLKEN1_SET, CLKEN1_MSC)
    board.write_word(LOCK, UNLOCK)
    board.write_word(WRITECTRL, WREN)
    board.write_word(ADDRB, address)


def program_word(board: VirtualBoard, value: int) -> None:
    board.write_word(WDATA, value)
    board.run(cycles=100_000)


def test_a_power_cut_leaves_a_half_erased_page(board: VirtualBoard) -> None:
    started(board)
    open_flash(board, FREE_PAGE)
    for _ in range(16):
        program_word(board, 0)
    written = board.read(FREE_PAGE, 64)
    assert written == bytes(64)
    board.write_word(ADDRB, FREE_PAGE)
    board.write_word(WRITECMD, ERASEPAGE)
    assert board.read_word(STATUS) & BUSY
    inject(board, "power-cut", ERASE_CYCLES // 2)
    stop = board.run(cycles=4 * ERASE_CYCLES)
    assert stop.reason is StopReason.POWER_CUT
    left = board.read(FREE_PAGE, 64)
    assert left != written
    assert left != b"\xff" * 64
    assert started(board).now > stop.cycle, "it starts again, its image is whole"


def test_a_stuck_bit_of_flash_cannot_be_programmed(board: VirtualBoard) -> None:
    started(board)
    inject(board, "flash-stuck", arguments=f"{FREE_PAGE + 2:#x},0x81")
    open_flash(board, FREE_PAGE)
    program_word(board, 0)
    assert board.read_word(FREE_PAGE) == 0x0081_0000


def test_a_security_engine_that_takes_its_time(board: VirtualBoard) -> None:
    prompt_s = started(board).seconds
    inject(board, "se-start", arguments="100000")
    board.run(cycles=1)
    board.reset()
    reset_s = board.seconds
    started(board)
    assert board.seconds - reset_s == pytest.approx(prompt_s + 0.1, abs=0.005)
