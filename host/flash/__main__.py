"""`python -m host.flash`: writes an image to a board, verifies every byte, and sees it start."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from host import boards, cli, interruption
from host.boards import Board
from host.boards.part import FLASH_BASE
from host.errors import FlashError, HostError, UsageError
from host.flash import arguments as command_line
from host.flash import fleet, image, probes, recovery, report, session
from host.flash.claim import Holder
from host.flash.display import FleetDisplay, StepDisplay
from host.flash.fleet import Job, Record
from host.flash.image import FlashImage
from host.flash.journal import Journal
from host.flash.pack import packs
from host.flash.probes import Probe
from host.flash.programming import Wishes
from host.flash.report import STEP_WIDTH, BoardResult
from host.flash.session import Reach
from host.flash.verification import BY_CRC
from host.flash.xg24 import target
from host.interruption import Interrupted

_SHOWN = 12  # digits of a hash or build id


def main(argv: Sequence[str] | None = None) -> int:
    """Flash a board; see --help."""
    arguments = command_line.parse(argv)
    journal = Journal(arguments.json, arguments.board)
    try:
        command_line.check(arguments)
        board = boards.load(arguments.board)
        with session.quiet(arguments.verbose):
            if arguments.list:
                return _list(journal)
            if arguments.recover:
                return _recover(arguments, board, journal)
            return _flash(arguments, board, journal)
    except (HostError, Interrupted) as error:
        journal.failed(str(error), of_list=arguments.list)
        raise


def _flash(arguments: argparse.Namespace, board: Board, journal: Journal) -> int:
    # A file that was named is looked at first: what is wrong with it needs no board.
    contents = _contents(arguments, board, arguments.image, journal) if arguments.image is not None else None
    with cli.err.status("looking for the probe"):
        find = probes.find_all if arguments.all else _only
        found = find(board, arguments.probe)
    if contents is None:
        contents = _contents(arguments, board, image.last_built(board), journal)
    if arguments.replace_bootloader and board.bootloader is None:
        cli.warn(f"--replace-bootloader does nothing here: no bootloader region is stated for {board.name}")
    job = _job(arguments, board, contents)
    if arguments.all:
        return _many(job, found, journal)
    return _one(arguments, job, found[0], journal)


def _only(board: Board, wanted: str | None) -> tuple[Probe, ...]:
    return (probes.find(board, wanted),)


def _contents(arguments: argparse.Namespace, board: Board, path: Path, journal: Journal) -> FlashImage:
    """Read an image and refuse what needs no board to be refused."""
    contents = image.read(path, FLASH_BASE if arguments.base is None else arguments.base)
    journal.contents = contents
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
        verify=arguments.verify or BY_CRC,
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


def _one(arguments: argparse.Namespace, job: Job, probe: Probe, journal: Journal) -> int:
    failure: HostError | Interrupted | None = None
    record: Record | None = None
    try:
        with (
            fleet.claimed(probe, arguments.wait, _tell_holder),
            interruption.postponed() as check,
            StepDisplay(check, quiet=arguments.json == "-") as display,
        ):
            record = Record(probe, display)
            result = fleet.flash_one(probe, job, record)
            failure = FlashError(result.error) if result.error else None
    except (HostError, Interrupted) as error:
        result, failure = _failed(probe, record, str(error)), error
    journal.write((result,), str(failure or ""))
    if arguments.json != "-" and failure is None:
        if job.wishes.dry_run and result.outcome is not None and result.outcome.plan.written:
            cli.show(report.plan_table(result.outcome))
        cli.out.print(f"{job.board.name} on {probe}: {result.verdict}", soft_wrap=True)
    if failure is not None:
        raise failure
    return 0


def _failed(probe: Probe, record: Record | None, error: str) -> BoardResult:
    return BoardResult(probe, None, None, error) if record is None else record.failed(error)


def _many(job: Job, found: Sequence[Probe], journal: Journal) -> int:
    with interruption.postponed() as check, FleetDisplay(check) as display:
        results = fleet.flash_all(found, job, display.watcher)
    failed = [result.probe.unique_id for result in results if result.error]
    failure = f"{len(failed)} of {len(results)} boards failed: {', '.join(failed)}" if failed else ""
    journal.write(results, failure)
    for result in results:
        for warning in result.warnings:
            cli.warn(f"{result.probe.unique_id}: {warning}")
    if journal.path != "-":
        cli.show(report.fleet_table(results))
    if failure:
        raise FlashError(f"{failure}; see the {'document' if journal.path == '-' else 'table'}")
    return 0


def _list(journal: Journal) -> int:
    with cli.err.status("looking for probes"):
        listed = probes.enumerate_probes()
    known = [boards.load(name) for name in boards.names()]
    for problem in (*listed.problems, *probes.refusals(known)):
        cli.warn(problem)
    journal.write_list(listed.probes, known, listed.problems)
    if journal.path != "-":
        if listed.probes:
            cli.show(report.probe_table(listed.probes, known))
        else:
            cli.out.print("no debug probes; a virtual one comes with python -m host.sim serve")
        cli.show(report.board_table(listed.probes, known))
    return 0


def _recover(arguments: argparse.Namespace, board: Board, journal: Journal) -> int:
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

    try:
        with (
            fleet.claimed(probe, arguments.wait, _tell_holder),
            StepDisplay(lambda: None, quiet=journal.path == "-") as display,
        ):
            unlocked = recovery.recover(probe, reach, confirmed, display)
    except (HostError, Interrupted) as error:
        journal.write((BoardResult(probe, None, None, str(error)),), str(error))
        raise
    journal.write((BoardResult(probe, None, None, unlocked=unlocked),))
    return 0


def _tell_holder(holder: Holder) -> None:
    cli.err.print(f"waiting for {holder} to release the probe", soft_wrap=True)


if __name__ == "__main__":
    cli.run(main)
