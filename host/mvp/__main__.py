"""`python -m host.mvp`: programs of the accelerator as readable text, or run instruction by instruction."""

import argparse
import itertools
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from rich import box
from rich.table import Table

from host import cli, native, native_arguments
from host.errors import UsageError
from host.mvp import listing, program, program_document, recorded_trace, registers, sources, trace
from host.mvp.program_document import TraceSettings
from host.mvp.recorded_trace import RecordedTrace
from host.mvp.trace import Step
from host.tflite import reader

_ACCELERATED = tuple(kernel for kernel in native.KERNELS if kernel != "reference")


def main(argv: Sequence[str] | None = None) -> int:
    """Disassemble or trace; see --help."""
    arguments = _arguments(argv)
    recorded = recorded_trace.read(arguments.source) if arguments.command == "dis" else None
    if recorded is not None:
        return _recorded(recorded, arguments)
    chosen = _choose(arguments)
    return _trace(chosen[0], arguments) if arguments.command == "trace" else _dis(chosen, arguments)


def _arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = cli.parser(
        "mvp",
        "Show programs of the accelerator: disassembled (dis), or executed step by step (trace).",
        "python -m host.mvp dis build/brd2601b/earshot.elf",
    )
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    dis = commands.add_parser(
        "dis", help="list programs with arrays, loops and instructions, or a recorded trace step by step"
    )
    stepping = commands.add_parser("trace", help="run one program on made-up memory, step by step")
    programs = "launch image (276 bytes), ELF file or .tflite file"
    traces = ", or a trace that trace --json wrote"
    for name, command, kinds in (("dis", dis, programs + traces), ("trace", stepping, programs)):
        command.add_argument("source", type=Path, metavar="SOURCE", help=kinds)
        _add_choice(command)
        command.add_argument(
            "--json",
            type=cli.json_file,
            metavar="FILE",
            help=f"write mvp-{name}/1 to FILE, or to standard output for - in place of the text",
        )
    stepping.add_argument("--steps", type=int, default=40, help="instructions to show (default: %(default)s)")
    stepping.add_argument(
        "--cycle-model",
        choices=native.CYCLE_MODELS,
        default=native.DEFAULT_CYCLE_MODEL,
        help="default: %(default)s",
    )
    stepping.add_argument("--seed", type=int, default=1, help="of the memory's contents (default: 1)")
    stepping.add_argument(
        "--flash",
        type=int,
        action="append",
        default=[],
        metavar="N",
        help="array N lies in flash, not in RAM",
    )
    return parser.parse_args(argv)


def _add_choice(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--program", type=int, metavar="N", help="only the Nth program of the source, counted from 0"
    )
    command.add_argument(
        "--kernel",
        choices=_ACCELERATED,
        help=f"kernel whose programs a .tflite is prepared for (default: {native.DEFAULT_KERNEL})",
    )
    native_arguments.add_layout(command)
    native_arguments.add_preset(command)


def _choose(arguments: argparse.Namespace) -> tuple[sources.Source, ...]:
    def prepare(path: Path) -> bytes:
        with cli.err.status("preparing"):
            executable = native.build(arguments.preset)
            kernel = arguments.kernel or native.DEFAULT_KERNEL
            return native.prepare(reader.read(path), kernel, executable, layout=arguments.layout)

    found = sources.read(arguments.source, prepare, _given(arguments, "kernel", "layout"))
    number = arguments.program
    if number is None:
        return found
    if not 0 <= number < len(found):
        last = len(found) - 1
        has = "program 0 only" if last == 0 else f"programs 0 to {last}"
        raise UsageError(f"--program {number}: {arguments.source} has {has}")
    return (found[number],)


def _given(arguments: argparse.Namespace, *names: str) -> list[str]:
    return [f"--{name}" for name in names if getattr(arguments, name) is not None]


def _dis(chosen: Sequence[sources.Source], arguments: argparse.Namespace) -> int:
    if arguments.json:
        cli.write_json(arguments.json, program_document.dis(str(arguments.source), chosen))
    if arguments.json == "-":
        return 0
    for n, source in enumerate(chosen):
        cli.out.print(("\n" if n else "") + source.title, soft_wrap=True)
        for line in listing.listing(program.decode(source.image)):
            cli.out.print(f"  {line}", soft_wrap=True)
    return 0


def _trace(source: sources.Source, arguments: argparse.Namespace) -> int:
    decoded = program.decode(source.image)
    if arguments.steps < 1:
        raise UsageError(f"--steps {arguments.steps}: give 1 or more")
    if arguments.seed < 0:
        raise UsageError(f"--seed {arguments.seed}: give 0 or more")
    for array in arguments.flash:
        if not 0 <= array < registers.ARRAYS:
            raise UsageError(f"--flash {array}: arrays are 0 to {registers.ARRAYS - 1}")
    steps = trace.run(
        source.image,
        flash=tuple(arguments.flash),
        seed=arguments.seed,
        cycle_model=arguments.cycle_model,
    )
    shown = list(itertools.islice(steps, arguments.steps + 1))
    if arguments.json:
        settings = TraceSettings(arguments.cycle_model, arguments.seed, tuple(arguments.flash))
        document = program_document.trace(str(arguments.source), source, settings, shown, arguments.steps)
        cli.write_json(arguments.json, document)
    if arguments.json == "-":
        return 0
    cli.out.print(_heading(source.title, arguments.cycle_model, arguments.seed), soft_wrap=True)
    listed = shown[: arguments.steps]
    texts = [listing.text(decoded.instructions[step.pc]) for step in listed]
    cli.show(_table(decoded.registers, listed, texts))
    if len(shown) > arguments.steps:
        cli.out.print(f"stopped after {_instructions(arguments.steps)}: --steps N shows more")
    return 0


def _recorded(recorded: RecordedTrace, arguments: argparse.Namespace) -> int:
    if refused := _given(arguments, "program", "kernel", "layout", "json"):
        raise UsageError(f"{' and '.join(refused)}: not for a recorded trace, as {arguments.source} is")
    heading = _heading(recorded.title, recorded.cycle_model, recorded.seed)
    cli.out.print(f"{heading}; recorded from {recorded.source}", soft_wrap=True)
    cli.show(_table(recorded.start, recorded.steps, recorded.texts))
    if not recorded.complete:
        cli.out.print(f"the record stops after {_instructions(len(recorded.steps))}")
    return 0


def _heading(title: str, cycle_model: str, seed: int) -> str:
    return f"{title}; cycles by {cycle_model}, memory holds made-up numbers (seed {seed})"


def _instructions(number: int) -> str:
    return "1 instruction" if number == 1 else f"{number} instructions"


def _table(start: NDArray[np.float16], steps: Sequence[Step], texts: Sequence[str]) -> Table:
    table = Table("cycle", "took", "", "instruction", "registers", "indices", box=box.SIMPLE)
    for column in table.columns[:2]:
        column.justify = "right"
    registers_before = start
    indices_before = np.zeros((registers.ARRAYS, registers.DIMS), np.int64)
    for step, text in zip(steps, texts, strict=True):
        table.add_row(
            str(step.cycles),
            str(step.cost),
            f"I{step.pc}",
            step.fault or text,
            listing.changed_registers(registers_before, step.registers),
            listing.changed_indices(indices_before, step.indices),
        )
        registers_before, indices_before = step.registers, step.indices
    return table


if __name__ == "__main__":
    cli.run(main)
