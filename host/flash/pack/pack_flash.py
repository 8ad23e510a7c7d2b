"""Flash through the algorithm of a CMSIS pack, with the methods that this project's own has as well."""

from collections.abc import Iterable, Sequence
from typing import Any

from pyocd.flash.flash import Flash

from host.flash.algorithm import placement
from host.flash.xg24.msc_flash import MscFlash, Progress, SectorWrite

_ERASED = b"\xff"


class PackFlash(Flash):  # type: ignore[misc]  # pyOCD has no type information
    """pyOCD's flash of a pack's algorithm, which erases and programs; this project's routine checks.

    All methods raise pyOCD's FlashFailure where a routine fails or never returns, and TransferError or
    ProbeError where the line is lost.
    """

    def __init__(self, target: Any, flash_algo: dict[str, Any]) -> None:
        super().__init__(target, flash_algo)
        self._checker = MscFlash(target, placement.for_pyocd())

    def replace_sectors(self, sectors: Iterable[SectorWrite], on_progress: Progress | None = None) -> None:
        """Erase and program sectors one after the other; `on_progress` gets how many are done.

        Raises:
            FlashFailure: of pyOCD, with the address: an operation failed or timed out.
        """
        for done, sector in enumerate(sectors, start=1):
            self.init(self.Operation.ERASE)
            self.erase_sector(sector.address)
            self.init(self.Operation.PROGRAM)
            self._program(sector)
            if on_progress is not None:
                on_progress(done)
        self.cleanup()

    def _program(self, sector: SectorWrite) -> None:
        page_bytes = int(self.region.page_size)
        # An algorithm may refuse less than a page.
        data = sector.data + _ERASED * (-len(sector.data) % page_bytes)
        for offset in range(0, len(data), page_bytes):
            self.program_page(sector.address + offset, data[offset : offset + page_bytes])

    def crc32(self, addresses: Sequence[int]) -> list[int]:
        """Return the CRC-32 (that of zlib) of the sectors at these addresses, as MscFlash computes it."""
        self._checker.region = self.region
        return self._checker.crc32(addresses)

    def read(self, address: int, size: int) -> bytes:
        """Return `size` bytes of memory through the debug port; any address."""
        return self._checker.read(address, size)
