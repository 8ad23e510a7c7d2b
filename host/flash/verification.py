"""Whether flash holds what it should: a CRC-32 per sector on the part, then every byte of what differs."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from host.errors import FlashError
from host.flash.plan import Sector

BY_CRC = "crc"
BY_READING = "read"
METHODS = (BY_CRC, BY_READING)

_AT_ONCE = 16  # sectors of one call, for the progress bar
_LISTED = 4  # sectors in an error


class Contents(Protocol):
    """What is needed of a connection."""

    def checksums(self, sectors: Sequence[int]) -> list[int]:
        """Return the CRC-32 of each sector, computed on the part."""

    def read(self, address: int, count: int) -> bytes:
        """Return bytes of flash."""


@dataclass(frozen=True)
class Difference:
    """A sector that does not hold what it should.

    Attributes:
        sector: What it should hold.
        address: Of the first byte that differs.
        found: That byte.
        count: How many bytes differ.
    """

    sector: Sector
    address: int
    found: int
    count: int

    @property
    def expected(self) -> int:
        """What the first byte that differs should be."""
        return self.sector.data[self.address - self.sector.address]


def differences(
    part: Contents, sectors: Sequence[Sector], method: str, on_progress: Callable[[int], None]
) -> tuple[Difference, ...]:
    """Return the sectors that differ from what they should hold.

    Args:
        part: The part.
        sectors: What should be there.
        method: BY_CRC reads back only what has another checksum, BY_READING everything.
        on_progress: Gets how many sectors are done.

    Raises:
        TargetError: the part does not answer.
        ProbeError: the probe went away.
    """
    found: list[Difference] = []
    for first in range(0, len(sectors), _AT_ONCE):
        group = sectors[first : first + _AT_ONCE]
        if method == BY_CRC:
            checksums = part.checksums([sector.address for sector in group])
            suspects = [each for each, crc in zip(group, checksums, strict=True) if crc != each.crc32]
        else:
            suspects = list(group)
        found += filter(None, (_compared(part, sector) for sector in suspects))
        on_progress(first + len(group))
    return tuple(found)


def failure(found: Sequence[Difference]) -> FlashError:
    """Return the error that names the sectors which do not hold what was written to them."""
    first = found[0]
    names = ", ".join(f"{each.sector.address:#010x}" for each in found[:_LISTED])
    more = f" and {len(found) - _LISTED} more" if len(found) > _LISTED else ""
    sectors = "sector" if len(found) == 1 else f"{len(found)} sectors:"
    count = sum(each.count for each in found)
    bytes_differ = "1 byte differs" if count == 1 else f"{count} bytes differ"
    return FlashError(
        f"flash does not keep what is written, {sectors} {names}{more}: {first.address:#010x} reads "
        f"{first.found:#04x}, not {first.expected:#04x}, also when written again "
        f"({bytes_differ}): the part is damaged or worn out, take another "
        "board"
    )


def _compared(part: Contents, sector: Sector) -> Difference | None:
    """Read a sector back; None where it holds what it should after all."""
    data = part.read(sector.address, len(sector.data))
    wrong = [index for index, (new, old) in enumerate(zip(data, sector.data, strict=True)) if new != old]
    if not wrong:
        return None
    return Difference(sector, sector.address + wrong[0], data[wrong[0]], len(wrong))
