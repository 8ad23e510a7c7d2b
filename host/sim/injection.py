"""Faults that are injected into the virtual board, as the command line writes them: KIND@CYCLE[:ARGS]."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from host.errors import UsageError

DEFAULT_PPM = 1_000_000
"""A line fault without a rate hits every byte."""

REGISTERS = {
    **{f"r{number}": number for number in range(16)},
    **{"sp": 13, "lr": 14, "pc": 15, "xpsr": 16, "msp": 17, "psp": 18},
}
"""Registers of the core whose bits can be flipped, with the numbers that DCRSR has for them (Armv8-M)."""


@dataclass(frozen=True)
class Injection:
    """A fault of a kind of KINDS, from core cycle `cycle` since power-on on."""

    kind: str
    cycle: int
    arguments: tuple[int, ...] = ()


@dataclass(frozen=True)
class _Kind:
    arguments: str  # as --help shows them
    help: str
    parse: Callable[[str], tuple[int, ...]]


def _number(text: str) -> int:
    try:
        value = int(text, 0)
    except ValueError:
        raise ValueError(f"{text!r} is no number") from None
    if value < 0:
        raise ValueError(f"{text!r} is negative")
    return value


def _nothing(text: str) -> tuple[int, ...]:
    if text:
        raise ValueError("it takes no arguments")
    return ()


def _restart(text: str) -> tuple[int, ...]:
    if text not in ("", "restart"):
        raise ValueError(f"{text!r} is not restart")
    return (int(text == "restart"),)


def _rate(text: str) -> tuple[int, ...]:
    parts = [_number(part) for part in text.split(",")] if text else []
    if len(parts) > 2 or (parts and parts[0] > 1_000_000):
        raise ValueError("give parts per million up to 1000000, and a seed if you like")
    return (parts[0] if parts else DEFAULT_PPM, parts[1] if len(parts) > 1 else 1)


def _address_and_bit(text: str) -> tuple[int, ...]:
    parts = [_number(part) for part in text.split(",")]
    if len(parts) != 2 or parts[0] > 0xFFFF_FFFF or parts[1] > 7:
        raise ValueError("give the address of a byte and a bit from 0 to 7")
    return tuple(parts)


def _register_and_bit(text: str) -> tuple[int, ...]:
    name, _, bit = text.partition(",")
    if name.lower() not in REGISTERS or not bit or _number(bit) > 31:
        raise ValueError(f"give a register ({', '.join(REGISTERS)}) and a bit from 0 to 31")
    return (REGISTERS[name.lower()], _number(bit))


def _address_and_bits(text: str) -> tuple[int, ...]:
    parts = [_number(part) for part in text.split(",")]
    if len(parts) != 2 or parts[0] > 0xFFFF_FFFF or parts[1] > 0xFF:
        raise ValueError("give the address of a byte of flash and the bits that stay 1")
    return tuple(parts)


KINDS = {
    "power-cut": _Kind("[:restart]", "the power goes, also within an erase or a write of flash", _restart),
    "flip-bit": _Kind(":ADDRESS,BIT", "a bit of RAM or flash turns over", _address_and_bit),
    "flip-register": _Kind(":REGISTER,BIT", "a bit of a core register turns over", _register_and_bit),
    "serial-corrupt": _Kind("[:PPM[,SEED]]", "bytes on the serial line change", _rate),
    "serial-drop": _Kind("[:PPM[,SEED]]", "bytes on the serial line get lost", _rate),
    "serial-duplicate": _Kind("[:PPM[,SEED]]", "bytes on the serial line come twice", _rate),
    "uart-stuck": _Kind("", "nothing leaves the serial ports any more", _nothing),
    "hfxo-dead": _Kind("", "the crystal oscillator does not start", _nothing),
    "mvp-bus-error": _Kind("", "the accelerator's next program ends with a bus error", _nothing),
    "mvp-stuck": _Kind("", "the accelerator's programs never finish", _nothing),
    "flash-stuck": _Kind(":ADDRESS,BITS", "bits of a byte of flash stay 1", _address_and_bits),
}
"""All kinds; numbers may be written as 0x… too."""

HELP = "; ".join(f"{name}@CYCLE{kind.arguments}: {kind.help}" for name, kind in KINDS.items())


def parse(text: str) -> Injection:
    """Return the fault that `text` writes as KIND@CYCLE[:ARGS].

    Raises:
        UsageError: an unknown kind, or arguments that do not fit it.
    """
    match = re.fullmatch(r"([a-z-]+)@([0-9_]+|0x[0-9a-fA-F]+)(?::(.*))?", text)
    if match is None:
        raise UsageError(f"{text} is no fault: write KIND@CYCLE[:ARGS], such as power-cut@1000000")
    name, cycle, arguments = match.groups()
    kind = KINDS.get(name)
    if kind is None:
        raise UsageError(f"{text} has the unknown kind {name}: there are {', '.join(KINDS)}")
    try:
        return Injection(name, int(cycle, 0), kind.parse(arguments or ""))
    except ValueError as error:
        raise UsageError(f"{text} does not fit {name}@CYCLE{kind.arguments}: {error}") from error
