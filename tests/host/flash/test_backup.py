import zlib
from collections.abc import Sequence
from pathlib import Path

import pytest

from host.errors import DataError, UsageError
from host.flash import backup

BASE, SECTOR = 0x0800_0000, 0x2000


class Part:
    def __init__(self, data: bytes) -> None:
        self.data = data
        self.reads: list[int] = []

    def checksums(self, sectors: Sequence[int]) -> list[int]:
        return [zlib.crc32(self.data[each - BASE : each - BASE + SECTOR]) for each in sectors]

    def read(self, address: int, count: int) -> bytes:
        self.reads.append(address)
        return self.data[address - BASE : address - BASE + count]


def test_all_up_to_the_last_sector_in_use_is_saved(tmp_path: Path) -> None:
    blank = b"\xff" * SECTOR
    used = bytes(range(256)) * 32
    flash = used + blank + used[::-1] + blank * 29
    part, path, progress = Part(flash), tmp_path / "old.bin", []
    assert backup.save(part, len(flash), path, progress.append) == 3 * SECTOR
    assert path.read_bytes() == used + blank + used[::-1]
    assert part.reads == [BASE, BASE + 2 * SECTOR]
    assert progress == [16, 32]


def test_blank_flash_is_an_empty_file(tmp_path: Path) -> None:
    path = tmp_path / "old.bin"
    assert backup.save(Part(b"\xff" * 4 * SECTOR), 4 * SECTOR, path, lambda done: None) == 0
    assert path.read_bytes() == b""


def test_name_says_that_it_is_binary() -> None:
    backup.check_name(Path("a.BIN"))
    with pytest.raises(UsageError, match=r"must end in \.bin"):
        backup.check_name(Path("a.hex"))


def test_an_earlier_backup_is_not_replaced(tmp_path: Path) -> None:
    path, flash = tmp_path / "old.bin", bytes(SECTOR)
    path.write_bytes(b"the bootloader")
    with pytest.raises(DataError, match=r"old\.bin exists and is not what flash holds now, so it is kept"):
        backup.save(Part(flash), SECTOR, path, lambda done: None)
    assert path.read_bytes() == b"the bootloader"
    with pytest.raises(DataError, match="exists"):
        backup.save(Part(flash), SECTOR, tmp_path, lambda done: None)


def test_the_same_backup_again_is_none_too_many(tmp_path: Path) -> None:
    path, flash = tmp_path / "old.bin", bytes(SECTOR)
    for _ in range(2):
        assert backup.save(Part(flash), SECTOR, path, lambda done: None) == SECTOR
