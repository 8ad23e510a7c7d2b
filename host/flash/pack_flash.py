"""Flash through the algorithm of a CMSIS pack, with the methods that this project's own has as well."""

import zlib
from collections.abc import Iterable, Sequence

from pyocd.flash.flash import Flash

from host.boards.part import SECTOR_BYTES
from host.flash.msc_flash import Progress, SectorWrite

_ERASED = b"\xff"


class PackFlash(Flash):  # type: ignore[misc]  # pyOCD has no type information
    """pyOCD's flash of a pack's algorithm: that erases and programs, and the probe reads everything back.

    A pack's algorithm computes no CRC: checksums cost a full read, at least one SWD transfer a word.
    """

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

    def crc32(self, addresses: Sequence[int], on_progress: Progress | None = None) -> list[int]:
        """Return the CRC-32 (that of zlib) of the sectors at these addresses; `on_progress` as above."""
        checksums: list[int] = []
        for address in addresses:
            checksums.append(zlib.crc32(self.read(address, SECTOR_BYTES)))
            if on_progress is not None:
                on_progress(len(checksums))
        return checksums

    def read(self, address: int, size: int) -> bytes:
        """Return `size` bytes of memory through the debug port; any address."""
        start = address & ~3
        words = self.target.read_memory_block32(start, (address + size + 3 - start) // 4)
        data = b"".join(int(word).to_bytes(4, "little") for word in words)
        return data[address - start : address - start + size]
