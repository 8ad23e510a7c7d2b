"""Which functions had called each other when the device crashed: from the dump and the image's ELF file.

Frames are unwound by the call frame information of the compiler (DWARF 5, section 6.4). Where it ends
before main, what looks like a return address on the stack, right after a call instruction, is listed as
possible.
"""

import io
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from elftools.dwarf.callframe import FDE
from elftools.elf.elffile import ELFFile

from host.console.crash_dump import CrashDump
from host.errors import ImageError
from host.sim import image_file, symbols
from host.sim.symbols import FunctionTable

_SP, _LR, _PC = 13, 14, 15
_MOST_FRAMES = 64
_ADDR2LINE = "arm-none-eabi-addr2line"


@dataclass(frozen=True)
class Frame:
    """A function that was running or waiting for its callee.

    Attributes:
        address: Where it was; for callers the call's own address.
        function: Its name and the offset in bytes, as "app::Run()+0x1c"; "" outside of all functions.
        certain: Whether it was unwound; else it only looks like a return address.
        line: "FILE:NUMBER" in the source; "" where nobody knows.
    """

    address: int
    function: str
    certain: bool
    line: str = ""


class BackTracer:
    """Explains dumps of one image.

    Raises:
        ImageError: the ELF file cannot be used.
    """

    def __init__(self, elf: Path) -> None:
        image = image_file.read(elf)
        self.elf = elf
        self.build_id = image.build_id
        self._segments = image.segments
        self._functions: FunctionTable = symbols.read(elf)
        self._entries = _frame_entries(elf)

    def trace(self, dump: CrashDump) -> tuple[Frame, ...]:
        """Return the frames, innermost first; none where the dump has no registers."""
        frames = [*self._frames(dump)]
        lines = _lines(self.elf, [frame.address for frame in frames])
        return tuple(replace(frame, line=line) for frame, line in zip(frames, lines, strict=True))

    def _frames(self, dump: CrashDump) -> Iterator[Frame]:
        registers = dict(dump.registers)
        if not registers:
            return
        if dump.frame_known:
            yield self._frame(registers[_PC] & ~1, certain=True)
        if dump.frame_known and self._functions.at(registers[_PC] & ~1) is None:
            # A jump to nowhere: whoever made it, if it was a call, is in LR.
            registers[_PC] = (registers[_LR] & ~1) - 1
            if self._functions.at(registers[_PC]) is not None:
                yield self._frame(registers[_PC] & ~1, certain=True)
        for _ in range(_MOST_FRAMES if dump.frame_known else 0):
            caller = self._unwind(registers, dump.stack)
            if caller is None:
                break
            registers = caller
            frame = self._frame(registers[_PC] & ~1, certain=True)
            yield frame
            if frame.function.startswith("main+"):
                return
        yield from self._possible(registers[_SP], dump.stack)

    def _frame(self, address: int, certain: bool) -> Frame:
        function = self._functions.at(address)
        name = f"{function.name}+{address - function.begin:#x}" if function else ""
        return Frame(address, name, certain)

    def _unwind(self, registers: dict[int, int], stack: dict[int, int]) -> dict[int, int] | None:
        """Return the caller's registers, with the call's address in PC; None where nothing is known."""
        entry = next((each for each in self._entries if _covers(each, registers[_PC])), None)
        if entry is None:
            return None
        rows = [row for row in entry.get_decoded().table if row["pc"] <= registers[_PC]]
        if not rows or rows[-1]["cfa"].reg not in registers:
            return None
        row = rows[-1]
        frame_address = (registers[row["cfa"].reg] + row["cfa"].offset) & 0xFFFF_FFFF
        caller = dict(registers)
        for number, rule in row.items():
            if isinstance(number, int) and rule.type == "OFFSET":
                if frame_address + rule.arg not in stack:
                    return None
                caller[number] = stack[frame_address + rule.arg]
        caller[_SP] = frame_address
        # Where LR is not saved it still holds the return address, which only the innermost function may have.
        returns_to = caller[_LR] & ~1
        if returns_to == registers[_PC] or self._functions.at(returns_to - 1) is None:
            return None
        caller[_PC] = returns_to - 1
        return None if caller[_SP] == registers[_SP] and caller[_PC] == registers[_PC] else caller

    def _possible(self, above: int, stack: dict[int, int]) -> Iterator[Frame]:
        for address, word in sorted(stack.items()):
            if address >= above and word & 1 and self._follows_call(word & ~1):
                yield self._frame((word & ~1) - 2, certain=False)

    def _follows_call(self, address: int) -> bool:
        if self._functions.at(address - 2) is None:
            return False
        code = self._code(address - 4, 4)
        if len(code) < 4:
            return False
        first, second = int.from_bytes(code[:2], "little"), int.from_bytes(code[2:], "little")
        is_bl = first & 0xF800 == 0xF000 and second & 0xD000 == 0xD000
        is_blx = second & 0xFF87 == 0x4780
        return is_bl or is_blx

    def _code(self, address: int, size: int) -> bytes:
        for segment in self._segments:
            if segment.address <= address and address + size <= segment.address + len(segment.data):
                offset = address - segment.address
                return bytes(segment.data[offset : offset + size])
        return b""


def _frame_entries(elf: Path) -> tuple[FDE, ...]:
    try:
        file = ELFFile(io.BytesIO(elf.read_bytes()))
        if not file.has_dwarf_info():
            return ()
        dwarf: Any = file.get_dwarf_info()
        return tuple(each for each in dwarf.CFI_entries() if isinstance(each, FDE)) if dwarf.has_CFI() else ()
    except OSError as error:
        raise ImageError(f"cannot read {elf}: {error.strerror or error}") from error
    except Exception as error:  # pyelftools lets many kinds out on damaged files
        raise ImageError(f"{elf} holds damaged debug information: {error or type(error).__name__}") from error


def _covers(entry: FDE, address: int) -> bool:
    begin = entry["initial_location"] & ~1
    return bool(begin <= address < begin + entry["address_range"])


def _lines(elf: Path, addresses: Sequence[int]) -> list[str]:
    program = shutil.which(_ADDR2LINE)
    if program is None or not addresses:
        return [""] * len(addresses)
    command = [program, "-e", str(elf), *(f"{address:#x}" for address in addresses)]
    try:
        result = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    except (OSError, subprocess.SubprocessError):
        return [""] * len(addresses)
    # Sources are named relative to the folder of the build.
    found = [line.partition(" (")[0].rpartition("/./")[2] for line in result.stdout.splitlines()]
    lines = ["" if line.startswith("?") or line.endswith((":?", ":0")) else line for line in found]
    return lines if len(lines) == len(addresses) else [""] * len(addresses)


def describe(dump: CrashDump, frames: Sequence[Frame], tracer: BackTracer | None) -> list[str]:
    """Return the lines that explain a dump to a person."""
    head = f"crash: {dump.kind}"
    head += f", exception {dump.exception}" if dump.exception else ""
    head += f": {dump.message}" if dump.message else ""
    if tracer is None:
        return [head, "no back trace: name the image's ELF file with --elf"]
    lines = [head]
    if tracer.build_id != dump.build:
        lines.append(
            f"the crashed image is build {dump.build}, {tracer.elf} is {tracer.build_id or 'unknown'}:"
        )
        lines.append("names below may be wrong; give its own file with --elf")
    for number, frame in enumerate(frames):
        doubt = "" if frame.certain else "? "
        place = f" at {frame.line}" if frame.line else ""
        lines.append(f"#{number:<2} {frame.address:#010x} {doubt}{frame.function or '(no function)'}{place}")
    if not frames:
        lines.append("no back trace: the core left no registers")
    return lines
