"""`python -m host.console`: a terminal on a board's serial port."""

import argparse
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from host import choice, cli
from host.console.back_trace import BackTracer
from host.console.line_log import LineLog
from host.console.terminal import Terminal
from host.errors import ImageError
from host.flash import image
from host.link import arguments as link_arguments
from host.link import ports
from host.link.transports import SerialTransport, Transport
from host.sim.lines import ConsoleLine


def main(argv: Sequence[str] | None = None) -> int:
    """Run the terminal; see --help."""
    arguments = _arguments(argv)
    tracer = _tracer(arguments.elf)

    named = arguments.port if arguments.port is not None else _chosen(arguments.board)

    def open_port() -> Transport:
        return SerialTransport(ports.find(arguments.board, named), arguments.baud)

    log = LineLog(arguments.log) if arguments.log else None
    keys = ConsoleLine(sys.stdout)
    terminal = Terminal(open_port, keys, tracer, log)
    try:
        with keys.raw():
            if keys.is_terminal:
                # Only now: what is typed before the terminal is raw gets lost. Raw, it needs the CR.
                cli.err.print("the board's console; Ctrl-] leaves", style="dim", end="\r\n")
            terminal.run()
    finally:
        if log is not None:
            log.close()
    return 0


def _arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = cli.parser(
        "console",
        "A terminal on a board's serial port: keys go to the board as they are pressed, Ctrl-] leaves. "
        "The port may be unplugged and come back. A crash dump is followed by its back trace.",
        "python -m host.console --board virtual --log session.log",
    )
    link_arguments.add_line(parser, "rate of the port (default: %(default)s)")
    parser.add_argument(
        "--log", type=Path, metavar="FILE", help="append what is printed, with times, to FILE"
    )
    parser.add_argument(
        "--elf", type=Path, metavar="FILE", help="image for back traces (default: last built)"
    )
    return parser.parse_args(argv)


def _chosen(board: str | None) -> str | None:
    """Return the port that the person chose before keys go to the board; None where there is no choice."""
    if not choice.is_possible():
        return None
    chosen = []

    def choose(title: str, listed: Sequence[str]) -> int | None:
        index = choice.ask(title, listed)
        chosen.append(index)
        return index

    port = ports.find(board, choose=choose)
    return port if chosen else None


def _tracer(elf: Path | None) -> BackTracer | None:
    if elf is not None:
        return BackTracer(elf)
    with suppress(ImageError):
        last = image.last_built_of_any()
        return BackTracer(last) if last is not None else None
    return None


if __name__ == "__main__":
    cli.run(main)
