"""What a board is: its chip, memories, clock, serial pins and LED, as frozen records."""

from dataclasses import dataclass
from typing import Literal

PORTS = "ABCD"

FixedCapacitor = Literal["none", "xi", "xo", "both"]
ProbeType = Literal["jlink", "cmsis-dap", "virtual"]


@dataclass(frozen=True)
class Pin:
    """One GPIO pin: `port` 0..3 for PA..PD, `number` 0..9."""

    port: int
    number: int

    def __str__(self) -> str:
        return f"P{PORTS[self.port]}{self.number}"


@dataclass(frozen=True)
class Memory:
    """Addresses and sizes in bytes; `stack_bytes` is taken from the top of RAM."""

    flash_base: int
    flash_bytes: int
    ram_base: int
    ram_bytes: int
    stack_bytes: int


@dataclass(frozen=True)
class Clock:
    """Frequencies in Hz; `ctune` is the crystal's load capacitance code (0..255) on its XI side.

    `fixed_capacitor` follows from the part.
    """

    core_hz: int
    hfxo_hz: int
    ctune: int
    fixed_capacitor: FixedCapacitor


@dataclass(frozen=True)
class SerialPort:
    """The virtual COM port as the chip sees it; `enable` is a pin that must be driven high first, if any."""

    peripheral: str
    tx: Pin
    rx: Pin
    enable: Pin | None
    baud: int


@dataclass(frozen=True)
class Led:
    """The LED that shows activity."""

    pin: Pin
    active_low: bool


@dataclass(frozen=True)
class Probe:
    """The debug probe on the board, which is its serial port's other end too.

    `usb` has the ids that computers see, as "VVVV:PPPP" in lower-case hexadecimal; none on a virtual board.
    `swd_hz` is the frequency of SWCLK in Hz unless a command names another.
    """

    type: ProbeType
    usb: tuple[str, ...]
    swd_hz: int


@dataclass(frozen=True)
class Bootloader:
    """Flash that a bootloader may occupy when the board is new: address and size in bytes, whole sectors."""

    base: int
    bytes: int


@dataclass(frozen=True)
class Board:
    """One board. `image_board` names the board whose images it runs: itself, except for the virtual board.

    `timing_pin` is where the benchmark's energy mode tells a power monitor when a timed part begins and ends.
    `note` is a sentence for people about differences between boards of this name, or empty.
    """

    name: str
    title: str
    image_board: str
    part: str
    memory: Memory
    clock: Clock
    serial: SerialPort
    led: Led
    probe: Probe
    timing_pin: Pin | None = None
    bootloader: Bootloader | None = None
    note: str = ""
