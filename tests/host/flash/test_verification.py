import zlib
from collections.abc import Sequence

import pytest

from host.boards.part import SECTOR_BYTES
from host.flash import verification
from host.flash.plan import Sector
from host.flash.verification import BY_CRC, BY_READING

BASE = 0x0800_0000


class Part:
    """Flash that remembers what was read of it."""

    def __init__(self, data: bytes, wrong_checksums: bool = False) -> None:
        self.data = data
        self.wrong_checksums = wrong_checksums
        self.reads: list[int] = []

    def checksums(self, sectors: Sequence[int]) -> list[int]:
        found = [zlib.crc32(self.data[each - BASE : each - BASE + SECTOR_BYTES]) for each in sectors]
        return [crc ^ 1 for crc in found] if self.wrong_checksums else found

    def read(self, address: int, count: int) -> bytes:
        self.reads.append(address)
        return self.data[address - BASE : address - BASE + count]


def sectors(data: bytes) -> list[Sector]:
    return [
        Sector(BASE + start, data[start : start + SECTOR_BYTES], SECTOR_BYTES, 0, equal=False, blank=False)
        for start in range(0, len(data), SECTOR_BYTES)
    ]


def pattern(count: int) -> bytes:
    return bytes(index * 7 % 251 for index in range(count * SECTOR_BYTES))


@pytest.mark.parametrize(("method", "reads"), [(BY_CRC, 0), (BY_READING, 40)])
def test_nothing_differs(method: str, reads: int) -> None:
    data = pattern(40)
    part = Part(data)
    progress: list[int] = []
    assert verification.differences(part, sectors(data), method, progress.append) == ()
    assert len(part.reads) == reads
    assert progress == [16, 32, 40]


@pytest.mark.parametrize("method", verification.METHODS)
@pytest.mark.parametrize("at", [0, 1, SECTOR_BYTES - 1, 3 * SECTOR_BYTES, 17 * SECTOR_BYTES + 4095])
def test_one_bit_is_found_and_named(method: str, at: int) -> None:
    data = pattern(18)
    damaged = bytearray(data)
    damaged[at] ^= 0x10
    part = Part(bytes(damaged))
    (found,) = verification.differences(part, sectors(data), method, lambda done: None)
    assert (found.address, found.found, found.expected) == (BASE + at, damaged[at], data[at])
    assert (found.sector.address, found.count) == (BASE + at - at % SECTOR_BYTES, 1)
    if method == BY_CRC:
        assert part.reads == [found.sector.address]


def test_what_reads_back_right_counts_whatever_the_checksum_says() -> None:
    data = pattern(2)
    part = Part(data, wrong_checksums=True)
    assert verification.differences(part, sectors(data), BY_CRC, lambda done: None) == ()
    assert part.reads == [BASE, BASE + SECTOR_BYTES]


def test_the_error_names_sectors_and_the_first_byte() -> None:
    data = bytearray(pattern(6))
    wanted = sectors(bytes(data))
    for number in range(6):
        data[number * SECTOR_BYTES + 5] ^= 0x80
    found = verification.differences(Part(bytes(data)), wanted, BY_CRC, lambda done: None)
    text = str(verification.failure(found))
    assert "6 sectors: 0x08000000, 0x08002000, 0x08004000, 0x08006000 and 2 more" in text
    assert "0x08000005 reads 0xa3, not 0x23" in text
    assert "(6 bytes differ)" in text
    assert "take another board" in text
    assert "sector 0x08000000:" in str(verification.failure(found[:1]))
    assert "(1 byte differs)" in str(verification.failure(found[:1]))
