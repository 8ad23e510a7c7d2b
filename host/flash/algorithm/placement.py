"""Where the flash algorithm lies in RAM: code and variables, stack, two buffers for a sector each."""

from dataclasses import dataclass
from typing import Any

from host.boards.part import RAM_BASE, SECTOR_BYTES
from host.flash.algorithm.blob import Algorithm, Routine, read

STACK_BYTES = 512
"""The routines use less than 100; a test measures it."""

BUFFERS = 2


@dataclass(frozen=True)
class Placement:
    """The algorithm from `address` on, in 22 KiB: the smallest part of the family has 64 KiB of RAM."""

    algorithm: Algorithm
    address: int = RAM_BASE

    @property
    def return_address(self) -> int:
        """Of the BKPT that ends every call; without the Thumb bit."""
        return self.address

    @property
    def stack_low(self) -> int:
        """The lowest address of the stack."""
        return self.address + self.algorithm.memory_bytes

    @property
    def stack_top(self) -> int:
        """The stack pointer of a call."""
        return self.stack_low + STACK_BYTES

    @property
    def buffers(self) -> tuple[int, ...]:
        """Addresses of the buffers, SECTOR_BYTES each."""
        return tuple(self.stack_top + SECTOR_BYTES * number for number in range(BUFFERS))

    @property
    def end(self) -> int:
        """The address after the last buffer."""
        return self.stack_top + SECTOR_BYTES * BUFFERS

    def entry(self, routine: Routine) -> int:
        """Return the address of a routine, with the Thumb bit."""
        return self.address + self.algorithm.offset(routine) + 1


def for_pyocd(placement: Placement | None = None) -> dict[str, Any]:
    """Return the description that pyOCD's Flash takes; without a placement, that of the committed code."""
    where = placement or Placement(read())
    return {
        "load_address": where.address,
        "instructions": where.algorithm.words,
        "pc_init": where.entry(Routine.INIT),
        "pc_unInit": where.entry(Routine.UNINIT),
        "pc_erase_sector": where.entry(Routine.ERASE_SECTOR),
        "pc_eraseAll": where.entry(Routine.ERASE_CHIP),
        "pc_program_page": where.entry(Routine.PROGRAM_PAGE),
        # pyOCD does not know these two; MscFlash does.
        "pc_replace_sector": where.entry(Routine.REPLACE_SECTOR),
        "pc_crc32": where.entry(Routine.CRC32),
        "static_base": where.address,
        "begin_stack": where.stack_top,
        "end_stack": where.stack_low,
        "page_buffers": list(where.buffers),
        "min_program_length": 4,
        # CRC-32 of sectors: MscFlash has a routine for it and needs no code of pyOCD's.
        "analyzer_supported": True,
        "analyzer_address": where.end,
    }
