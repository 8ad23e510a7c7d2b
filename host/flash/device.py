"""Which part is behind a probe: its order code, revision, memories and unique id, from the part itself."""

from collections.abc import Callable
from dataclasses import dataclass

from host.boards import Board

Read32 = Callable[[int], int]
Write32 = Callable[[int, int], None]


@dataclass(frozen=True)
class Device:
    """A part of the EFR32xG24 family.

    Attributes:
        part: Order code, such as EFR32MG24B310F1536IM48; without its last letters where the part states a
            package or temperature grade that has no letter here.
        family: "EFR32MG24" or "EFR32BG24".
        revision: Of the silicon, such as "A1"; "" where it could not be read.
        flash_bytes: Size of main flash.
        ram_bytes: Size of RAM.
        unique_id: The factory's 64-bit number, 16 hexadecimal digits in upper case.
        has_mvp: Whether parts of this order code have the accelerator.
    """

    part: str
    family: str
    revision: str
    flash_bytes: int
    ram_bytes: int
    unique_id: str
    has_mvp: bool


def identify(read32: Read32, write32: Write32 | None = None) -> Device:
    """Read which part this is.

    Args:
        read32: Reads a word.
        write32: Writes a word. With it the revision can be read from a part that does not clock SYSCFG: the
            clock is switched on, and off again afterwards. Nothing else is written.

    Raises:
        TargetError: it is no EFR32MG24 or EFR32BG24, with what it says it is.
        whatever `read32` and `write32` raise, except for the revision, which is left empty on TargetError.
    """
    raise NotImplementedError


def check(device: Device, board: Board, image_end: int) -> tuple[str, ...]:
    """Refuse a part that is too small for a board's images.

    Args:
        device: The part.
        board: The board that the image was built for.
        image_end: The address after the image's last byte.

    Returns:
        Warnings, one line each: it is another part than the board file names, or has no accelerator where
        that part has one.

    Raises:
        TargetError: it has less RAM than the board file states (the stack is at its top), or less flash than
            the image needs.
    """
    raise NotImplementedError
