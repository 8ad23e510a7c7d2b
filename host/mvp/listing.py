"""Programs of the accelerator as text that a person reads."""

import math

import numpy as np
from numpy.typing import NDArray

from host.mvp.program import Array, Instruction, Loop, Operand, Program, Stream

_SMALL = 0.05  # powers of two below this are scale factors, and written as such


def listing(program: Program) -> list[str]:
    """Return a program's lines: registers with a start value, arrays, loops, instructions."""
    return [*_registers(program), *_arrays(program), *_loops(program), *instructions(program)]


def instructions(program: Program) -> list[str]:
    """Return one line per instruction, like `I1  R6 = MACR2A(R6, R0, R1)  R6<-A0[dim2++]  loop L2 {`."""
    return [f"I{n}  {text(step)}" for n, step in enumerate(program.instructions)]


def text(step: Instruction) -> str:
    """Return one instruction: operation, loads, store, then the loops that begin and end on it."""
    operands = ", ".join(_operand(operand) for operand in step.operands)
    name = step.operation.name
    arguments = f"({operands})" if operands or step.operation.code == 1 else ""
    parts = [f"R{step.z} = {name}{arguments}" if step.operation.writes else f"{name}{arguments}"]
    parts += [f"R{stream.register}<-{_access(stream)}" for stream in step.loads if stream is not None]
    if step.store is not None:
        parts.append(f"{_access(step.store)}<-R{step.store.register}")
    both = [n for n in step.begins if n in step.ends]
    parts += [f"loop L{n}" for n in both]
    parts += [f"begin L{n}" for n in step.begins if n not in both]
    parts += [f"end L{n}" for n in reversed(step.ends) if n not in both]
    if step.last:
        parts.append("last")
    return "  ".join(parts)


def _access(stream: Stream) -> str:
    return f"A{stream.array}[{', '.join(f'dim{dim}++' for dim in stream.increments)}]"


def _operand(operand: Operand) -> str:
    real = "0" if operand.real_zero else "re"
    imag = "0" if operand.imag_zero else "im"
    real, imag = "-" * operand.real_negate + real, "-" * operand.imag_negate + imag
    register = f"R{operand.register}"
    if (real, imag) == ("re", "im"):
        return register
    return f"-{register}" if (real, imag) == ("-re", "-im") else f"{register}({real}, {imag})"


def changed_registers(before: NDArray[np.float16], after: NDArray[np.float16]) -> str:
    """Return the registers ([8, 2]) that differ, like `R5=(1, 20)`."""
    changed = np.flatnonzero((before.view(np.uint16) != after.view(np.uint16)).any(axis=1))
    return " ".join(f"R{n}=({_number(after[n, 0])}, {_number(after[n, 1])})" for n in changed)


def changed_indices(before: NDArray[np.int64], after: NDArray[np.int64]) -> str:
    """Return the arrays whose indices ([5, 3]) differ, like `A1[0, 3, 1]`."""
    changed = np.flatnonzero((before != after).any(axis=1))
    return " ".join(f"A{n}[{', '.join(str(index) for index in after[n])}]" for n in changed)


def _registers(program: Program) -> list[str]:
    lines = []
    for n, lanes in enumerate(program.registers):
        if lanes.view(np.uint16).any():
            lines.append(f"R{n}  ({_number(lanes[0])}, {_number(lanes[1])})")
    return lines


def _number(value: np.float16) -> str:
    fraction, exponent = math.frexp(value)
    if abs(fraction) == 0.5 and abs(value) < _SMALL:
        return f"{'-' if value < 0 else ''}2^{exponent - 1}"
    return f"{float(value):g}"


def _arrays(program: Program) -> list[str]:
    return [f"A{n}  {array(program.arrays[n])}" for n in program.used_arrays]


def array(described: Array) -> str:
    """Return an array's line: type, sizes, strides in elements, address (0: filled in at launch)."""
    sizes = " x ".join(str(size) for size in described.sizes)
    strides = ", ".join(str(stride) for stride in described.strides)
    where = f"at 0x{described.base:08x}" if described.base else "address filled in at launch"
    lanes = " pairs" if described.pair else ""
    return f"{described.type}{lanes}  [{sizes}]  strides ({strides})  {where}"


def _loops(program: Program) -> list[str]:
    return [f"L{n}  {_loop(program.loops[n])}" for n in program.used_loops]


def _loop(described: Loop) -> str:
    effects = []
    for n in range(len(described.increments)):
        changes = [f"dim{dim}++" for dim in described.increments[n]]
        changes += [f"dim{dim}=0" for dim in described.resets[n]]
        if changes:
            effects.append(f"A{n}[{', '.join(changes)}]")
    times = "once" if described.iterations == 1 else f"{described.iterations} times"
    return f"{times}, then {' '.join(effects)}" if effects else times
