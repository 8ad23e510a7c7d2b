"""`python -m host.debug`: gdb on the image of a board, real or virtual."""

import argparse
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from host import boards, cli
from host.boards import Board
from host.errors import HostError, ImageError
from host.flash import claim, gdb_server, image, probes, target
from host.flash.gdb_server import GdbServer, Settings
from host.flash.probes import Probe
from host.link.ports import DEFAULT_BOARD

GDB = "gdb-multiarch"

_STARTUP = Path(__file__).parent / "flash" / "gdb_startup.gdb"


def main(argv: Sequence[str] | None = None) -> int:
    """Run gdb, or its server alone; see --help."""
    arguments = _arguments(argv)
    board = boards.load(arguments.board)
    gdb = None if arguments.server else _gdb()
    elf = None if arguments.server else _elf(arguments.image, board)
    probe = probes.find(board, arguments.probe)
    settings = Settings(
        target.type_name(board.part), arguments.frequency or board.probe.swd_hz, persist=arguments.server
    )
    with (
        claim.claimed(probe.unique_id, "python -m host.debug"),
        gdb_server.started(probe, settings) as server,
    ):
        if gdb is None or elf is None:
            return _serve(server, probe)
        command = [gdb, "-q", "-x", str(_STARTUP), "-ex", f"target remote 127.0.0.1:{server.port}"]
        for script in arguments.script:
            command += ["-x", str(script)]
        return _run([*command, *arguments.gdb, str(elf)])


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
    parser.add_argument("--frequency", type=int, metavar="HZ", help="of SWCLK (default: the board's)")
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
    if arguments.frequency is not None and arguments.frequency <= 0:
        parser.error(f"--frequency {arguments.frequency} is no frequency in Hz above 0")
    return arguments


def _gdb() -> str:
    path = shutil.which(GDB)
    if path is None:
        raise HostError(f"{GDB} is not installed: tools/setup installs it")
    return path


def _elf(path: Path | None, board: Board) -> Path:
    elf = path or image.last_built(board)
    try:
        with elf.open("rb") as file:
            magic = file.read(4)
    except OSError as error:
        raise ImageError(f"cannot read {elf}: {error.strerror or error}") from error
    if magic != b"\x7fELF":
        raise ImageError(f"{elf} is no ELF file: gdb takes symbols from the .elf beside it")
    return elf


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
