"""board.h and memory.ld: what stands in them, and that unchanged files are left alone."""

import dataclasses
import re
from pathlib import Path

from host import boards
from host.boards import header
from host.boards.board import Pin


def regions(script: str) -> dict[str, tuple[int, int]]:
    found = re.findall(r"(\w+) +\(\w+\) *: ORIGIN = (0x\w+), LENGTH = (0x\w+)", script)
    return {name: (int(origin, 16), int(length, 16)) for name, origin, length in found}


def test_regions_cover_flash_and_ram_with_the_stack_on_top() -> None:
    assert regions(header.memory_script(boards.load("xg24"))) == {
        "FLASH": (0x08000000, 0x180000),
        "RAM": (0x20000000, 0x3E000),
        "STACK": (0x2003E000, 0x2000),
    }


def test_header_has_pins_clock_and_polarity() -> None:
    text = header.board_header(boards.load("xg24"))
    for line in (
        '/*name=*/"brd2601b"',
        "/*core_hz=*/78000000u",
        "/*tx=*/{0, 5}",
        "/*rx=*/{0, 6}",
        "/*has_serial_enable=*/false",
        "/*led=*/{3, 2}",
        "/*led_active_low=*/true",
        "/*fixed_capacitor=*/3",
    ):
        assert line in text


def test_header_of_a_board_with_an_enable_pin() -> None:
    board = boards.load("xg24")
    serial = dataclasses.replace(board.serial, enable=Pin(1, 0))
    text = header.board_header(dataclasses.replace(board, serial=serial))
    assert "/*has_serial_enable=*/true" in text
    assert "/*serial_enable=*/{1, 0}" in text


def test_header_has_the_timing_pin_of_boards_that_name_one() -> None:
    board = boards.load("xg24")
    assert "inline constexpr chip::Pin kTimingPin = {1, 0};" in header.board_header(board)
    without = header.board_header(dataclasses.replace(board, timing_pin=None))
    assert "kTimingPin" not in without
    assert without.count("\n\n") == header.board_header(board).count("\n\n") - 1


def test_virtual_board_has_the_header_of_its_original() -> None:
    virtual, original = boards.load("virtual"), boards.load("xg24")
    assert header.board_header(virtual) == header.board_header(original)
    assert header.memory_script(virtual) == header.memory_script(original)


def test_unchanged_files_keep_their_time_stamp(tmp_path: Path) -> None:
    board = boards.load("xg24")
    header.write(board, tmp_path / "board")
    before = [path.stat().st_mtime_ns for path in sorted((tmp_path / "board").iterdir())]
    header.write(board, tmp_path / "board")
    assert [path.stat().st_mtime_ns for path in sorted((tmp_path / "board").iterdir())] == before
    assert len(before) == 2
