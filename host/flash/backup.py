"""Saves the flash of a part to a binary file, which host.flash takes as an image (with --force)."""

import zlib
from collections.abc import Callable
from pathlib import Path

from host import atomic
from host.boards.part import FLASH_BASE, SECTOR_BYTES
from host.errors import UsageError
from host.flash.verification import Contents

SUFFIX = ".bin"

_BLANK = b"\xff" * SECTOR_BYTES
_AT_ONCE = 16  # sectors of one call, for the progress bar


def check_path(path: Path) -> None:
    """Refuse a file that could not be flashed again, or that is there already.

    Where flashing failed the same command is run again: it would replace the backup by half an image.

    Raises:
        UsageError: it does not end in SUFFIX, or exists.
    """
    if path.suffix.lower() != SUFFIX:
        raise UsageError(f"--backup {path} must end in {SUFFIX}, so that it can be flashed again")
    if path.exists():
        raise UsageError(
            f"--backup {path} exists and is kept: name another file, or leave --backup out if it has the copy"
        )


def save(part: Contents, flash_bytes: int, path: Path, on_progress: Callable[[int], None]) -> int:
    """Save all of flash up to the last sector that is not erased; return how many bytes that is.

    Args:
        part: The part; sectors whose checksum is that of erased flash are not read.
        flash_bytes: Size of flash.
        path: The file.
        on_progress: Gets how many sectors are done.

    Raises:
        TargetError: the part does not answer.
        ProbeError: the probe went away.
        DataError: the file cannot be written.
    """
    addresses = range(FLASH_BASE, FLASH_BASE + flash_bytes, SECTOR_BYTES)
    blank = zlib.crc32(_BLANK)
    data = bytearray()
    for first in range(0, len(addresses), _AT_ONCE):
        group = addresses[first : first + _AT_ONCE]
        for address, crc in zip(group, part.checksums(group), strict=True):
            data += _BLANK if crc == blank else part.read(address, SECTOR_BYTES)
        on_progress(first + len(group))
    while data.endswith(_BLANK):
        del data[-SECTOR_BYTES:]
    atomic.write_bytes(path, bytes(data))
    return len(data)
