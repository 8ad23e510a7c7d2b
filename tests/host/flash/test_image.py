"""The image to be flashed: which one it is by default, and what is refused."""

import json
import struct
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from host import boards
from host.errors import ImageError
from host.flash import image
from host.flash.image import FlashImage
from host.flash.image_note import ImageNote
from host.sim.image_file import Segment

FLASH, FLASH_BYTES = 0x0800_0000, 0x18_0000
BOARD = boards.load("brd2601b")
NOTE = ImageNote("brd2601b", BOARD.part, "m", "0" * 64, "console", "0.1.0", "ab12")


def flash_image(*segments: tuple[int, int], note: ImageNote | None = NOTE) -> FlashImage:
    """An image of segments given by address and length."""
    parts = tuple(Segment(address, bytes(count)) for address, count in segments)
    return FlashImage(Path("x.elf"), parts, note, "")


def elf(*segments: tuple[int, bytes]) -> bytes:
    """A 32-bit Arm ELF file, laid out by its specification: header, program headers, bytes."""
    ident = b"\x7fELF" + bytes([1, 1, 1]) + bytes(9)
    count = len(segments)
    header = struct.pack("<HHIIIIIHHHHHH", 2, 40, 1, FLASH + 1, 52, 0, 0, 52, 32, count, 40, 0, 0)
    table, data, at = b"", b"", 52 + 32 * count
    for address, contents in segments:
        table += struct.pack("<8I", 1, at + len(data), address, address, len(contents), len(contents), 5, 4)
        data += contents
    return ident + header + table + data


def record(folder: Path, board: str, path: Path) -> None:
    (folder / "last_image.json").write_text(json.dumps({"board": board, "elf": str(path)}))


def built(folder: Path, board: str) -> Path:
    path = folder / board / "earshot.elf"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(elf((FLASH, b"code")))
    return path


def test_the_default_is_the_last_one_built_for_the_board(tmp_path: Path) -> None:
    path = built(tmp_path / "elsewhere", "brd2601b")
    record(tmp_path, "brd2601b", path)
    assert image.last_built(BOARD, tmp_path) == path
    assert image.last_built(boards.load("virtual"), tmp_path) == path


def test_the_last_one_of_any_board(tmp_path: Path) -> None:
    assert image.last_built_of_any(tmp_path) is None
    record(tmp_path, "brd4187c", built(tmp_path, "brd4187c"))
    assert image.last_built_of_any(tmp_path) == tmp_path / "brd4187c" / "earshot.elf"


def test_an_older_one_where_the_last_is_for_another_board(tmp_path: Path) -> None:
    path = built(tmp_path, "brd2601b")
    record(tmp_path, "brd4186c", built(tmp_path, "brd4186c"))
    assert image.last_built(BOARD, tmp_path) == path


def test_without_an_image_one_is_told_how_to_build_it(tmp_path: Path) -> None:
    with pytest.raises(ImageError, match=r"^no image named, and none was built for brd2601b: python -m host"):
        image.last_built(BOARD, tmp_path)
    record(tmp_path, "brd4186c", built(tmp_path, "brd4186c"))
    with pytest.raises(
        ImageError, match=r"\(the last one is for brd4186c\): python -m host.build --board br"
    ):
        image.last_built(BOARD, tmp_path)
    record(tmp_path, "brd2601b", tmp_path / "removed.elf")
    with pytest.raises(ImageError, match="none was built for brd2601b: python"):
        image.last_built(BOARD, tmp_path)


@pytest.mark.parametrize("text", ["", "{", "[]", '{"board": "brd2601b"}', "\xff"])
def test_a_damaged_record_is_named(tmp_path: Path, text: str) -> None:
    (tmp_path / "last_image.json").write_text(text, encoding="latin-1")
    with pytest.raises(ImageError, match=r"cannot read .*last_image\.json: build again"):
        image.last_built(BOARD, tmp_path)


def test_what_adjoins_is_one_segment(tmp_path: Path) -> None:
    path = tmp_path / "x.elf"
    path.write_bytes(elf((FLASH + 8, b"right"), (FLASH, b"leftleft"), (FLASH + 0x2000, b"far")))
    found = image.read(path)
    assert found.segments == (Segment(FLASH, b"leftleftright"), Segment(FLASH + 0x2000, b"far"))
    assert (found.bytes, found.base, found.end) == (16, FLASH, FLASH + 0x2003)
    assert (found.note, found.build_id) == (None, "")


def test_bytes_that_are_stated_twice_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.elf"
    path.write_bytes(elf((FLASH, b"12345678"), (FLASH + 7, b"9")))
    with pytest.raises(ImageError, match="states the bytes at 0x08000007 twice"):
        image.read(path)


@pytest.mark.parametrize(
    ("name", "data", "why"),
    [
        ("x.bin", b"", "has nothing to load"),
        ("x.elf", elf((FLASH, b"")), "has nothing to load"),
        ("x.elf", elf((FLASH, b"code"))[:-1], "cut off"),
        ("x.elf", elf((FLASH, b"code"))[:60], "ELF file"),
        ("x.hex", b":020000040800F2\n:0100000041BF\n:00000001FF\n", "no usable HEX file: line 2 .* checksum"),
        ("x.hex", b":020000040800F2\n:0100000041BE\n", "it has no end record"),
        ("x.txt", b"hello", "is no ELF file"),
    ],
)
def test_empty_and_corrupt_files_are_refused_in_one_line(
    tmp_path: Path, name: str, data: bytes, why: str
) -> None:
    (tmp_path / name).write_bytes(data)
    with pytest.raises(ImageError, match=why) as caught:
        image.read(tmp_path / name)
    assert str(tmp_path / name) in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_damaged_note_names_the_file(tmp_path: Path) -> None:
    vectors = bytearray(0x200)
    struct.pack_into("<I", vectors, 0x20, FLASH + 0x100)
    vectors[0x100:0x114] = struct.pack("<III8s", 8, 4000, 1, b"Earshot")
    (tmp_path / "x.bin").write_bytes(vectors)
    with pytest.raises(ImageError, match=rf"^{tmp_path}/x\.bin: its note at 0x08000100 is damaged"):
        image.read(tmp_path / "x.bin")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50, deadline=None)
@given(data=st.binary(min_size=1, max_size=300).map(lambda data: b"\0" + data), start=st.integers(0, 0xFFFF))
def test_hex_and_binary_forms_say_the_same(tmp_path: Path, data: bytes, start: int) -> None:
    base = FLASH + start
    (tmp_path / "x.bin").write_bytes(data)
    command = ["arm-none-eabi-objcopy", "-I", "binary", "-O", "ihex", f"--change-addresses={base:#x}"]
    subprocess.run([*command, tmp_path / "x.bin", tmp_path / "x.hex"], check=True, timeout=60)
    assert image.read(tmp_path / "x.hex").segments == image.read(tmp_path / "x.bin", base).segments


def test_an_image_for_the_board_passes() -> None:
    assert image.check_board(flash_image((FLASH, 8)), BOARD) == ()
    assert image.check_board(flash_image((FLASH, 8)), boards.load("virtual")) == ()


def test_an_image_for_another_board_needs_force() -> None:
    other = flash_image((FLASH, 8), note=replace(NOTE, board="brd4186c", part="EFR32MG24B210F1536IM48"))
    why = r"x\.elf was built for brd4186c \(EFR32MG24B210F1536IM48\), not for brd2601b"
    with pytest.raises(ImageError, match=rf"^{why}: .* --force$"):
        image.check_board(other, BOARD)
    (warning,) = image.check_board(other, BOARD, force=True)
    assert warning == "x.elf was built for brd4186c (EFR32MG24B210F1536IM48), not for brd2601b"


def test_an_image_without_a_note_needs_force() -> None:
    silent = flash_image((FLASH, 8), note=None)
    with pytest.raises(ImageError, match=r"^x\.elf does not say for which board it was built: .* --force$"):
        image.check_board(silent, BOARD)
    assert len(image.check_board(silent, BOARD, force=True)) == 1


@pytest.mark.parametrize("segments", [[(FLASH, FLASH_BYTES)], [(FLASH + FLASH_BYTES - 1, 1)]])
def test_all_of_main_flash_may_be_written(segments: list[tuple[int, int]]) -> None:
    image.check_place(flash_image(*segments), FLASH, FLASH_BYTES)


# The places of section 1.1 of the hardware description.
@pytest.mark.parametrize(
    ("segment", "why"),
    [
        ((FLASH, FLASH_BYTES + 1), r"is too large: it ends 1 B behind 1572864 B of flash"),
        ((FLASH + FLASH_BYTES - 8, 16), "is too large: it ends 8 B behind"),
        (
            (FLASH + FLASH_BYTES, 4),
            "4 B at 0x08180000, outside flash: only main flash, 0x08000000 to 0x0817f",
        ),
        ((FLASH - 1, 2), "2 B at 0x07ffffff, outside flash"),
        ((0, 4), "4 B at 0x00000000, outside flash"),
        ((0x0FE0_0000, 4), "in the user data page"),
        ((0x0FE0_03FF, 1), "in the user data page"),
        ((0x0FDF_FFFE, 4), "in the user data page"),
        ((0x0FE0_8000, 4), "in device information"),
        ((0x0FE0_8400, 4), "in the chip's configuration"),
        ((0x2000_0000, 4), "in RAM"),
        ((0xE000_E000, 4), "outside flash"),
    ],
)
def test_nothing_but_main_flash_is_written(segment: tuple[int, int], why: str) -> None:
    segments = [segment] if segment[0] == FLASH else sorted([(FLASH, 8), segment])
    with pytest.raises(ImageError, match=why) as caught:
        image.check_place(flash_image(*segments), FLASH, FLASH_BYTES)
    assert "\n" not in str(caught.value)


def test_a_smaller_part_takes_less() -> None:
    with pytest.raises(ImageError, match="is too large: it ends 8192 B behind 1048576 B of flash"):
        image.check_place(flash_image((FLASH, 0x10_2000)), FLASH, 0x10_0000)


def noted() -> bytes:
    """An image with a note, by the description in firmware/."""
    texts = ("brd2601b", BOARD.part, "m", "0" * 64, "console", "0.1.0")
    content = struct.pack("<I", 0) + b"".join(text.encode() + b"\0" for text in texts)
    header = struct.pack("<III8s", 8, len(content), 1, b"Earshot")
    vectors = bytes(0x20) + struct.pack("<I", FLASH + 0x200)
    return vectors.ljust(0x200, b"\0") + header + content + bytes(0x400)


def hex_lines(data: bytes) -> list[str]:
    """Intel HEX of an image at the beginning of flash: base address, data, end."""
    lines = [":020000040800F2"]
    for at in range(0, len(data), 16):
        record = bytes([len(data[at : at + 16])]) + struct.pack(">HB", at, 0) + data[at : at + 16]
        lines.append(f":{record.hex()}{-sum(record) % 256:02x}")
    return [*lines, ":00000001FF"]


def test_a_hex_file_that_has_lost_a_record_is_refused(tmp_path: Path) -> None:
    path, lines = tmp_path / "x.hex", hex_lines(noted())
    path.write_text("\n".join(lines))
    assert image.read(path).note is not None
    del lines[-6:-4]
    path.write_text("\n".join(lines))
    with pytest.raises(ImageError, match=r"gap of 32 bytes at 0x08000\w+: the file has lost records"):
        image.read(path)


def test_a_hex_file_may_have_the_gaps_of_alignment(tmp_path: Path) -> None:
    path, lines = tmp_path / "x.hex", hex_lines(noted())
    short = bytes([4]) + bytes.fromhex(lines[-5][3:9]) + bytes(4)  # 12 bytes of a record are not there
    lines[-5] = f":{short.hex()}{-sum(short) % 256:02x}"
    path.write_text("\n".join(lines))
    assert len(image.read(path).segments) == 2


def test_an_elf_file_states_its_gaps(tmp_path: Path) -> None:
    path = tmp_path / "x.elf"
    path.write_bytes(elf((FLASH, noted()), (FLASH + 0x1000, b"more")))
    assert len(image.read(path).segments) == 2


def test_a_binary_file_at_another_base_is_told(tmp_path: Path) -> None:
    path = tmp_path / "x.bin"
    path.write_bytes(noted())
    image.check_board(image.read(path), BOARD)
    with pytest.raises(ImageError, match=r"begin at 0x08000000 by its note.*--base 0x08000000"):
        image.check_board(image.read(path, FLASH + 0x2000), BOARD)
