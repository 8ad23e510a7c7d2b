import json
from dataclasses import replace
from io import StringIO
from pathlib import Path

from rich.console import Console
from rich.table import Table

from host import boards
from host.flash import report
from host.flash.device import Device
from host.flash.image import FlashImage
from host.flash.image_note import ImageNote
from host.flash.plan import Plan, Sector
from host.flash.probes import Probe
from host.flash.programming import Known, Outcome
from host.flash.report import BoardResult
from host.flash.start import Started
from host.sim.image_file import Segment

BASE, SECTOR = 0x0800_0000, 0x2000
KIT = boards.load("brd2601b")
PROBE = Probe("jlink", "440112233", "SEGGER J-Link", "", None)
VIRTUAL = Probe("virtual", "virtual", "Earshot virtual xG24", "", None)
DEVICE = Device("EFR32MG24B310F1536IM48", "EFR32MG24", "1.1", 0x18_0000, 0x4_0000, "0123456789ABCDEF", True)
OTHER = replace(DEVICE, unique_id="0123456789ABCDE0")
NOTE = ImageNote("brd2601b", DEVICE.part, "anomaly", "ab" * 32, "console", "0.1.0", "c0ffee")
IMAGE = FlashImage(Path("earshot.elf"), (Segment(BASE, bytes(5 * SECTOR - 8)),), NOTE, "c0ffee")


def sector(number: int, equal: bool = False, image_bytes: int = SECTOR, kept_bytes: int = 0) -> Sector:
    return Sector(BASE + number * SECTOR, bytes(SECTOR), image_bytes, kept_bytes, equal, False)


PLAN = Plan((sector(0), sector(1), sector(2, equal=True), sector(3), sector(4, False, SECTOR - 8, 8)))
DONE = Outcome(DEVICE, PLAN, 1, "crc", 1.25, running=True)
DRY = Outcome(DEVICE, PLAN, 0, "", 0.5, running=False)


def text(table: Table) -> str:
    file = StringIO()
    Console(file=file, width=200).print(table)
    return file.getvalue()


def test_document_of_a_success() -> None:
    started = Started("c0ffee", "/dev/ttyACM0")
    document = report.document(KIT.name, IMAGE, [BoardResult(PROBE, DONE, started, warnings=("a warning",))])
    assert json.loads(json.dumps(document)) == document
    assert (document["schema"], document["board"]) == ("flash/1", "brd2601b")
    assert document["image"] == {
        "path": "earshot.elf",
        "bytes": 5 * SECTOR - 8,
        "base": BASE,
        "build_id": "c0ffee",
        "board": "brd2601b",
        "application": "console",
        "model": {"name": "anomaly", "sha256": "ab" * 32},
    }
    (board,) = document["boards"]
    assert board["sectors"] == {
        "bytes": SECTOR,
        "image": 5,
        "differing": [BASE, BASE + SECTOR, BASE + 3 * SECTOR, BASE + 4 * SECTOR],
        "written": 4,
        "written_again": 1,
        "kept_bytes": 8,
    }
    assert board["device"]["unique_id"] == "0123456789ABCDEF"
    assert (board["source"], board["verified"], board["seconds"]) == ("device", "crc", 1.25)
    assert (board["started"], board["running_build_id"]) == (True, "c0ffee")
    assert (board["serial_port"], board["error"], board["warnings"]) == ("/dev/ttyACM0", None, ["a warning"])


def test_what_is_not_known_is_null() -> None:
    image = FlashImage(Path("x.bin"), IMAGE.segments, None, "")
    document = report.document(KIT.name, image, [BoardResult(VIRTUAL, None, None, error="gone")])
    assert {document["image"][key] for key in ("build_id", "board", "application", "model")} == {None}
    (board,) = document["boards"]
    assert (board.pop("error"), board.pop("source"), board.pop("probe")) == ("gone", "simulated", "virtual")
    assert board.pop("warnings") == []
    assert set(board.values()) == {None}


def test_a_verified_image_that_does_not_start() -> None:
    failed = BoardResult(PROBE, DONE, None, error="no banner")
    (board,) = report.document(KIT.name, IMAGE, [failed])["boards"]
    assert (board["error"], board["verified"], board["started"]) == ("no banner", "crc", False)
    assert (board["sectors"]["written"], board["device"]["part"]) == (4, DEVICE.part)
    assert failed.verdict == "failed: no banner"


def test_a_dry_run_has_no_time_and_writes_nothing() -> None:
    (board,) = report.document(KIT.name, IMAGE, [BoardResult(PROBE, DRY, None)])["boards"]
    assert (board["sectors"]["written"], len(board["sectors"]["differing"])) == (0, 4)
    assert (board["verified"], board["seconds"], board["started"]) == (None, None, None)


def test_verdicts() -> None:
    for result, verdict in (
        (BoardResult(PROBE, DONE, Started("c0ffee", "p")), "verified, started"),
        (BoardResult(PROBE, DONE, Started("", "", "no port")), "verified, start not confirmed"),
        (BoardResult(PROBE, DONE, None), "verified, not started"),
        (BoardResult(PROBE, DRY, None), "nothing written (dry run)"),
        (BoardResult(PROBE, None, None, error="gone"), "failed: gone"),
    ):
        assert result.verdict == verdict


def test_plan_shows_neighbours_in_one_row() -> None:
    rows = [line.split() for line in text(report.plan_table(DRY)).splitlines() if "0x" in line]
    assert rows == [
        ["0x08000000", "0x08003fff", "2", "16,384", "0"],
        ["0x08006000", "0x08009fff", "2", "16,376", "8"],
    ]


def test_fleet_has_a_row_for_each_board() -> None:
    shown = text(
        report.fleet_table(
            [
                BoardResult(PROBE, DONE, Started("c0ffee", "p")),
                BoardResult(VIRTUAL, None, None, "stuck", known=Known(OTHER), seconds=0.5),
            ]
        )
    )
    assert "440112233" in shown
    assert "4 of 5" in shown
    assert "1.2 s" in shown
    row = next(line.split() for line in shown.splitlines() if line.split()[:1] == ["virtual"])
    assert row == ["virtual", DEVICE.part, "0123456789ABCDE0", "-", "0.5", "s", "failed:", "stuck"]


def test_probes_and_their_boards() -> None:
    known = [boards.load(name) for name in boards.names()]
    samd11 = Probe("cmsis-dap", "E1", "Seeed XIAO", "2886:0062", None)
    other = Probe("stlink", "066", "STLink", "", None)
    shown = text(report.probe_table([PROBE, samd11, VIRTUAL, other], known))
    rows = {line.split()[0]: line for line in shown.splitlines() if line.strip()}
    assert "brd2601b, brd2703a, brd4186c, brd4187c" in rows["440112233"]
    assert rows["E1"].split()[-2:] == ["2886:0062", "xiao_mg24"]
    assert rows["virtual"].split()[-1] == "virtual"
    assert "any, with --probe" in rows["066"]
    table = text(report.board_table([samd11], known))
    assert table.splitlines()[-2].split()[0] == "xiao_mg24"
    assert table.splitlines()[-2].split()[-2:] == ["cmsis-dap", "E1"]
    document = report.probe_document([samd11, other], known, ["a problem"])
    assert {each["name"]: each["attached"] for each in document["boards"]} == {
        name: ["E1"] if name == "xiao_mg24" else [] for name in boards.names()
    }
    assert [each["boards"] for each in document["probes"]] == [["xiao_mg24"], []]
    assert (document["schema"], document["problems"]) == ("probes/1", ["a problem"])
