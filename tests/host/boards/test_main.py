"""python -m host.boards: the list, its JSON, and the header command."""

import json
from pathlib import Path

import pytest
from rich.console import Console

from host import boards, cli
from host.boards import __main__ as command
from host.errors import BuildError


def test_list_names_every_board_and_alias(capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main([]) == 0
    text = capsys.readouterr().out
    assert "brd2601b, xg24" in text
    assert "virtual" in text


@pytest.mark.parametrize("columns", [40, 80])
def test_part_numbers_are_whole_where_programs_read_them(
    columns: int, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    command.main([])
    text = capsys.readouterr().out
    assert all(boards.load(name).part in text for name in boards.names())


def test_part_numbers_are_whole_on_a_narrow_terminal(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cli, "out", Console(width=60, force_terminal=True, color_system=None))
    command.main([])
    assert "…" not in capsys.readouterr().out


def test_json_describes_the_boards(tmp_path: Path) -> None:
    path = tmp_path / "boards.json"
    assert command.main(["--json", str(path)]) == 0
    document = json.loads(path.read_text())
    assert document["schema"] == "boards/1"
    board = next(board for board in document["boards"] if board["name"] == "brd2601b")
    assert board["serial"] == {
        "peripheral": "EUSART0",
        "tx": "PA5",
        "rx": "PA6",
        "enable": None,
        "baud": 115200,
    }
    assert board["memory"]["ram_bytes"] == 262144


def test_list_tells_accelerator_probe_and_serial_port(capsys: pytest.CaptureFixture[str]) -> None:
    command.main([])
    text = capsys.readouterr().out
    rows = {line.split()[0].rstrip(","): line.split() for line in text.splitlines() if "EFR32" in line}
    assert " ".join(rows["xiao_mg24"][1:6]) == "EFR32MG24B220F1536IM48 1536 256 yes cmsis-dap"
    assert " ".join(rows["xiao_mg24"][6:]) == "EUSART0 PA8/PA9"
    assert rows["virtual"][5] == "virtual"
    assert "brd2703a: revision A00 carries EFR32MG24B020F1536IM48, which has no MVP" in text


def test_json_has_probe_bootloader_and_accelerator(capsys: pytest.CaptureFixture[str]) -> None:
    command.main(["--json", "-"])
    found = {board["name"]: board for board in json.loads(capsys.readouterr().out)["boards"]}
    assert found["xiao_mg24"]["probe"] == {"type": "cmsis-dap", "usb": ["2886:0062"], "swd_hz": 1_000_000}
    assert found["xiao_mg24"]["bootloader"] == {"base": 0x08000000, "bytes": 24 * 1024}
    assert found["brd4186c"]["bootloader"] is None
    assert found["brd4186c"]["serial"]["enable"] == "PB0"
    assert found["brd4186c"]["has_mvp"] is True
    assert (found["brd4186c"]["note"], found["brd2703a"]["note"][:12]) == (None, "revision A00")


def test_json_on_standard_output_stands_alone(capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main(["--json", "-"]) == 0
    assert json.loads(capsys.readouterr().out)["boards"]


def test_header_writes_both_files(tmp_path: Path) -> None:
    assert command.main(["header", "xg24", "--out", str(tmp_path / "new")]) == 0
    assert sorted(path.name for path in (tmp_path / "new").iterdir()) == ["board.h", "memory.ld"]


def test_header_of_an_unknown_board_writes_nothing(tmp_path: Path) -> None:
    with pytest.raises(BuildError):
        command.main(["header", "nope", "--out", str(tmp_path / "new")])
    assert not (tmp_path / "new").exists()
