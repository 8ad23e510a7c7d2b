"""Images from files: good ones of each form, and every way in which one can be wrong."""

import os
import struct
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from host.errors import ImageError, UsageError
from host.sim import image_file
from host.sim.image_file import Segment

ARM, X86, EXECUTABLE, RELOCATABLE = 40, 3, 2, 1


def elf(machine: int = ARM, kind: int = EXECUTABLE, offset: int = 84, size: int = 8, bits: int = 1) -> bytes:
    """A 32-bit ELF file with one segment, as the ELF specification lays it out."""
    ident = b"\x7fELF" + bytes([bits, 1, 1]) + bytes(9)
    header = struct.pack("<HHIIIIIHHHHHH", kind, machine, 1, 0x0800_0001, 52, 0, 0, 52, 32, 1, 40, 0, 0)
    segment = struct.pack("<IIIIIIII", 1, offset, 0x2000_0000, 0x0800_0000, size, size, 5, 4)
    return ident + header + segment + b"\x00\x00\x01\x20\x09\x00\x00\x08"


def write(folder: Path, name: str, data: bytes) -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


def test_elf_segments_lie_at_their_load_addresses(tmp_path: Path) -> None:
    image = image_file.read(write(tmp_path, "x.elf", elf()))
    assert image.segments == (Segment(0x0800_0000, b"\x00\x00\x01\x20\x09\x00\x00\x08"),)
    assert image.symbols == {}
    assert image.build_id == ""


def test_binary_files_begin_where_one_says(tmp_path: Path) -> None:
    path = write(tmp_path, "x.BIN", b"abc")
    assert image_file.read(path).segments == (Segment(0x0800_0000, b"abc"),)
    assert image_file.read(path, 0x2000_0000).segments[0].end == 0x2000_0003


def test_hex_files_have_addresses(tmp_path: Path) -> None:
    path = write(tmp_path, "x.hex", b":020000040800F2\n:0100000041BE\n:00000001FF\n")
    assert image_file.read(path).segments == (Segment(0x0800_0000, b"A"),)


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("x.elf", elf(machine=X86), r"is for another machine \(386, 32 bits\)"),
        ("x.elf", elf()[:5] + b"\x02" + elf()[6:], "is a big-endian ELF file"),
        ("x.elf", elf(kind=RELOCATABLE), "is no linked image"),
        ("x.elf", elf()[:70], "ELF file"),
        ("x.elf", elf(size=4096), "is cut off"),
        ("x.elf", elf(size=0), "has nothing to load"),
        ("x.elf", b"\x7fELF", "ELF file"),
        ("x.elf", b"hello", "is no ELF file, and its name ends in neither"),
        ("x", b"", "is empty, it has nothing to load"),
        ("x.elf", b"", "is empty, it has nothing to load"),
        ("x.bin", b"", "has nothing to load"),
        (
            "x.hex",
            b":020000040800F2\n\xff\n",
            r"is no usable HEX file: line 2 has the byte 0xff, which is no text$",
        ),
        ("x.hex", b":00000001FF\n", "has nothing to load"),
    ],
)
def test_unusable_files_are_refused_in_one_line(tmp_path: Path, name: str, data: bytes, reason: str) -> None:
    with pytest.raises(ImageError, match=reason) as caught:
        image_file.read(write(tmp_path, name, data))
    assert "\n" not in str(caught.value)
    assert str(tmp_path / name) in str(caught.value)


def test_an_elf_of_this_computer_is_for_another_machine() -> None:
    with pytest.raises(ImageError, match="another machine"):
        image_file.read(Path("/proc/self/exe").resolve())


def test_missing_files_and_folders(tmp_path: Path) -> None:
    with pytest.raises(ImageError, match="No such file"):
        image_file.read(tmp_path / "none.elf")
    with pytest.raises(ImageError, match="is no regular file"):
        image_file.read(tmp_path)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=300, deadline=None)
@given(st.lists(st.tuples(st.integers(4, 91), st.integers(0, 255)), min_size=1, max_size=6))
def test_damaged_headers_never_raise_anything_else(tmp_path: Path, changes: list[tuple[int, int]]) -> None:
    data = bytearray(elf())
    for position, value in changes:
        data[position] = value
    with suppress(ImageError):
        image_file.read(write(tmp_path, "x.elf", bytes(data)))


def test_only_regular_files_are_read(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.bin")
    for path in (tmp_path / "pipe.bin", Path("/dev/zero"), tmp_path):
        with pytest.raises(ImageError, match=rf"^{path} is no regular file: give"):
            image_file.read(path)
    with pytest.raises(ImageError, match=r"^cannot read"):
        image_file.read("a\0b")


def test_more_than_64_mib_is_refused(tmp_path: Path) -> None:
    with (tmp_path / "x.bin").open("wb") as file:
        file.truncate((64 << 20) + 1)
    with pytest.raises(ImageError, match="has more than 67,108,864 bytes"):
        image_file.read(tmp_path / "x.bin")


def test_paths_may_be_text_and_bases_must_be_addresses(tmp_path: Path) -> None:
    path = write(tmp_path, "x.bin", b"abc")
    assert image_file.read(str(path)) == image_file.read(path)
    with pytest.raises(UsageError, match="cannot begin at 0x100000000"):
        image_file.read(path, 1 << 32)
