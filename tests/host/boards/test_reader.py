"""Board files: what the real ones say, compared with the hardware description, and what is refused."""

import re
from pathlib import Path

import pytest

from host import boards
from host.boards import reader
from host.errors import BuildError

VALID = (reader.BOARDS_DIR / "brd2601b.toml").read_text()


def test_brd2601b_says_what_the_hardware_description_says() -> None:
    board = boards.load("brd2601b")
    assert board.part == "EFR32MG24B310F1536IM48"
    assert (board.memory.flash_base, board.memory.flash_bytes) == (0x08000000, 1536 * 1024)
    assert (board.memory.ram_base, board.memory.ram_bytes) == (0x20000000, 256 * 1024)
    assert (board.clock.core_hz, board.clock.hfxo_hz, board.clock.ctune) == (78_000_000, 39_000_000, 140)
    assert (board.serial.peripheral, str(board.serial.tx), str(board.serial.rx)) == ("EUSART0", "PA5", "PA6")
    assert board.serial.enable is None
    assert (str(board.led.pin), board.led.active_low) == ("PD2", True)
    assert str(board.timing_pin) == "PB0"


def test_alias_resolves_to_the_real_name() -> None:
    assert boards.load("xg24") == boards.load("brd2601b")
    assert "xg24" not in boards.names()


def test_virtual_board_runs_the_images_of_its_original() -> None:
    virtual, original = boards.load("virtual"), boards.load("brd2601b")
    assert (virtual.name, virtual.image_board) == ("virtual", "brd2601b")
    assert (virtual.memory, virtual.clock, virtual.serial) == (
        original.memory,
        original.clock,
        original.serial,
    )
    assert virtual.probe.usb == ()
    assert virtual.timing_pin == original.timing_pin


@pytest.mark.parametrize("name", boards.names())
def test_every_board_file_is_valid(name: str) -> None:
    assert boards.load(name).name == name


def test_unknown_board_lists_the_known_ones() -> None:
    with pytest.raises(BuildError, match=r"'brd9999': choose one of brd2601b, virtual \(xg24 = brd2601b\)"):
        boards.load("brd9999")


@pytest.mark.parametrize("name", ["../boards/brd2601b", "", ".", "brd2601b.toml"])
def test_a_path_is_no_board_name(name: str) -> None:
    with pytest.raises(BuildError, match="unknown board"):
        boards.load(name)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("flash_bytes = 0x180000", "flash_bytes = 0x180001", "memory.flash_bytes: 1572865 must be"),
        ("flash_bytes = 0x180000", "flash_bytes = 0", r"must be within 8192\.\.1572864"),
        ("stack_bytes = 0x2000", "stack_bytes = 0x40000", "leaves nothing of 262144 B RAM"),
        ("core_hz = 78_000_000", "core_hz = 80_000_000", "must be twice hfxo_hz, 78000000"),
        ("ctune = 140", "ctune = 256", r"clock.ctune: 256 must be within 0\.\.255"),
        ("ctune = 140", "ctune = true", "clock.ctune: True must be an integer"),
        ("ctune = 140", "", "clock.ctune: missing: add an integer"),
        ("ctune = 140", "ctune = 140\nctunes = 1", "clock.ctunes: unknown key"),
        ('tx = "PA5"', 'tx = "PE5"', "'PE5' is no pin"),
        ('tx = "PA5"', 'tx = "PC5"', "PC5 must be on port A or B"),
        ('tx = "PA5"', 'tx = "PA6"', "must be different pins"),
        ('"1366:0105"', '"1366"', "probe.usb: '1366' is no USB id such as 1366:0105"),
        ('["1366:0105", "1366:1015"]', "1366", "probe.usb: 1366 must be a list"),
        ('tx = "PA5"', "tx = 5", "serial.tx: 5 must be text"),
        ('"EUSART0"', '"UART7"', "'UART7' must be one of EUSART0"),
        ("active_low = true", 'active_low = "yes"', "led.active_low: 'yes' must be true or false"),
        ('"EFR32MG24B310F1536IM48"', '"STM32F4"', "no EFR32xG24 order code"),
        ('fixed_capacitor = "both"', 'fixed_capacitor = "all"', "'all' must be one of none, xi, xo, both"),
        ("[memory]", "[memory", "cannot be read"),
        ("[led]", "[light]", "led: missing: add a table"),
        ('timing_pin = "PB0"', 'timing_pin = "PA5"', "benchmark.timing_pin: PA5 is serial.tx already"),
        ('timing_pin = "PB0"', 'timing_pin = "PA6"', "benchmark.timing_pin: PA6 is serial.rx already"),
        ('timing_pin = "PB0"', 'timing_pin = "PD2"', "benchmark.timing_pin: PD2 is led.pin already"),
        ('timing_pin = "PB0"', 'timing_pin = "PA2"', "PA2 is the debugger's SWDIO already: name a pin"),
        ('timing_pin = "PB0"', "", "benchmark.timing_pin: missing: add text"),
        ('timing_pin = "PB0"', 'timing_pin = "PB0"\npin = 1', "benchmark.pin: unknown key"),
        ('enable = ""', 'enable = "PB0"', "benchmark.timing_pin: PB0 is serial.enable already"),
    ],
)
def test_bad_board_file_is_refused_in_one_line(tmp_path: Path, old: str, new: str, message: str) -> None:
    assert old in VALID
    (tmp_path / "mine.toml").write_text(VALID.replace(old, new))
    with pytest.raises(BuildError, match=message) as error:
        boards.load("mine", tmp_path)
    assert re.match(r"boards/mine\.toml", str(error.value))
    assert "\n" not in str(error.value)


def test_board_without_a_timing_pin_is_valid(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text(VALID.replace("[benchmark]", "").replace('timing_pin = "PB0"', ""))
    assert boards.load("mine", tmp_path).timing_pin is None


def test_board_that_is_the_same_as_itself_is_refused(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text('title = "x"\nsame_as = "mine"\n')
    with pytest.raises(BuildError, match="the board itself"):
        boards.load("mine", tmp_path)


def test_file_that_is_no_text_is_refused(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(BuildError, match="cannot be read"):
        boards.load("mine", tmp_path)
