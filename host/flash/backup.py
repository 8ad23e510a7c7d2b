"""Saves the flash of a part to a binary file, which host.flash takes as an image (with --force)."""

import zlib
from collections.abc import Callable
from pathlib import Path

from host import atomic
from host.boards.part import FLASH_BASE, SECTOR_BYTES
from host.errors import DataError, UsageError
from host.flash.verification import Contents

SUFFIX = ".bin"

_BLANK = b"\xff" * SECTOR_BYTES
_AT_ONCE = 16  # sectors of one call, for the progress bar


def check_name(path: Path) -> None:
    """Refuse a file whose name does not say that it is binary: it could not be flashed again.

    Raises:
        UsageError: it does not end in SUFFIX.
    """
    if path.suffix.lower() != SUFFIX:
        raise UsageError(f"--backup {path} must end in {SUFFIX}, so that it can be flashed again")


def save(part: Contents, flash_bytes: int, path: Path, on_progress: Callable[[int], None]) -> int:
    """Save all of flash up to the last sector that is not erased; return how many bytes that is.

    A file that is there is never replaced: where flashing failed the same command is run again, and would put
    half an image in the place of the backup.

    Args:
        part: The part; sectors whose checksum is that of erased flash are not read.
        flash_bytes: Size of flash.
        path: The file.
        on_progress: Gets how many sectors are done.

    Raises:
        TargetError: the part does not answer.
        ProbeError: the probe went away.
        DataError: the file cannot be written, or is there and holds something else.
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
    if not path.exists():
        atomic.write_bytes(path, bytes(data))
    elif not path.is_file() or path.read_bytes() != data:
        raise DataError(
            f"{path} exists and is not what flash holds now, so it is kept: name another file for --backup, "
            "or leave --backup out if it has the copy"
        )
    return len(data)
