"""Reads the image of a chip from an ELF, Intel HEX or binary file: bytes with addresses, and symbols."""

import io
import os
import stat
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from elftools.common.exceptions import ELFError
from elftools.elf.elffile import ELFFile

from host.errors import ImageError, UsageError
from host.sim import intel_hex

FLASH_BASE = 0x0800_0000
"""Where a binary file, which has no addresses, is put unless something else is said."""

_LARGEST_FILE = 64 << 20
_LAST_ADDRESS = 0xFFFF_FFFF
_ELF_MAGIC = b"\x7fELF"


@dataclass(frozen=True)
class Segment:
    """Bytes to be put at an address of the chip."""

    address: int
    data: bytes

    @property
    def end(self) -> int:
        """The address after the last byte."""
        return self.address + len(self.data)


@dataclass(frozen=True)
class ImageFile:
    """An image: its segments in the order of their addresses.

    `symbols` maps the linker's names to addresses (bit 0 of functions cleared); `build_id` is hexadecimal.
    Both are empty where a file has none (HEX, binary). Only an ELF file states its segments: a gap between
    two of another file's may be a loss.
    """

    path: Path
    segments: tuple[Segment, ...]
    symbols: dict[str, int] = field(default_factory=dict)
    build_id: str = ""
    states_segments: bool = False


def read(path: Path | str, base: int = FLASH_BASE) -> ImageFile:
    """Read an image; the form is told by the contents for ELF, else by the suffix (.hex, .ihex, .bin).

    Args:
        path: The file.
        base: Address of a binary file's first byte.

    Raises:
        ImageError: the file cannot be read, is no regular file, damaged, empty, too large, or for another
            machine.
        UsageError: `base` is no address of 32 bits.
    """
    path = Path(path)
    if not 0 <= base <= _LAST_ADDRESS:
        raise UsageError(f"a binary file cannot begin at {base:#x}: give an address of 32 bits")
    data = _contents(path)
    image = _reader(path, data)(path, data, base)
    if not any(segment.data for segment in image.segments):
        raise ImageError(f"{path} has nothing to load: give the ELF, HEX or binary file of an image")
    return image


def _contents(path: Path) -> bytes:
    try:
        # Neither waits for the writer of a pipe nor reads a device that never ends.
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY)
        try:
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                raise ImageError(f"{path} is no regular file: give the ELF, HEX or binary file of an image")
            with os.fdopen(descriptor, "rb", closefd=False) as file:
                data = file.read(_LARGEST_FILE + 1)
        finally:
            os.close(descriptor)
    except (OSError, ValueError) as error:  # a path may hold a zero character
        raise ImageError(f"cannot read {path}: {getattr(error, 'strerror', None) or error}") from error
    if len(data) > _LARGEST_FILE:
        raise ImageError(f"{path} has more than {_LARGEST_FILE:,} bytes: no image is that large")
    return data


def _reader(path: Path, data: bytes) -> Callable[[Path, bytes, int], ImageFile]:
    if not data:
        raise ImageError(f"{path} is empty, it has nothing to load: give the file of an image")
    if data.startswith(_ELF_MAGIC):
        return _read_elf
    readers = {".hex": _read_hex, ".ihex": _read_hex, ".bin": _read_binary}
    try:
        return readers[path.suffix.lower()]
    except KeyError:
        raise ImageError(f"{path} is no ELF file, and its name ends in neither .hex nor .bin") from None


def _read_binary(path: Path, data: bytes, base: int) -> ImageFile:
    return ImageFile(path, (Segment(base, data),))


def _read_hex(path: Path, data: bytes, base: int) -> ImageFile:
    try:
        pieces = intel_hex.parse(_text(data))
    except ValueError as error:
        raise ImageError(f"{path} is no usable HEX file: {error}") from error
    return ImageFile(path, tuple(Segment(piece.address, piece.data) for piece in pieces))


def _text(data: bytes) -> str:
    try:
        return data.decode("ascii")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise ValueError(f"line {line} has the byte {data[error.start]:#04x}, which is no text") from error


def _read_elf(path: Path, data: bytes, base: int) -> ImageFile:
    try:
        elf = ELFFile(io.BytesIO(data))
        _check_machine(path, elf)
        return ImageFile(path, _segments(path, elf, len(data)), _symbols(elf), _build_id(elf), True)
    except (ELFError, OSError) as error:
        raise ImageError(f"{path} is no usable ELF file: {_line(error)}") from error
    except ImageError:
        raise
    except Exception as error:  # pyelftools lets many kinds out on damaged files
        raise ImageError(f"{path} is a damaged ELF file: {_line(error)}") from error


def _check_machine(path: Path, elf: ELFFile) -> None:
    header = elf.header
    if not elf.little_endian:
        raise ImageError(
            f"{path} is a big-endian ELF file: the xG24 runs little-endian images (python -m host.build)"
        )
    if header["e_machine"] != "EM_ARM" or elf.elfclass != 32:
        machine = str(header["e_machine"]).removeprefix("EM_")
        raise ImageError(
            f"{path} is for another machine ({machine}, {elf.elfclass} bits): the xG24 runs images "
            "for a 32-bit Arm Cortex-M (python -m host.build)"
        )
    if header["e_type"] != "ET_EXEC":
        kind = str(header["e_type"]).removeprefix("ET_")
        raise ImageError(f"{path} is no linked image (ELF type {kind}): link it first")


def _segments(path: Path, elf: ELFFile, file_bytes: int) -> tuple[Segment, ...]:
    segments = []
    for segment in elf.iter_segments():
        if segment["p_type"] != "PT_LOAD" or segment["p_filesz"] == 0:
            continue
        if segment["p_offset"] + segment["p_filesz"] > file_bytes:
            raise ImageError(f"{path} is cut off: a segment ends beyond the file's {file_bytes} bytes")
        segments.append(Segment(int(segment["p_paddr"]), bytes(segment.data())))
    return tuple(sorted(segments, key=lambda segment: segment.address))


def _symbols(elf: ELFFile) -> dict[str, int]:
    table = elf.get_section_by_name(".symtab")
    symbols = {}
    for symbol in table.iter_symbols() if table is not None else ():
        kind = symbol["st_info"]["type"]
        value = int(symbol["st_value"])
        if kind == "STT_FUNC" and symbol["st_shndx"] != "SHN_UNDEF":
            symbols[symbol.name] = value & ~1
        elif kind in ("STT_OBJECT", "STT_NOTYPE") and not symbol.name.startswith("$"):
            symbols.setdefault(symbol.name, value)
    symbols.pop("", None)
    return symbols


def _build_id(elf: ELFFile) -> str:
    note = elf.get_section_by_name(".note.gnu.build-id")
    return next((str(entry["n_desc"]) for entry in note.iter_notes()), "") if note else ""


def _line(error: Exception) -> str:
    text = str(error) or type(error).__name__
    return text.splitlines()[0]
