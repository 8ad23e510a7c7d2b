"""Targets out of packs that are made here: what is taken, mended, or refused with its reason."""

import zipfile
from pathlib import Path

import pytest
from pyocd.target import TARGET, family

from host.errors import BuildError, PackError
from host.flash.pack import packs
from host.flash.pack.pack_flash import PackFlash

PART = "EFR32MG24B310F1536IM48"


@pytest.fixture(autouse=True)
def targets(monkeypatch: pytest.MonkeyPatch):
    """pyOCD's table of targets, as it was, after each test."""
    before = dict(TARGET)
    yield
    TARGET.clear()
    TARGET.update(before)


@pytest.mark.parametrize(
    ("stated", "used"),
    [(0x3000, 0x2000), (0x2000, 0x2000), (0x4000, 0x2000), (0x400, 0x400), (0x1800, 0x800)],
)
def test_page_is_a_whole_part_of_a_sector(pack_maker, stated: int, used: int) -> None:
    target = packs.from_file(pack_maker.write(pack_maker.description(), page_bytes=stated), PART)
    assert target.page_bytes == used
    region = TARGET[target.name]._pack_device.memory_map.get_region_for_address(0x08000000)
    assert (region.flm.page_size, region.flash_class) == (used, PackFlash)
    assert [f"page of {stated} B" in remark for remark in target.remarks] == [True] * (stated != used)


def test_target_has_a_name_of_its_own(pack_maker) -> None:
    mine = object()
    TARGET[PART.lower()] = mine
    families = list(family.FAMILIES)
    path = pack_maker.write(pack_maker.description())
    target = packs.from_file(path, PART)
    assert (target.name, target.path) == (f"{PART.lower()}_pack", path)
    assert target.pack == "SiliconLabs.GeckoPlatform_EFR32MG24_DFP 2025.12.1"
    assert TARGET[PART.lower()] is mine
    assert families == family.FAMILIES


def test_same_pack_can_be_taken_twice(pack_maker) -> None:
    path = pack_maker.write(pack_maker.description())
    assert packs.from_file(path, PART) == packs.from_file(path, PART)


def test_memories_of_size_zero_are_refused_with_the_release(pack_maker) -> None:
    path = pack_maker.write(pack_maker.description(release="2025.6.2", flash_bytes=0, ram_bytes=0))
    before = dict(TARGET)
    with pytest.raises(PackError, match=r"DFP 2025\.6\.2 states a size of 0 B for IROM1, IRAM1 of") as error:
        packs.from_file(path, PART)
    assert "\n" not in str(error.value)
    assert before == TARGET


def test_part_that_is_not_in_the_pack_is_named(pack_maker) -> None:
    path = pack_maker.write(pack_maker.description())
    with pytest.raises(PackError, match="has no EFR32MG24B220F1536IM48 among its 2 parts"):
        packs.from_file(path, "EFR32MG24B220F1536IM48")


def test_inner_memory_replaces_one_of_the_same_name(pack_maker) -> None:
    outer = '<memory id="IROM1" start="0" size="0"/>'
    text = pack_maker.description().replace('<subFamily DsubFamily="EFR32MG24B">', f"<subFamily>{outer}")
    text = text.replace("<subFamily>", '<subFamily DsubFamily="EFR32MG24B">')
    assert packs.from_file(pack_maker.write(text), PART).name


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            '"IROM1" start="0x08000000" size="0x180000"',
            '"IROM1" start="0" size="0x180000"',
            "has no flash at 0x08",
        ),
        (
            'id="IRAM1" start="0x20000000" size="0x40000"',
            'id="X" start="0x30000000" size="4"',
            "has no RAM at 0x20",
        ),
        ("GECKOS2C3", "OTHER", "the flash algorithm of EFR32MG24B310F1536IM48 cannot be read .*OTHER.FLM"),
        ("<algorithm", "<other", "has no flash algorithm for EFR32MG24B310F1536IM48 in it"),
        ('size="0x40000"', 'size="large"', "described wrongly"),
        ('id="IRAM1" start="0x20000000"', 'id="IRAM1"', "described wrongly"),
        ('Dname="EFR32MG24A010F1024IM48"', "", "described wrongly"),
        ("</package>", "", "its description is no XML"),
        ('encoding="UTF-8"', 'encoding="UTF-99"', "its description is no XML"),
    ],
)
def test_pack_that_says_something_wrong_is_refused(pack_maker, old: str, new: str, message: str) -> None:
    text = pack_maker.description()
    assert old in text
    with pytest.raises(PackError, match=message) as error:
        packs.from_file(pack_maker.write(text.replace(old, new)), PART)
    assert "\n" not in str(error.value)


def test_sectors_of_another_size_are_refused(pack_maker) -> None:
    path = pack_maker.write(pack_maker.description(), sector_bytes=0x1000)
    with pytest.raises(PackError, match="sectors of 4096 B from 0x08000000; the part's are 8192 B"):
        packs.from_file(path, PART)


def test_algorithm_that_is_too_short_for_the_part_is_refused(pack_maker) -> None:
    path = pack_maker.write(pack_maker.description(flash_bytes=0x100000))
    with pytest.raises(PackError, match="covers 1048576 B in pages of 12288 B, the part has 1572864 B"):
        packs.from_file(path, PART)


@pytest.mark.parametrize("length", [1, 52, 600, 1200])
def test_damaged_algorithm_is_refused(pack_maker, length: int) -> None:
    path = pack_maker.write(pack_maker.description(), flm=pack_maker.flm(0x3000, 0x2000)[:length])
    with pytest.raises(PackError, match="flash algorithm"):
        packs.from_file(path, PART)


def test_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PackError, match=r"cannot read pack .*none\.pack: No such file"):
        packs.from_file(tmp_path / "none.pack", PART)


def test_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PackError, match=r"cannot read pack .*: Is a directory"):
        packs.from_file(tmp_path, PART)


def test_pack_without_a_description_is_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "empty.pack", "w") as pack:
        pack.writestr("readme.txt", "nothing")
    with pytest.raises(PackError, match="has no description"):
        packs.from_file(tmp_path / "empty.pack", PART)


def refusal(path: Path) -> str:
    try:
        return packs.from_file(path, PART).name
    except PackError as error:
        return str(error)


def test_cut_or_damaged_packs_never_get_further_than_one_line(pack_maker, tmp_path: Path) -> None:
    whole = pack_maker.write(pack_maker.description()).read_bytes()
    damaged = tmp_path / "damaged.pack"
    for place in range(0, len(whole), 97):
        for contents in (whole[:place], whole[:place] + bytes([whole[place] ^ 0x55]) + whole[place + 1 :]):
            damaged.write_bytes(contents)
            assert "\n" not in refusal(damaged)


def test_choice_is_a_file_the_public_index_or_the_url_of_one(
    pack_maker, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[str, ...]] = []
    monkeypatch.setattr(packs, "from_index", lambda *arguments: asked.append(arguments))
    packs.target("auto", PART)
    packs.target("http://127.0.0.1:9/index.pidx", PART)
    assert asked == [(PART,), (PART, "http://127.0.0.1:9/index.pidx")]
    assert packs.target(str(pack_maker.write(pack_maker.description())), PART).page_bytes == 0x2000


def test_fetched_pack_is_used_and_a_wrong_one_is_fetched_anew(
    pack_maker, pack_server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    pack_server.publish(pack_maker, "2025.6.2", flash_bytes=0, ram_bytes=0)
    with pytest.raises(PackError, match=r"2025\.6\.2 states a size of 0 B"):
        packs.from_index(PART, pack_server.index)
    pack_server.publish(pack_maker, "2025.12.1")
    assert packs.from_index(PART, pack_server.index).pack.endswith("2025.12.1")
    pack_server.asked.clear()
    assert packs.from_index(PART, pack_server.index).pack.endswith("2025.12.1")
    assert pack_server.asked == []


def test_index_is_not_asked_for_what_is_no_part() -> None:
    with pytest.raises(BuildError, match="no EFR32xG24 order code"):
        packs.from_index("STM32F4", "http://127.0.0.1:9/index.pidx")
