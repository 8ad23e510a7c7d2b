"""Which sectors of flash are to be written, and with what: pure functions of image and contents."""

import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from host.boards import Bootloader
from host.boards.part import SECTOR_BYTES
from host.errors import ImageError
from host.flash import image_note
from host.flash.image import FlashImage
from host.sim.image_file import Segment

ERASED = 0xFF
"""What a byte of erased flash reads as."""

Read = Callable[[int, int], bytes]
"""Reads `count` bytes from `address` of the part."""

Checksums = Callable[[Sequence[int]], Sequence[int]]
"""Returns the CRC-32 (that of zlib) of the sectors at these addresses, computed on the part."""

_BLANK_CRC32 = zlib.crc32(bytes([ERASED]) * SECTOR_BYTES)


@dataclass(frozen=True)
class Sector:
    """One sector that the image touches.

    Attributes:
        address: Of its first byte, a multiple of SECTOR_BYTES.
        data: What it is to hold in the end, SECTOR_BYTES long.
        image_bytes: How many of these come from the image.
        kept_bytes: How many of the others are kept from what the part has; the rest becomes 0xFF.
        equal: Whether the part holds `data` already.
        blank: Whether the part's sector is erased.
    """

    address: int
    data: bytes
    image_bytes: int
    kept_bytes: int
    equal: bool
    blank: bool

    @cached_property
    def crc32(self) -> int:
        """The CRC-32 of `data`."""
        return zlib.crc32(self.data)


@dataclass(frozen=True)
class Plan:
    """All sectors that an image touches, in the order of their addresses.

    `bootloader` is the region that a bootloader occupies and the plan would change; None where there is none.
    """

    sectors: tuple[Sector, ...]
    bootloader: Bootloader | None = None

    @property
    def written(self) -> tuple[Sector, ...]:
        """The sectors that differ from what the part has: those to be erased and programmed."""
        return tuple(sector for sector in self.sectors if not sector.equal)

    @property
    def skipped(self) -> tuple[Sector, ...]:
        """The sectors that the part holds already."""
        return tuple(sector for sector in self.sectors if sector.equal)


def make(
    image: FlashImage,
    read: Read,
    checksums: Checksums,
    full: bool = False,
    bootloader: Bootloader | None = None,
    flash_end: int | None = None,
) -> Plan:
    """Compare an image with a part, sector by sector.

    Reads from the part only what the image leaves of a touched sector (nothing with `full`), and compares
    by CRC-32, all sectors in one call of `checksums`.

    A region that holds an image of this project, by its note, holds no bootloader any more. Nor does one
    whose first sector is blank: nothing starts there, and an interrupted flashing leaves it so.

    Args:
        image: The image; image.check_place has let it pass.
        read: Reads flash.
        checksums: Computes CRC-32s on the part.
        full: Leave 0xFF in what a touched sector has outside the image, instead of keeping it.
        bootloader: Where the board's file says that a bootloader may be.
        flash_end: Where the part's flash ends, for the search of that note; the image's end if None.

    Raises:
        whatever `read` and `checksums` raise.
    """
    drafts = [_draft(address, image.segments, None if full else read) for address in _touched(image.segments)]
    found = checksums([draft.address for draft in drafts])
    sectors = tuple(_compared(draft, crc32) for draft, crc32 in zip(drafts, found, strict=True))
    if bootloader is None or not _changed(sectors, bootloader):
        return Plan(sectors)
    end = max(flash_end or 0, image.end)
    return Plan(sectors, bootloader if image_note.read(read, bootloader.base, end) is None else None)


def check_bootloader(plan: Plan, replace: bool, backup: str = "") -> None:
    """Refuse a plan that would change a bootloader.

    Args:
        plan: The plan.
        replace: Whether --replace-bootloader was given.
        backup: The file that the bootloader was saved to; "" if it was not.

    Raises:
        ImageError: the plan changes a bootloader, and `replace` is not set; names both options.
    """
    if plan.bootloader is None or replace:
        return
    region = plan.bootloader
    saved = f"{backup} has a copy of it" if backup else "--backup FILE keeps a copy of it"
    raise ImageError(
        f"the image would replace what may be a bootloader, {region.bytes} B at {region.base:#010x}:"
        f" {saved}, and --replace-bootloader replaces it"
    )


@dataclass(frozen=True)
class _Draft:
    """A sector before it is compared."""

    address: int
    data: bytes
    image_bytes: int
    kept_bytes: int


def _touched(segments: Sequence[Segment]) -> Iterator[int]:
    following = 0  # segments may share a sector
    for segment in segments:
        first = segment.address - segment.address % SECTOR_BYTES
        for address in range(max(first, following), segment.end, SECTOR_BYTES):
            yield address
            following = address + SECTOR_BYTES


def _draft(address: int, segments: Sequence[Segment], read: Read | None) -> _Draft:
    """Put a sector's bytes together; `read` is None where the part's are not kept."""
    end = address + SECTOR_BYTES
    data = bytearray([ERASED]) * SECTOR_BYTES
    image_bytes = kept_bytes = 0
    unwritten = address
    for segment in (*segments, Segment(end, b"")):
        start, stop = max(segment.address, address), min(segment.end, end)
        if start > stop:
            continue
        if start > unwritten and read is not None:
            data[unwritten - address : start - address] = read(unwritten, start - unwritten)
            kept_bytes += start - unwritten
        data[start - address : stop - address] = segment.data[
            start - segment.address : stop - segment.address
        ]
        image_bytes += stop - start
        unwritten = stop
    return _Draft(address, bytes(data), image_bytes, kept_bytes)


def _compared(draft: _Draft, crc32: int) -> Sector:
    return Sector(
        draft.address,
        draft.data,
        draft.image_bytes,
        draft.kept_bytes,
        equal=crc32 == zlib.crc32(draft.data),
        blank=crc32 == _BLANK_CRC32,
    )


def _changed(sectors: Sequence[Sector], bootloader: Bootloader) -> bool:
    """Whether writing these sectors could change a bootloader."""
    end = bootloader.base + bootloader.bytes
    inside = [each for each in sectors if bootloader.base <= each.address < end]
    if inside and inside[0].address == bootloader.base and inside[0].blank:
        return False
    return any(not each.equal and not each.blank for each in inside)
