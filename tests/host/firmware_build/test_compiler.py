"""What the compiler and the linker say, in one line."""

from pathlib import Path

import pytest

from host import boards
from host.errors import BuildError
from host.firmware_build import compiler

BOARD = boards.load("xg24")


def test_flash_overflow_is_named_with_its_size() -> None:
    log = "ld: section `.model' will not fit in region `FLASH'\nld: region `FLASH' overflowed by 4711 bytes\n"
    line = compiler.reason(log, BOARD)
    assert line.startswith(
        "model and code are 4711 B too large for brd2601b, which has 1572864 B of flash: use "
    )


def test_ram_overflow_is_named_with_its_size() -> None:
    line = compiler.reason("ld: region `RAM' overflowed by 16 bytes", BOARD)
    assert line.startswith("arena and variables are 16 B too large for brd2601b, which has 253952 B of RAM")


def test_compiler_error_is_shown_without_what_surrounds_it() -> None:
    log = "[1/2] Building\na.cc: In function f:\na.cc:3:1: error: expected ';'\nninja: build stopped\n"
    assert compiler.reason(log, BOARD) == "building for brd2601b failed: a.cc:3:1: error: expected ';'"


def test_silent_failure_shows_the_beginning() -> None:
    assert compiler.reason("one\ntwo\n", BOARD) == "building for brd2601b failed: one | two"


def test_missing_compiler_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(BuildError, match=r"arm-none-eabi-g\+\+ is not installed: run tools/setup"):
        compiler.compile_image(BOARD, tmp_path, tmp_path, tmp_path, "baseline")
