"""Files that are no image of ours; figures of real images are checked in tests/host/test_build.py."""

import sys
from pathlib import Path

import pytest

from host import boards
from host.errors import BuildError
from host.firmware_build import memory_use
from host.firmware_build.memory_use import MemoryUse, Part

MEMORY = boards.load("xg24").memory


@pytest.mark.parametrize("content", [b"", b"text", b"\x7fELF", b"\x7fELF" + bytes(100)])
def test_file_that_is_no_elf_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "image.elf"
    path.write_bytes(content)
    with pytest.raises(BuildError, match=r"cannot read the image .*image\.elf"):
        memory_use.read(path, MEMORY)


def test_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BuildError, match="cannot read the image"):
        memory_use.read(tmp_path / "gone.elf", MEMORY)


def test_section_that_nobody_accounts_for_is_refused() -> None:
    with pytest.raises(BuildError, match=r"unknown sections .*\.dyn"):
        memory_use.read(Path(sys.executable).resolve(), MEMORY)


def test_totals_are_sums_per_memory() -> None:
    parts = (Part("flash", "text", 10), Part("flash", "model", 5), Part("ram", "stack", 3))
    use = MemoryUse(parts, 100, 50, "")
    assert (use.flash, use.ram) == (15, 3)
