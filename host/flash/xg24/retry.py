"""Repeats what a bad line between probe and part has spoiled, within limits.

WAIT is the probe's business. Here are FAULT, parity errors and missing answers: pyOCD clears the debug
port's error and raises; memory and registers of a halted core can simply be written or read again.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from pyocd.core import exceptions

Result = TypeVar("Result")


@dataclass(frozen=True)
class Retry:
    """How often something is tried.

    Attributes:
        attempts: In a row, of one access, or of one word of a block.
    """

    attempts: int = 20

    def call(self, action: Callable[[], Result]) -> Result:
        """Return what `action` returns, which must bear being repeated.

        Raises:
            TransferError: of pyOCD, from the last attempt; errors of other kinds are not waited out.
        """
        for _ in range(self.attempts - 1):
            try:
                return action()
            except exceptions.TransferError:
                continue
        return action()

    def write_words(self, memory: Any, address: int, words: Sequence[int]) -> None:
        """Write a block of words to RAM; a block that fails is written again by halves.

        Args:
            memory: pyOCD's target or core.
            address: A word's.
            words: Each of 32 bits.

        Raises:
            TransferError: of pyOCD: one word failed too often.
        """

        def write(first: int, count: int) -> None:
            memory.write_memory_block32(address + 4 * first, words[first : first + count])
            # Buffered on the way: what became of the last word shows only now.
            memory.flush()

        self._in_blocks(len(words), write)

    def read_words(self, memory: Any, address: int, count: int) -> list[int]:
        """Return a block of words; one that fails is read again by halves.

        Raises:
            TransferError: of pyOCD: one word failed too often.
        """
        words: list[int] = []

        def read(first: int, count: int) -> None:
            words.extend(memory.read_memory_block32(address + 4 * first, count))

        self._in_blocks(count, read)
        return words

    def _in_blocks(self, count: int, transfer: Callable[[int, int], None]) -> None:
        """Transfer words in blocks: half as large after a failure, twice as large after a success."""
        first, size, failures = 0, count, 0
        while first < count:
            size = min(size, count - first)
            try:
                transfer(first, size)
            except exceptions.TransferError:
                if size == 1:
                    failures += 1
                    if failures >= self.attempts:
                        raise
                size = max(size // 2, 1)
            else:
                first, size, failures = first + size, 2 * size, 0
