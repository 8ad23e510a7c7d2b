"""A profile beside an earlier one out of its document: figures, ratios, and files that are none."""

import dataclasses
import json
from pathlib import Path

import pytest
from profile_records import profile
from rich.console import Console

from host import profile as command
from host.errors import DataError, UsageError
from host.report import earlier_profile, profile_document
from host.report.profile_document import Cycles

NOW = dataclasses.replace(
    profile("fast", 800, 1),
    source="device",
    cpu_cycles=Cycles((300,)),
    total_cycles=Cycles((1_000,)),
    time_s=0.002,
    energy_uj=15.0,
    energy_basis="a guess",
)


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    earlier = dataclasses.replace(
        profile("baseline", 1_600, 3), total_cycles=Cycles((4_000, 2_000)), time_s=0.004, energy_uj=60.0
    )
    path = tmp_path / "earlier.json"
    path.write_text(json.dumps(profile_document.document(earlier)))
    return path


def cells(path: Path, start: str) -> list[str]:
    console = Console(width=200)
    with console.capture() as capture:
        for table in earlier_profile.show(earlier_profile.read(path), NOW):
            console.print(table)
    line = next(line for line in capture.get().splitlines() if line.strip("│ ").startswith(f"{start} "))
    return [cell.strip() for cell in line.strip("│").split("│")]


@pytest.mark.parametrize(
    ("start", "expected"),
    [
        ("Source", ["Source", "host", "device", ""]),
        ("Kernel", ["Kernel", "baseline", "fast", ""]),
        ("Accelerator", ["Accelerator cycles", "1.6k", "800", "0.500"]),
        ("CPU", ["CPU cycles", "n/a", "300", ""]),
        ("Total", ["Total cycles", "2k", "1k", "0.500"]),
        ("Time", ["Time", "4.000 ms", "2.000 ms", "0.500"]),
        ("Energy", ["Energy (estimates)", "60.0 µJ", "15.0 µJ", "0.250"]),
        ("0", ["0", "fully_connected", "1.6k", "800", "0.500", *["n/a", "n/a", ""] * 2]),
        ("1", ["1", "reshape", "0", "0", "", *["n/a", "n/a", ""] * 2]),
    ],
)
def test_both_and_their_ratio(saved: Path, start: str, expected: list[str]) -> None:
    assert cells(saved, start) == expected


@pytest.mark.parametrize("missing", [None, ...])
def test_without_both_energies_there_is_no_row(saved: Path, missing: None) -> None:
    whole = json.loads(saved.read_text())
    if missing is None:
        whole["energy_uj"] = None
    else:  # a document of a version that estimated none
        del whole["energy_uj"]
    saved.write_text(json.dumps(whole))
    with pytest.raises(StopIteration):
        cells(saved, "Energy")


def test_profiles_of_other_layers_are_compared_in_all_only(saved: Path) -> None:
    earlier = dataclasses.replace(earlier_profile.read(saved), layers=())
    assert len(earlier_profile.show(earlier, NOW)) == 1


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"schema": "profile/2"}', '{"schema": "profile/1"}', '{"schema": "build/1"}']
)
def test_a_file_that_is_no_profile(tmp_path: Path, text: str) -> None:
    path = tmp_path / "file.json"
    path.write_text(text)
    with pytest.raises(DataError, match=r"is no profile/1: name a file that host\.profile --json wrote"):
        earlier_profile.read(path)


@pytest.mark.parametrize(
    ("place", "name", "value"),
    [("summary", "accelerator_cycles", "many"), ("summary", "time_s", "long"), ("", "energy_uj", [1])],
)
def test_a_figure_that_is_none(saved: Path, place: str, name: str, value: object) -> None:
    whole = json.loads(saved.read_text())
    (whole[place] if place else whole)[name] = value
    saved.write_text(json.dumps(whole))
    with pytest.raises(DataError, match="is no profile/1"):
        earlier_profile.read(saved)


def test_a_file_that_is_missing(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"cannot read .*none\.json: No such file"):
        command.main(["--host", "--compare", str(tmp_path / "none.json")])


def test_two_comparisons_at_once(saved: Path) -> None:
    with pytest.raises(UsageError, match="do not go together"):
        command.main(["--host", "--compare", str(saved), "--compare-kernels"])
