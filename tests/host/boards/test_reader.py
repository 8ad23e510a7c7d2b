"""Board files: what the real ones say, compared with the hardware description, and what is refused."""

import re
from pathlib import Path

import pytest

from host import boards
from host.boards import reader
from host.errors import BuildError

BOOTLOADER = "[bootloader]\nbase = 0x08000000\n"
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


# Hardware description: part, serial port, LED and probe of section 8, crystal words of section 3.7.
DOCUMENTED = {
    "brd2601b": ("EFR32MG24B310F1536IM48", "PA5", "PA6", None, "PD2", True, 0x03B48C3C, "1366:0105"),
    "brd2703a": ("EFR32MG24B210F1536IM48", "PA5", "PA6", None, "PA4", False, 0x038C643C, "1366:0105"),
    "brd4186c": ("EFR32MG24B210F1536IM48", "PA8", "PA9", "PB0", "PB2", False, 0x037F573C, "1366:0105"),
    "brd4187c": ("EFR32MG24B220F1536IM48", "PA8", "PA9", "PB0", "PB2", False, 0x02875F3C, "1366:0105"),
    "xiao_mg24": ("EFR32MG24B220F1536IM48", "PA8", "PA9", None, "PA7", True, 0x02875F3C, "2886:0062"),
}
# What the same section says is in use beside the serial port: LEDs, buttons, crystal, flow control, enables.
IN_USE = {
    "brd2601b": {"PD2", "PA4", "PB2", "PB3", "PD0", "PD1", "PC8", "PC9"},  # PB0, a LED, is the timing pin.
    "brd2703a": {"PA4", "PA7", "PB2", "PB3", "PD0", "PD1", "PA8", "PA9"},
    "brd4186c": {"PB2", "PB4", "PB1", "PB3", "PD0", "PD1", "PB5", "PA0", "PC9", "PD3"},
    "brd4187c": {"PB2", "PB4", "PB1", "PB3", "PD0", "PD1", "PB5", "PA0", "PC9", "PD3"},
    "xiao_mg24": {"PA7", "PD0", "PD1", "PB4", "PB5"},
}
FIXED_CAPACITOR = {"xo": 2, "both": 3}


def test_there_is_a_file_for_every_board() -> None:
    assert boards.names() == sorted([*DOCUMENTED, "virtual"])


@pytest.mark.parametrize("name", DOCUMENTED)
def test_board_says_what_the_hardware_description_says(name: str) -> None:
    board = boards.load(name)
    clock, serial = board.clock, board.serial
    part, tx, rx, enable, led, active_low, crystal, usb = DOCUMENTED[name]
    assert (board.part, str(serial.tx), str(serial.rx)) == (part, tx, rx)
    assert (str(serial.enable) if serial.enable else None) == enable
    assert (str(board.led.pin), board.led.active_low) == (led, active_low)
    tuning = min(255, clock.ctune + 40) << 16 | clock.ctune << 8 | 0x3C
    assert FIXED_CAPACITOR[clock.fixed_capacitor] << 24 | tuning == crystal
    assert (clock.hfxo_hz, serial.peripheral, serial.baud) == (39_000_000, "EUSART0", 115_200)
    assert (board.memory.flash_bytes, board.memory.ram_bytes) == (1536 * 1024, 256 * 1024)
    assert usb in board.probe.usb
    assert board.probe.type == ("cmsis-dap" if name == "xiao_mg24" else "jlink")


@pytest.mark.parametrize("name", DOCUMENTED)
def test_timing_pin_is_free(name: str) -> None:
    assert str(boards.load(name).timing_pin) not in IN_USE[name]


def test_only_the_xiao_is_sold_with_a_bootloader() -> None:
    found = {name: boards.load(name).bootloader for name in boards.names()}
    assert found.pop("xiao_mg24") == boards.Bootloader(0x08000000, 24 * 1024)
    assert set(found.values()) == {None}


def test_explorer_kit_without_accelerator_is_told() -> None:
    assert "A00" in boards.load("brd2703a").note
    assert "no MVP" in boards.load("brd2703a").note


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
    assert (virtual.probe.type, virtual.probe.usb) == ("virtual", ())
    assert virtual.timing_pin == original.timing_pin


@pytest.mark.parametrize("name", boards.names())
def test_every_board_file_is_valid(name: str) -> None:
    assert boards.load(name).name == name


def test_unknown_board_lists_the_known_ones() -> None:
    with pytest.raises(
        BuildError, match=r"'brd9999': choose one of brd2601b, .*virtual.*\(xg24 = brd2601b\)"
    ):
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
        ('tx = "PA5"', 'tx = "PA6"', "serial.rx: PA6 is serial.tx already: name a pin that is free"),
        ('tx = "PA5"', 'tx = "PA1"', "serial.tx: PA1 is the debugger's SWCLK already"),
        ('tx = "PA5"', 'tx = "PA8"', "serial.tx: EFR32MG24B310F1536IM48 has no PA8: its port ends at PA7"),
        ('enable = ""', 'enable = "PB4"', "serial.enable: .* has no PB4: its port ends at PB3"),
        ('pin = "PD2"', 'pin = "PD6"', "led.pin: .* has no PD6: its port ends at PD5"),
        ('"1366:0105"', '"1366"', "probe.usb: '1366' is no USB id such as 1366:0105"),
        ('["1366:0105", "1366:1015"]', "1366", "probe.usb: 1366 must be a list"),
        ('tx = "PA5"', "tx = 5", "serial.tx: 5 must be text"),
        ('"EUSART0"', '"UART7"', "'UART7' must be one of EUSART0"),
        ("active_low = true", 'active_low = "yes"', "led.active_low: 'yes' must be true or false"),
        ('"EFR32MG24B310F1536IM48"', '"STM32F4"', "no EFR32xG24 order code"),
        ("ctune = 140", 'ctune = 140\nfixed_capacitor = "xo"', "clock.fixed_capacitor: unknown key"),
        ("B310F1536IM48", "B210F1024IM48", r"memory.flash_bytes: 1572864 must be within 8192\.\.1048576"),
        ("B310F1536IM48", "A010F1536IM48", r"memory.ram_bytes: 262144 must be within 16384\.\.196608"),
        ("0x08000000", "0x08000200", "memory.flash_base: 0x08000200 must be a multiple of 0x2000"),
        ("0x08000000", "0", r"memory.flash_base: 0x00000000 must be within 0x08000000\.\.0x0817e000"),
        ("0x08000000", "0x08002000", r"memory.flash_bytes: 1572864 must be within 8192\.\.1564672"),
        ("0x20000000", "0x10000000", r"0x10000000 must be within 0x20000000\.\.0x2003c000"),
        ('type = "jlink"', 'type = "stlink"', "'stlink' must be one of jlink, cmsis-dap, virtual"),
        ('type = "jlink"', 'type = "virtual"', "probe.usb: a virtual probe has no USB ids: remove it"),
        ('type = "jlink"', "", "probe.type: missing: add text"),
        ('["1366:0105", "1366:1015"]', "[]", "probe.usb: empty: name at least one id"),
        ("swd_hz = 4_000_000", "swd_hz = 4", r"probe.swd_hz: 4 must be within 10000\.\.20000000"),
        (
            "[probe]",
            "[bootloader]\nbase = 0\nbytes = 0\n[probe]",
            "bootloader.base: 0x00000000 must be within",
        ),
        ("[probe]", f"{BOOTLOADER}bytes = 0x6100\n[probe]", "bytes: 24832 must be a multiple of 8192"),
        ("[probe]", f"{BOOTLOADER}bytes = 0x182000\n[probe]", r"must be within 8192\.\.1572864"),
        ("[probe]", f"{BOOTLOADER}[probe]", "bootloader.bytes: missing: add an integer"),
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
    with pytest.raises(BuildError, match=r"mine\.toml: same_as: 'mine' has no facts of its own"):
        boards.load("mine", tmp_path)


def test_boards_that_are_the_same_as_each_other_are_refused(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text('title = "x"\nsame_as = "xg24"\n')
    (tmp_path / "brd2601b.toml").write_text('title = "y"\nsame_as = "mine"\n')
    with pytest.raises(BuildError, match=r"mine\.toml: same_as: 'brd2601b' has no facts of its own"):
        boards.load("mine", tmp_path)


def test_file_that_is_no_text_is_refused(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(BuildError, match="cannot be read"):
        boards.load("mine", tmp_path)
