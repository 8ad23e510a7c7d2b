"""The target types: their names, memory maps, and what connecting touches."""

import pytest
from flash_session import opened
from pyocd.core.memory_map import MemoryType
from pyocd.target import TARGET

from host import boards
from host.boards import part
from host.flash.xg24 import target
from host.flash.xg24.msc_flash import MscFlash

USER_DATA, DEVINFO = 0x0FE0_0000, 0x0FE0_8000


def test_every_type_is_registered() -> None:
    assert TARGET[target.GENERIC] is target.EFR32xG24
    for code in target.ORDER_CODES:
        assert code == TARGET[code.lower()].ORDER_CODE


def test_registering_again_changes_nothing() -> None:
    before = dict(TARGET)
    target.register()
    assert before == TARGET


def test_parts_of_all_boards_have_a_type() -> None:
    for name in boards.names():
        board = boards.load(name)
        kind = TARGET[target.type_name(board.part)]
        assert board.part == kind.ORDER_CODE


def test_unknown_part_has_the_generic_type() -> None:
    assert target.type_name("EFR32MG24B120F1536GM48") == target.GENERIC


@pytest.mark.parametrize(
    ("code", "flash", "ram"),
    [
        # Hardware description, section 1.1.
        ("EFR32MG24B310F1536IM48", 0x18_0000, 0x4_0000),
        ("EFR32MG24A010F1536IM48", 0x18_0000, 0x3_0000),
        ("EFR32MG24B610F1536IM40", 0x18_0000, 0x2_8000),
        ("EFR32BG24B220F1024IM48", 0x10_0000, 0x2_0000),
    ],
)
def test_memory_map(code: str, flash: int, ram: int) -> None:
    memory = target.memory_map(part.describe(code))
    region = memory.get_region_for_address(0x0800_0000)
    assert (region.start, region.length, region.blocksize) == (0x0800_0000, flash, 0x2000)
    assert (region.page_size, region.phrase_size, region.is_boot_memory) == (0x2000, 4, True)
    assert region.flash_class is MscFlash
    assert memory.get_region_for_address(0x2000_0000).length == ram
    assert memory.get_region_for_address(0x2000_0000 + ram) is None


@pytest.mark.parametrize(("address", "size"), [(USER_DATA, 0x400), (DEVINFO, 0x400)])
def test_user_data_and_device_information_can_only_be_read(address: int, size: int) -> None:
    region = target.memory_map(part.describe("EFR32MG24B310F1536IM48")).get_region_for_address(address)
    assert (region.type, region.length) == (MemoryType.ROM, size)
    assert region.is_readable
    assert not region.is_writable


def test_only_the_cores_access_port_is_looked_at() -> None:
    with opened(halt=False) as line:
        assert line.target.dp.valid_aps == [0]
        assert [ap.address.apsel for ap in line.target.dp.aps.values()] == [0]
        assert line.words < 300  # pyOCD's own connecting takes 228
