"""The steps of flashing one board, in order: connect, identify, compare, write, verify, start."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from host.boards import Board
from host.boards.part import FLASH_BASE, SECTOR_BYTES
from host.flash import backup, device, failures, plan, session, steps, verification
from host.flash.device import Device
from host.flash.image import FlashImage
from host.flash.plan import Plan
from host.flash.probes import Probe
from host.flash.session import Connection, Reach
from host.flash.steps import Watcher
from host.flash.verification import BY_CRC, Difference

_KIB = 1024
_INCOMPLETE = "the image on the board is incomplete"
_UNVERIFIED = "the image on the board is written and not verified"


@dataclass(frozen=True)
class Wishes:
    """What the user asked for.

    Attributes:
        full: Leave nothing in the sectors of the image but the image.
        dry_run: Only tell what would be written; the core runs on meanwhile.
        verify: One of verification.METHODS.
        replace_bootloader: Whether a bootloader may be written over.
        backup: File to save all of flash to before it is written; None: none. A dry run saves nothing.
        run: Start the image in the end.
    """

    full: bool = False
    dry_run: bool = False
    verify: str = BY_CRC
    replace_bootloader: bool = False
    backup: Path | None = None
    run: bool = True


@dataclass(frozen=True)
class Outcome:
    """What was done to one board.

    Attributes:
        device: The part.
        plan: The sectors that the image touches; after a dry run, what would be done.
        again: How many sectors had to be written a second time.
        verified: How, one of verification.METHODS; "" after a dry run.
        seconds: Real time from connecting to verified.
        running: Whether the image was started.
    """

    device: Device
    plan: Plan
    again: int
    verified: str
    seconds: float
    running: bool


@dataclass(frozen=True)
class Known:
    """What is known of a board while it is flashed, and where that fails: each None until it is known.

    Attributes:
        device: The part.
        plan: The sectors that the image touches, as they were before anything was written.
    """

    device: Device | None = None
    plan: Plan | None = None


def run(
    probe: Probe,
    reach: Reach,
    board: Board,
    contents: FlashImage,
    wishes: Wishes,
    watcher: Watcher,
    before_start: Callable[[], None] = lambda: None,
    on_known: Callable[[Known], None] = lambda known: None,
) -> Outcome:
    """Flash one board.

    Args:
        probe: Its probe.
        reach: How to reach the part.
        board: What the board is.
        contents: The image; image.check_board has let it pass.
        wishes: What was asked for.
        watcher: Told of each step.
        before_start: Called right before the image is started.
        on_known: Called whenever more is known of the board.

    Raises:
        ProbeError: the probe cannot be opened, or went away.
        TargetError: the part does not answer, is locked, or is not the board's.
        ImageError: the image does not fit the part, or would replace a bootloader.
        FlashError: flash does not take or keep what is written.
        DataError: the backup cannot be written.
        Interrupted: as `watcher` wishes.
    """
    begin = time.monotonic()
    watcher.begin(steps.CONNECT)
    with session.connected(probe, reach, lambda mode: _tell_mode(mode, watcher)) as connection:
        part = _identify(connection, watcher)
        on_known(Known(part))
        for warning in device.check(part, board, contents.end):
            watcher.warn(warning)
        wanted = _compare(connection, part, contents, board, wishes, watcher)
        on_known(Known(part, wanted))
        saved = ""
        if wishes.backup is not None and not wishes.dry_run:
            _back_up(connection, part, wishes.backup, watcher)
            saved = str(wishes.backup)
        plan.check_bootloader(wanted, wishes.replace_bootloader, saved)
        if wishes.dry_run:
            return Outcome(part, wanted, 0, "", time.monotonic() - begin, running=False)
        with _left_in_order(connection):
            _write(connection, wanted, watcher)
            again, wrong = _verify(connection, wanted, wishes.verify, watcher)
            if wrong:
                raise verification.failure(wrong)
        seconds = time.monotonic() - begin
        if wishes.run:
            watcher.begin(steps.START)
            before_start()
            connection.start()
        else:
            connection.leave_halted()
    return Outcome(part, wanted, again, wishes.verify, seconds, wishes.run)


def _tell_mode(mode: str, watcher: Watcher) -> None:
    if mode == session.UNDER_RESET:
        watcher.warn("the part does not answer as it runs: connecting under reset")


def _identify(connection: Connection, watcher: Watcher) -> Device:
    watcher.begin(steps.IDENTIFY)
    part = device.identify(connection.read32, connection.write32)
    revision = f", revision {part.revision}" if part.revision else ""
    watcher.found(
        f"{part.part}{revision}, {part.flash_bytes // _KIB} KiB flash, {part.ram_bytes // _KIB} KiB RAM, "
        f"id {part.unique_id}"
    )
    return part


def _compare(
    connection: Connection,
    part: Device,
    contents: FlashImage,
    board: Board,
    wishes: Wishes,
    watcher: Watcher,
) -> Plan:
    watcher.begin(steps.COMPARE)
    checksums = connection.checksums_of_reads
    if not wishes.dry_run:
        connection.halt()
        checksums = connection.checksums
    end = FLASH_BASE + part.flash_bytes
    wanted = plan.make(contents, connection.read, checksums, wishes.full, board.bootloader, end)
    kept = sum(sector.kept_bytes for sector in wanted.written if not sector.blank)
    watcher.found(
        f"{len(wanted.written)} of {_sectors(len(wanted.sectors))} to be written"
        + (f", {kept} bytes in them are not the image's and stay" if kept else "")
    )
    return wanted


def _back_up(connection: Connection, part: Device, path: Path, watcher: Watcher) -> None:
    watcher.begin(steps.BACK_UP, part.flash_bytes // SECTOR_BYTES)
    size = backup.save(connection, part.flash_bytes, path, watcher.advance)
    watcher.found(f"{size // _KIB} KiB of flash saved to {path}")


@contextmanager
def _left_in_order(connection: Connection) -> Iterator[None]:
    """Whatever ends the body too early: leave the part halted and its flash controller closed."""
    try:
        yield
    except BaseException:
        connection.give_up()
        raise


def _write(connection: Connection, wanted: Plan, watcher: Watcher) -> None:
    """Erase and program what differs.

    The sector with the vector table, where it is among them, comes last and is blank until then: a part that
    loses power on the way does not start half an image.
    """
    due = list(wanted.written)

    def advance(done: int) -> None:
        if done < len(due):  # what interrupts behind the last one finds all of it written
            watcher.advance(done)

    with failures.leaving(_INCOMPLETE):
        watcher.begin(steps.WRITE, len(due))
        if len(due) > 1 and due[0] is wanted.sectors[0]:
            if not due[0].blank:
                connection.erase(due[0].address)
            due.append(due.pop(0))
        begin = time.monotonic()
        if due:
            connection.replace(due, advance)
        seconds = time.monotonic() - begin
    with failures.leaving(_UNVERIFIED):
        watcher.advance(len(due))
    size = f"{len(due) * SECTOR_BYTES // _KIB} KiB in {seconds:.1f} s"
    watcher.found(f"{_sectors(len(due))}, {size}" if due else "nothing: the part has this image")


def _verify(
    connection: Connection, wanted: Plan, method: str, watcher: Watcher
) -> tuple[int, tuple[Difference, ...]]:
    """Check every sector of the image; write those that differ once more.

    Returns:
        How many these were, and those that still do not hold what they should.
    """
    with failures.leaving(_UNVERIFIED):
        watcher.begin(steps.VERIFY, len(wanted.sectors))
        wrong = verification.differences(connection, wanted.sectors, method, watcher.advance)
    if wrong:
        sectors = [difference.sector for difference in wrong]
        with failures.leaving(_INCOMPLETE):
            watcher.warn(f"{_sectors(len(sectors))} with other contents than were written: writing again")
            connection.replace(sectors, lambda done: None)
            still = verification.differences(connection, sectors, method, lambda done: None)
        if still:
            return len(wrong), still
    how = "by CRC-32 on the part" if method == BY_CRC else "by reading it back"
    watcher.found(f"{_sectors(len(wanted.sectors))} {how}")
    return len(wrong), ()


def _sectors(count: int) -> str:
    return f"{count} sector" if count == 1 else f"{count} sectors"
