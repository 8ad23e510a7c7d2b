"""Refuses a model that cannot fit a board before minutes are spent on building it."""

from host.boards import Board
from host.errors import BuildError

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
