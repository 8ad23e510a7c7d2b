"""`python -m host.flash`: writes an image to a board, verifies every byte, and sees it start."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from host import boards, cli, interruption
from host.boards import Board
from host.errors import FlashError, HostError, UsageError
from host.flash import arguments as command_line
from host.flash import fleet, image, probes, recovery, report, session
from host.flash.claim import Holder
from host.flash.display import FleetDisplay, StepDisplay
from host.flash.fleet import Job
from host.flash.image import FlashImage
from host.flash.pack import packs
from host.flash.probes import Probe
from host.flash.programming import Wishes
from host.flash.report import STEP_WIDTH, BoardResult
from host.flash.session import Reach
from host.flash.xg24 import target

_SHOWN = 12  # digits of a hash or build id


def main(argv: Sequence[str] | None = None) -> int:
    """Flash a board; see --help."""
    arguments = command_line.parse(argv)
    board = boards.load(arguments.board)
    with session.quiet(arguments.verbose):
        if arguments.list:
            return _list(arguments.json)
        if arguments.recover:
            return _recover(arguments, board)
        return _flash(arguments, board)


def _flash(arguments: argparse.Namespace, board: Board) -> int:
    # A file that was named is looked at first: what is wrong with it needs no board.
    contents = _contents(arguments, board, arguments.image) if arguments.image is not None else None
    with cli.err.status("looking for the probe"):
        find = probes.find_all if arguments.all else _only
        found = find(board, arguments.probe)
    if contents is None:
        contents = _contents(arguments, board, image.last_built(board))
    job = _job(arguments, board, contents)
    return _many(arguments, job, found) if arguments.all else _one(arguments, job, found[0])


def _only(board: Board, wanted: str | None) -> tuple[Probe, ...]:
    return (probes.find(board, wanted),)


def _contents(arguments: argparse.Namespace, board: Board, path: Path) -> FlashImage:
    """Read an image and refuse what needs no board to be refused."""
    contents = image.read(path, arguments.base)
    for warning in image.check_board(contents, board, arguments.force):
        cli.warn(warning)
    image.check_place(contents, board.memory.flash_base, board.memory.flash_bytes)
    if arguments.json != "-":
        cli.out.print(f"{'image':<{STEP_WIDTH}} {_title(contents)}", soft_wrap=True)
    return contents


def _title(contents: FlashImage) -> str:
    note = contents.note
    of = f", model {note.model} ({note.model_sha256[:_SHOWN]})" if note else ""
    build = f", build {contents.build_id[:_SHOWN]}" if contents.build_id else ""
    return f"{contents.path}{of}{build}, {contents.bytes:,} bytes"


def _job(arguments: argparse.Namespace, board: Board, contents: FlashImage) -> Job:
    wishes = Wishes(
        full=arguments.full,
        dry_run=arguments.dry_run,
        verify=arguments.verify,
        replace_bootloader=arguments.replace_bootloader,
        backup=arguments.backup,
        run=not arguments.no_run,
    )
    return Job(board, contents, _reach(arguments, board), wishes, arguments.port, arguments.wait)


def _reach(arguments: argparse.Namespace, board: Board) -> Reach:
    name = target.type_name(board.part)
    if arguments.pack is not None:
        with cli.err.status(f"reading the pack {arguments.pack}"):
            packed = packs.target(arguments.pack, board.part)
        for remark in packed.remarks:
            cli.warn(remark)
        name = packed.name
    return Reach(name, arguments.frequency or board.probe.swd_hz)


def _one(arguments: argparse.Namespace, job: Job, probe: Probe) -> int:
    failure: HostError | None = None
    try:
        with (
            fleet.claimed(probe, arguments.wait, _tell_holder),
            interruption.postponed() as check,
            StepDisplay(check, quiet=arguments.json == "-") as display,
        ):
            result = fleet.flash_one(probe, job, display)
            failure = FlashError(result.error) if result.error else None
    except HostError as error:
        result, failure = BoardResult(probe, None, None, error=str(error)), error
    if arguments.json != "-" and failure is None:
        if job.wishes.dry_run and result.outcome is not None and result.outcome.plan.written:
            cli.show(report.plan_table(result.outcome))
        cli.out.print(f"{job.board.name} on {probe}: {result.verdict}", soft_wrap=True)
    if arguments.json:
        cli.write_json(arguments.json, report.document(job.board, job.contents, (result,)))
    if failure is not None:
        raise failure
    return 0


def _many(arguments: argparse.Namespace, job: Job, found: Sequence[Probe]) -> int:
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
        raise FlashError(f"{len(failed)} of {len(results)} boards failed: {', '.join(failed)}; see the table")
    return 0


def _list(json: str | None) -> int:
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
    with cli.err.status("looking for the probe"):
        probe = probes.find(board, arguments.probe)
    reach = _reach(arguments, board)
    asks = sys.stdin is not None and sys.stdin.isatty()

    def confirmed() -> bool:
        with display.paused():
            cli.err.print(f"{board.name} on {probe}: {recovery.DESTROYS}.", style="yellow", soft_wrap=True)
            if arguments.yes:
                return True
            if not asks:
                raise UsageError("nobody can be asked here: add --yes to --recover")
            cli.err.print("type erase to go on: ", end="")
            return sys.stdin.readline().strip() == "erase"

    with (
        fleet.claimed(probe, arguments.wait, _tell_holder),
        StepDisplay(lambda: None, quiet=False) as display,
    ):
        recovery.recover(probe, reach, confirmed, display)
    return 0


def _tell_holder(holder: Holder) -> None:
    cli.err.print(f"waiting for {holder} to release the probe", soft_wrap=True)


if __name__ == "__main__":
    cli.run(main)
