import zlib
from collections.abc import Sequence
from pathlib import Path

import pytest

from host.errors import UsageError
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


def test_name_says_that_it_is_binary(tmp_path: Path) -> None:
    backup.check_path(tmp_path / "a.BIN")
    with pytest.raises(UsageError, match=r"must end in \.bin"):
        backup.check_path(tmp_path / "a.hex")


def test_an_earlier_backup_is_not_replaced(tmp_path: Path) -> None:
    path = tmp_path / "old.bin"
    path.write_bytes(b"the bootloader")
    with pytest.raises(UsageError, match=r"old\.bin exists and is kept: name another file"):
        backup.check_path(path)
