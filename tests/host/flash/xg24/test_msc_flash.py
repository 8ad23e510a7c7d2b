"""MscFlash through pyOCD on the virtual board: what it writes and costs, and what it says when it fails."""

import zlib
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flash_session import FLASH, SECTOR, OpenSession, Sector, noise, opened, sectors
from pyocd.core import exceptions
from pyocd.flash.eraser import FlashEraser
from pyocd.flash.loader import MemoryLoader

from host.sim.board import VirtualBoard
from host.sim.injection import Injection

# Hardware description, section 5.
MSC_WRITECTRL, MSC_STATUS, MSC_PAGELOCK0 = 0x4003000C, 0x4003001C, 0x40030120
REGLOCK = 1 << 16
B_SELF = 0xE7FE  # an endless loop
UDF = 0xDE00


@pytest.fixture
def line() -> Iterator[OpenSession]:
    with opened() as session:
        yield session


def poke_routine(line: OpenSession, key: str, instruction: int) -> None:
    """Put an instruction at the begin of a routine that is loaded already."""
    line.board.write(line.flash.flash_algo[key] & ~1, instruction.to_bytes(2, "little"))


def is_closed(board: VirtualBoard) -> bool:
    return board.read_word(MSC_WRITECTRL) & 1 == 0 and bool(board.read_word(MSC_STATUS) & REGLOCK)


def test_sectors_are_replaced(line: OpenSession) -> None:
    line.board.core.load(FLASH, noise(4 * SECTOR, seed=9))
    wanted = [Sector(FLASH + SECTOR, noise(SECTOR)), Sector(FLASH + 2 * SECTOR, noise(100, seed=2))]
    told: list[int] = []
    line.flash.replace_sectors(wanted, told.append)
    before = noise(4 * SECTOR, seed=9)
    expected = before[:SECTOR] + wanted[0].data + wanted[1].data.ljust(SECTOR, b"\xff") + before[3 * SECTOR :]
    assert line.board.read(FLASH, 4 * SECTOR) == expected
    assert told == [1, 2]


def test_erased_bytes_at_the_end_of_a_sector_are_not_sent(line: OpenSession) -> None:
    line.flash.replace_sectors([])
    before = line.words
    line.flash.replace_sectors([Sector(FLASH, noise(41).rstrip(b"\xff").ljust(SECTOR, b"\xff"))])
    assert line.words - before < 100
    assert line.board.read(FLASH, 41) == noise(41)


def test_blank_sector_is_only_erased(line: OpenSession) -> None:
    line.board.core.load(FLASH, bytes(SECTOR))
    line.flash.replace_sectors([Sector(FLASH, b"\xff" * SECTOR)])
    assert line.board.read(FLASH, SECTOR) == b"\xff" * SECTOR


@pytest.mark.parametrize("hz", [1_000_000, 10_000_000])
def test_data_is_sent_while_the_sector_before_is_written(hz: int) -> None:
    with opened(hz=hz) as line:
        line.flash.replace_sectors([])
        words, seconds = line.words, line.board.seconds
        line.flash.replace_sectors(sectors(8))
        words, seconds = line.words - words, line.board.seconds - seconds
    data = SECTOR // 4
    # Nobody asks before a routine is due, so a faster wire costs no more cycles.
    assert data * 8 < words < 8 * (data + 90)
    transfer_s = data * 46 / hz
    write_s = 13e-3 + 42e-6 + (data - 1) * 10.5e-6  # hardware description, section 5
    assert seconds < 1.05 * (7 * max(transfer_s, write_s) + transfer_s + write_s)


def test_crc_is_that_of_zlib(line: OpenSession) -> None:
    line.board.core.load(FLASH, noise(3 * SECTOR))
    addresses = [FLASH + SECTOR * index for index in (2, 0, 1, 3)]
    expected = [zlib.crc32(line.board.read(address, SECTOR)) for address in addresses]
    assert line.flash.crc32(addresses) == expected
    assert line.board.read_word(MSC_WRITECTRL) & 1 == 0
    assert line.flash.crc32([]) == []


def test_all_sectors_of_the_largest_part_are_summed(line: OpenSession) -> None:
    line.board.core.load(FLASH + 191 * SECTOR, bytes(SECTOR))
    every = [FLASH + SECTOR * index for index in range(192)]
    expected = [*(191 * [zlib.crc32(b"\xff" * SECTOR)]), zlib.crc32(bytes(SECTOR))]
    assert line.flash.crc32(every) == expected


def test_comparing_is_cheap(line: OpenSession) -> None:
    before = line.words
    line.flash.crc32([FLASH + SECTOR * index for index in range(38)])
    assert line.words - before < 800


@pytest.mark.parametrize(("address", "size"), [(FLASH, 64), (FLASH + 1, 1), (FLASH + 3, 6), (FLASH + 2, 0)])
def test_any_bytes_are_read(line: OpenSession, address: int, size: int) -> None:
    line.board.core.load(FLASH, noise(128))
    assert line.flash.read(address, size) == noise(128)[address - FLASH :][:size]


@pytest.mark.parametrize("address", [FLASH + 4, 0x0FE0_0000, 0x2000_0000, FLASH + 0x18_0000, FLASH - SECTOR])
def test_what_is_no_sector_of_main_flash_is_refused(line: OpenSession, address: int) -> None:
    with pytest.raises(ValueError, match=f"no sector of the flash begins at {address:#010x}"):
        line.flash.replace_sectors([Sector(address, b"")])
    with pytest.raises(ValueError, match="no sector of the flash begins"):
        line.flash.crc32([address])


def test_more_than_a_sector_is_refused(line: OpenSession) -> None:
    with pytest.raises(ValueError, match="8196 bytes do not fit a sector"):
        line.flash.replace_sectors([Sector(FLASH, bytes(SECTOR + 4))])


def test_cleanup_closes_the_controller(line: OpenSession) -> None:
    line.flash.replace_sectors(sectors(1))
    assert not is_closed(line.board)
    line.flash.cleanup()
    assert is_closed(line.board)
    line.flash.replace_sectors(sectors(1, seed=3))
    assert line.board.read(FLASH, SECTOR) == noise(SECTOR, 3)


def test_cleanup_waits_for_a_routine_that_still_runs(line: OpenSession) -> None:
    def interrupted(done: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        line.flash.replace_sectors(sectors(3), interrupted)
    line.flash.cleanup()
    assert is_closed(line.board)


def test_reset_makes_it_begin_anew(line: OpenSession) -> None:
    line.flash.replace_sectors(sectors(1))
    line.target.reset_and_halt()
    line.board.write(0x2000_0000, bytes(0x8000))
    line.flash.replace_sectors(sectors(2, seed=5))
    assert line.board.read(FLASH, SECTOR) == noise(SECTOR, 5)


def test_image_that_runs_is_stopped_first(simulator_image: Any) -> None:
    """Attached without a reset: interrupts, the stack's limit and another clock are in the way."""
    from host.sim import image_file

    board = VirtualBoard()
    board.load(image_file.read(simulator_image))
    board.run(cycles=20_000_000)
    with opened(board, halt=False) as line:
        wanted = Sector(FLASH + 0x10_0000, noise())
        line.flash.replace_sectors([wanted])
        assert line.flash.crc32([wanted.address]) == [zlib.crc32(wanted.data)]
    assert board.read(wanted.address, SECTOR) == wanted.data


# pyOCD's tools.


def test_pyocds_loader_writes_and_skips_what_is_equal(line: OpenSession) -> None:
    line.board.core.load(FLASH, noise(3 * SECTOR))
    wanted = noise(SECTOR) + noise(SECTOR, seed=4)
    loader = MemoryLoader(line.session, progress=lambda share: None, keep_unwritten=True)
    loader.add_data(FLASH, list(wanted)).commit()
    assert line.board.read(FLASH, 3 * SECTOR) == wanted + noise(3 * SECTOR)[2 * SECTOR :]
    assert is_closed(line.board)


def test_pyocds_loader_trusts_the_crc(line: OpenSession) -> None:
    line.board.core.load(FLASH, noise(2 * SECTOR))
    before = line.words
    loader = MemoryLoader(line.session, progress=lambda share: None, trust_crc=True)
    loader.add_data(FLASH, list(noise(2 * SECTOR))).commit()
    assert line.words - before < 1000


def test_pyocds_loader_waits_before_it_asks() -> None:
    with opened(hz=10_000_000) as line:
        before = line.words
        loader = MemoryLoader(line.session, progress=lambda share: None)
        loader.add_data(FLASH, list(noise(4 * SECTOR))).commit()
        assert line.words - before < 1.2 * SECTOR


@pytest.mark.parametrize("mode", [FlashEraser.Mode.CHIP, FlashEraser.Mode.SECTOR])
def test_pyocds_eraser(line: OpenSession, mode: Any) -> None:
    line.board.core.load(FLASH, bytes(3 * SECTOR))
    kept = bytes(1024)
    line.board.core.load(0x0FE0_0000, kept)
    FlashEraser(line.session, mode).erase([FLASH + SECTOR])
    first = bytes(SECTOR) if mode is FlashEraser.Mode.SECTOR else b"\xff" * SECTOR
    assert line.board.read(FLASH, 2 * SECTOR) == first + b"\xff" * SECTOR
    assert line.board.read(0x0FE0_0000, 1024) == kept


@pytest.mark.parametrize("address", [0x0FE0_0000, 0x0FE0_8000])
def test_pyocds_loader_leaves_user_data_and_device_information_alone(line: OpenSession, address: int) -> None:
    with pytest.raises(ValueError, match="not writable"):
        MemoryLoader(line.session, progress=lambda share: None).add_data(address, [0] * 4)


def test_pyocds_phrases(line: OpenSession) -> None:
    line.flash.init(line.flash.Operation.PROGRAM)
    line.flash.program_phrase(FLASH + 8, list(b"12345678"))
    assert line.board.read(FLASH, 24) == b"\xff" * 8 + b"12345678" + b"\xff" * 8


# Failures.


def test_locked_sector_is_named(line: OpenSession) -> None:
    line.flash.replace_sectors([])
    line.board.write_word(MSC_PAGELOCK0, 2)
    with pytest.raises(
        exceptions.FlashProgramFailure, match=r"ReplaceSector reports LOCKED \(address 0x08002000"
    ) as error:
        line.flash.replace_sectors(sectors(3))
    assert error.value.address == FLASH + SECTOR
    assert error.value.result_code == 2
    line.flash.cleanup()
    assert is_closed(line.board)


@pytest.mark.parametrize(
    ("key", "act"),
    [
        ("pc_replace_sector", lambda flash: flash.replace_sectors(sectors(1))),
        ("pc_crc32", lambda flash: flash.crc32([FLASH])),
        ("pc_erase_sector", lambda flash: flash.erase_sector(FLASH)),
    ],
)
@pytest.mark.parametrize(
    ("instruction", "said"), [(B_SELF, r"did not return within 0\.\d+ s"), (UDF, "faulted")]
)
def test_routine_that_never_returns_is_given_up(
    line: OpenSession, key: str, act: Callable[[Any], object], instruction: int, said: str
) -> None:
    operations = {"pc_crc32": line.flash.Operation.VERIFY, "pc_erase_sector": line.flash.Operation.ERASE}
    line.flash.init(operations.get(key, line.flash.Operation.PROGRAM))
    poke_routine(line, key, instruction)
    seconds = line.board.seconds
    with pytest.raises(exceptions.FlashFailure, match=rf"flash routine \w+\(.*\) {said}"):
        act(line.flash)
    assert line.board.seconds - seconds < 1
    assert line.target.is_halted()
    line.flash.cleanup()
    assert is_closed(line.board)


def test_power_cut_ends_it(line: OpenSession) -> None:
    line.flash.replace_sectors([])
    line.board.inject(Injection("power-cut", line.board.now + 3_000_000))
    with pytest.raises(exceptions.Error):
        line.flash.replace_sectors(sectors(8))


def test_ram_that_forgets_the_routines_is_told(line: OpenSession, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(type(line.flash.retry), "read_words", lambda *_: [])
    with pytest.raises(exceptions.FlashFailure, match="the RAM does not keep the flash routines"):
        line.flash.replace_sectors(sectors(1))


# A bad line.


@pytest.mark.parametrize("kind", ["wait", "fault", "parity"])
@pytest.mark.parametrize("seed", [1, 2])
def test_one_percent_of_bad_transfers_is_borne(kind: str, seed: int) -> None:
    wanted = sectors(3)
    with opened(hz=10_000_000) as line:
        line.break_line(kind, 10_000, seed)
        line.flash.replace_sectors(wanted)
        sums = line.flash.crc32([sector.address for sector in wanted])
        data = line.flash.read(FLASH, 3 * SECTOR)
        line.flash.cleanup()
        line.break_line(kind, 0)
        assert is_closed(line.board)
    assert sums == [zlib.crc32(sector.data) for sector in wanted]
    assert data == b"".join(sector.data for sector in wanted)
    assert line.board.read(FLASH, 3 * SECTOR) == data


@pytest.mark.parametrize("kind", ["wait", "fault", "parity"])
def test_line_that_stays_bad_ends_cleanly(line: OpenSession, kind: str) -> None:
    line.flash.replace_sectors(sectors(1))
    line.break_line(kind, 1_000_000)
    with pytest.raises(exceptions.Error):
        line.flash.replace_sectors(sectors(2))
    line.break_line(kind, 0)
    line.flash.cleanup()
    assert is_closed(line.board)


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["wait", "fault", "parity"])
@pytest.mark.parametrize("seed", range(20))
def test_a_bad_line_writes_nothing_wrong(kind: str, seed: int) -> None:
    wanted = sectors(8, seed)
    with opened(hz=10_000_000) as line:
        line.break_line(kind, 20_000, seed)
        line.flash.replace_sectors(wanted)
        line.break_line(kind, 0)
    assert line.board.read(FLASH, 8 * SECTOR) == b"".join(sector.data for sector in wanted)
