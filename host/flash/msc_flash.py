"""pyOCD's Flash for the EFR32xG24's flash controller: it waits as long as the part is known to need before it asks.

Besides what pyOCD's tools call, it replaces whole sectors, with the next one on its way while one is written, and
computes CRC-32 on the part.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Protocol

from pyocd.flash.flash import Flash

Progress = Callable[[int], object]
"""Takes how many sectors are done."""

ERASED = 0xFF


class SectorWrite(Protocol):
    """A sector's new contents."""

    @property
    def address(self) -> int:
        """Of its first byte, a multiple of SECTOR_BYTES."""

    @property
    def data(self) -> bytes:
        """From its first byte on, at most SECTOR_BYTES; what follows is left erased, 0xFF."""


class MscFlash(Flash):  # type: ignore[misc]  # pyOCD has no type information
    """Erases, programs and checks the main flash through routines in RAM.

    Every method but the constructor raises pyOCD's FlashFailure, or its subclass for erasing or programming, with
    the routine's name where a routine fails, faults or never returns; and TransferError or ProbeError where the
    line stays bad for longer than `retry` bears. `cleanup` then closes the controller if that is still possible.

    Attributes:
        timings: What the controller is known to need.
        retry: How often an access is tried.
        tries: How often a routine that reports a failure is called with the same arguments.
    """

    def __init__(self, target: Any, flash_algo: dict[str, Any]) -> None:
        super().__init__(target, flash_algo)

    def replace_sectors(self, sectors: Iterable[SectorWrite], on_progress: Progress | None = None) -> None:
        """Erase sectors and program them, the next one's data on their way to RAM meanwhile.

        Args:
            sectors: Each is taken from the iterable when its data are about to be sent.
            on_progress: Called after each sector, with how many are done.

        Raises:
            FlashProgramFailure: of pyOCD, with the sector's address and STATUS of the controller.
            ValueError: a sector's address or size cannot be.
        """
        raise NotImplementedError

    def crc32(self, addresses: Sequence[int], on_progress: Progress | None = None) -> list[int]:
        """Return the CRC-32 (that of zlib) of the sectors at these addresses, computed on the part.

        The controller is closed for writing meanwhile.

        Raises:
            FlashFailure: of pyOCD: the routine failed.
            ValueError: there is no sector at such an address.
        """
        raise NotImplementedError

    def read(self, address: int, size: int) -> bytes:
        """Return `size` bytes of memory through the debug port; any address."""
        raise NotImplementedError
