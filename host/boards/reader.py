"""Reads boards/NAME.toml into a Board and refuses whatever the firmware could not be built from."""

import re
import tomllib
from pathlib import Path
from typing import Any, Literal, cast

from host.boards.board import PORTS, Board, Clock, Led, Memory, Pin, Probe, SerialPort
from host.errors import BuildError
from host.project import ROOT

BOARDS_DIR = ROOT / "boards"

ALIASES = {"xg24": "brd2601b"}
"""Names that mean another board everywhere: output, JSON, build folders and images carry the real name."""

_PART = re.compile(r"EFR32[MB]G24[AB]\d{3}F(\d+)I[MJ]\d\d|EFR32[MB]G24[AB]\d{3}F(\d+)GM\d\d")
_USB_ID = re.compile(r"[0-9a-f]{4}:[0-9a-f]{4}")
_PIN = re.compile(r"P([A-D])(\d)")
_FIXED_CAPACITORS = ("none", "xi", "xo", "both")
_SERIAL_PORTS = ("EUSART0",)
# EUSART0 reaches ports A and B only (hardware description, section 4.5).
_SERIAL_PIN_PORTS = (0, 1)
_MAX_CORE_HZ = 80_000_000
_WORD = 0xFFFFFFFF
# Where the probe holds the chip (hardware description, section 2.2).
_DEBUG_PINS = {"SWCLK": Pin(0, 1), "SWDIO": Pin(0, 2)}


def names(folder: Path = BOARDS_DIR) -> list[str]:
    """Return the names of all boards, sorted, aliases left out."""
    return sorted(path.stem for path in folder.glob("*.toml"))


def load(name: str, folder: Path = BOARDS_DIR) -> Board:
    """Read one board by name or alias.

    Raises:
        BuildError: no such board (with the list), or its file is not valid (with the key and the limit).
    """
    name = ALIASES.get(name, name)
    if name not in names(folder):
        aliases = ", ".join(f"{alias} = {board}" for alias, board in sorted(ALIASES.items()))
        raise BuildError(f"unknown board {name!r}: choose one of {', '.join(names(folder))} ({aliases})")
    table = _Table(name, "", _parse(name, folder))
    base = table.text("same_as", default="")
    if not base:
        board = _board(name, table)
    elif base == name:
        raise table.error("same_as", f"{base!r} is the board itself: name another one")
    else:
        original = load(base, folder)
        board = Board(
            name=name,
            title=table.text("title"),
            image_board=original.image_board,
            part=original.part,
            memory=original.memory,
            clock=original.clock,
            serial=original.serial,
            led=original.led,
            probe=Probe(()),
            timing_pin=original.timing_pin,
        )
    table.finish()
    return board


def _parse(name: str, folder: Path) -> dict[str, Any]:
    try:
        return tomllib.loads((folder / f"{name}.toml").read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise BuildError(f"boards/{name}.toml cannot be read: {error}") from error


def _board(name: str, table: "_Table") -> Board:
    part = table.text("part")
    if not _PART.fullmatch(part):
        raise table.error("part", f"{part!r} is no EFR32xG24 order code such as EFR32MG24B310F1536IM48")
    serial, led = _serial(table.table("serial")), _led(table.table("led"))
    return Board(
        name=name,
        title=table.text("title"),
        image_board=name,
        part=part,
        memory=_memory(table.table("memory")),
        clock=_clock(table.table("clock")),
        serial=serial,
        led=led,
        probe=_probe(table.table("probe")),
        timing_pin=_timing_pin(table.table("benchmark"), serial, led) if "benchmark" in table else None,
    )


def _memory(table: "_Table") -> Memory:
    memory = Memory(
        flash_base=table.integer("flash_base", 0, _WORD, multiple=512),
        flash_bytes=table.integer("flash_bytes", 0x2000, 0x180000, multiple=0x2000),
        ram_base=table.integer("ram_base", 0, _WORD, multiple=8),
        ram_bytes=table.integer("ram_bytes", 0x4000, 0x40000, multiple=8),
        stack_bytes=table.integer("stack_bytes", 0x400, 0x40000, multiple=8),
    )
    if memory.stack_bytes >= memory.ram_bytes:
        raise table.error("stack_bytes", f"{memory.stack_bytes} leaves nothing of {memory.ram_bytes} B RAM")
    table.finish()
    return memory


def _clock(table: "_Table") -> Clock:
    core_hz = table.integer("core_hz", 1_000_000, _MAX_CORE_HZ)
    hfxo_hz = table.integer("hfxo_hz", 38_000_000, 40_000_000)
    # The DPLL is set to f * 3840 / 1920 (section 3.5): any other ratio would make every printed time wrong.
    if core_hz != 2 * hfxo_hz:
        raise table.error("core_hz", f"{core_hz} must be twice hfxo_hz, {2 * hfxo_hz}")
    ctune = table.integer("ctune", 0, 255)
    fixed = table.choice("fixed_capacitor", _FIXED_CAPACITORS)
    table.finish()
    return Clock(core_hz, hfxo_hz, ctune, cast(Literal["none", "xi", "xo", "both"], fixed))


def _serial(table: "_Table") -> SerialPort:
    serial = SerialPort(
        peripheral=table.choice("peripheral", _SERIAL_PORTS),
        tx=table.pin("tx", _SERIAL_PIN_PORTS),
        rx=table.pin("rx", _SERIAL_PIN_PORTS),
        enable=table.pin("enable") if table.text("enable", default="") else None,
        baud=table.integer("baud", 1200, 2_000_000),
    )
    pins = [pin for pin in (serial.tx, serial.rx, serial.enable) if pin is not None]
    if len(set(pins)) != len(pins):
        raise table.error("tx", "tx, rx and enable must be different pins")
    table.finish()
    return serial


def _led(table: "_Table") -> Led:
    led = Led(table.pin("pin"), table.flag("active_low"))
    table.finish()
    return led


def _probe(table: "_Table") -> Probe:
    probe = Probe(table.texts("usb", _USB_ID, "a USB id such as 1366:0105"))
    table.finish()
    return probe


def _timing_pin(table: "_Table", serial: SerialPort, led: Led) -> Pin:
    pin = table.pin("timing_pin")
    taken = {
        "serial.tx": serial.tx,
        "serial.rx": serial.rx,
        "serial.enable": serial.enable,
        "led.pin": led.pin,
    }
    taken |= {f"the debugger's {name}": debug for name, debug in _DEBUG_PINS.items()}
    for use, other in taken.items():
        if pin == other:
            raise table.error("timing_pin", f"{pin} is {use} already: name a pin that is free")
    table.finish()
    return pin


class _Table:
    """One TOML table that is read key by key; keys that nobody asked for are errors."""

    def __init__(self, board: str, section: str, values: dict[str, Any]) -> None:
        self._board = board
        self._section = section
        self._values = values
        self._used: set[str] = set()

    def __contains__(self, key: str) -> bool:
        return key in self._values

    def error(self, key: str, problem: str) -> BuildError:
        place = f"{self._section}.{key}" if self._section else key
        return BuildError(f"boards/{self._board}.toml: {place}: {problem}")

    def finish(self) -> None:
        for key in self._values.keys() - self._used:
            raise self.error(key, f"unknown key: remove it, or use one of {', '.join(sorted(self._used))}")

    def table(self, key: str) -> "_Table":
        return _Table(self._board, key, self._value(key, dict, "a table", None))

    def text(self, key: str, default: str | None = None) -> str:
        return cast(str, self._value(key, str, "text in quotes", default))

    def texts(self, key: str, form: re.Pattern[str], what: str) -> tuple[str, ...]:
        values = cast(list[object], self._value(key, list, "a list of texts in quotes", None))
        for value in values:
            if not isinstance(value, str) or not form.fullmatch(value):
                raise self.error(key, f"{value!r} is no {what.removeprefix('a ')}")
        return tuple(str(value) for value in values)

    def flag(self, key: str) -> bool:
        return cast(bool, self._value(key, bool, "true or false", None))

    def choice(self, key: str, choices: tuple[str, ...]) -> str:
        value = self.text(key)
        if value not in choices:
            raise self.error(key, f"{value!r} must be one of {', '.join(choices)}")
        return value

    def integer(self, key: str, low: int, high: int, multiple: int = 1) -> int:
        value = cast(int, self._value(key, int, "an integer", None))
        if not low <= value <= high:
            raise self.error(key, f"{value} must be within {low}..{high}")
        if value % multiple:
            raise self.error(key, f"{value} must be a multiple of {multiple}")
        return value

    def pin(self, key: str, ports: tuple[int, ...] = (0, 1, 2, 3)) -> Pin:
        text = self.text(key)
        match = _PIN.fullmatch(text)
        if match is None:
            raise self.error(key, f"{text!r} is no pin: write port and number, such as PA5")
        pin = Pin(PORTS.index(match[1]), int(match[2]))
        if pin.port not in ports:
            raise self.error(key, f"{pin} must be on port {' or '.join(PORTS[port] for port in ports)}")
        return pin

    def _value(self, key: str, kind: type, wanted: str, default: object) -> Any:
        self._used.add(key)
        value = self._values.get(key, default)
        if value is None:
            raise self.error(key, f"missing: add {wanted}")
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            raise self.error(key, f"{value!r} must be {wanted}")
        return value
