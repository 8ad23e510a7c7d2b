"""The plan of sectors against a part that is a plain array of bytes."""

import zlib
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from host.boards import Bootloader
from host.boards.part import SECTOR_BYTES
from host.errors import ImageError
from host.flash import plan
from host.flash.image import FlashImage
from host.flash.plan import Plan
from host.sim.image_file import Segment

BASE = 0x0800_0000
SECTORS = 6
SIZE = SECTORS * SECTOR_BYTES
BOOTLOADER = Bootloader(base=BASE, bytes=3 * SECTOR_BYTES)


class Part:
    """Flash from BASE on; counts what is read of it."""

    def __init__(self, contents: bytes) -> None:
        assert len(contents) == SIZE
        self.contents = bytearray(contents)
        self.reads: list[tuple[int, int]] = []
        self.checksum_calls = 0

    def read(self, address: int, count: int) -> bytes:
        assert count > 0
        assert BASE <= address <= BASE + SIZE - count
        self.reads.append((address, count))
        return bytes(self.contents[address - BASE :][:count])

    def checksums(self, addresses: Sequence[int]) -> list[int]:
        self.checksum_calls += 1
        assert all(address % SECTOR_BYTES == 0 for address in addresses)
        return [zlib.crc32(self.contents[address - BASE :][:SECTOR_BYTES]) for address in addresses]

    def write(self, made: Plan) -> None:
        for sector in made.written:
            assert len(sector.data) == SECTOR_BYTES
            at = sector.address - BASE
            self.contents[at : at + SECTOR_BYTES] = sector.data


def image(*segments: tuple[int, bytes]) -> FlashImage:
    """Segments by their offset from BASE."""
    return FlashImage(Path("x"), tuple(Segment(BASE + at, data) for at, data in segments), None, "")


def blank() -> Part:
    return Part(b"\xff" * SIZE)


@st.composite
def images(draw: st.DrawFn) -> FlashImage:
    """Up to four segments with gaps between them, from a few bytes to more than a sector."""
    edges = draw(st.lists(st.integers(0, SIZE), min_size=2, max_size=8, unique=True))
    near = draw(st.lists(st.sampled_from(range(0, SIZE + 1, SECTOR_BYTES)), max_size=2, unique=True))
    ordered = sorted({*edges, *near})
    filling = draw(st.integers(0, 255))
    pairs = zip(ordered[::2], ordered[1::2], strict=False)
    return image(*((start, bytes([filling]) * (stop - start)) for start, stop in pairs))


@st.composite
def parts(draw: st.DrawFn) -> Part:
    """Sectors that are blank, of one byte, or of a pattern."""
    choices = [b"\xff" * SECTOR_BYTES, b"\x5a" * SECTOR_BYTES, bytes(range(256)) * (SECTOR_BYTES // 256)]
    return Part(b"".join(draw(st.sampled_from(choices)) for _ in range(SECTORS)))


@settings(deadline=None)
@given(images(), parts(), st.booleans())
def test_afterwards_the_part_holds_the_image_and_what_it_had_before(
    wanted: FlashImage, part: Part, full: bool
) -> None:
    before = bytes(part.contents)
    covered = [(one.address - BASE, one.end - BASE) for one in wanted.segments]
    touched = {at // SECTOR_BYTES for start, stop in covered for at in (*range(start, stop, 512), stop - 1)}
    made = plan.make(wanted, part.read, part.checksums, full=full)
    assert [sector.address for sector in made.sectors] == [BASE + n * SECTOR_BYTES for n in sorted(touched)]
    expected = bytearray(before)
    for number in touched if full else ():
        expected[number * SECTOR_BYTES : (number + 1) * SECTOR_BYTES] = b"\xff" * SECTOR_BYTES
    for start, stop in covered:
        expected[start:stop] = next(one.data for one in wanted.segments if one.address == BASE + start)
    part.write(made)
    assert part.contents == expected
    # Only what differs is written, and only what is needed is read.
    for sector in made.sectors:
        at = sector.address - BASE
        assert sector.equal == (before[at : at + SECTOR_BYTES] == expected[at : at + SECTOR_BYTES])
        assert sector.blank == (before[at : at + SECTOR_BYTES] == b"\xff" * SECTOR_BYTES)
        assert sector.crc32 == zlib.crc32(expected[at : at + SECTOR_BYTES])
    assert sum(sector.image_bytes for sector in made.sectors) == wanted.bytes
    assert sum(sector.kept_bytes for sector in made.sectors) == sum(count for _, count in part.reads)
    rest = len(touched) * SECTOR_BYTES - wanted.bytes
    assert sum(count for _, count in part.reads) == (0 if full else rest)
    assert part.checksum_calls == 1
    assert len(made.written) + len(made.skipped) == len(made.sectors)
    assert not plan.make(wanted, part.read, part.checksums, full=full).written  # a second time


def test_the_bytes_that_an_image_leaves_of_a_sector_are_kept() -> None:
    part = Part(b"\x11" * SIZE)
    (sector,) = plan.make(image((0x2004, b"\x22" * 4)), part.read, part.checksums).sectors
    assert sector.data == b"\x11" * 4 + b"\x22" * 4 + b"\x11" * (SECTOR_BYTES - 8)
    assert part.reads == [(BASE + 0x2000, 4), (BASE + 0x2008, SECTOR_BYTES - 8)]


def test_with_full_they_become_blank_without_being_read() -> None:
    part = Part(b"\x11" * SIZE)
    (sector,) = plan.make(image((0x2004, b"\x22" * 4)), part.read, part.checksums, full=True).sectors
    assert sector.data == b"\xff" * 4 + b"\x22" * 4 + b"\xff" * (SECTOR_BYTES - 8)
    assert part.reads == []


def test_two_segments_in_one_sector_make_one_sector() -> None:
    part = Part(b"\x11" * SIZE)
    made = plan.make(image((0, b"a"), (2, b"b"), (SECTOR_BYTES - 1, b"cd")), part.read, part.checksums)
    assert [sector.image_bytes for sector in made.sectors] == [3, 1]
    assert made.sectors[0].data == b"a\x11b" + b"\x11" * (SECTOR_BYTES - 4) + b"c"


def test_an_error_of_the_part_comes_through() -> None:
    def lost(address: int, count: int) -> bytes:
        raise ImageError(f"{count} B at {address:#x}")

    with pytest.raises(ImageError, match="8191 B at 0x8000001"):
        plan.make(image((0, b"a")), lost, blank().checksums)


CODE = image((0, b"\x01" * 4 * SECTOR_BYTES))


def with_bootloader(wanted: FlashImage, part: Part) -> Plan:
    return plan.make(wanted, part.read, part.checksums, bootloader=BOOTLOADER, flash_end=BASE + SIZE)


def test_a_bootloader_is_not_replaced_unasked() -> None:
    part = Part(b"\x33" * SIZE)
    made = with_bootloader(CODE, part)
    assert made.bootloader == BOOTLOADER
    with pytest.raises(
        ImageError, match=r"24576 B at 0x08000000: --backup FILE keeps .*--replace-bootloader"
    ):
        plan.check_bootloader(made, replace=False)
    with pytest.raises(ImageError, match=r"kept\.bin has a copy of it, and --replace-bootloader replaces it"):
        plan.check_bootloader(made, replace=False, backup="kept.bin")
    plan.check_bootloader(made, replace=True)


@pytest.mark.parametrize(
    ("wanted", "contents"),
    [
        (CODE, b"\xff" * SIZE),
        (CODE, b"\xff" * 3 * SECTOR_BYTES + b"\x33" * 3 * SECTOR_BYTES),
        (CODE, b"\x01" * 3 * SECTOR_BYTES + b"\x33" * 3 * SECTOR_BYTES),
        (CODE, b"\xff" * SECTOR_BYTES + b"\x33" * 5 * SECTOR_BYTES),
        (image((3 * SECTOR_BYTES, b"app")), b"\x33" * SIZE),
    ],
    ids=["blank part", "blank region", "the same already", "nothing that starts", "an image behind it"],
)
def test_where_there_is_no_bootloader_to_lose(wanted: FlashImage, contents: bytes) -> None:
    made = with_bootloader(wanted, Part(contents))
    assert made.bootloader is None
    plan.check_bootloader(made, replace=False)


def test_a_bootloader_of_which_one_sector_changes_is_one() -> None:
    contents = bytearray(b"\x01" * 2 * SECTOR_BYTES + b"\xff" * 4 * SECTOR_BYTES)
    contents[2 * SECTOR_BYTES] = 0
    assert with_bootloader(CODE, Part(bytes(contents))).bootloader == BOOTLOADER


def test_an_older_image_of_this_project_is_no_bootloader() -> None:
    texts = ["xiao_mg24", "EFR32MG24B220F1536IM48", "m", "0" * 64, "console", "0.1.0"]
    content = bytes(4) + "".join(f"{text}\0" for text in texts).encode()
    header = (8).to_bytes(4, "little") + len(content).to_bytes(4, "little") + b"\1\0\0\0Earshot\0"
    contents = bytearray(b"\x33" * SIZE)
    at = 5 * SECTOR_BYTES  # behind the end of the new image
    contents[0x20:0x24] = (BASE + at).to_bytes(4, "little")
    contents[at : at + 20 + len(content)] = header + content
    assert with_bootloader(CODE, Part(bytes(contents))).bootloader is None
    contents[at + 12] ^= 1  # half erased
    assert with_bootloader(CODE, Part(bytes(contents))).bootloader == BOOTLOADER
