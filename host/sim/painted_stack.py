"""How much of an image's stacks was used on the virtual board: start-up paints them, use takes paint off."""

from dataclasses import dataclass

from host.errors import FirmwareError
from host.sim.board import VirtualBoard

PAINT = (0xC5A3_5C3A).to_bytes(4, "little")
"""The word of firmware/chip/efr32xg24/stack_use.h."""

_BOUNDS = ("__stack_limit", "__interrupt_stack_limit", "__stack_top")
_STACK_POINTER = 13


@dataclass(frozen=True)
class StackMark:
    """The most bytes in use since they were painted: by main, and by interrupts and what ran before main.

    Start-up leaves 32 words below its own frame unpainted: of the second figure, 128 bytes may be unused.
    """

    main: int
    interrupts: int


def read(board: VirtualBoard) -> StackMark:
    """Return the high-water marks of a board whose image has reached main.

    Raises:
        FirmwareError: there is no image on the board that paints its stack, or it has not done so yet.
    """
    low, middle, high = _bounds(board)
    main, interrupts = _used(board.read(low, middle - low)), _used(board.read(middle, high - middle))
    if main == middle - low:
        raise FirmwareError("the stack is not painted, or all of it was used")
    return StackMark(main, interrupts)


def repaint(board: VirtualBoard) -> None:
    """Paint what main does not hold at this moment, so that `read` tells what is used from here on.

    Raises:
        FirmwareError: there is no image on the board that paints its stack, or main is not what runs.
    """
    low, middle, _ = _bounds(board)
    pointer = board.core.read_register(_STACK_POINTER)
    if not low < pointer <= middle:
        raise FirmwareError(f"the stack pointer {pointer:#010x} is not in the stack of main")
    board.write(low, PAINT * ((pointer - low) // len(PAINT)))


def _bounds(board: VirtualBoard) -> tuple[int, int, int]:
    if board.image is None or not set(_BOUNDS) <= board.image.symbols.keys():
        raise FirmwareError(
            "no image on the board that paints its stack: build one with python -m host.build"
        )
    low, middle, high = (board.address(name) for name in _BOUNDS)
    return low, middle, high


def _used(memory: bytes) -> int:
    painted = 0
    while memory[painted : painted + len(PAINT)] == PAINT:
        painted += len(PAINT)
    return len(memory) - painted
