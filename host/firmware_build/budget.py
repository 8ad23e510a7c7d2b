"""Refuses a model that cannot fit a board before minutes are spent on building it."""

from host.boards import Board
from host.errors import BuildError

RAM_BESIDE_WEIGHTS = 32 << 10
RAM_FOR_VARIABLES = 14 << 10

CHANGE_MODEL_OR_BOARD = "use a smaller model, or a board with more (python -m host.boards lists them)"


def check_model_size(name: str, file_bytes: int, board: Board) -> None:
    """Check that a model of `file_bytes` fits flash, code left out of account.

    Raises:
        BuildError: it does not.
    """
    available = board.memory.flash_bytes
    if file_bytes >= available:
        raise BuildError(
            f"model {name} is too large: {file_bytes} B, and {board.name} has {available} B of flash"
            f" for model and code: {CHANGE_MODEL_OR_BOARD}"
        )


def weights_budget(weights: str, arena_bytes: int, board: Board) -> int:
    """Return the bytes of RAM that copies of weights may take.

    Args:
        weights: One of native.WEIGHTS. Both "ram" and "auto" leave the arena, the stack and
            RAM_FOR_VARIABLES; "ram" leaves RAM_BESIDE_WEIGHTS at least.
        arena_bytes: Size of the arena.
        board: The board that the image is for.
    """
    if weights == "flash":
        return 0
    memory = board.memory
    left = memory.ram_bytes - memory.stack_bytes - arena_bytes - RAM_FOR_VARIABLES
    if weights == "ram":
        left = min(left, memory.ram_bytes - RAM_BESIDE_WEIGHTS)
    return max(left, 0)


def check_weights(weights: str, arena_bytes: int, copied: int, smallest_bytes: int, board: Board) -> None:
    """Check that `--weights ram` copies something.

    Args:
        weights: One of native.WEIGHTS.
        arena_bytes: Size of the arena.
        copied: Number of weight tensors that the budget holds.
        smallest_bytes: What a copy of the smallest takes; 0 where no layer runs on the accelerator, which
            is not checked here.
        board: The board that the image is for.

    Raises:
        BuildError: "ram" was asked for, and its budget does not hold the weights of any layer.
    """
    if weights != "ram" or copied or not smallest_bytes:
        return
    memory = board.memory
    raise BuildError(
        f"--weights ram: the weights of the smallest layer take {smallest_bytes} B, and {board.name} has"
        f" {weights_budget(weights, arena_bytes, board)} B of RAM left for them: {memory.ram_bytes} B less"
        f" {arena_bytes} B of arena, {memory.stack_bytes} B of stack and {RAM_FOR_VARIABLES} B of variables:"
        " use --weights auto or flash"
    )


def check_arena(name: str, arena_bytes: int, board: Board) -> None:
    """Check that an arena of `arena_bytes` fits RAM beside the stack, variables left out of account.

    Raises:
        BuildError: it does not.
    """
    memory = board.memory
    available = memory.ram_bytes - memory.stack_bytes
    if arena_bytes >= available:
        raise BuildError(
            f"model {name} needs an arena of {arena_bytes} B, and {board.name} has {available} B of RAM"
            f" beside its stack of {memory.stack_bytes} B: {CHANGE_MODEL_OR_BOARD}"
        )
