"""The description of a pack: names, releases, and memories from all levels that a part lies in."""

import zipfile
from pathlib import Path

import pytest

from host.errors import PackError
from host.flash.pack import pack_description
from host.flash.pack.pack_description import PackMemory

NESTED = """<package><vendor> V </vendor><name>N</name>
<releases><release version="2.0.0"/><release version="1.0.0"/></releases>
<devices><family><memory id="IROM1" start="0x0" size="0x10"/>
  <subFamily><memory name="Shared" start="0x100" size="32"/>
    <device Dname="A"><memory id="IROM1" start="0x1000" size="0x20"/></device>
    <device Dname="B"><variant Dvariant="B1"><memory id="X" start="1" size="2"/></variant><variant Dname="B2"
      Dvariant="b-2"/></device>
  </subFamily></family></devices></package>"""


def pack(folder: Path, text: str) -> Path:
    path = folder / "some.pack"
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("V.N.pdsc", text)
    return path


def test_parts_have_the_memories_around_them(tmp_path: Path) -> None:
    described = pack_description.read(pack(tmp_path, NESTED))
    assert (described.name, described.release, str(described)) == ("V.N", "2.0.0", "V.N 2.0.0")
    assert [part.name for part in described.parts] == ["A", "B", "B1", "B2"]
    shared, outer = PackMemory("Shared", 0x100, 32), PackMemory("IROM1", 0, 16)
    found = {part.name: set(part.memories) for part in described.parts}
    assert found["A"] == {PackMemory("IROM1", 0x1000, 32), shared}
    assert found["B"] == found["B2"] == {shared, outer}
    assert found["B1"] == {PackMemory("X", 1, 2), shared, outer}


def test_part_is_found_by_its_name_case_ignored(tmp_path: Path) -> None:
    described = pack_description.read(pack(tmp_path, NESTED))
    assert described.part("b1") is described.parts[2]
    assert described.part("B3") is None


def test_pack_that_names_nothing_is_named_by_its_file(tmp_path: Path) -> None:
    described = pack_description.read(pack(tmp_path, "<package/>"))
    assert (described.name, described.release, described.parts) == ("some", "", ())
    assert str(described) == "some"


def test_entities_that_grow_without_end_are_refused(tmp_path: Path) -> None:
    levels = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 100}">' for n in range(1, 8))
    text = f'<!DOCTYPE p [<!ENTITY e0 "0123456789">{levels}]><package><name>&e7;</name></package>'
    with pytest.raises(PackError, match="its description is no XML"):
        pack_description.read(pack(tmp_path, text))
