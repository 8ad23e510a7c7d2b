"""The firmware of every board file: it compiles, and its image boots on pins and crystal of that board."""

import subprocess
from pathlib import Path

import pytest
import tflite_models

from host import boards
from host.boards import header
from host.firmware_build import image
from host.project import BUILD_DIR, ROOT
from host.sim import image_file
from host.sim.board import VirtualBoard
from host.sim.board_settings import BoardSettings
from host.sim.conditions import StopReason, Text

# Hardware description: serial port and its enable pin of section 8, XTALCTRL of section 3.7, DEVINFO.PART by
# section 1.4.
DOCUMENTED = {
    "brd2703a": ("PA5", "PA6", None, 0x038C643C, 0x011804BA),
    "brd4186c": ("PA8", "PA9", "PB0", 0x037F573C, 0x011804BA),
    "brd4187c": ("PA8", "PA9", "PB0", 0x02875F3C, 0x011804C4),
    "xiao_mg24": ("PA8", "PA9", None, 0x02875F3C, 0x011804C4),
}
WITHOUT_MVP = 0x0118_0000 + 1000 + 20  # MG24 B020, on revision A00 of the BRD2703A
FIRMWARE = ROOT / "firmware"
XTALCTRL = 0x4A00_4018
EUSART0_RXROUTE, EUSART0_TXROUTE = 0x4003_C4A4, 0x4003_C4AC
BOOT_CYCLES = 40_000_000


def route(pin: str) -> int:
    """A route register: port in bits 1:0, pin in bits 19:16 (section 4.5)."""
    return "ABCD".index(pin[1]) | int(pin[2]) << 16


@pytest.mark.parametrize("name", boards.names())
def test_start_up_code_compiles_for_the_board(name: str, tmp_path: Path) -> None:
    header.write(boards.load(name), tmp_path)
    source = tmp_path / "facts.cc"
    source.write_text(
        '#include "board.h"\n#include "chip/efr32xg24/clocks.h"\n'
        "static_assert(chip::CrystalTuning(board::kBoard.ctune, board::kBoard.fixed_capacitor) != 0);\n"
    )
    compiler = "arm-none-eabi-g++ -mcpu=cortex-m33 -std=c++17 -Wall -Wextra -Werror -fsyntax-only"
    folders = [f"-I{folder}" for folder in (tmp_path, FIRMWARE, FIRMWARE / "chip" / "efr32xg24" / "bus")]
    subprocess.run([*compiler.split(), *folders, str(source)], check=True, timeout=60)


def booted(name: str, part: int, folder: Path, preset: str) -> VirtualBoard:
    """Build a small model's image for a board, and run it on a part until it says for which board it is."""
    model = folder / "small.tflite"
    model.write_bytes(tflite_models.chain(37, [tflite_models.Layer(11), tflite_models.Layer(5)]))
    built = image.build(boards.load(name), model, "baseline", BUILD_DIR / "test-images", preset=preset)
    board = VirtualBoard(BoardSettings(part=part))
    board.load(image_file.read(built.elf))
    assert board.run(Text(name.encode()), cycles=BOOT_CYCLES).reason == StopReason.TEXT
    return board


@pytest.mark.parametrize(
    "name",
    [name if name == "brd4187c" else pytest.param(name, marks=pytest.mark.slow) for name in DOCUMENTED],
)
def test_image_boots_on_the_boards_pins_and_crystal(name: str, tmp_path: Path, sanitized_host: Path) -> None:
    tx, rx, enable, crystal, part = DOCUMENTED[name]
    board = booted(name, part, tmp_path, sanitized_host.parent.name)
    assert board.read_word(XTALCTRL) & 0x03FF_FFFF == crystal
    assert (board.read_word(EUSART0_TXROUTE), board.read_word(EUSART0_RXROUTE)) == (route(tx), route(rx))
    assert enable is None or board.pin(enable)


def output(board: VirtualBoard) -> bytes:
    """Return the console's line on the output of an inference."""
    board.run(Text(b"> "), cycles=BOOT_CYCLES)
    board.sent()
    board.send(b"run\r")
    board.run(Text(b"> "), cycles=BOOT_CYCLES)
    return next(line for line in board.sent().splitlines() if line.startswith(b"output 0"))


@pytest.mark.slow
def test_explorer_kit_without_accelerator_gives_the_same_output(tmp_path: Path, sanitized_host: Path) -> None:
    preset = sanitized_host.parent.name
    with_mvp, without = (
        booted("brd2703a", part, tmp_path, preset) for part in (DOCUMENTED["brd2703a"][4], WITHOUT_MVP)
    )
    line = output(with_mvp)
    assert b"CRC-32" in line
    assert output(without) == line
