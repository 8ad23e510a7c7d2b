"""Who calls whom in an image, and how much stack a function holds at each call, from its disassembly.

Library code without source counts as well as our own. The stack pointer is followed along every path of a
function, so that a call in a shrink-wrapped part is told with what is on the stack there.
"""

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path

from elftools.common.exceptions import ELFError
from elftools.elf.elffile import ELFFile

from host.errors import BuildError
from host.firmware_build import disassembler

_WORD = 4
_CONSTANTS = (".text", ".rodata", ".data", ".init_array")
"""Sections in which the address of a function can stand: literal pools, tables, virtual tables."""

_CONDITION = "eq|ne|cs|cc|mi|pl|vs|vc|hi|ls|ge|lt|gt|le|hs|lo"
_HEADING = re.compile(r"^(?P<address>[0-9a-f]+) <(?P<name>.*)>:$")
_LINE = re.compile(r"^\s*(?P<address>[0-9a-f]+):\s+(?P<mnemonic>[a-z]\S*)(?:\s+(?P<operands>[^@;]*))?")
_STACK_ACCESS = re.compile(
    rf"^(?P<name>push|pop|vpush|vpop|stmdb|ldmia|vstmdb|vldmia|strd|ldrd|str|ldr|sub|add)s?(?P<if>{_CONDITION})?$"
)
_BRANCH = re.compile(rf"^(?P<name>bl|b|cbn?z)(?P<if>{_CONDITION})?$")
_INDIRECT = re.compile(rf"^(?P<name>blx|bx|mov|ldr)(?P<if>{_CONDITION})?$")
_TARGET = re.compile(r"\b(?P<address>[0-9a-f]{5,8})\b(?: <|$)")
_IMMEDIATE = re.compile(r"#(-?\d+)")
_SWITCH = ("tbb", "tbh")


@dataclass(frozen=True)
class Call:
    """A call or a jump into another function: bytes on the stack at it, and the entry called.

    `target` is None where the function's address is computed.
    """

    depth: int
    target: int | None


@dataclass(frozen=True)
class Function:
    """A function: its symbol, address, the most bytes that it has on the stack itself, and its calls.

    `bounded` is False where the stack pointer moves by an amount that is not in the code.
    """

    name: str
    address: int
    frame: int
    calls: tuple[Call, ...]
    bounded: bool = True


@dataclass(frozen=True)
class CallGraph:
    """The functions of an image by address; `taken` are addresses of those that a constant points to."""

    functions: dict[int, Function]
    taken: frozenset[int]


@dataclass(frozen=True)
class _Step:
    """An instruction: by how much it moves the stack, where it goes, and whether the next one may follow."""

    address: int
    grows: int = 0
    branch: int | None = None
    calls: bool = False
    indirect: bool = False
    falls: bool = True
    switch: bool = False
    fills: bool = False
    bounded: bool = True


def read(elf: Path) -> CallGraph:
    """Return the call graph of an image.

    Raises:
        BuildError: the disassembler is missing or fails, or the file is no image.
    """
    functions = parse(disassembler.disassemble(elf))
    return CallGraph(functions, frozenset(_words(elf) & functions.keys()))


def parse(disassembly: str) -> dict[int, Function]:
    """Return the functions of objdump's text by address."""
    headings: list[tuple[int, str]] = []
    bodies: list[list[_Step]] = []
    for line in disassembly.splitlines():
        if heading := _HEADING.match(line):
            headings.append((int(heading["address"], 16), without_type(heading["name"])))
            bodies.append([])
        elif bodies and (match := _LINE.match(line)):
            bodies[-1].append(_step(int(match["address"], 16), match["mnemonic"], match["operands"] or ""))
    starts = [address for address, _ in headings]
    functions = {}
    for index, ((address, name), steps) in enumerate(zip(headings, bodies, strict=True)):
        following = starts[index + 1] if index + 1 < len(starts) else None
        functions[address] = _function(name, address, steps, following, starts)
    return functions


def without_type(name: str) -> str:
    """Return a demangled name without what stands before it: a template's type, "non-virtual thunk to"."""
    depth = start = 0
    for at, character in enumerate(name):
        if character in "(<":
            if depth == 0 and character == "(":
                return name[start:]
            depth += 1
        elif character in ")>":
            depth -= 1
        elif character == " " and depth == 0:
            start = at + 1
    return name


def _function(
    name: str, address: int, steps: Sequence[_Step], following: int | None, starts: Sequence[int]
) -> Function:
    by_address = {step.address: (step, after) for step, after in zip_longest(steps, steps[1:])}
    depths: dict[int, int] = {}
    calls: list[Call] = []
    waiting = [(address, 0)]
    switches = any(step.switch for step in steps)
    switch_depth = 0  # at the jump through a table, which alone reaches what no branch does
    while waiting:
        at, depth = waiting.pop()
        if at in depths or at not in by_address:
            continue
        depths[at] = depth
        step, after = by_address[at]
        held = depth + step.grows
        depths[at] = max(depth, held)
        # Some library functions call a part of themselves: that goes on with what is on the stack.
        if step.branch is not None and (
            step.branch not in by_address or (step.calls and step.branch == address)
        ):
            calls.append(Call(held, starts[bisect_right(starts, step.branch) - 1]))
        elif step.branch is not None:
            waiting.append((step.branch, held))
        if step.indirect:
            calls.append(Call(held, None))
        if step.switch:
            switch_depth = max(switch_depth, held)
        if step.falls and after is not None:
            waiting.append((after.address, held))
        elif step.falls and following is not None and not (step.calls or step.fills):
            calls.append(Call(held, following))
        if not waiting and switches:
            waiting = [
                (each.address, switch_depth) for each in steps if not (each.fills or each.address in depths)
            ][:1]
    return Function(
        name, address, max(depths.values(), default=0), tuple(dict.fromkeys(calls)), _bounded(steps)
    )


def _bounded(steps: Sequence[_Step]) -> bool:
    return all(step.bounded for step in steps)


def _step(address: int, mnemonic: str, operands: str) -> _Step:
    name = re.sub(r"\.[nw]$", "", mnemonic)
    operands = operands.strip()
    if name in _SWITCH:
        return _Step(address, falls=False, switch=True)
    if match := _BRANCH.match(name):
        target = _TARGET.search(operands)
        conditional = bool(match["if"]) or match["name"] not in ("b", "bl")
        calls = match["name"] == "bl"
        where = int(target["address"], 16) if target else None
        return _Step(address, branch=where, calls=calls, falls=conditional or calls)
    if match := _INDIRECT.match(name):
        step = _indirect(address, match["name"], operands, bool(match["if"]))
        if step is not None:
            return step
    if match := _STACK_ACCESS.match(name):
        return _stack_access(address, match["name"], operands, bool(match["if"]))
    moves = operands.startswith("sp,") and not re.match(r"cmp|cmn|tst|st|ld", name)
    return _Step(address, falls=name != "udf", fills=name == "nop", bounded=not moves)


def _indirect(address: int, name: str, operands: str, conditional: bool) -> _Step | None:
    """Return a jump to a computed address or a return, None for an instruction that is neither."""
    if name in ("blx", "bx"):
        if operands == "lr" and name == "bx":
            return _Step(address, falls=conditional)
        return _Step(address, indirect=True, falls=conditional or name == "blx")
    if not operands.startswith("pc,"):
        return None
    if "[pc" in operands:
        return _Step(address, falls=False, switch=True)
    if "[sp]" in operands:
        return _Step(address, falls=conditional)
    return _Step(address, falls=conditional, indirect="lr" not in operands)


def _stack_access(address: int, name: str, operands: str, conditional: bool) -> _Step:
    if name in ("sub", "add"):
        if not operands.startswith("sp,"):
            return _Step(address)
        amount = _IMMEDIATE.search(operands)
        sign = 1 if name == "sub" else -1
        return _Step(address, sign * int(amount[1]) if amount else 0, bounded=amount is not None)
    if name in ("str", "strd", "ldr", "ldrd"):
        return _Step(address, _index_written(operands))
    if name.endswith(("push", "pop")) or operands.startswith("sp!,"):
        size = _list_bytes(operands)
        if name in ("pop", "vpop", "ldmia", "vldmia"):
            leaves = "pc" in operands
            return _Step(address, 0 if conditional and leaves else -size, falls=conditional or not leaves)
        return _Step(address, size)
    return _Step(address)


def _index_written(operands: str) -> int:
    before = re.search(r"\[sp, #(-?\d+)\]!", operands)
    after = re.search(r"\[sp\], #(-?\d+)", operands)
    found = before or after
    return -int(found[1]) if found else 0


def _list_bytes(operands: str) -> int:
    total = 0
    for part in operands[operands.index("{") + 1 : operands.index("}")].split(","):
        first, _, last = part.strip().partition("-")
        count = int(last[1:]) - int(first[1:]) + 1 if last else 1
        total += count * (2 * _WORD if first.startswith("d") else _WORD)
    return total


def _words(elf: Path) -> set[int]:
    """Return what the constants of an image may point to: words with bit 0 (Thumb) set, without it."""
    try:
        with elf.open("rb") as stream:
            image = ELFFile(stream)
            found: set[int] = set()
            for name in _CONSTANTS:
                section = image.get_section_by_name(name)
                data = section.data() if section is not None else b""
                found.update(
                    int.from_bytes(data[at : at + _WORD], "little") & ~1
                    for at in range(0, len(data) - _WORD + 1, _WORD)
                    if data[at] & 1
                )
            return found
    except (OSError, ELFError) as error:
        raise BuildError(f"cannot read the image {elf}: {error}") from error
