"""Programs of the accelerator as documents: `mvp-dis/1` and `mvp-trace/1` (host.mvp dis and trace, --json).

Registers are binary16 lanes, null where they hold no finite number; `bits` then tells. A trace's own are
those before its first step. Addresses that are filled in at launch are null.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from host.mvp import listing
from host.mvp import program as programs
from host.mvp.program import Array, Dims, Instruction, Loop, Operand, Program, Stream
from host.mvp.sources import Source
from host.mvp.trace import Step

DIS_SCHEMA = "mvp-dis/1"
TRACE_SCHEMA = "mvp-trace/1"


@dataclass(frozen=True)
class TraceSettings:
    """What a trace was made with: cycle model, seed of the memory's contents, arrays in flash."""

    cycle_model: str
    seed: int
    flash: tuple[int, ...]


def dis(path: str, chosen: Sequence[Source]) -> dict[str, Any]:
    """Return the document `mvp-dis/1` of the programs of one file."""
    return {
        "schema": DIS_SCHEMA,
        "source": path,
        "programs": [{**_identity(source), **_program(programs.decode(source.image))} for source in chosen],
    }


def trace(
    path: str, source: Source, settings: TraceSettings, steps: Sequence[Step], most: int
) -> dict[str, Any]:
    """Return the document `mvp-trace/1` of a program's first instructions.

    Args:
        path: the file that the program is from.
        source: the program.
        settings: what it ran with.
        steps: the executed instructions; more than `most` where the program went on.
        most: how many of them to include.
    """
    program = programs.decode(source.image)
    return {
        "schema": TRACE_SCHEMA,
        "source": path,
        "program": _identity(source),
        "cycle_model": settings.cycle_model,
        "seed": settings.seed,
        "flash_arrays": list(settings.flash),
        "complete": len(steps) <= most,
        "registers": [_lanes(lanes) for lanes in program.registers],
        "steps": [_step(step, program.instructions) for step in steps[:most]],
    }


def _identity(source: Source) -> dict[str, Any]:
    return {
        "title": source.title,
        "layer": source.layer,
        "kernel": source.kernel,
        "role": source.role,
    }


def _program(program: Program) -> dict[str, Any]:
    return {
        "registers": [
            {"index": n, **_lanes(lanes)}
            for n, lanes in enumerate(program.registers)
            if lanes.view(np.uint16).any()
        ],
        "arrays": [
            {"index": n, **_array(program.arrays[n])} for n in program.used_arrays if n < len(program.arrays)
        ],
        "loops": [{"index": n, **_loop(program.loops[n])} for n in program.used_loops],
        "instructions": [
            {"index": n, **_instruction(instruction)} for n, instruction in enumerate(program.instructions)
        ],
    }


def _lanes(lanes: NDArray[np.float16]) -> dict[str, Any]:
    real, imag = (float(lane) for lane in lanes)
    bits = int(np.ascontiguousarray(lanes, "<f2").view("<u4")[0])
    return {
        "real": real if math.isfinite(real) else None,
        "imag": imag if math.isfinite(imag) else None,
        "bits": bits,
    }


def _array(array: Array) -> dict[str, Any]:
    return {
        "type": array.type,
        "pair": array.pair,
        "address": array.base or None,
        "sizes": list(array.sizes),
        "strides": list(array.strides),
    }


def _loop(loop: Loop) -> dict[str, Any]:
    return {
        "iterations": loop.iterations,
        "increments": _changes(loop.increments),
        "resets": _changes(loop.resets),
    }


def _changes(by_array: Sequence[Dims]) -> list[dict[str, Any]]:
    return [{"array": n, "dims": list(dims)} for n, dims in enumerate(by_array) if dims]


def _instruction(instruction: Instruction) -> dict[str, Any]:
    load0, load1 = instruction.loads
    reads = instruction.operation.reads
    return {
        "text": listing.text(instruction),
        "operation": instruction.operation.name,
        "code": instruction.operation.code,
        "z": instruction.z if instruction.operation.writes else None,
        "x": _operand(instruction.x) if "X" in reads else None,
        "y": _operand(instruction.y) if "Y" in reads else None,
        "a": _operand(instruction.a) if "A" in reads else None,
        "load0": _stream(load0),
        "load1": _stream(load1),
        "store": _stream(instruction.store),
        "begins": list(instruction.begins),
        "ends": list(instruction.ends),
        "last": instruction.last,
    }


def _operand(operand: Operand) -> dict[str, Any]:
    return {
        "register": operand.register,
        "real_zero": operand.real_zero,
        "real_negate": operand.real_negate,
        "imag_zero": operand.imag_zero,
        "imag_negate": operand.imag_negate,
    }


def _stream(stream: Stream | None) -> dict[str, Any] | None:
    if stream is None:
        return None
    return {"register": stream.register, "array": stream.array, "increments": list(stream.increments)}


def _step(step: Step, instructions: Sequence[Instruction]) -> dict[str, Any]:
    return {
        "cycles": step.cycles,
        "cost": step.cost,
        "pc": step.pc,
        "text": listing.text(instructions[step.pc]),
        "registers": [_lanes(lanes) for lanes in step.registers],
        "indices": step.indices.tolist(),
        "fault": step.fault,
    }
