"""The firmware's crash dump (docs/console.md): found in what a device prints, and read into a record."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from host.errors import FirmwareError

FIRST_LINE = "=== crash dump 1 ==="
LAST_LINE = "=== end of crash dump ==="
MOST_LINES = 100
"""A block with more lines than this is none."""

_REGISTERS = {**{f"r{number}": number for number in range(13)}, "sp": 13, "lr": 14, "pc": 15}
_PAIR = re.compile(r"(\S+) (0x[0-9a-fA-F]{8})\b")
_STACK = re.compile(r"stack (0x[0-9a-fA-F]{8}):((?: 0x[0-9a-fA-F]{8})+)")
_TEXTS = ("kind", "build", "message")


@dataclass(frozen=True)
class CrashDump:
    """What a dump says.

    Attributes:
        kind: In words, as "stack overflow".
        build: Build id of the image that crashed, hexadecimal.
        message: Of an assertion; "" otherwise.
        exception: As the dump has it, "5 BusFault"; "" where the registers are unknown.
        registers: By number, 0 to 15 (13 SP, 14 LR, 15 PC); empty where they are unknown.
        fault_status: cfsr, hfsr, mmfar and bfar by name.
        frame_known: Whether R0 to R3, R12, LR and PC were saved.
        stack: Words by address, from SP upwards.
    """

    kind: str
    build: str
    message: str = ""
    exception: str = ""
    registers: dict[int, int] = field(default_factory=dict)
    fault_status: dict[str, int] = field(default_factory=dict)
    frame_known: bool = False
    stack: dict[int, int] = field(default_factory=dict)


class DumpFinder:
    """Finds dumps in the lines that a device prints."""

    def __init__(self) -> None:
        self._lines: list[str] | None = None

    def add(self, line: str) -> CrashDump | None:
        """Take the next line; return the dump that it ends, None where it ends none or a damaged one."""
        line = line.strip()
        if line == FIRST_LINE:
            self._lines = []
            return None
        if self._lines is None:
            return None
        if line != LAST_LINE:
            self._lines.append(line)
            if len(self._lines) > MOST_LINES:
                self._lines = None
            return None
        lines, self._lines = self._lines, None
        try:
            return parse(lines)
        except FirmwareError:
            return None


def parse(lines: Sequence[str]) -> CrashDump:
    """Read the lines between the first and the last of a dump; unknown ones are passed over.

    Raises:
        FirmwareError: kind or build is missing.
    """
    texts: dict[str, str] = {}
    exception = ""
    numbers: dict[str, int] = {}
    stack: dict[int, int] = {}
    for line in lines:
        keyword, _, rest = line.partition(" ")
        if keyword in _TEXTS:
            texts[keyword] = rest
        elif keyword == "exception":
            exception = rest.partition(" exc_return")[0]
        elif keyword == "frame":
            texts["frame"] = rest
        elif found := _STACK.fullmatch(line):
            first = int(found[1], 16)
            words = found[2].split()
            stack |= {first + 4 * index: int(word, 16) for index, word in enumerate(words)}
        else:
            numbers |= {name: int(value, 16) for name, value in _PAIR.findall(line)}
    if "kind" not in texts or "build" not in texts:
        raise FirmwareError("a crash dump lacks its kind or its build: the line may have lost bytes")
    return CrashDump(
        kind=texts["kind"],
        build=texts["build"],
        message=texts.get("message", ""),
        exception=exception,
        registers={_REGISTERS[name]: value for name, value in numbers.items() if name in _REGISTERS},
        fault_status={name: numbers[name] for name in ("cfsr", "hfsr", "mmfar", "bfar") if name in numbers},
        frame_known=texts.get("frame") == "known",
        stack=stack,
    )
