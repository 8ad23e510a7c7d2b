"""Reads boards/NAME.toml into a Board and refuses whatever the firmware could not be built from."""

import re
import tomllib
from collections.abc import Collection
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

from host.boards.board import (
    PORTS,
    Board,
    Bootloader,
    Clock,
    Led,
    Memory,
    Pin,
    Probe,
    ProbeType,
    SerialPort,
)
from host.boards.part import FLASH_BASE, RAM_BASE, SECTOR_BYTES, Part, describe
from host.boards.table import Table
from host.errors import BuildError
from host.project import ROOT

BOARDS_DIR = ROOT / "boards"

ALIASES = {"xg24": "brd2601b"}
"""Names that mean another board everywhere: output, JSON, build folders and images carry the real name."""

_USB_ID = re.compile(r"[0-9a-f]{4}:[0-9a-f]{4}")
_PROBE_TYPES = ("jlink", "cmsis-dap", "virtual")
_SERIAL_PORTS = ("EUSART0",)
# EUSART0 reaches ports A and B only (hardware description, section 4.5).
_SERIAL_PIN_PORTS = (0, 1)
_MAX_CORE_HZ = 80_000_000
_SWD_HZ = (10_000, 20_000_000)
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
    table = Table(name, "", _parse(name, folder))
    base = table.text("same_as", default="")
    if not base:
        board = _board(name, table)
    else:
        base = ALIASES.get(base, base)
        # Two files that name each other would never end.
        if base in names(folder) and "same_as" in _parse(base, folder):
            raise table.error("same_as", f"{base!r} has no facts of its own: name a board that has")
        board = replace(
            load(base, folder),
            name=name,
            title=table.text("title"),
            probe=_probe(table.table("probe")),
            note=table.text("note", default=""),
        )
    table.finish()
    return board


class _Pins:
    """The pins of a part: those that a board uses are taken one after the other."""

    def __init__(self, part: Part) -> None:
        self._part = part
        self._taken = {pin: f"the debugger's {name}" for name, pin in _DEBUG_PINS.items()}

    def take(self, table: Table, key: str, ports: Collection[int] = range(len(PORTS))) -> Pin:
        pin = table.pin(key)
        if pin.port not in ports:
            raise table.error(key, f"{pin} must be on port {' or '.join(PORTS[port] for port in ports)}")
        if not self._part.has_pin(pin):
            last = Pin(pin.port, self._part.pins[pin.port] - 1)
            raise table.error(key, f"{self._part.order_code} has no {pin}: its port ends at {last}")
        if pin in self._taken:
            raise table.error(key, f"{pin} is {self._taken[pin]} already: name a pin that is free")
        self._taken[pin] = table.place(key)
        return pin


def _parse(name: str, folder: Path) -> dict[str, Any]:
    try:
        return tomllib.loads((folder / f"{name}.toml").read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise BuildError(f"boards/{name}.toml cannot be read: {error}") from error


def _board(name: str, table: Table) -> Board:
    part = _part(table)
    pins = _Pins(part)
    return Board(
        name=name,
        title=table.text("title"),
        image_board=name,
        part=part.order_code,
        memory=_memory(table.table("memory"), part),
        clock=_clock(table.table("clock"), part),
        serial=_serial(table.table("serial"), pins),
        led=_led(table.table("led"), pins),
        probe=_probe(table.table("probe")),
        timing_pin=_timing_pin(table.table("benchmark"), pins) if "benchmark" in table else None,
        bootloader=_bootloader(table.table("bootloader"), part) if "bootloader" in table else None,
        note=table.text("note", default=""),
    )


def _part(table: Table) -> Part:
    try:
        return describe(table.text("part"))
    except BuildError as error:
        raise table.error("part", str(error)) from error


def _memory(table: Table, part: Part) -> Memory:
    flash_end, ram_end = FLASH_BASE + part.flash_bytes, RAM_BASE + part.ram_bytes
    flash_base = table.address("flash_base", FLASH_BASE, flash_end - SECTOR_BYTES, multiple=SECTOR_BYTES)
    ram_base = table.address("ram_base", RAM_BASE, ram_end - 0x4000, multiple=8)
    memory = Memory(
        flash_base=flash_base,
        flash_bytes=table.integer("flash_bytes", SECTOR_BYTES, flash_end - flash_base, multiple=SECTOR_BYTES),
        ram_base=ram_base,
        ram_bytes=table.integer("ram_bytes", 0x4000, ram_end - ram_base, multiple=8),
        stack_bytes=table.integer("stack_bytes", 0x400, 0x40000, multiple=8),
    )
    if memory.stack_bytes >= memory.ram_bytes:
        raise table.error("stack_bytes", f"{memory.stack_bytes} leaves nothing of {memory.ram_bytes} B RAM")
    table.finish()
    return memory


def _clock(table: Table, part: Part) -> Clock:
    core_hz = table.integer("core_hz", 1_000_000, _MAX_CORE_HZ)
    hfxo_hz = table.integer("hfxo_hz", 38_000_000, 40_000_000)
    # The DPLL is set to f * 3840 / 1920 (section 3.5): any other ratio would make every printed time wrong.
    if core_hz != 2 * hfxo_hz:
        raise table.error("core_hz", f"{core_hz} must be twice hfxo_hz, {2 * hfxo_hz}")
    ctune = table.integer("ctune", 0, 255)
    table.finish()
    return Clock(core_hz, hfxo_hz, ctune, part.fixed_capacitor)


def _serial(table: Table, pins: _Pins) -> SerialPort:
    serial = SerialPort(
        peripheral=table.choice("peripheral", _SERIAL_PORTS),
        tx=pins.take(table, "tx", _SERIAL_PIN_PORTS),
        rx=pins.take(table, "rx", _SERIAL_PIN_PORTS),
        enable=pins.take(table, "enable") if table.text("enable", default="") else None,
        baud=table.integer("baud", 1200, 2_000_000),
    )
    table.finish()
    return serial


def _led(table: Table, pins: _Pins) -> Led:
    led = Led(pins.take(table, "pin"), table.flag("active_low"))
    table.finish()
    return led


def _probe(table: Table) -> Probe:
    kind = cast(ProbeType, table.choice("type", _PROBE_TYPES))
    usb: tuple[str, ...] = ()
    if kind != "virtual":
        usb = table.texts("usb", _USB_ID, "a USB id such as 1366:0105")
        if not usb:
            raise table.error("usb", "empty: name at least one id; lsusb lists those that are plugged in")
    elif "usb" in table:
        raise table.error("usb", "a virtual probe has no USB ids: remove it")
    probe = Probe(kind, usb, table.integer("swd_hz", *_SWD_HZ))
    table.finish()
    return probe


def _timing_pin(table: Table, pins: _Pins) -> Pin:
    pin = pins.take(table, "timing_pin")
    table.finish()
    return pin


def _bootloader(table: Table, part: Part) -> Bootloader:
    end = FLASH_BASE + part.flash_bytes
    base = table.address("base", FLASH_BASE, end - SECTOR_BYTES, multiple=SECTOR_BYTES)
    size = table.integer("bytes", SECTOR_BYTES, end - base, multiple=SECTOR_BYTES)
    table.finish()
    return Bootloader(base, size)
