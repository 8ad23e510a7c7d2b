"""Calls routines of the flash algorithm in the RAM of a virtual board, without any debugger."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from host.boards.part import RAM_BASE
from host.flash.algorithm import Placement, Routine, read
from host.sim.board import VirtualBoard
from host.sim.conditions import StopReason

MOST_CYCLES = 100_000_000
FLASH = 0x0800_0000
STACK_FILL = 0xA5


@dataclass(frozen=True)
class Returned:
    """What a routine returned, after how many core cycles."""

    code: int
    cycles: int


class RoutineRunner:
    """A virtual board at its reset, with the algorithm in RAM."""

    def __init__(self, board: VirtualBoard, placement: Placement) -> None:
        self.board = board
        self.placement = placement
        board.write(placement.address, placement.algorithm.code)
        board.write(placement.stack_low, bytes([STACK_FILL]) * (placement.stack_top - placement.stack_low))
        board.core.add_stop(placement.return_address)

    def call(self, routine: Routine, *arguments: int) -> Returned:
        registers = dict(enumerate(arguments)) | {
            13: self.placement.stack_top,
            14: self.placement.return_address + 1,
            15: self.placement.entry(routine) & ~1,
            16: 1 << 24,  # xPSR: Thumb, thread mode
        }
        for number, value in registers.items():
            self.board.core.write_register(number, value)
        start = self.board.now
        stop = self.board.run(cycles=MOST_CYCLES)
        assert stop.reason is StopReason.BREAKPOINT, stop
        assert stop.pc == self.placement.return_address
        assert self.board.core.read_register(13) == self.placement.stack_top
        return Returned(self.board.core.read_register(0), self.board.now - start)

    def open(self) -> None:
        assert self.call(Routine.INIT, FLASH, 0, 2).code == 0

    def replace(self, address: int, data: bytes) -> Returned:
        self.board.write(self.placement.buffers[0], data)
        return self.call(Routine.REPLACE_SECTOR, address, len(data), self.placement.buffers[0])

    def checksums(self, addresses: list[int], size: int) -> list[int]:
        table = b"".join(address.to_bytes(4, "little") for address in addresses)
        self.board.write(self.placement.buffers[1], table)
        returned = self.call(Routine.CRC32, self.placement.buffers[1], len(addresses), size)
        assert returned.code == 0
        sums = self.board.read(self.placement.buffers[1], 4 * len(addresses))
        return [int.from_bytes(sums[at : at + 4], "little") for at in range(0, len(sums), 4)]

    def stack_used(self) -> int:
        """Return how many bytes of the stack have been written so far."""
        low, top = self.placement.stack_low, self.placement.stack_top
        stack = self.board.read(low, top - low)
        return len(stack.lstrip(bytes([STACK_FILL])))


MakeRunner = Callable[..., RoutineRunner]


@pytest.fixture
def make_runner() -> MakeRunner:
    """Makes a runner on a board, with the routines at an address."""

    def make(board: VirtualBoard | None = None, address: int = RAM_BASE) -> RoutineRunner:
        return RoutineRunner(board or VirtualBoard(), Placement(read(), address))

    return make


@pytest.fixture
def runner(make_runner: MakeRunner) -> RoutineRunner:
    return make_runner()
