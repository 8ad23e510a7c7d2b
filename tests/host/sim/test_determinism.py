"""Runs repeat to the last bit: two boards with the same inputs and faults, and one board before and after."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from host.sim import image_file, injection
from host.sim.board import VirtualBoard
from host.sim.conditions import Cycles, Stop, StopReason

pytest.importorskip("virtual_xg24", reason="the virtual board's extension is not installed")

CYCLES = 100_000_000
MEMORIES = ((0x0800_0000, 0x18_0000), (0x2000_0000, 0x4_0000), (0x0FE0_8000, 0x400))
"""Flash, RAM, DEVINFO."""
REGISTERS = (*range(19), 20, 28, 29, 33, *range(64, 96))
"""All that DCRSR names (Armv8-M)."""

CONSOLE = b"profile\ninfo\nprofile\nno such command\nprofile\n"
FAULTS = (
    "serial-corrupt@4000000:100000,5",
    "serial-drop@4000000:50000,5",
    "serial-duplicate@4000000:50000,5",
    "flip-bit@6000000:0x20030000,3",
    "mvp-bus-error@7000000",
    "flip-bit@30000000:0x08170000,1",
    "power-cut@60000000:restart",
)


@dataclass(frozen=True)
class State:
    """All that a program could see, and the clock."""

    cycle: int
    seconds: float
    instructions: int
    sleep_cycles: int
    registers: tuple[int, ...]
    memories: tuple[bytes, ...]
    unmodelled: tuple[tuple[int, ...], ...]
    sent: tuple[tuple[int, int], ...]
    whole: bytes


def state(board: VirtualBoard) -> State:
    return State(
        board.now,
        board.seconds,
        board.instructions,
        board.sleep_cycles,
        tuple(board.core.read_register(number) for number in REGISTERS),
        tuple(board.read(address, size) for address, size in MEMORIES),
        tuple((a.address, a.pc, a.value, a.write, a.count) for a in board.unmodelled()),
        tuple((byte.cycle, byte.value) for byte in board.sent_bytes()),
        board.snapshot().state,
    )


def ready(image: Path) -> VirtualBoard:
    """A board with faults to come, after start-up, with commands on their way to its console."""
    board = VirtualBoard()
    board.load(image_file.read(image))
    for fault in FAULTS:
        board.inject(injection.parse(fault))
    board.run(until=Cycles(3_900_000))
    board.send(CONSOLE)
    return board


def to_the_end(board: VirtualBoard) -> Stop:
    stop = board.run(until=Cycles(CYCLES))
    assert stop.reason is StopReason.CYCLES, stop.line()
    return stop


def assert_same(one: State, other: State) -> None:
    """Field by field, so that what differs is named."""
    for name in State.__dataclass_fields__:
        assert getattr(one, name) == getattr(other, name), name


def test_two_runs_of_a_hundred_million_cycles_are_the_same(simulator_image: Path) -> None:
    states = []
    for _ in range(2):
        board = ready(simulator_image)
        to_the_end(board)
        states.append(state(board))
    assert states[0].sent, "the console was quiet: the test tests little"
    assert states[0].sleep_cycles > 0
    assert_same(*states)


def test_it_does_not_matter_how_a_run_is_cut(simulator_image: Path) -> None:
    whole, cut = ready(simulator_image), ready(simulator_image)
    end = 12_000_000
    whole.run(until=Cycles(end))
    for stop in (4_000_001, 4_000_002, 5_123_457, 7_000_000, 7_000_063, 11_999_999, end):
        cut.run(until=Cycles(stop))
    assert_same(state(whole), state(cut))


@pytest.mark.parametrize("at", [4_200_000, 5_000_000, 7_050_001, 59_999_990])
def test_a_snapshot_goes_on_as_the_board_did(simulator_image: Path, at: int) -> None:
    board = ready(simulator_image)
    board.run(until=Cycles(at))
    snapshot = board.snapshot()
    before = state(board)
    end = Cycles(board.now + 4_000_000)
    board.run(until=end)
    after = state(board)
    board.restore(snapshot)
    assert_same(state(board), before)
    board.run(until=end)
    assert_same(state(board), after)
    other = VirtualBoard()
    other.load(image_file.read(simulator_image))
    other.restore(snapshot)
    other.sent_bytes()
    other.run(until=end)
    assert_same(state(other), after)
