"""What flashing came to: tables for people, and the document flash/1 for programs."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from rich import box
from rich.table import Table

from host.boards import Board
from host.boards.part import SECTOR_BYTES
from host.flash import probes
from host.flash.device import Device
from host.flash.image import FlashImage
from host.flash.plan import Plan
from host.flash.probes import Probe
from host.flash.programming import Known, Outcome
from host.flash.start import Started

STEP_WIDTH = 9
"""Columns of what stands before a step's line."""

SCHEMA = "flash/1"
LIST_SCHEMA = "probes/1"


@dataclass(frozen=True)
class BoardResult:
    """What became of one board.

    Attributes:
        probe: Its probe.
        outcome: None where flashing failed; with an error, the image is verified and does not start.
        started: None where the image was not started.
        error: The one line of a failure, "" where there was none.
        warnings: One line each.
        known: What is known of the board where `outcome` is None.
        seconds: Real time until the failure where `outcome` is None.
        unlocked: After --recover: whether the part was unlocked; None where nothing was to be.
    """

    probe: Probe
    outcome: Outcome | None
    started: Started | None
    error: str = ""
    warnings: tuple[str, ...] = ()
    known: Known = field(default_factory=Known)
    seconds: float | None = None
    unlocked: bool | None = None

    @property
    def device(self) -> Device | None:
        """The part, None where it is not known."""
        return self.outcome.device if self.outcome is not None else self.known.device

    @property
    def plan(self) -> Plan | None:
        """The sectors that the image touches, None where they are not known."""
        return self.outcome.plan if self.outcome is not None else self.known.plan

    @property
    def source(self) -> str:
        """Where its figures come from."""
        return "simulated" if self.probe.is_virtual else "device"

    @property
    def verdict(self) -> str:
        """What a person needs to know, in a few words."""
        if self.error:
            return f"failed: {self.error}"
        if self.outcome is None or not self.outcome.verified:
            return "nothing written (dry run)"
        if self.started is None:
            return "verified, not started"
        return "verified, start not confirmed" if self.started.doubt else "verified, started"


def document(
    board: str, contents: FlashImage | None, results: Sequence[BoardResult], error: str = ""
) -> dict[str, Any]:
    """Return flash/1.

    Args:
        board: The board's name.
        contents: The image; None where there is none, or none that could be read.
        results: What became of each board; none where the run did not come as far.
        error: The one line with which the run ended, "" for none.
    """
    return {
        "schema": SCHEMA,
        "board": board,
        "error": error or None,
        "image": _image(contents) if contents is not None else None,
        "boards": [_result(result) for result in results],
    }


def _image(contents: FlashImage) -> dict[str, Any]:
    note = contents.note
    return {
        "path": str(contents.path),
        "bytes": contents.bytes,
        "base": contents.base,
        "build_id": contents.build_id or None,
        "board": note.board if note else None,
        "application": note.application if note else None,
        "model": {"name": note.model, "sha256": note.model_sha256} if note else None,
    }


def _result(result: BoardResult) -> dict[str, Any]:
    outcome, started = result.outcome, result.started
    record: dict[str, Any] = {
        "probe": result.probe.unique_id,
        "source": result.source,
        "error": result.error or None,
        "warnings": list(result.warnings),
        "device": _device(result.device) if result.device is not None else None,
        "sectors": _sectors(result.plan, outcome) if result.plan is not None else None,
        "verified": None,
        "seconds": result.seconds,
        "started": None,
        "running_build_id": None,
        "serial_port": None,
        "unlocked": result.unlocked,
    }
    if outcome is not None:
        record["verified"] = outcome.verified or None
        record["seconds"] = outcome.seconds if outcome.verified else None
        if result.error:
            record["started"] = False
    if started is not None:
        record["started"] = None if started.doubt else True
        record["running_build_id"] = started.build_id or None
        record["serial_port"] = started.port or None
    return record


def _device(part: Device) -> dict[str, Any]:
    return {
        "part": part.part,
        "revision": part.revision or None,
        "flash_bytes": part.flash_bytes,
        "ram_bytes": part.ram_bytes,
        "unique_id": part.unique_id,
        "has_mvp": part.has_mvp,
    }


def _sectors(plan: Plan, outcome: Outcome | None) -> dict[str, Any]:
    # How many were written before a failure is not known: one may be half done.
    written = None if outcome is None else len(plan.written) if outcome.verified else 0
    return {
        "bytes": SECTOR_BYTES,
        "image": len(plan.sectors),
        "differing": [sector.address for sector in plan.written],
        "written": written,
        "written_again": outcome.again if outcome is not None else None,
        "kept_bytes": sum(sector.kept_bytes for sector in plan.written),
    }


def plan_table(outcome: Outcome) -> Table:
    """Return the sectors that a dry run would write, neighbours in one row."""
    table = Table("from", "to", "sectors", "bytes of the image", "kept", box=box.SIMPLE)
    for group in _runs(outcome):
        table.add_row(
            f"{group[0].address:#010x}",
            f"{group[-1].address + SECTOR_BYTES - 1:#010x}",
            str(len(group)),
            f"{sum(sector.image_bytes for sector in group):,}",
            f"{sum(sector.kept_bytes for sector in group):,}",
        )
    return table


def fleet_table(results: Sequence[BoardResult]) -> Table:
    """Return one row for each board."""
    table = Table("probe", "part", "unique id", "sectors written", "time", "result", box=box.SIMPLE)
    for column in table.columns:
        column.overflow = "fold"  # An id that is cut names no board.
    for result in results:
        part, outcome = result.device, result.outcome
        cells = [part.part, part.unique_id] if part is not None else ["-", "-"]
        written = f"{len(outcome.plan.written)} of {len(outcome.plan.sectors)}" if outcome else "-"
        seconds = outcome.seconds if outcome is not None else result.seconds
        cells += [written, f"{seconds:.1f} s" if seconds is not None else "-"]
        table.add_row(result.probe.unique_id, *cells, result.verdict)
    return table


def probe_table(found: Sequence[Probe], boards: Sequence[Board]) -> Table:
    """Return one row for each probe, with the boards that have such a one."""
    table = Table("probe", "what it is", "USB", "--board", box=box.SIMPLE)
    for probe in found:
        fitting = ", ".join(board.name for board in boards if probes.fits(board, probe))
        table.add_row(probe.unique_id, probe.title, probe.usb or "-", fitting or "any, with --probe")
    return table


def board_table(found: Sequence[Probe], boards: Sequence[Board]) -> Table:
    """Return one row for each kind of board, with the probes that could be its."""
    table = Table("--board", "what it is", "part", "probe type", "attached", box=box.SIMPLE)
    for board in boards:
        attached = ", ".join(probe.unique_id for probe in found if probes.fits(board, probe))
        table.add_row(board.name, board.title, board.part, board.probe.type, attached or "-")
    for column in table.columns:
        column.overflow = "fold"
    return table


def probe_document(
    found: Sequence[Probe], boards: Sequence[Board], problems: Sequence[str]
) -> dict[str, Any]:
    """Return probes/1."""
    return {
        "schema": LIST_SCHEMA,
        "probes": [
            {
                "id": probe.unique_id,
                "type": probe.kind,
                "title": probe.title,
                "usb": probe.usb or None,
                "boards": [board.name for board in boards if probes.fits(board, probe)],
            }
            for probe in found
        ],
        "boards": [
            {
                "name": board.name,
                "part": board.part,
                "probe_type": board.probe.type,
                "attached": [probe.unique_id for probe in found if probes.fits(board, probe)],
            }
            for board in boards
        ],
        "problems": list(problems),
    }


def _runs(outcome: Outcome) -> list[list[Any]]:
    groups: list[list[Any]] = []
    for sector in outcome.plan.written:
        if groups and sector.address == groups[-1][-1].address + SECTOR_BYTES:
            groups[-1].append(sector)
        else:
            groups.append([sector])
    return groups
