"""Which sectors of flash are to be written, and with what: pure functions of image and contents."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from host.boards import Bootloader
from host.flash.image import FlashImage

SECTOR_BYTES = 0x2000
"""Flash is erased by sectors of this size (hardware description, section 1.1)."""

Read = Callable[[int, int], bytes]
"""Reads `count` bytes from `address` of the part."""

Checksums = Callable[[Sequence[int]], Sequence[int]]
"""Returns the CRC-32 (that of zlib) of the sectors at these addresses, computed on the part."""


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

    @property
    def crc32(self) -> int:
        """The CRC-32 of `data`."""
        raise NotImplementedError


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
) -> Plan:
    """Compare an image with a part, sector by sector.

    Reads from the part only what the image leaves of a touched sector (nothing with `full`), and compares
    by CRC-32, all sectors in one call of `checksums`.

    Args:
        image: The image; image.check_place has let it pass.
        read: Reads flash.
        checksums: Computes CRC-32s on the part.
        full: Leave 0xFF in what a touched sector has outside the image, instead of keeping it.
        bootloader: Where the board's file says that a bootloader may be.

    Raises:
        whatever `read` and `checksums` raise.
    """
    raise NotImplementedError


def check_bootloader(plan: Plan, replace: bool, backup: str = "") -> None:
    """Refuse a plan that would change a bootloader.

    Args:
        plan: The plan.
        replace: Whether --replace-bootloader was given.
        backup: The file that the bootloader was saved to; "" if it was not.

    Raises:
        ImageError: the plan changes a bootloader, and `replace` is not set; names both options.
    """
    raise NotImplementedError
