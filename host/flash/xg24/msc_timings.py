"""How long the flash controller of the EFR32xG24 is known to need, so that nobody asks it before."""

import math
from dataclasses import dataclass

WORD_BYTES = 4


@dataclass(frozen=True)
class MscTimings:
    """Times of the data sheet's class (hardware description, section 5), not measured on silicon.

    Attributes:
        core_hz: The core's clock while routines run: FSRCO, as after reset.
        page_erase_s: Erasing one sector, in seconds.
        first_word_s: Programming a word alone, or the first one of a burst.
        next_word_s: Each further word of a burst.
        crc_cycles_per_byte: Core cycles of the CRC-32 routine for a byte, measured on the virtual board.
        crc_table_cycles: Core cycles that it needs before the first byte, measured there too.
        call_cycles: Core cycles of any other routine besides erasing and programming, at most.
    """

    core_hz: float = 20e6
    page_erase_s: float = 13e-3
    first_word_s: float = 42e-6
    next_word_s: float = 10.5e-6
    crc_cycles_per_byte: float = 4.5
    crc_table_cycles: float = 11_700.0
    call_cycles: float = 200.0

    def call_s(self) -> float:
        """Return how long a routine takes that waits for nothing."""
        return self.call_cycles / self.core_hz

    def program_s(self, size: int) -> float:
        """Return how long programming `size` bytes of one sector takes."""
        words = math.ceil(size / WORD_BYTES)
        if words == 0:
            return 0.0
        return self.first_word_s + (words - 1) * self.next_word_s

    def replace_s(self, size: int) -> float:
        """Return how long erasing a sector and programming its first `size` bytes takes."""
        return self.page_erase_s + self.program_s(size)

    def crc_s(self, size: int) -> float:
        """Return how long the CRC-32 of sectors of `size` bytes together takes."""
        return (self.crc_table_cycles + size * self.crc_cycles_per_byte) / self.core_hz
