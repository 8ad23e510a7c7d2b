"""The routines on the virtual board's flash controller: what they write, refuse and return, and how fast."""

import random
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from host.boards.part import RAM_BASE, SECTOR_BYTES
from host.flash.algorithm import Placement, Routine, read
from host.flash.xg24.msc_timings import MscTimings
from host.sim.board import VirtualBoard
from host.sim.board_settings import BoardSettings
from host.sim.injection import Injection

FLASH = 0x0800_0000
# Hardware description, section 5.
LOCKED, INVADDR, REGLOCK = 1 << 1, 1 << 2, 1 << 16
MSC_WRITECTRL, MSC_STATUS, MSC_MISCLOCKWORD, MSC_PAGELOCK0 = 0x4003000C, 0x4003001C, 0x40030040, 0x40030120
CMU_CLKEN1_SET = 0x40009068
USER_DATA, DEVINFO = 0x0FE0_0000, 0x0FE0_8000
ERASED = b"\xff"


def noise(size: int, seed: int = 1) -> bytes:
    return random.Random(seed).randbytes(size)


@pytest.mark.parametrize("address", [RAM_BASE, RAM_BASE + 0x1234, RAM_BASE + 0x3_0000])
def test_code_runs_at_any_address(make_runner: Callable[..., Any], address: int) -> None:
    runner = make_runner(address=address)
    runner.open()
    data = noise(SECTOR_BYTES)
    assert runner.replace(FLASH, data).code == 0
    assert runner.board.read(FLASH, SECTOR_BYTES) == data
    assert runner.checksums([FLASH], SECTOR_BYTES) == [zlib.crc32(data)]


def test_sector_is_replaced_and_its_neighbours_are_not(runner: Any) -> None:
    before = noise(3 * SECTOR_BYTES)
    runner.board.core.load(FLASH, before)
    runner.open()
    after = noise(SECTOR_BYTES, seed=2)
    assert runner.replace(FLASH + SECTOR_BYTES, after).code == 0
    expected = before[:SECTOR_BYTES] + after + before[2 * SECTOR_BYTES :]
    assert runner.board.read(FLASH, 3 * SECTOR_BYTES) == expected


@pytest.mark.parametrize("size", [0, 4, 8, 1000, SECTOR_BYTES - 4])
def test_rest_of_a_replaced_sector_is_erased(runner: Any, size: int) -> None:
    runner.board.core.load(FLASH, noise(SECTOR_BYTES))
    runner.open()
    data = noise(size, seed=3)
    assert runner.replace(FLASH, data).code == 0
    assert runner.board.read(FLASH, SECTOR_BYTES) == data + ERASED * (SECTOR_BYTES - size)


def test_erase_and_program_apart(runner: Any) -> None:
    runner.board.core.load(FLASH, bytes(SECTOR_BYTES))
    runner.open()
    assert runner.call(Routine.ERASE_SECTOR, FLASH).code == 0
    assert runner.board.read(FLASH, SECTOR_BYTES) == ERASED * SECTOR_BYTES
    data = noise(256)
    runner.board.write(runner.placement.buffers[0], data)
    assert runner.call(Routine.PROGRAM_PAGE, FLASH + 512, 256, runner.placement.buffers[0]).code == 0
    assert runner.board.read(FLASH + 512, 256) == data
    assert runner.board.read(FLASH, 512) == ERASED * 512


def test_chip_erase_takes_the_whole_flash_and_no_user_data(make_runner: Callable[..., Any]) -> None:
    board = VirtualBoard(BoardSettings(flash_bytes=8 * SECTOR_BYTES))
    runner = make_runner(board)
    board.core.load(FLASH, bytes(8 * SECTOR_BYTES))
    board.core.load(USER_DATA, bytes(1024))
    runner.open()
    assert runner.call(Routine.ERASE_CHIP).code == 0
    assert board.read(FLASH, 8 * SECTOR_BYTES) == ERASED * (8 * SECTOR_BYTES)
    assert board.read(USER_DATA, 1024) == bytes(1024)


@pytest.mark.parametrize(
    ("address", "size"),
    [
        (USER_DATA, 1024),
        (DEVINFO, 4),
        (0x2000_0000, 4),
        (FLASH - SECTOR_BYTES, 4),
        (FLASH + 0x18_0000, 4),
        (FLASH + 4, 4),  # no sector begins there
        (FLASH, SECTOR_BYTES + 4),
        (0, 4),
        (0xFFFF_E000, 4),
    ],
)
def test_nothing_but_sectors_of_main_flash_is_replaced(runner: Any, address: int, size: int) -> None:
    runner.open()
    assert runner.call(Routine.REPLACE_SECTOR, address, size, runner.placement.buffers[0]).code == INVADDR


@pytest.mark.parametrize(
    ("address", "size"), [(FLASH + 2, 4), (FLASH + SECTOR_BYTES - 4, 8), (USER_DATA, 4), (FLASH - 4, 4)]
)
def test_programming_stays_within_a_sector(runner: Any, address: int, size: int) -> None:
    runner.open()
    assert runner.call(Routine.PROGRAM_PAGE, address, size, runner.placement.buffers[0]).code == INVADDR


def test_locked_sector_is_reported_and_kept(runner: Any) -> None:
    data = noise(SECTOR_BYTES)
    runner.board.core.load(FLASH, data)
    runner.open()
    runner.board.write_word(MSC_PAGELOCK0, 1)
    assert runner.replace(FLASH, bytes(64)).code == LOCKED
    assert runner.board.read(FLASH, SECTOR_BYTES) == data
    assert runner.replace(FLASH + SECTOR_BYTES, bytes(64)).code == 0


def test_closed_controller_writes_nothing(runner: Any) -> None:
    data = noise(SECTOR_BYTES)
    runner.board.core.load(FLASH, data)
    runner.open()
    assert runner.call(Routine.UNINIT, 2).code == 0
    assert runner.board.read_word(MSC_WRITECTRL) & 1 == 0
    assert runner.board.read_word(MSC_STATUS) & REGLOCK
    assert runner.replace(FLASH, bytes(64)).code == REGLOCK
    assert runner.board.read(FLASH, SECTOR_BYTES) == data


def test_verifying_leaves_the_controller_closed_for_writing(runner: Any) -> None:
    runner.board.write_word(CMU_CLKEN1_SET, 1 << 16)
    assert runner.call(Routine.INIT, FLASH, 0, 3).code == 0
    assert runner.board.read_word(MSC_WRITECTRL) & 1 == 0


def test_lock_bits_are_left_alone(runner: Any) -> None:
    runner.board.write_word(CMU_CLKEN1_SET, 1 << 16)
    before = runner.board.read_word(MSC_MISCLOCKWORD)
    runner.open()
    runner.replace(FLASH, noise(64))
    runner.call(Routine.ERASE_CHIP)
    assert runner.board.read_word(MSC_MISCLOCKWORD) == before
    runner.call(Routine.UNINIT, 2)
    assert runner.board.read_word(MSC_MISCLOCKWORD) == before


def test_crc_is_that_of_zlib(runner: Any) -> None:
    contents = noise(2 * SECTOR_BYTES) + bytes(SECTOR_BYTES) + ERASED * SECTOR_BYTES
    runner.board.core.load(FLASH, contents)
    addresses = [FLASH + SECTOR_BYTES * number for number in (3, 0, 2, 1, 0)]
    expected = [zlib.crc32(contents[at - FLASH : at - FLASH + SECTOR_BYTES]) for at in addresses]
    assert runner.checksums(addresses, SECTOR_BYTES) == expected
    assert runner.checksums([FLASH + 100], 36) == [zlib.crc32(contents[100:136])]
    assert runner.checksums([FLASH], 0) == [zlib.crc32(b"")]


def test_stuck_bit_shows_in_the_crc(runner: Any) -> None:
    runner.board.inject(Injection("flash-stuck", 0, (FLASH + 0x123, 5)))
    runner.open()
    data = bytes(SECTOR_BYTES)
    assert runner.replace(FLASH, data).code == 0  # the controller does not notice
    written = runner.board.read(FLASH, SECTOR_BYTES)
    assert written != data
    assert runner.checksums([FLASH], SECTOR_BYTES) == [zlib.crc32(written)]


def test_routines_take_as_long_as_the_timings_say(runner: Any) -> None:
    times = MscTimings()
    runner.open()
    for size in (4, 4096, SECTOR_BYTES):
        seconds = runner.replace(FLASH, noise(size)).cycles / times.core_hz
        assert times.replace_s(size) <= seconds <= 1.01 * times.replace_s(size) + times.call_s()
    table = [FLASH] * 8
    before = runner.board.now
    runner.checksums(table, SECTOR_BYTES)
    seconds = (runner.board.now - before) / times.core_hz
    assert 0.98 * times.crc_s(8 * SECTOR_BYTES) <= seconds <= 1.01 * times.crc_s(8 * SECTOR_BYTES)


def test_stack_is_several_times_what_is_used(runner: Any) -> None:
    runner.open()
    runner.replace(FLASH, noise(64))
    runner.checksums([FLASH], 64)
    runner.call(Routine.ERASE_CHIP)
    runner.call(Routine.UNINIT, 2)
    size = runner.placement.stack_top - runner.placement.stack_low
    assert 0 < runner.stack_used() <= size // 4


def test_everything_fits_the_smallest_part() -> None:
    placement = Placement(read())
    assert placement.end <= RAM_BASE + 0x1_0000  # 64 KiB: hardware description, section 1.1
    assert placement.address % 4 == 0
    assert placement.stack_top % 8 == 0
    assert all(buffer % 4 == 0 for buffer in placement.buffers)


def test_flash_and_ram_of_a_board_match_this_description(shared: Path) -> None:
    text = (shared / "hardware" / "xg24.md").read_text()
    assert "0x000100D6 (LOCKED 1, INVADDR 2, ERASEABORTED 4, TIMEOUT 6, RANGEPARTIAL 7, REGLOCK 16)" in text
