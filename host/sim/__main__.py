"""`python -m host.sim`: the virtual xG24, with a console (run) or as a board that stays up (serve)."""

import argparse
import math
import os
import sys
import time
from collections.abc import Sequence
from contextlib import ExitStack, closing
from pathlib import Path

from host import boards, cli
from host.errors import FirmwareError, UsageError
from host.flash import image
from host.sim import arguments as shared
from host.sim import observation, registry
from host.sim.debug_port import DebugPort
from host.sim.debug_server import DebugServer
from host.sim.lines import ConsoleLine, Line, PtyLine, TcpLine
from host.sim.outcome import Outcome
from host.sim.registry import ServedBoard
from host.sim.session import Session

LOCALHOST = "127.0.0.1"


def main(argv: Sequence[str] | None = None) -> int:
    """Run or serve the virtual board; see --help."""
    arguments = _arguments(argv)
    return _run(arguments) if arguments.command == "run" else _serve(arguments)


def _arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = cli.parser(
        "sim",
        "The virtual xG24: runs the image that is flashed to a board, in simulated time.",
        "python -m host.sim run build/brd2601b/earshot.elf",
    )
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    run = commands.add_parser(
        "run",
        help="with a console on this terminal; Ctrl-] leaves",
        description="Run an image with the board's serial port on standard input and output. On a terminal "
        "keys go to the board as they are pressed, and Ctrl-] leaves; piped input ends the run when the "
        "board has answered it.",
    )
    run.add_argument("image", type=Path, metavar="IMAGE", help="ELF, HEX or BIN file")
    serve = commands.add_parser(
        "serve",
        help="as a board that stays up, with a serial port to open",
        description="Serve a virtual board: its serial port is a pseudo-terminal, whose path is printed. "
        "A client that sets another rate than the board's gets garbage, as on a real line.",
    )
    serve.add_argument(
        "image",
        type=Path,
        nargs="?",
        metavar="IMAGE",
        help="ELF, HEX or BIN file (default: the last one built for the board that is simulated; without one "
        "the flash is erased)",
    )
    serve.add_argument("--blank", action="store_true", help="begin with erased flash")
    serve.add_argument("--name", help=f"name to find it by (default: {registry.DEFAULT_NAME})")
    serve.add_argument(
        "--tcp", type=_port, metavar="PORT", help="also listen there for a client; 0 takes a free port"
    )
    serve.add_argument(
        "--debug-port",
        type=_port,
        default=0,
        metavar="PORT",
        help=f"where the debug port listens on {LOCALHOST} (default: a free port)",
    )
    serve.add_argument("--bind", metavar="ADDRESS", help=f"address to listen on (default: {LOCALHOST})")
    for command in (run, serve):
        shared.add(command)
        shared.add_observation(command)
        command.add_argument(
            "--json",
            type=cli.json_file,
            metavar="FILE",
            help="write simulation/1 to FILE (- for standard output)",
        )
    return parser.parse_args(argv)


def _run(arguments: argparse.Namespace) -> int:
    limits = shared.limits(arguments)
    board = shared.board(arguments, arguments.image)
    console = ConsoleLine(sys.stderr if arguments.json == "-" else sys.stdout)
    speed = arguments.speed or (1.0 if console.is_terminal else math.inf)
    session = Session(board, (console,), _factor(speed), ends_when_quiet=not console.is_terminal)
    if console.is_terminal:
        cli.err.print("the virtual board's console; Ctrl-] leaves", style="dim")
    observation.start(board, shared.wishes(arguments))
    start = time.monotonic()
    with console.raw():
        stop = session.run(limits)
    return _finish(Outcome(board, stop, time.monotonic() - start, session.asleep), arguments)


def _serve(arguments: argparse.Namespace) -> int:
    limits = shared.limits(arguments)
    if arguments.bind is not None and arguments.tcp is None:
        raise UsageError("--bind says where to listen, and nothing does: give --tcp PORT with it")
    if arguments.blank and arguments.image is not None:
        raise UsageError(f"--blank begins with erased flash: give it without {arguments.image}")
    if arguments.name is not None:
        registry.check_name(arguments.name)
    address = arguments.bind or LOCALHOST
    if address != LOCALHOST:
        cli.warn(f"the serial line is open to whoever reaches {address}")
    name = arguments.name or registry.free_name()
    board = shared.board(arguments, _image_to_serve(arguments))
    observation.start(board, shared.wishes(arguments))
    start = time.monotonic()
    with ExitStack() as stack:
        pty = stack.enter_context(closing(PtyLine(boards.load("virtual").serial.baud)))
        lines: list[Line] = [pty]
        tcp = None
        if arguments.tcp is not None:
            tcp = stack.enter_context(closing(TcpLine(address, arguments.tcp)))
            lines.append(tcp)
        debug = DebugServer(DebugPort(board, name), arguments.debug_port)
        stack.enter_context(closing(debug))
        entry = ServedBoard(name, os.getpid(), pty.path, tcp.address if tcp else "", debug.address)
        stack.enter_context(registry.registered(entry))
        _announce(entry)
        stop = Session(board, lines, _factor(arguments.speed or 1.0), debug=debug).run(limits)
    return _finish(Outcome(board, stop, time.monotonic() - start), arguments)


def _image_to_serve(arguments: argparse.Namespace) -> Path | None:
    named: Path | None = arguments.image
    if arguments.blank or named is not None:
        return named
    # The image that host.flash and host.debug take for this board, whatever was built last for others.
    board = boards.load("virtual")
    path = image.find_built(board)
    if path is None:
        cli.warn(
            f"no image named, and none was built for {board.image_board}: the board begins with erased flash"
        )
    return path


def _announce(entry: ServedBoard) -> None:
    tcp = f"tcp: {entry.tcp}" if entry.tcp else ""
    for line in filter(None, (f"serial: {entry.serial}", tcp, f"debug: {entry.debug}", "ready")):
        cli.out.print(line, soft_wrap=True)
    sys.stdout.flush()


def _finish(outcome: Outcome, arguments: argparse.Namespace) -> int:
    findings = observation.finish(outcome.board, shared.wishes(arguments))
    if arguments.json:
        cli.write_json(arguments.json, outcome.document() | {"profile": findings.document()})
    table = findings.table()
    if table is not None and arguments.json != "-":
        cli.show(table)
    for path in findings.files:
        cli.err.print(f"written: {path}", soft_wrap=True)
    for line in outcome.lines():
        cli.err.print(line, soft_wrap=True)
    if outcome.stop is not None and outcome.stop.failed:
        raise FirmwareError(outcome.stop.line())
    return 0


def _factor(speed: float) -> float | None:
    return None if math.isinf(speed) else speed


def _port(text: str) -> int:
    if not text.isascii() or not text.isdigit() or int(text) > 65535:
        raise argparse.ArgumentTypeError(f"{text} is no port: 0 to 65535 is possible")
    return int(text)


if __name__ == "__main__":
    cli.run(main)
