"""Which port a board is on: one that is named, the only one with its probe's USB ids, or a served one."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from host import boards
from host.boards.board import Board
from host.errors import LinkError
from host.sim import registry
from host.sim.registry import ServedBoard

VIRTUAL = "virtual"
DEFAULT_BOARD = "brd2601b"

Choose = Callable[[str, Sequence[str]], int | None]
"""Asks a person: from a title and the choices to an index, None for no answer (host/choice.py)."""


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


def find(
    board: str | None = None,
    port: str | None = None,
    ports: Iterable[UsbPort] | None = None,
    choose: Choose | None = None,
) -> str:
    """Return the port's path or URL.

    Args:
        board: A board's name; the virtual board is one that is being served. None: brd2601b.
        port: What the user named; taken as it is.
        ports: The ports to choose from; those of this computer when None.
        choose: Called where there are several; None: an error.

    Raises:
        BuildError: there is no such board.
        LinkError: there is no port for it, or several and none was chosen; the message lists them.
        FirmwareError: no virtual board is served.
    """
    wanted = boards.load(board or DEFAULT_BOARD)
    if port is not None:
        return port
    if wanted.name == VIRTUAL:
        return _served(choose)
    candidates = tuple(present() if ports is None else ports)
    matches = [each for each in candidates if each.usb in wanted.probe.usb]
    if not matches:
        raise LinkError(_none(wanted, candidates))
    listed = [f"{each.path} ({each.title})" for each in matches]
    return matches[_chosen(f"several ports could be the {wanted.name}", listed, choose)].path


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


def _served(choose: Choose | None) -> str:
    served: Sequence[ServedBoard] = registry.running()
    if len(served) < 2:
        return registry.find().serial
    listed = [f"{each.serial} ({each.name})" for each in served]
    return served[_chosen("several virtual boards are served", listed, choose)].serial


def _chosen(title: str, listed: Sequence[str], choose: Choose | None) -> int:
    """Return which of the choices is meant: the only one, or the one that a person names."""
    if len(listed) == 1:
        return 0
    index = choose(title, listed) if choose is not None else None
    if index is None:
        raise LinkError(f"{title}: {', '.join(listed)}; name one with --port")
    return index


def _none(board: Board, candidates: tuple[UsbPort, ...]) -> str:
    others = ", ".join(f"{each.path} ({each.usb}, {each.title})" for each in candidates) or "none"
    return (
        f"no port has the USB ids of {board.name} ({', '.join(board.probe.usb)}); ports on USB: {others}; "
        "plug it in, name its port with --port, or take a virtual board with --board virtual"
    )
