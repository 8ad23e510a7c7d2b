"""The arguments that the commands of the virtual board share."""

import argparse
import math
from pathlib import Path

from host import cli, cycle_models
from host.boards import part
from host.project import ROOT
from host.sim import conditions, image_file, injection, observation, part_number
from host.sim.board import BoardSettings, VirtualBoard
from host.sim.session import Limits


def add(parser: argparse.ArgumentParser) -> None:
    """Add what decides how the board is and when it stops."""
    parser.add_argument(
        "--until",
        metavar="CONDITION",
        help=f"end with status 0 once this is so: {conditions.FORMS}",
    )
    parser.add_argument(
        "--max-cycles", type=count, metavar="N", help="end with status 1 after so many core cycles"
    )
    parser.add_argument(
        "--timeout", type=seconds, metavar="S", help="end with status 1 after so many seconds of real time"
    )
    parser.add_argument(
        "--speed",
        type=_speed,
        metavar="FACTOR",
        help="simulated time over real time, or max (default: 1, for run without a terminal max)",
    )
    parser.add_argument(
        "--inject",
        action="append",
        default=[],
        metavar="KIND@CYCLE[:ARGS]",
        help=f"break something on purpose, may be given several times. {injection.HELP}",
    )
    parser.add_argument(
        "--strict", action="store_true", help="end when the program uses something that is not modelled"
    )
    parser.add_argument(
        "--cycle-model",
        choices=cycle_models.CYCLE_MODELS,
        default=cycle_models.DEFAULT_CYCLE_MODEL,
        help="account of the accelerator's cycles (default: %(default)s)",
    )
    parser.add_argument(
        "--cyccnt-in-sleep",
        action="store_true",
        help="let DWT.CYCCNT go on while the core sleeps; whether silicon does is not known",
    )
    parser.add_argument(
        "--part",
        type=part_number.argument,
        default=part_number.DEFAULT,
        metavar="ORDER_CODE",
        help="which chip it is (default: %(default)s)",
    )
    parser.add_argument(
        "--unique-id",
        type=_unique_id,
        default=0,
        metavar="HEX",
        help="DEVINFO's 64 bits; the upper 24 mark a virtual board where they are 0 (default: %(default)s)",
    )
    parser.add_argument(
        "--base",
        type=cli.address,
        default=image_file.FLASH_BASE,
        metavar="ADDRESS",
        help=f"where a .bin file begins (default: {image_file.FLASH_BASE:#010x})",
    )


def add_observation(parser: argparse.ArgumentParser) -> None:
    """Add what is to be observed."""
    parser.add_argument(
        "--trace",
        type=Path,
        metavar="FILE",
        help="write a trace of functions, interrupts, accelerator and "
        "serial bytes, for https://ui.perfetto.dev",
    )
    parser.add_argument(
        "--profile",
        action="store_true",
        help="print core cycles by function at the end, and write a flame graph",
    )
    parser.add_argument(
        "--flame-graph",
        type=Path,
        metavar="FILE.svg",
        help=f"where the flame graph goes (default: {observation.DEFAULT_FLAME_GRAPH.relative_to(ROOT)})",
    )
    parser.add_argument(
        "--coverage", type=Path, metavar="FILE", help="write the lines of the firmware that ran, as lcov"
    )


def wishes(arguments: argparse.Namespace) -> observation.Wishes:
    """Return what is to be observed."""
    flame_graph = arguments.flame_graph
    if flame_graph is None and arguments.profile:
        flame_graph = observation.DEFAULT_FLAME_GRAPH
    return observation.Wishes(arguments.profile, flame_graph, arguments.trace, arguments.coverage)


def limits(arguments: argparse.Namespace) -> Limits:
    """Return what ends the session.

    Raises:
        UsageError: --until is no condition.
    """
    until = conditions.parse(arguments.until) if arguments.until is not None else None
    return Limits(until, arguments.max_cycles, arguments.timeout)


def board(arguments: argparse.Namespace, path: Path | None) -> VirtualBoard:
    """Return the board with the image loaded, if there is one, and the faults injected.

    Raises:
        UsageError: --inject is no fault.
        ImageError: the image cannot be loaded.
        BuildError: the simulator is not installed.
    """
    faults = [injection.parse(text) for text in arguments.inject]
    contents = None if path is None else image_file.read(path, arguments.base)
    made_as = part.describe(arguments.part)
    if not arguments.part.endswith(part_number.PACKAGE):
        cli.warn(
            f"--part {arguments.part}: the package is not simulated; the part states {part_number.PACKAGE}"
        )
    settings = BoardSettings(
        flash_bytes=made_as.flash_bytes,
        ram_bytes=made_as.ram_bytes,
        part=part_number.device_part(arguments.part),
        unique_id=arguments.unique_id,
        cycle_model=arguments.cycle_model,
        strict=arguments.strict,
        cyccnt_runs_in_sleep=arguments.cyccnt_in_sleep,
    )
    made = VirtualBoard(settings)
    if contents is not None:
        made.load(contents)
    for fault in faults:
        made.inject(fault)
    return made


def count(text: str) -> int:
    """Return a positive whole number; underscores may divide it.

    Raises:
        ArgumentTypeError: it is none.
    """
    digits = text.replace("_", "")
    if not digits.isascii() or not digits.isdigit() or int(digits) == 0:
        raise argparse.ArgumentTypeError(f"{text} is no number from 1 up")
    return int(digits)


def seconds(text: str) -> float:
    """Return a positive number of seconds.

    Raises:
        ArgumentTypeError: it is none.
    """
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value) or value <= 0:
        raise argparse.ArgumentTypeError(f"{text} is no time in seconds above 0")
    return value


def _speed(text: str) -> float:
    if text == "max":
        return math.inf
    try:
        return seconds(text)
    except argparse.ArgumentTypeError:
        raise argparse.ArgumentTypeError(f"{text} is no speed: a number above 0 or max") from None


def _unique_id(text: str) -> int:
    try:
        value = int(text, 16)
    except ValueError:
        value = -1
    if not 0 <= value < 1 << 64:
        raise argparse.ArgumentTypeError(f"{text} is no unique id: up to 16 hex digits")
    return value
