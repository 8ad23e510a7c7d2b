"""Faults that are injected into the virtual board, as the command line writes them: KIND@CYCLE[:ARGS]."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from host.errors import UsageError

DEFAULT_PPM = 1_000_000
"""A line fault without a rate hits every byte."""

DEFAULT_SEED = 1
"""Of the generator that chooses the bytes that a line fault hits."""

REGISTERS = {
    **{f"r{number}": number for number in range(16)},
    **{"sp": 13, "lr": 14, "pc": 15, "xpsr": 16, "msp": 17, "psp": 18},
}
"""Registers of the core whose bits can be flipped, with the numbers that DCRSR has for them (Armv8-M)."""


LAST_CYCLE = (1 << 63) - 1
"""Of a fault; a board at 78 MHz reaches it in 3,700 years."""

_ADDRESS_MOST = 0xFFFF_FFFF
_SEED_MOST = (1 << 64) - 1
_TRANSFERS_MOST = (1 << 62) - 1
_START_MOST_US = 1_000_000


@dataclass(frozen=True)
class Injection:
    """A fault of a kind of KINDS, from core cycle `cycle` since power-on on.

    `arguments` are those of the command line as numbers; of a power cut, 1 if the power comes back.
    """

    kind: str
    cycle: int
    arguments: tuple[int, ...] = ()

    @property
    def restarts(self) -> bool:
        """Whether this is a power cut after which the board goes on."""
        return self.kind == "power-cut" and self.arguments == (1,)


@dataclass(frozen=True)
class _Kind:
    arguments: str  # as --help shows them
    help: str
    parse: Callable[[str], tuple[int, ...]]
    largest: tuple[int, ...]  # value of each argument
    wanted: str  # the arguments in words
    fewest: int | None = None  # arguments, where some may be left out in Python

    def allows(self, arguments: tuple[int, ...]) -> bool:
        fewest = len(self.largest) if self.fewest is None else self.fewest
        return fewest <= len(arguments) <= len(self.largest) and all(
            isinstance(value, int) and 0 <= value <= most
            for value, most in zip(arguments, self.largest, strict=False)
        )


def _number(text: str) -> int:
    try:
        value = int(text, 16 if text[:2].lower() == "0x" else 10)
    except ValueError:
        raise ValueError(f"{text!r} is no number") from None
    if value < 0:
        raise ValueError(f"{text!r} is negative")
    return value


def _numbers(text: str) -> tuple[int, ...]:
    return tuple(_number(part) for part in text.split(",")) if text else ()


def _nothing(text: str) -> tuple[int, ...]:
    if text:
        raise ValueError("it takes no arguments")
    return ()


def _rate(text: str) -> tuple[int, ...]:
    parts = _numbers(text)
    return (parts or (DEFAULT_PPM,)) + ((DEFAULT_SEED,) if len(parts) < 2 else ())


def _word(word: str) -> Callable[[str], tuple[int, ...]]:
    def parse(text: str) -> tuple[int, ...]:
        if text not in ("", word):
            raise ValueError(f"{text!r} is not {word}")
        return (int(text == word),)

    return parse


def _count(text: str) -> tuple[int, ...]:
    return _numbers(text) or (0,)


def _start(text: str) -> tuple[int, ...]:
    time_us, comma, answer = text.partition(",")
    if comma and answer != "fault":
        raise ValueError(f"{answer!r} is not fault")
    return (_number(time_us), int(bool(comma)))


def _register_and_bit(text: str) -> tuple[int, ...]:
    name, _, bit = text.partition(",")
    if name.lower() not in REGISTERS or not bit:
        raise ValueError(_REGISTER_AND_BIT)
    return (REGISTERS[name.lower()], _number(bit))


_RATE = f"give parts per million up to {DEFAULT_PPM}, and a seed below 2**64 if you like"
_REGISTER_AND_BIT = f"give a register ({', '.join(REGISTERS)}) and a bit from 0 to 31"
_ADDRESS_AND_BIT = "give the address of a byte and a bit from 0 to 7, such as 0x20000010,7"
_ADDRESS_AND_BITS = "give the address of a byte of flash and the bits that stay 1, such as 0x08010000,0x81"


def _line_kind(what: str) -> _Kind:
    return _Kind("[:PPM[,SEED]]", f"bytes on the serial line {what}", _rate, (DEFAULT_PPM, _SEED_MOST), _RATE)


def _swd_kind(what: str) -> _Kind:
    return _Kind("[:PPM[,SEED]]", f"SWD transfers {what}", _rate, (DEFAULT_PPM, _SEED_MOST), _RATE)


def _switch_kind(what: str) -> _Kind:
    return _Kind("", what, _nothing, (), "it takes no arguments")


KINDS = {
    "power-cut": _Kind(
        "[:restart]",
        "the power goes, also within an erase or a write of flash",
        _word("restart"),
        (1,),
        "give 1 if the power comes back, else 0",
        fewest=0,
    ),
    "flip-bit": _Kind(
        ":ADDRESS,BIT",
        "a bit of RAM or flash turns over",
        _numbers,
        (_ADDRESS_MOST, 7),
        _ADDRESS_AND_BIT,
    ),
    "flip-register": _Kind(
        ":REGISTER,BIT",
        "a bit of a core register turns over",
        _register_and_bit,
        (max(REGISTERS.values()), 31),
        _REGISTER_AND_BIT,
    ),
    "serial-corrupt": _line_kind("change"),
    "serial-drop": _line_kind("get lost"),
    "serial-duplicate": _line_kind("come twice"),
    "uart-stuck": _switch_kind("nothing leaves the serial ports any more"),
    "hfxo-dead": _switch_kind("the crystal oscillator does not start"),
    "mvp-bus-error": _switch_kind("the accelerator's next program ends with a bus error"),
    "mvp-stuck": _switch_kind("the accelerator's programs never finish"),
    "flash-stuck": _Kind(
        ":ADDRESS,BITS",
        "bits of a byte of flash stay 1",
        _numbers,
        (_ADDRESS_MOST, 0xFF),
        _ADDRESS_AND_BITS,
    ),
    "swd-wait": _swd_kind("are answered WAIT"),
    "swd-fault": _swd_kind("are answered FAULT"),
    "swd-parity": _swd_kind("have a parity error"),
    "probe-pull": _Kind(
        "[:TRANSFERS]",
        "the debug probe is pulled after so many more SWD transfers",
        _count,
        (_TRANSFERS_MOST,),
        "give how many transfers still happen",
    ),
    "debug-lock": _Kind(
        "[:forever]",
        "the part is locked against debugging; forever, if its erase is disabled too",
        _word("forever"),
        (1,),
        "give 1 if the device cannot be erased, else 0",
    ),
    "se-start": _Kind(
        ":MICROSECONDS[,fault]",
        "so long after a reset the core starts only, and AP 0 answers WAIT or FAULT",
        _start,
        (_START_MOST_US, 1),
        "give microseconds up to 1,000,000, and fault if it does not answer WAIT",
    ),
}
"""All kinds; numbers may be written as 0x… too."""

HELP = "; ".join(f"{name}@CYCLE{kind.arguments}: {kind.help}" for name, kind in KINDS.items())


def parse(text: str) -> Injection:
    """Return the fault that `text` writes as KIND@CYCLE[:ARGS].

    Raises:
        UsageError: an unknown kind, or arguments that do not fit it.
    """
    match = re.fullmatch(r"([a-z-]+)@([0-9_]+|0x[0-9a-fA-F_]+)(?::(.*))?", text)
    if match is None:
        raise UsageError(f"{text!r} is no fault: write KIND@CYCLE[:ARGS], such as power-cut@1000000")
    name, cycle, arguments = match.groups()
    kind = KINDS.get(name)
    if kind is None:
        raise UsageError(f"{text} has the unknown kind {name}: there are {', '.join(KINDS)}")
    try:
        fault = Injection(name, _number(cycle), kind.parse(arguments or ""))
        _check(fault, kind)
    except ValueError as error:
        raise UsageError(f"{text} does not fit {name}@CYCLE{kind.arguments}: {error}") from error
    return fault


def check(fault: Injection) -> None:
    """Check a fault that was made in Python.

    Raises:
        UsageError: an unknown kind, a cycle before 0 or after LAST_CYCLE, or arguments that do not fit.
    """
    kind = KINDS.get(fault.kind)
    if kind is None:
        raise UsageError(f"there is no fault of the kind {fault.kind!r}: there are {', '.join(KINDS)}")
    try:
        _check(fault, kind)
    except ValueError as error:
        raise UsageError(f"{fault} cannot be injected: {error}") from error


def _check(fault: Injection, kind: _Kind) -> None:
    if not isinstance(fault.cycle, int) or not 0 <= fault.cycle <= LAST_CYCLE:
        raise ValueError(f"the cycle {fault.cycle} is not within 0 to 2**63-1")
    if not kind.allows(fault.arguments):
        raise ValueError(kind.wanted)
