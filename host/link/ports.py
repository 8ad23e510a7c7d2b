"""Which port a board is on: one that is named, the only one with its probe's USB ids, or a served one."""

from collections.abc import Iterable
from dataclasses import dataclass

from host import boards
from host.boards.board import Board
from host.errors import LinkError
from host.sim import registry

VIRTUAL = "virtual"
DEFAULT_BOARD = "brd2601b"


@dataclass(frozen=True)
class UsbPort:
    """A serial port on USB: its path, its ids as "VVVV:PPPP", and what it calls itself."""

    path: str
    usb: str
    title: str


def present() -> tuple[UsbPort, ...]:
    """Return the serial ports on USB of this computer, by path."""
    from serial.tools import list_ports

    found = (port for port in list_ports.comports() if port.vid is not None and port.pid is not None)
    ports = (
        UsbPort(port.device, f"{port.vid:04x}:{port.pid:04x}", port.product or port.description)
        for port in found
    )
    return tuple(sorted(ports, key=lambda port: port.path))


def find(board: str | None = None, port: str | None = None, ports: Iterable[UsbPort] | None = None) -> str:
    """Return the port's path or URL.

    Args:
        board: A board's name; the virtual board is one that is being served. None: brd2601b.
        port: What the user named; taken as it is.
        ports: The ports to choose from; those of this computer when None.

    Raises:
        BuildError: there is no such board.
        LinkError: there is no port for it, or several; the message lists them.
        FirmwareError: no virtual board is served, or several are.
    """
    wanted = boards.load(board or DEFAULT_BOARD)
    if port is not None:
        return port
    if wanted.name == VIRTUAL:
        return registry.find().serial
    candidates = tuple(present() if ports is None else ports)
    matches = [each for each in candidates if each.usb in wanted.probe.usb]
    if len(matches) == 1:
        return matches[0].path
    if matches:
        listed = ", ".join(f"{each.path} ({each.title})" for each in matches)
        raise LinkError(f"several ports could be the {wanted.name}: {listed}; name one with --port")
    raise LinkError(_none(wanted, candidates))


def check_board(board: str | None, source: str, port: str) -> None:
    """Check that a device is of the kind that was asked for.

    Args:
        board: The name that the user gave; None: any.
        source: "device" or "simulated" (client.Device.source).
        port: The port's name, for the message.

    Raises:
        LinkError: a virtual board answers for a real one, or the other way round.
    """
    if board is None or (boards.load(board).name == VIRTUAL) == (source == "simulated"):
        return
    kind = "a virtual board" if source == "simulated" else "a real board"
    raise LinkError(f"{kind} answers on {port}, not {board}: leave --board out, or name another --port")


def _none(board: Board, candidates: tuple[UsbPort, ...]) -> str:
    others = ", ".join(f"{each.path} ({each.usb}, {each.title})" for each in candidates) or "none"
    return (
        f"no port has the USB ids of {board.name} ({', '.join(board.probe.usb)}); ports on USB: {others}; "
        "plug it in, name its port with --port, or take a virtual board with --board virtual"
    )
