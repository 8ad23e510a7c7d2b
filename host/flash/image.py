"""The image to be flashed: from a file or the last one built, and refused where it must not be written."""

import itertools
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from host import default_model
from host.boards import Board
from host.boards.part import FLASH_BASE
from host.errors import ImageError
from host.firmware_build.compiler import ELF_NAME
from host.flash import image_note
from host.flash.image_note import ImageNote
from host.project import BUILD_DIR, ROOT
from host.sim import image_file
from host.sim.image_file import Segment

# In bytes, of the linker script: it leaves smaller gaps only. A record of a HEX file has as many.
_LARGEST_ALIGNMENT = 16

# Hardware description, section 1.1.
_PLACES = (
    (range(0x0FE0_0000, 0x0FE0_0400), "in the user data page"),
    (range(0x0FE0_8000, 0x0FE0_8400), "in device information"),
    (range(0x0FE0_8400, 0x0FE0_8A00), "in the chip's configuration"),
    (range(0x2000_0000, 0x2004_0000), "in RAM"),
)


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
        ImageError: none was built for it (the message says how to build one), or the record of the last
            build is damaged.
    """
    path = find_built(board, build_dir)
    if path is None:
        raise ImageError(
            f"no image named, and none was built for {board.image_board}{_built_for(board, build_dir)}: "
            f"python -m host.build --board {board.image_board} builds one"
        )
    return path


def find_built(board: Board, build_dir: Path = BUILD_DIR) -> Path | None:
    """Return the ELF file of the last image built for a board, None where there is none; see `last_built`.

    Raises:
        ImageError: the record of the last build is damaged.
    """
    entry = _last_entry(build_dir)
    path = build_dir / board.image_board / ELF_NAME
    if entry is not None and entry.board == board.image_board:
        path = entry.elf
    return path if path.is_file() else None


def last_built_of_any(build_dir: Path = BUILD_DIR) -> Path | None:
    """Return the ELF file of the last image built, whatever the board; None where none was.

    Raises:
        ImageError: the record of the last build is damaged.
    """
    entry = _last_entry(build_dir)
    return entry.elf if entry is not None else None


@dataclass(frozen=True)
class _LastBuild:
    board: str
    elf: Path


def _last_entry(build_dir: Path) -> _LastBuild | None:
    record = build_dir / default_model.LAST_IMAGE.name
    try:
        entry = json.loads(record.read_text(encoding="utf-8"))
        return _LastBuild(str(entry["board"]), ROOT / str(entry["elf"]))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ImageError(f"cannot read {record}: build again with python -m host.build") from error


def _built_for(board: Board, build_dir: Path) -> str:
    entry = _last_entry(build_dir)
    return f" (the last one is for {entry.board})" if entry and entry.board != board.image_board else ""


def read(path: Path, base: int = FLASH_BASE) -> FlashImage:
    """Read an image from an ELF, Intel HEX or binary file.

    Args:
        path: The file.
        base: Address of a binary file's first byte.

    Raises:
        ImageError: it cannot be read, is damaged, empty, for another machine, states bytes twice, or has a
            gap that images of this project do not have.
        UsageError: `base` is no address of 32 bits.
    """
    contents = image_file.read(path, base)
    segments = _joined(path, contents.segments)
    try:
        note = image_note.find(segments)
    except ImageError as error:
        raise ImageError(f"{path}: {error}") from error
    if note is not None and not contents.states_segments:
        _check_gaps(path, segments)
    build_id = contents.build_id or (note.build_id if note is not None else "")
    return FlashImage(path, segments, note, build_id)


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
    if image.note is None:
        problem = f"{image.path} does not say for which board it was built: it has no note of this project"
        remedy = f"build one (python -m host.build --board {board.image_board})"
        linked_at = image_note.linked_at(image.segments[0].data)
        if image.path.suffix.lower() == ".bin" and linked_at not in (None, image.base):
            problem = f"{image.path} is to begin at {linked_at:#010x} by its note, not at {image.base:#010x}"
            remedy = f"give --base {linked_at:#010x}"
    elif image.note.board != board.image_board:
        problem = f"{image.path} was built for {image.note.board} ({image.note.part}), not for {board.name}"
        remedy = f"name that board, or build for this one (python -m host.build --board {board.image_board})"
    else:
        return ()
    if not force:
        raise ImageError(f"{problem}: {remedy}, or write it all the same with --force")
    return (problem,)


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
    end = flash_base + flash_bytes
    for segment in image.segments:
        if flash_base <= segment.address and segment.end <= end:
            continue
        if flash_base <= segment.address < end:
            raise ImageError(
                f"{image.path} is too large: it ends {segment.end - end} B behind {flash_bytes} B of "
                "flash: build one with a smaller model, or one for this part"
            )
        raise ImageError(
            f"{image.path} has {len(segment.data)} B at {segment.address:#010x}, {_place(segment)}: only main"
            f" flash, {flash_base:#010x} to {end - 1:#010x}, is written"
        )


def _joined(path: Path, segments: Iterable[Segment]) -> tuple[Segment, ...]:
    ordered = sorted((segment for segment in segments if segment.data), key=lambda one: one.address)
    for segment, following in itertools.pairwise(ordered):
        if segment.end > following.address:
            raise ImageError(f"{path} states the bytes at {following.address:#010x} twice: link it again")
    runs: list[list[Segment]] = []
    for segment in ordered:
        if runs and runs[-1][-1].end == segment.address:
            runs[-1].append(segment)
        else:
            runs.append([segment])
    return tuple(Segment(run[0].address, b"".join(one.data for one in run)) for run in runs)


def _check_gaps(path: Path, segments: Sequence[Segment]) -> None:
    """Refuse a gap in an image of this project that its linker would not leave."""
    for segment, following in itertools.pairwise(segments):
        gap = following.address - segment.end
        # Behind flash another error says more.
        if gap >= _LARGEST_ALIGNMENT and following.address < _PLACES[0][0].start:
            raise ImageError(
                f"{path} has a gap of {gap} bytes at {segment.end:#010x}: the "
                "file has lost records: copy it again, or build it again (python -m host.build)"
            )


def _place(segment: Segment) -> str:
    for place, name in _PLACES:
        if segment.address < place.stop and segment.end > place.start:
            return name
    return "outside flash"
