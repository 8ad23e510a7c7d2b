"""Cycles of a function's inner loop on the Cortex-M33, counted from the image's disassembly.

Arm publishes no instruction timings for the Cortex-M33. The costs here are a cautious reading of two sources:
the Cortex-M4 with FPU, the core before it (its technical reference manual, DDI 0439), and measurements of a
Cortex-M33 r1p0 without wait states (jnk0le/random on GitHub, `pipeline cycle test/doc/cortex_m33.md`). Where
both state a cost, the greater one counts: a single load or store takes 2 cycles (M4), a block 1 + n (M4), a
multiply-accumulate of floats 3 (both: the M33 starts no other float instruction in the 2 cycles after it), a
division 14 (M4). A taken branch takes 3 (M33: 2; M4: 2 to 4). Dual issue is not counted, and neither is
waiting for flash.
"""

import re
from dataclasses import dataclass
from pathlib import Path

from host.errors import BuildError
from host.firmware_build import disassembler

BRANCH_TAKEN = 3
"""Cycles of a taken branch: itself and two to refill the pipeline."""

# One cycle each: arithmetic on core registers, and on floats but for multiply-accumulate and division.
_ALU = {
    *("add", "adds", "and", "ands", "asr", "asrs", "bfi", "bic", "cmp", "cmn", "eor", "eors", "lsl", "lsls"),
    *("lsr", "lsrs", "mla", "mov", "movs", "mul", "mvn", "nop", "orr", "orrs", "pkhbt", "pkhtb", "qadd"),
    *("rsb", "rsbs", "sbfx", "ssat", "sub", "subs", "sxtab", "sxtb", "sxth", "tst", "ubfx", "usat", "uxtab"),
    *("uxtb", "uxth"),
}
_FLOAT = {"vabs", "vadd", "vcvt", "vcvta", "vmaxnm", "vminnm", "vmul", "vneg", "vnmul", "vrinta", "vsub"}
_MULTIPLY_ACCUMULATE = {"vfma", "vfms", "vfnma", "vfnms", "vmla", "vmls", "vnmla", "vnmls"}
_DIVIDE = {"vdiv", "vsqrt"}
_SINGLE_ACCESS = {"ldr", "ldrb", "ldrh", "ldrsb", "ldrsh", "str", "strb", "strh", "vldr", "vstr"}
_BLOCK_ACCESS = {"ldm", "ldmia", "stm", "stmia", "ldrd", "strd", "vldmia", "vstmia", "vldm", "vstm"}

# Instructions whose first operand is (also) read.
_READS_FIRST = _MULTIPLY_ACCUMULATE | {"bfi", "cmn", "cmp", "str", "strb", "strh", "tst", "vstr"}

_SHIFTED = re.compile(r"^[su]xta|, (lsl|lsr|asr|ror) #")
_HEADING = re.compile(r"^[0-9a-f]+ <(?P<name>.*)>:$")
_LINE = re.compile(r"^\s*(?P<address>[0-9a-f]+):\s+(?P<mnemonic>\S+)\s*(?P<operands>[^@;]*)")
_BRANCH = re.compile(r"^b(eq|ne|cs|cc|mi|pl|vs|vc|hi|ls|ge|lt|gt|le)?$")


@dataclass(frozen=True)
class Instruction:
    """One line of a disassembly; the mnemonic without its width suffix (.n, .w)."""

    address: int
    mnemonic: str
    operands: str

    @property
    def operation(self) -> str:
        """The mnemonic without element types: vmul for vmul.f32."""
        return self.mnemonic.split(".")[0]

    @property
    def branch_target(self) -> int | None:
        """The address that a direct branch goes to, else None."""
        return int(self.operands.split()[0], 16) if _BRANCH.match(self.operation) else None


@dataclass(frozen=True)
class LoopCost:
    """One pass of a loop: its instructions, what they take, and the elements that they handle."""

    function: str
    instructions: tuple[Instruction, ...]
    cycles: int
    elements: int

    @property
    def cycles_per_element(self) -> float:
        """Cycles divided by elements."""
        return self.cycles / self.elements


def measure(elf: Path, function: str, per_element: str) -> LoopCost:
    """Count the cycles of one pass of a function's only loop.

    Args:
        elf: An image or an object file.
        function: Its name as the disassembler demangles it, without parameters.
        per_element: The mnemonic that stands in the loop once per element, such as "vcvta.s32.f32".

    Raises:
        BuildError: the disassembler is missing or fails, the image lacks the function, the function has no
            loop or several, or an instruction whose cost is not stated here.
    """
    return loop_cost(function, parse(disassembler.disassemble(elf), function), per_element)


def parse(disassembly: str, function: str) -> tuple[Instruction, ...]:
    """Return the instructions of a function from objdump's text.

    Raises:
        BuildError: the text lacks the function.
    """
    instructions = []
    inside = False
    for line in disassembly.splitlines():
        heading = _HEADING.match(line)
        if heading:
            inside = heading["name"] == function or heading["name"].startswith(f"{function}(")
            continue
        match = _LINE.match(line) if inside else None
        if match:
            mnemonic = re.sub(r"\.[nw]$", "", match["mnemonic"])
            instructions.append(Instruction(int(match["address"], 16), mnemonic, match["operands"].strip()))
    if not instructions:
        raise BuildError(f"the image has no function {function}")
    return tuple(instructions)


def loop_cost(function: str, instructions: tuple[Instruction, ...], per_element: str) -> LoopCost:
    """Count the cycles of one pass of the only loop among a function's instructions.

    Raises:
        BuildError: no loop or several, none of `per_element` in it, or an instruction without a stated cost.
    """
    loops = []
    for one in instructions:
        target = one.branch_target
        if target is not None and target <= one.address:
            loops.append((target, one.address))
    if len(loops) != 1:
        raise BuildError(f"{function} has {len(loops)} loops, not one")
    first, last = loops[0]
    body = tuple(one for one in instructions if first <= one.address <= last)
    elements = sum(one.mnemonic == per_element for one in body)
    if elements == 0:
        raise BuildError(f"the loop of {function} has no {per_element}")
    cycles = sum(cost(one) for one in body) + sum(map(stall, body, body[1:]))
    return LoopCost(function, body, cycles, elements)


def cost(instruction: Instruction) -> int:
    """Return the cycles of one instruction, its operands being ready.

    Raises:
        BuildError: no cost is stated for it.
    """
    operation = instruction.operation
    if operation == "vmov":
        core = re.findall(r"\b(?:r\d+|ip|lr|sl|fp)\b", instruction.operands)
        return max(1, len(core))
    if operation in _BLOCK_ACCESS:
        return 1 + len(_registers(instruction))
    fixed = (
        (_ALU | _FLOAT, 1),
        (_SINGLE_ACCESS, 2),
        (_MULTIPLY_ACCUMULATE, 3),
        (_DIVIDE, 14),
    )
    for operations, cycles in fixed:
        if operation in operations:
            return cycles
    if _BRANCH.match(operation):
        return BRANCH_TAKEN
    raise BuildError(f"no cost is stated for {instruction.mnemonic} {instruction.operands}".rstrip())


def stall(instruction: Instruction, following: Instruction) -> int:
    """Return the cycles that the next instruction waits for a result: 1 if it reads one that comes late.

    Late are results of arithmetic on floats (M4) and of core instructions with a shifted, rotated or extended
    operand (M33).
    """
    late = instruction.operation in _FLOAT | _MULTIPLY_ACCUMULATE | _DIVIDE or (
        instruction.operation in _ALU and _SHIFTED.search(f"{instruction.operation} {instruction.operands}")
    )
    if not late:
        return 0
    result = instruction.operands.split(",")[0].strip()
    if following.operation in _BLOCK_ACCESS:
        return int(result in _registers(following))
    operands = re.split(r"[\s,\[\]]+", following.operands)
    return int(result in (operands if following.operation in _READS_FIRST else operands[1:]))


def _registers(instruction: Instruction) -> tuple[str, ...]:
    # ldrd and strd name two; the others a list in braces, with ranges.
    if instruction.operation in ("ldrd", "strd"):
        return tuple(operand.strip() for operand in instruction.operands.split(",")[:2])
    names: list[str] = []
    for part in instruction.operands[instruction.operands.index("{") :].strip("{}").split(","):
        first, _, last = part.strip().partition("-")
        if last:
            names += [f"{first[0]}{number}" for number in range(int(first[1:]), int(last[1:]) + 1)]
        else:
            names.append(first)
    return tuple(names)
