import struct
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

from host import boards
from host.errors import FlashError, ImageError, TargetError
from host.flash import programming, session
from host.flash.image import FlashImage
from host.flash.plan import Sector
from host.flash.probes import Probe
from host.flash.programming import Outcome, Wishes
from host.flash.session import Reach
from host.flash.steps import Silent
from host.interruption import Interrupted
from host.sim.image_file import Segment

BASE, SECTOR = 0x0800_0000, 0x2000
CRC = Wishes()
KIT, XIAO = boards.load("brd2601b"), boards.load("xiao_mg24")
PROBE = Probe("virtual", "test", "virtual xG24", "", None)
# Hardware description, section 1.4: an EFR32MG24B310F1536IM48 of this unique id.
DEVICE_INFORMATION = {
    0x0FE0_8000: 0x0B01_0000,
    0x0FE0_8004: 0x0118_051E,
    0x0FE0_8008: 0x0000_0003,
    0x0FE0_800C: 0x0100_0600,
    0x0FE0_8010: 0x0030_4D01,
    0x0FE0_8014: 0x0000_0000,
    0x0FE0_8048: 0x89AB_CDEF,
    0x0FE0_804C: 0x0123_4567,
    0x0FE0_814C: 0xFFFF_FFFF,
    0x0FE0_81FC: 0x0080_0000,
    0x4007_C018: 0x0000_1F01,
}


class Part:
    """A connection whose flash is an array; writes are logged."""

    def __init__(self, stuck: dict[int, int] | None = None) -> None:
        self.flash = bytearray(b"\xff" * 0x18_0000)
        self.stuck = stuck or {}  # address and the bits that stay 1
        self.log: list[str] = []
        self.lost_after: int | None = None  # sectors
        self.spoils = 0  # bits of the next sectors that are written

    def read32(self, address: int) -> int:
        if address in DEVICE_INFORMATION:
            return DEVICE_INFORMATION[address]
        return 0

    def write32(self, address: int, value: int) -> None:
        pass

    def read(self, address: int, count: int) -> bytes:
        return bytes(self.flash[address - BASE : address - BASE + count])

    def halt(self) -> None:
        self.log.append("halt")

    def checksums(self, sectors: Sequence[int]) -> list[int]:
        assert "halt" in self.log
        return self.checksums_of_reads(sectors)

    def checksums_of_reads(self, sectors: Sequence[int]) -> list[int]:
        return [zlib.crc32(self.read(sector, SECTOR)) for sector in sectors]

    def erase(self, sector: int) -> None:
        self.log.append(f"erase {sector:#x}")
        self.flash[sector - BASE : sector - BASE + SECTOR] = b"\xff" * SECTOR

    def replace(self, sectors: Iterable[Sector], on_progress: Callable[[int], None]) -> None:
        for done, sector in enumerate(sectors, 1):
            if self.lost_after is not None and done > self.lost_after:
                raise TargetError("lost")
            data = bytearray(sector.data)
            data[9] ^= self.spoils
            for address, bits in self.stuck.items():
                if sector.address <= address < sector.address + SECTOR:
                    data[address - sector.address] |= bits
            self.flash[sector.address - BASE : sector.address - BASE + SECTOR] = data
            self.log.append(f"write {sector.address:#x}")
            on_progress(done)
        self.spoils = 0

    def start(self) -> None:
        self.log.append("start")

    def give_up(self) -> None:
        self.log.append("give up")

    def leave_halted(self) -> None:
        self.log.append("leave halted")


@pytest.fixture
def part(monkeypatch: pytest.MonkeyPatch) -> Part:
    made = Part()

    @contextmanager
    def connected(*_: object) -> Iterator[Part]:
        yield made
        made.log.append("close")

    monkeypatch.setattr(session, "connected", connected)
    return made


class Watcher(Silent):
    def __init__(self, raises_at: int | None = None) -> None:
        self.lines: list[str] = []
        self.raises_at = raises_at
        self.calls = 0

    def begin(self, step: str, total: int = 0) -> None:
        self.lines.append(step)

    def advance(self, done: int) -> None:
        self.calls += 1
        if self.calls == self.raises_at:
            raise Interrupted(2)

    def found(self, text: str) -> None:
        self.lines.append(text)

    def warn(self, text: str) -> None:
        self.lines.append(f"warning: {text}")


def image(data: bytes, base: int = BASE) -> FlashImage:
    return FlashImage(Path("x.bin"), (Segment(base, data),), None, "")


def pattern(count: int) -> bytes:
    return bytes(index * 5 % 249 for index in range(count))


def flash(
    contents: FlashImage, wishes: Wishes = CRC, board: boards.Board = KIT, watcher: Watcher | None = None
) -> Outcome:
    return programming.run(PROBE, Reach("x", 1), board, contents, wishes, watcher or Watcher())


def test_a_blank_part(part: Part) -> None:
    data = pattern(3 * SECTOR - 100)
    watcher = Watcher()
    outcome = flash(image(data), watcher=watcher)
    assert part.flash[: len(data)] == data
    assert set(part.flash[len(data) :]) == {0xFF}
    writes = ["write 0x8002000", "write 0x8004000", "write 0x8000000"]
    assert part.log == ["halt", *writes, "start", "close"]
    assert (len(outcome.plan.written), outcome.again, outcome.verified, outcome.running) == (
        3,
        0,
        "crc",
        True,
    )
    assert outcome.device.unique_id == "0123456789ABCDEF"
    steps = ("connect", "identify", "compare", "write", "verify", "start")
    assert [line for line in watcher.lines if line in steps] == list(steps)


def with_note(data: bytes) -> bytes:
    """Put a note as firmware/port/xg24/image_note.cc has it into an image."""
    content = bytes(4) + b"xiao_mg24\0EFR32MG24B220F1536IM48\0m\0" + b"0" * 64 + b"\0console\x000.1.0\0"
    note = struct.pack("<III8s", 8, len(content), 1, b"Earshot\0") + content
    made = bytearray(data)
    made[0x20:0x24] = struct.pack("<I", BASE + 0x100)
    made[0x100 : 0x100 + len(note)] = note
    return bytes(made)


def test_the_vectors_are_erased_first_and_written_last(part: Part) -> None:
    part.flash[:] = bytes(len(part.flash))
    flash(image(pattern(3 * SECTOR)))
    assert part.log[1:5] == ["erase 0x8000000", "write 0x8002000", "write 0x8004000", "write 0x8000000"]


def test_equal_sectors_are_left_alone(part: Part) -> None:
    data = bytearray(pattern(4 * SECTOR))
    part.flash[: len(data)] = data
    data[2 * SECTOR + 17] ^= 1
    outcome = flash(image(bytes(data)))
    assert part.log == ["halt", "write 0x8004000", "start", "close"]
    assert [sector.address for sector in outcome.plan.written] == [BASE + 2 * SECTOR]
    part.log.clear()
    assert flash(image(bytes(data))).plan.written == ()
    assert part.log == ["halt", "start", "close"]


def test_other_bytes_of_a_sector_stay_unless_full(part: Part) -> None:
    part.flash[:SECTOR] = b"\x55" * SECTOR
    flash(image(b"abcd", BASE + 0x100))
    assert part.flash[:0x100] + part.flash[0x104:SECTOR] == b"\x55" * (SECTOR - 4)
    flash(image(b"abcd", BASE + 0x100), Wishes(full=True))
    assert part.flash[:SECTOR] == b"\xff" * 0x100 + b"abcd" + b"\xff" * (SECTOR - 0x104)


def test_a_dry_run_touches_nothing(part: Part) -> None:
    part.flash[0] = 0
    before = bytes(part.flash)
    outcome = flash(image(pattern(2 * SECTOR)), Wishes(dry_run=True))
    assert part.log == ["close"]
    assert part.flash == before
    assert (len(outcome.plan.written), outcome.verified, outcome.running) == (2, "", False)


def test_not_started_means_left_halted(part: Part) -> None:
    outcome = flash(image(pattern(SECTOR)), Wishes(run=False, verify="read"))
    assert part.log[-2:] == ["leave halted", "close"]
    assert (outcome.verified, outcome.running) == ("read", False)


def test_a_sector_that_was_spoilt_once_is_written_again(part: Part) -> None:
    part.spoils = 0x04
    data = pattern(2 * SECTOR)
    outcome = flash(image(data))
    assert outcome.again == 2
    assert part.flash[: len(data)] == data


def test_a_sector_that_does_not_program_is_named(part: Part) -> None:
    part.stuck = {BASE + SECTOR + 0x20: 0x80}
    with pytest.raises(FlashError, match="sector 0x08002000: 0x08002020 reads"):
        flash(image(bytes(2 * SECTOR)))
    assert part.log[-1] == "give up"
    assert "start" not in part.log


def test_an_error_in_the_middle_leaves_the_part_halted(part: Part) -> None:
    part.lost_after = 1
    with pytest.raises(TargetError):
        flash(image(pattern(3 * SECTOR)))
    assert part.log == ["halt", "write 0x8002000", "give up"]
    part.lost_after = None
    flash(image(pattern(3 * SECTOR)))
    assert part.flash[: 3 * SECTOR] == pattern(3 * SECTOR)


def test_an_interruption_says_that_the_image_is_incomplete(part: Part) -> None:
    with pytest.raises(Interrupted) as raised:
        flash(image(pattern(3 * SECTOR)), watcher=Watcher(raises_at=2))
    assert str(raised.value) == ("interrupted: the image on the board is incomplete: run the command again")
    assert part.log == ["halt", "write 0x8002000", "write 0x8004000", "give up"]


@pytest.mark.parametrize("call", [3, 4])  # the last sector is written; the first group is verified
def test_an_interruption_after_the_last_write_says_what_is_missing(part: Part, call: int) -> None:
    with pytest.raises(Interrupted) as raised:
        flash(image(pattern(3 * SECTOR)), watcher=Watcher(raises_at=call))
    assert str(raised.value) == (
        "interrupted: the image on the board is written and not verified: run the command again"
    )
    assert part.flash[: 3 * SECTOR] == pattern(3 * SECTOR)
    assert part.log[-1] == "give up"


def test_a_dry_run_does_not_speak_of_a_backup(part: Part, tmp_path: Path) -> None:
    part.flash[:0x6000] = pattern(0x6000)
    saved = tmp_path / "old.bin"
    with pytest.raises(ImageError, match="--backup FILE keeps a copy"):
        flash(image(bytes(0x8000)), Wishes(backup=saved, dry_run=True), board=XIAO)
    assert not saved.exists()


def test_a_bootloader_is_replaced_only_on_demand(part: Part, tmp_path: Path) -> None:
    part.flash[:0x6000] = pattern(0x6000)
    contents = image(bytes(0x8000))
    with pytest.raises(ImageError, match=r"--backup FILE.*--replace-bootloader"):
        flash(contents, board=XIAO)
    assert part.flash[:0x6000] == pattern(0x6000)
    saved = tmp_path / "old.bin"
    with pytest.raises(ImageError, match=r"old\.bin has a copy"):
        flash(contents, Wishes(backup=saved), board=XIAO)
    assert saved.read_bytes() == pattern(0x6000)
    flash(contents, Wishes(replace_bootloader=True), board=XIAO)
    assert part.flash[:0x8000] == bytes(0x8000)


def test_an_interrupted_image_is_no_bootloader(part: Part) -> None:
    part.flash[:0x8000] = with_note(pattern(0x8000))
    part.lost_after = 1  # the sectors after that one are still those of the old image
    new = image(bytes(0x8000))
    with pytest.raises(TargetError):
        flash(new, board=XIAO)
    assert part.flash[:SECTOR] == b"\xff" * SECTOR
    part.lost_after = None
    flash(new, board=XIAO)
    assert part.flash[:0x8000] == bytes(0x8000)


def test_an_image_behind_the_bootloader_leaves_it_alone(part: Part) -> None:
    part.flash[:0x6000] = pattern(0x6000)
    flash(image(bytes(0x4000), BASE + 0x6000), board=XIAO)
    assert part.flash[:0xA000] == pattern(0x6000) + bytes(0x4000)


def test_another_family_is_refused(part: Part, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(DEVICE_INFORMATION, 0x0FE0_8004, 0x0116_051E)
    with pytest.raises(TargetError):
        flash(image(b"abcd"))
    assert "give up" not in part.log
    assert "start" not in part.log


def test_a_part_that_is_too_small_is_refused(part: Part, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(DEVICE_INFORMATION, 0x0FE0_800C, 0x0040_0300)
    with pytest.raises(TargetError, match="RAM"):
        flash(image(b"abcd"))
    assert "halt" not in part.log
