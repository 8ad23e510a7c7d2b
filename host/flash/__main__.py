"""`python -m host.flash`: writes an image to a board, verifies every byte, and sees it start."""

import argparse
import math
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from host import boards, cli, interruption
from host.boards import Board
from host.errors import HostError, UsageError
from host.flash.verification import BY_CRC, METHODS
from host.sim.image_file import FLASH_BASE

if TYPE_CHECKING:
    # pyOCD takes a while to import: --help should not wait for it.
    from host.flash.fleet import Job
    from host.flash.image import FlashImage
    from host.flash.probes import Probe
    from host.flash.session import Reach

_LOWEST_HZ, _HIGHEST_HZ = 1_000, 50_000_000
_SUFFIXES = {"k": 1_000, "m": 1_000_000}
_SHOWN = 12  # digits of a hash or build id


def _arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = cli.parser(
        "flash",
        "Write an image to a board through its debug probe, verify every byte on the part, start it, and "
        "wait for its banner. Sectors that the part holds already are skipped.",
        "python -m host.flash --board xg24",
    )
    parser.add_argument(
        "image", type=Path, nargs="?", metavar="IMAGE", help="ELF, HEX or BIN file (default: last built)"
    )
    parser.add_argument("--board", default="xg24", metavar="NAME", help="the board (default: %(default)s)")
    parser.add_argument("--probe", metavar="ID", help="the probe by its id or a part of it")
    parser.add_argument("--all", action="store_true", help="all attached boards of this type, side by side")
    parser.add_argument("--list", action="store_true", help="list the attached probes and the boards")
    _add_what(parser)
    _add_how(parser)
    parser.add_argument(
        "--recover", action="store_true", help="unlock a part that is locked for debuggers; erases its flash"
    )
    parser.add_argument("--yes", action="store_true", help="with --recover: do not ask")
    parser.add_argument("--json", metavar="FILE", help="write flash/1 to FILE, or to standard output for -")
    parser.add_argument("--verbose", action="store_true", help="show pyOCD's log on standard error")
    return parser.parse_args(argv)


def _add_what(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--dry-run", action="store_true", help="only tell what would be written")
    parser.add_argument(
        "--full", action="store_true", help="erase what the image leaves of its sectors (default: keep it)"
    )
    parser.add_argument(
        "--force",
        action="store_true",
        help="also an image for another board, or one that does not say for which",
    )
    parser.add_argument(
        "--base",
        type=_address,
        default=FLASH_BASE,
        metavar="ADDRESS",
        help=f"where a .bin file begins (default: {FLASH_BASE:#010x})",
    )
    parser.add_argument(
        "--verify",
        choices=METHODS,
        default=BY_CRC,
        help="crc: a checksum of each sector on the part, and reading back what differs; read: read all back "
        "(default: %(default)s)",
    )
    parser.add_argument(
        "--no-run", action="store_true", help="leave the part halted instead of starting the image"
    )
    parser.add_argument(
        "--backup",
        type=Path,
        metavar="FILE.bin",
        help="first save what is in flash, to be flashed again with --force",
    )
    parser.add_argument(
        "--replace-bootloader", action="store_true", help="write over the bootloader that the board came with"
    )


def _add_how(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--port", metavar="PORT", help="the board's serial port, where the banner comes")
    parser.add_argument(
        "--frequency",
        type=_frequency,
        metavar="HZ",
        help="of SWCLK, such as 1M or 400k (default: the board file's)",
    )
    parser.add_argument(
        "--wait",
        type=_seconds,
        default=0.0,
        metavar="S",
        help="how long to wait for a probe in use (default: 0)",
    )
    parser.add_argument(
        "--pack",
        metavar="FILE",
        help="take the target from a CMSIS pack; auto: fetch the pack from the network",
    )


def main(argv: Sequence[str] | None = None) -> int:
    """Flash a board; see --help."""
    arguments = _arguments(argv)
    _check(arguments)
    board = boards.load(arguments.board)
    from host.flash import session

    with session.quiet(arguments.verbose):
        if arguments.list:
            return _list(arguments.json)
        if arguments.recover:
            return _recover(arguments, board)
        return _flash(arguments, board)


def _check(arguments: argparse.Namespace) -> None:
    """Refuse options that do not go together.

    Raises:
        UsageError: they do not.
    """
    if arguments.yes and not arguments.recover:
        raise UsageError("--yes answers --recover: give both, or leave it out")
    if arguments.recover and (arguments.all or arguments.image is not None):
        raise UsageError("--recover takes one board and no image: unlock it first, then flash it")
    for name in ("port", "backup"):
        if arguments.all and getattr(arguments, name) is not None:
            raise UsageError(f"--{name} is of one board: name it with --probe ID instead of --all")
    if arguments.backup is not None:
        from host.flash import backup

        backup.check_name(arguments.backup)


def _flash(arguments: argparse.Namespace, board: Board) -> int:
    from host.flash import image, probes

    # A file that was named is looked at first: what is wrong with it needs no board.
    contents = _contents(arguments, board, arguments.image) if arguments.image is not None else None
    with cli.err.status("looking for the probe"):
        find = probes.find_all if arguments.all else _only
        found = find(board, arguments.probe)
    if contents is None:
        contents = _contents(arguments, board, image.last_built(board))
    job = _job(arguments, board, contents)
    return _many(arguments, job, found) if arguments.all else _one(arguments, job, found[0])


def _only(board: Board, wanted: str | None) -> "tuple[Probe, ...]":
    from host.flash import probes

    return (probes.find(board, wanted),)


def _contents(arguments: argparse.Namespace, board: Board, path: Path) -> "FlashImage":
    """Read an image and refuse what needs no board to be refused."""
    from host.flash import image
    from host.flash.report import STEP_WIDTH

    contents = image.read(path, arguments.base)
    for warning in image.check_board(contents, board, arguments.force):
        cli.warn(warning)
    image.check_place(contents, board.memory.flash_base, board.memory.flash_bytes)
    if arguments.json != "-":
        cli.out.print(f"{'image':<{STEP_WIDTH}} {_title(contents)}", soft_wrap=True)
    return contents


def _title(contents: "FlashImage") -> str:
    note = contents.note
    of = f", model {note.model} ({note.model_sha256[:_SHOWN]})" if note else ""
    build = f", build {contents.build_id[:_SHOWN]}" if contents.build_id else ""
    return f"{contents.path}{of}{build}, {contents.bytes:,} bytes"


def _job(arguments: argparse.Namespace, board: Board, contents: "FlashImage") -> "Job":
    from host.flash.fleet import Job
    from host.flash.programming import Wishes

    wishes = Wishes(
        full=arguments.full,
        dry_run=arguments.dry_run,
        verify=arguments.verify,
        replace_bootloader=arguments.replace_bootloader,
        backup=arguments.backup,
        run=not arguments.no_run,
    )
    return Job(board, contents, _reach(arguments, board), wishes, arguments.port, arguments.wait)


def _reach(arguments: argparse.Namespace, board: Board) -> "Reach":
    from host.flash import packs, target
    from host.flash.session import Reach

    name = target.type_name(board.part)
    if arguments.pack is not None:
        with cli.err.status(f"reading the pack {arguments.pack}"):
            packed = packs.target(arguments.pack, board.part)
        for remark in packed.remarks:
            cli.warn(remark)
        name = packed.name
    return Reach(name, arguments.frequency or board.probe.swd_hz)


def _one(arguments: argparse.Namespace, job: "Job", probe: "Probe") -> int:
    from host.flash import fleet, report
    from host.flash.claim import Holder
    from host.flash.display import StepDisplay
    from host.flash.report import BoardResult

    def on_wait(holder: Holder) -> None:
        cli.err.print(f"waiting for {holder} to release the probe", soft_wrap=True)

    try:
        with (
            fleet.claimed(probe, arguments.wait, on_wait),
            interruption.postponed() as check,
            StepDisplay(check, quiet=arguments.json == "-") as display,
        ):
            result = fleet.flash_one(probe, job, display)
    except HostError as error:
        if arguments.json:
            failed = BoardResult(probe, None, None, error=str(error))
            cli.write_json(arguments.json, report.document(job.board, job.contents, (failed,)))
        raise
    if arguments.json != "-":
        if job.wishes.dry_run and result.outcome is not None and result.outcome.plan.written:
            cli.show(report.plan_table(result.outcome))
        cli.out.print(f"{job.board.name} on {probe}: {result.verdict}", soft_wrap=True)
    if arguments.json:
        cli.write_json(arguments.json, report.document(job.board, job.contents, (result,)))
    return 0


def _many(arguments: argparse.Namespace, job: "Job", found: "Sequence[Probe]") -> int:
    from host.flash import fleet, report
    from host.flash.display import FleetDisplay

    with interruption.postponed() as check, FleetDisplay(check) as display:
        results = fleet.flash_all(found, job, display.watcher)
    for result in results:
        for warning in result.warnings:
            cli.warn(f"{result.probe.unique_id}: {warning}")
    if arguments.json != "-":
        cli.show(report.fleet_table(results))
    if arguments.json:
        cli.write_json(arguments.json, report.document(job.board, job.contents, results))
    failed = [result.probe.unique_id for result in results if result.error]
    if failed:
        cli.err.print(
            f"error: {len(failed)} of {len(results)} boards failed: {', '.join(failed)}",
            style="red",
            soft_wrap=True,
        )
    return 1 if failed else 0


def _list(json: str | None) -> int:
    from host.flash import probes, report

    with cli.err.status("looking for probes"):
        listed = probes.enumerate_probes()
    known = [boards.load(name) for name in boards.names()]
    for problem in (*listed.problems, *probes.refusals(known)):
        cli.warn(problem)
    if json != "-":
        if listed.probes:
            cli.show(report.probe_table(listed.probes, known))
        else:
            cli.out.print("no debug probes; a virtual one comes with python -m host.sim serve")
        cli.show(report.board_table(listed.probes, known))
    if json:
        cli.write_json(json, report.probe_document(listed.probes, known, listed.problems))
    return 0


def _recover(arguments: argparse.Namespace, board: Board) -> int:
    from host.flash import fleet, probes, recovery
    from host.flash.display import StepDisplay

    with cli.err.status("looking for the probe"):
        probe = probes.find(board, arguments.probe)
    reach = _reach(arguments, board)
    asks = sys.stdin is not None and sys.stdin.isatty()

    def confirmed() -> bool:
        cli.err.print(f"{board.name} on {probe}: {recovery.DESTROYS}.", style="yellow", soft_wrap=True)
        if arguments.yes:
            return True
        if not asks:
            raise UsageError("nobody can be asked here: add --yes to --recover")
        cli.err.print("type erase to go on: ", end="")
        return sys.stdin.readline().strip() == "erase"

    with fleet.claimed(probe, arguments.wait), StepDisplay(lambda: None, quiet=False) as display:
        recovery.recover(probe, reach, confirmed, display)
    return 0


def _frequency(text: str) -> int:
    digits, factor = (text[:-1], _SUFFIXES[text[-1].lower()]) if text[-1:].lower() in _SUFFIXES else (text, 1)
    try:
        value = float(digits) * factor
    except ValueError:
        value = math.nan
    if not _LOWEST_HZ <= value <= _HIGHEST_HZ:
        raise argparse.ArgumentTypeError(
            f"{text} is no frequency for SWCLK: {_LOWEST_HZ} to {_HIGHEST_HZ} Hz is possible, such as 1M"
        )
    return int(value)


def _seconds(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value) or value < 0:
        raise argparse.ArgumentTypeError(f"{text} is no time in seconds")
    return value


def _address(text: str) -> int:
    try:
        value = int(text, 0)
    except ValueError:
        value = -1
    if not 0 <= value <= 0xFFFF_FFFF:
        raise argparse.ArgumentTypeError(f"{text} is no address of 32 bits")
    return value


if __name__ == "__main__":
    cli.run(main)
