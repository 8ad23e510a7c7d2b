"""The identity of a part: DEVINFO words of hardware description 1.4, and those of the virtual board."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from host import boards
from host.errors import ProbeError, TargetError
from host.flash import device
from host.flash.device import Device
from host.sim.board import VirtualBoard
from host.sim.board_settings import BoardSettings

PART, MEMINFO, MSIZE, PKGINFO = 0x0FE0_8004, 0x0FE0_8008, 0x0FE0_800C, 0x0FE0_8010
LEGACY, CLKEN0, CHIPREV = 0x0FE0_81FC, 0x4000_8064, 0x4007_C018
# The values that section 1.4 gives for an EFR32MG24B310F1536IM48.
WORDS = {
    PART: 0x0118051E,
    MEMINFO: 0x00000003,
    MSIZE: 0x01000600,
    PKGINFO: 0x00304D01,
    0x0FE0_8048: 0x89ABCDEF,
    0x0FE0_804C: 0x01234567,
    LEGACY: 0x00800000,
    CLKEN0: 0x00010000,
    CHIPREV: 0x00001F01,
}
BOARD = boards.load("brd2601b")
END = 0x0806_0000


def memory(**changes: int) -> Callable[[int], int]:
    words = WORDS | {globals()[name]: value for name, value in changes.items()}
    return words.__getitem__


def test_the_part_of_the_default_board() -> None:
    assert device.identify(memory()) == Device(
        part="EFR32MG24B310F1536IM48",
        family="EFR32MG24",
        revision="1.1",
        flash_bytes=1536 << 10,
        ram_bytes=256 << 10,
        unique_id="0123456789ABCDEF",
        has_mvp=True,
    )


# DEVICENUM is (letter - 'A') * 1000 + digits; accelerators by the order codes of section 1.1.
@pytest.mark.parametrize(
    ("part", "sizes", "package", "code", "has_mvp"),
    [
        (0x011804BA, 0x01000600, 0x00304D01, "EFR32MG24B210F1536IM48", True),
        (0x011804C4, 0x01000600, 0x00304D01, "EFR32MG24B220F1536IM48", True),
        (0x01180000 | 1020, 0x01000600, 0x00304D01, "EFR32MG24B020F1536IM48", False),
        (0x01180000 | 10, 0x01000600, 0x00284D00, "EFR32MG24A010F1536GM40", False),
        (0x01180000 | 1210, 0x00800400, 0x00304D01, "EFR32MG24B210F1024IM48", False),
        (0x01180000 | 10, 0x00400300, 0x00304D00, "EFR32MG24A010F768GM48", False),
        (0x02180000 | 1310, 0x01000600, 0x002A4A01, "EFR32BG24B310F1536IJ42", True),
        (0x02180000 | 1220, 0x00800400, 0x00304D01, "EFR32BG24B220F1024IM48", True),
        (0x0118051E, 0x01000600, 0x00304D02, "EFR32MG24B310F1536", True),
        (0x0118051E, 0x01000600, 0x00300001, "EFR32MG24B310F1536", True),
        (0x01180000 | 1999, 0x01000600, 0x00304D01, "EFR32MG24B999F1536IM48", False),
    ],
)
def test_order_codes(part: int, sizes: int, package: int, code: str, has_mvp: bool) -> None:
    found = device.identify(memory(PART=part, MSIZE=sizes, PKGINFO=package))
    assert (found.part, found.has_mvp) == (code, has_mvp)
    assert (found.flash_bytes, found.ram_bytes) == ((sizes & 0xFFFF) << 10, (sizes >> 16) << 10)


@pytest.mark.parametrize(
    "changes",
    [
        {"LEGACY": 0x00600000},
        {"LEGACY": 0xFFFFFFFF},
        {"LEGACY": 0},
        {"PART": 0x0115051E},
        {"PART": 0x0018051E},
        {"PART": 0xFFFFFFFF},
        {"PART": 0},
    ],
)
def test_another_family_is_refused(changes: dict[str, int]) -> None:
    with pytest.raises(TargetError, match=r"is no EFR32MG24 or EFR32BG24 \(DEVINFO PART 0x\w{8}, LEGACY 0x"):
        device.identify(memory(**changes))


@pytest.mark.parametrize(
    "changes", [{"MSIZE": 0x600}, {"MSIZE": 0x01000000}, {"MEMINFO": 1}, {"MEMINFO": -1}]
)
def test_impossible_memories_are_refused(changes: dict[str, int]) -> None:
    with pytest.raises(TargetError, match="states memories that no EFR32xG24 has"):
        device.identify(memory(**changes))


def test_the_revision_of_a_part_that_does_not_clock_syscfg() -> None:
    read32 = memory(CLKEN0=0)
    clocked, writes = False, []

    def guarded(address: int) -> int:
        if address == CHIPREV and not clocked:
            raise TargetError("fault")
        return read32(address)

    def write32(address: int, value: int) -> None:
        nonlocal clocked
        writes.append((address, value))
        clocked = address == 0x4000_9064

    assert device.identify(guarded).revision == ""
    assert device.identify(guarded, write32).revision == "1.1"
    assert writes == [(0x4000_9064, 1 << 16), (0x4000_A064, 1 << 16)]  # set, then clear


def test_a_revision_that_cannot_be_read_is_left_out_and_a_lost_probe_is_not() -> None:
    def failing(error: Exception) -> Callable[[int], int]:
        def read32(address: int) -> int:
            if address == CHIPREV:
                raise error
            return WORDS[address]

        return read32

    assert device.identify(failing(TargetError("fault"))).revision == ""
    with pytest.raises(ProbeError, match="unplugged"):
        device.identify(failing(ProbeError("unplugged")))


def test_the_virtual_board_is_the_default_boards_part() -> None:
    board = VirtualBoard(BoardSettings(unique_id=0x1122334455667788))
    found = device.identify(board.read_word, board.write_word)
    assert (found.part, found.flash_bytes, found.ram_bytes) == (BOARD.part, 1536 << 10, 256 << 10)
    assert (found.unique_id, found.revision, found.has_mvp) == ("1122334455667788", "1.1", True)
    assert device.check(found, BOARD, END) == ()


@pytest.mark.parametrize(
    ("sizes", "end", "why"),
    [
        (0x00800600, END, "with 131072 B of RAM, and images for brd2601b need 262144 B"),
        (0x01000100, END, "with 262144 B of flash, and images for brd2601b need 393216 B"),
        (0x01000600, 0x0818_0001, "with 1572864 B of flash, and images for brd2601b need 1572865 B"),
    ],
)
def test_too_small_a_part_is_refused(sizes: int, end: int, why: str) -> None:
    with pytest.raises(TargetError, match=why):
        device.check(device.identify(memory(MSIZE=sizes)), BOARD, end)


def test_too_small_a_part_that_is_of_another_board_or_of_none() -> None:
    small = device.identify(memory(MSIZE=0x00800400))
    with pytest.raises(TargetError, match=r"there is no board file of an EFR32MG24B310F1024IM48: write one"):
        device.check(small, BOARD, END)
    known = replace(small, part=boards.load("brd4187c").part)
    with pytest.raises(TargetError, match=r"name the board that it is, --board .*brd4187c"):
        device.check(known, BOARD, END)


def test_another_part_that_is_large_enough_is_a_warning() -> None:
    assert device.check(device.identify(memory()), BOARD, 0x0818_0000) == ()
    (warning,) = device.check(device.identify(memory(PART=0x011804BA)), BOARD, END)
    assert warning == "the part is an EFR32MG24B210F1536IM48, and brd2601b has an EFR32MG24B310F1536IM48"
    without = device.identify(memory(PART=0x01180000 | 1020))
    assert device.check(without, BOARD, END)[1:] == (
        "an EFR32MG24B020F1536IM48 has no accelerator: the model runs on the core",
    )
