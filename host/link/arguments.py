"""The arguments of commands that talk to a device: --device, --board, --port, --baud."""

import argparse
from typing import TYPE_CHECKING, Protocol

from host import choice, cli
from host.errors import UsageError

if TYPE_CHECKING:
    # Imported when needed: --help should not wait for serial ports.
    from host.link.device import Device
    from host.tflite.reader import Model

DEFAULT_BAUD = 115_200
_LARGEST_BAUD = 10_000_000


class _Group(Protocol):
    def add_argument(self, *names: str, action: str, help: str) -> object: ...


def add(parser: argparse.ArgumentParser, places: _Group) -> None:
    """Add --device to the group of places, and to the parser how to reach the device."""
    places.add_argument(
        "--device", action="store_true", help="on the board that is plugged in, or on a served virtual board"
    )
    add_line(parser)


def add_line(
    parser: argparse.ArgumentParser,
    rate: str = "rate to go on at after the first words (default: %(default)s)",
) -> None:
    """Add --board, --port and --baud alone; `rate` is the last one's help."""
    parser.add_argument(
        "--board",
        metavar="NAME",
        help="which board's USB ids to look for, or virtual for the served one (default: xg24)",
    )
    parser.add_argument(
        "--port",
        metavar="PORT",
        help="serial port, pseudo-terminal, or socket://HOST:PORT; needed where several boards "
        "are there and nobody can be asked",
    )
    parser.add_argument(
        "--baud",
        type=_baud,
        default=DEFAULT_BAUD,
        metavar="RATE",
        help=rate,
    )


def check(arguments: argparse.Namespace) -> None:
    """Check that nothing was said of a device that is not asked for.

    Raises:
        UsageError: --board, --port or --baud stand without --device.
    """
    if arguments.device:
        return
    for name, default in (("board", None), ("port", None), ("baud", DEFAULT_BAUD)):
        if getattr(arguments, name) != default:
            raise UsageError(f"--{name} goes with --device: add it")


def connect(arguments: argparse.Namespace, model: "Model | None" = None) -> "Device":
    """Open a session with the device; on a terminal the person is asked where there are several.

    Args:
        arguments: With `board`, `port` and `baud`.
        model: The model that it must run; None: any.

    Raises:
        LinkError: no port, nobody who answers, or another kind of board than was asked for.
        FirmwareError: the device runs another model, or cannot have the rate.
        BuildError: there is no such board.
    """
    from host.link import ports
    from host.link.device import Device
    from host.link.transports import SerialTransport

    port = ports.find(arguments.board, arguments.port, choose=choice.ask if choice.is_possible() else None)
    with cli.err.status(f"asking who is on {port}"):
        device = Device(SerialTransport(port), model, arguments.baud)
    try:
        if remark := device.connection.remark():
            cli.warn(remark)
        ports.check_board(arguments.board, device.source, port)
    except BaseException:
        device.close()
        raise
    return device


def _baud(text: str) -> int:
    if not text.isascii() or not text.isdigit() or len(text) > 8 or not 1200 <= int(text) <= _LARGEST_BAUD:
        raise argparse.ArgumentTypeError(f"{text[:20]} is no rate: 1200 to {_LARGEST_BAUD} is possible")
    return int(text)
