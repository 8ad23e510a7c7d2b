"""`python -m host.debug`: gdb on the image of a board, real or virtual."""

import argparse
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from host import boards, cli
from host.boards import Board
from host.errors import HostError, ImageError, TargetError
from host.flash import claim, debug_challenge, gdb_server, image, probes, session
from host.flash.arguments import frequency
from host.flash.gdb_server import GdbServer
from host.flash.probes import Probe
from host.flash.session import Reach
from host.flash.xg24 import target
from host.link.ports import DEFAULT_BOARD
from host.project import ROOT
from host.sim import image_file

GDB = "gdb-multiarch"

_BUILD_ID = ".note.gnu.build-id"  # gdb tells whether the board's flash has the same one
_STARTUP = Path(__file__).parent / "flash" / "gdb_startup.gdb"


def main(argv: Sequence[str] | None = None) -> int:
    """Run gdb, or its server alone; see --help."""
    arguments = _arguments(argv)
    board = boards.load(arguments.board)
    command = [] if arguments.server else _gdb_command(arguments, board)
    probe = probes.find(board, arguments.probe)
    reach = Reach(target.type_name(board.part), arguments.frequency or board.probe.swd_hz)
    with claim.claimed(probe.unique_id, "python -m host.debug"), _server(probe, reach, not command) as server:
        if not command:
            return _serve(server, probe)
        return _run([*command[:1], "-ex", f"target remote 127.0.0.1:{server.port}", *command[1:]])


def _arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = cli.parser(
        "debug",
        "gdb on a board, through its debug probe: the image's symbols, and the target as it stands. Starts "
        "pyocd gdbserver on a free port, and ends it with gdb. What follows -- goes to gdb.",
        "python -m host.debug --board virtual -- -batch -ex 'info registers pc'",
    )
    parser.add_argument(
        "image", type=Path, nargs="?", metavar="IMAGE", help="ELF file on the board (default: last one built)"
    )
    parser.add_argument(
        "--board",
        default=DEFAULT_BOARD,
        help="name of the board (default: %(default)s); virtual: one that host.sim serves",
    )
    parser.add_argument("--probe", metavar="ID", help="id of the debug probe, or a part of it")
    parser.add_argument(
        "--frequency",
        type=frequency,
        metavar="HZ",
        help="of SWCLK, such as 1M or 400k (default: the board's)",
    )
    parser.add_argument(
        "-x",
        dest="script",
        type=Path,
        action="append",
        default=[],
        metavar="FILE",
        help="commands for gdb once it is connected",
    )
    parser.add_argument(
        "--server", action="store_true", help="only serve, and print where; Ctrl-C ends the server"
    )
    given = list(sys.argv[1:] if argv is None else argv)
    split = given.index("--") if "--" in given else len(given)
    arguments = parser.parse_args(given[:split])
    arguments.gdb = given[split + 1 :]
    if arguments.server and (arguments.script or arguments.gdb or arguments.image):
        parser.error("--server starts no gdb: leave out IMAGE, -x and what follows --")
    return arguments


def _gdb_command(arguments: argparse.Namespace, board: Board) -> list[str]:
    path = shutil.which(GDB)
    if path is None:
        raise HostError(f"{GDB} is not installed: tools/setup installs it")
    elf = arguments.image or image.last_built(board)
    contents = image_file.read(elf)
    if not contents.symbols:
        raise ImageError(f"{elf} has no symbols: gdb takes them from the .elf file of an image")
    # The compiler is told paths from the clone's root on.
    command = [path, "-q", "-d", str(ROOT), "-x", str(_STARTUP)]
    if contents.build_id:
        command += ["-ex", f"compare-sections {_BUILD_ID}"]
    for script in arguments.script:
        command += ["-x", str(script)]
    return [*command, *arguments.gdb, str(elf)]


@contextmanager
def _server(probe: Probe, reach: Reach, persist: bool) -> Iterator[GdbServer]:
    """Start a server, which knows nothing of locks: ask for the reason where it does not connect."""
    with ExitStack() as stack:
        try:
            server = stack.enter_context(gdb_server.started(probe, reach, persist))
        except TargetError as error:
            with session.quiet():
                status = session.lock_status(probe, reach)
            raise (debug_challenge.refusal(status) if status and status.locked else error) from error
        yield server


def _serve(server: GdbServer, probe: Probe) -> int:
    cli.out.print(f"gdb: 127.0.0.1:{server.port}", soft_wrap=True)
    sys.stdout.flush()
    server.wait()
    raise HostError(f"pyocd gdbserver on {probe} has ended: {server.complaint or 'it says nothing'}")


def _run(command: list[str]) -> int:
    with _ctrl_c_for_the_child():
        status = subprocess.run(command, check=False).returncode
    return status if status >= 0 else 128 - status


@contextmanager
def _ctrl_c_for_the_child() -> Iterator[None]:
    """Let Ctrl-C do nothing here; unlike one that is ignored, a handler is not inherited."""
    before = signal.signal(signal.SIGINT, lambda *_: None)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


if __name__ == "__main__":
    cli.run(main)
