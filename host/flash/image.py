"""The image to be flashed: from a file or the last one built, and refused where it must not be written."""

from dataclasses import dataclass
from pathlib import Path

from host.boards import Board
from host.flash.image_note import ImageNote
from host.project import BUILD_DIR
from host.sim.image_file import FLASH_BASE, Segment


@dataclass(frozen=True)
class FlashImage:
    """An image for flash.

    Attributes:
        path: The file that it was read from.
        segments: Its bytes, in the order of their addresses; none empty, none adjoins or overlaps another.
        note: What it says of itself, None if it says nothing.
        build_id: Hexadecimal, of the note or of the ELF file; "" if neither has one.
    """

    path: Path
    segments: tuple[Segment, ...]
    note: ImageNote | None
    build_id: str

    @property
    def bytes(self) -> int:
        """Number of bytes, gaps left out."""
        return sum(len(segment.data) for segment in self.segments)

    @property
    def base(self) -> int:
        """The lowest address."""
        return self.segments[0].address

    @property
    def end(self) -> int:
        """The address after the highest byte."""
        return self.segments[-1].end


def last_built(board: Board, build_dir: Path = BUILD_DIR) -> Path:
    """Return the ELF file of the last image built for a board.

    Args:
        board: The board; the virtual one has the images of the board that it simulates.
        build_dir: Where host.build keeps images and last_image.json.

    Raises:
        ImageError: none was built for it (the message says how to build one, or for which board the last one
            was), or the record is damaged.
    """
    raise NotImplementedError


def read(path: Path, base: int = FLASH_BASE) -> FlashImage:
    """Read an image from an ELF, Intel HEX or binary file.

    Args:
        path: The file.
        base: Address of a binary file's first byte.

    Raises:
        ImageError: it cannot be read, is damaged, empty, for another machine, or states bytes twice.
        UsageError: `base` is no address of 32 bits.
    """
    raise NotImplementedError


def check_board(image: FlashImage, board: Board, force: bool = False) -> tuple[str, ...]:
    """Refuse an image that was built for another board, or does not say for which.

    Args:
        image: The image.
        board: The board that it is to be written to.
        force: Let it pass and warn.

    Returns:
        Warnings, one line each, of what would have been refused.

    Raises:
        ImageError: it is for another board, or has no note, and `force` is not set.
    """
    raise NotImplementedError


def check_place(image: FlashImage, flash_base: int, flash_bytes: int) -> None:
    """Refuse an image that has bytes outside main flash; nothing overrides this.

    Args:
        image: The image.
        flash_base: Address of main flash.
        flash_bytes: Its size: that of the board file, then that which the part itself states.

    Raises:
        ImageError: bytes lie in the user data page, in device information, in RAM or elsewhere; or the image
            begins in flash and is too large for it.
    """
    raise NotImplementedError
