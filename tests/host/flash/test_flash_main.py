import io
import json
import sys
from pathlib import Path

import pytest
from probed_board import FLASH, NEW, OLD, SECTOR, image, probed, write_image

from host.errors import HostError
from host.flash import __main__ as command
from host.flash import probes


@pytest.fixture(autouse=True)
def alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))


def test_unknown_board() -> None:
    with pytest.raises(HostError, match="unknown board 'xg99'"):
        command.main(["--board", "xg99"])


class Keyboard(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(("typed", "erased"), [("erase\n", True), ("yes\n", False), ("", False)])
def test_recover_asks(typed: str, erased: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", Keyboard(typed))
    with probed(holds=image(2, OLD)) as board:
        board.inject("debug-lock", 0)
        board.board.power_on()
        arguments = ["--board", "virtual", "--probe", board.name, "--recover"]
        if erased:
            assert command.main(arguments) == 0
        else:
            with pytest.raises(HostError, match="not confirmed"):
                command.main(arguments)
        assert (board.contents(2 * SECTOR) == image(2, OLD)) is not erased


def test_the_image_goes_where_it_is_told(tmp_path: Path) -> None:
    path = write_image(tmp_path, 1, NEW)
    with probed() as board:
        assert board.flash("--base", "0x08006000", str(path)).status == 0
        assert board.contents(SECTOR, 0x0800_6000) == image(1, NEW)
        assert set(board.contents(0x6000)) == {0xFF}


def test_no_bootloader_to_replace(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with probed() as board:
        assert board.flash("--replace-bootloader", str(write_image(tmp_path, 1, NEW))).status == 0
    assert "--replace-bootloader does nothing here" in capsys.readouterr().err


def test_backup_can_be_flashed_again(tmp_path: Path) -> None:
    new, saved = write_image(tmp_path, 1, NEW), tmp_path / "saved.bin"
    with probed(holds=image(3, OLD)) as board:
        assert board.flash("--backup", str(saved), str(new)).status == 0
        assert saved.read_bytes() == image(3, OLD)
        assert board.contents(3 * SECTOR) == image(1, NEW) + image(3, OLD)[SECTOR:]
        assert board.flash(str(saved)).status == 0
        assert board.contents(3 * SECTOR) == image(3, OLD)


def test_the_backup_outlives_a_failure_and_the_same_command_again(tmp_path: Path) -> None:
    new, saved = write_image(tmp_path, 2, NEW), tmp_path / "saved.bin"
    with probed(holds=image(3, OLD)) as board:
        board.inject("flash-stuck", FLASH + SECTOR, ~image(2, NEW)[SECTOR] & 0xFF)
        assert board.flash("--backup", str(saved), str(new)).status == 1
        assert board.contents(3 * SECTOR) != image(3, OLD)
        again = board.flash("--backup", str(saved), str(new))
        assert (again.status, "saved.bin exists" in again.error) == (1, True)
        assert saved.read_bytes() == image(3, OLD)


def test_backup_that_cannot_be_written_stops_before_writing(tmp_path: Path) -> None:
    new = write_image(tmp_path, 1, NEW)
    place = tmp_path / "file"
    place.write_text("no folder")
    with probed(holds=image(3, OLD)) as board:
        done = board.flash("--backup", str(place / "saved.bin"), str(new))
        assert (done.status, "saved.bin" in done.error) == (1, True)
        assert board.contents(3 * SECTOR) == image(3, OLD)


def test_full_erases_the_rest_of_a_sector(tmp_path: Path) -> None:
    new = write_image(tmp_path, 0.5, NEW)
    with probed(holds=image(1, OLD)) as board:
        assert board.flash(str(new)).status == 0
        assert board.contents(SECTOR) == image(0.5, NEW) + image(1, OLD)[SECTOR // 2 :]
        assert board.flash("--full", str(new)).status == 0
        assert board.contents(SECTOR) == image(0.5, NEW) + b"\xff" * (SECTOR // 2)


def test_a_failure_is_in_the_document_too(tmp_path: Path) -> None:
    new, document = write_image(tmp_path, 1, NEW), tmp_path / "flash.json"
    with probed() as board:
        board.inject("probe-pull", 100)
        done = board.flash("--json", str(document), str(new))
    assert done.status == 1
    (result,) = json.loads(document.read_text())["boards"]
    assert result["error"] == done.error
    assert (result["device"], result["verified"], result["started"]) == (None, None, None)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--board", "xg99"], "unknown board"),
        (["--board", "virtual", "missing.elf"], "missing.elf"),
        (["--board", "virtual", "--probe", "nobody", "--recover"], "nobody"),
        (["--recover", "--dry-run"], "--dry-run"),
    ],
)
def test_an_early_failure_is_in_the_document_too(
    options: list[str], words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(probes.registry, "WAIT_S", 0.0)
    document = tmp_path / "flash.json"
    document.write_text('{"boards": [{"started": true}]}')
    with pytest.raises(HostError, match=words) as raised:
        command.main([*options, "--json", str(document)])
    written = json.loads(document.read_text())
    assert (written["schema"], written["error"], written["image"], written["boards"]) == (
        "flash/1",
        str(raised.value),
        None,
        [],
    )


def test_what_was_known_of_a_board_that_fails_is_in_the_document(tmp_path: Path) -> None:
    new, document = write_image(tmp_path, 2, NEW), tmp_path / "flash.json"
    with probed() as board:
        board.inject("flash-stuck", FLASH + SECTOR, ~image(2, NEW)[SECTOR] & 0xFF)
        done = board.flash("--json", str(document), str(new))
    written = json.loads(document.read_text())
    (result,) = written["boards"]
    assert written["error"] == result["error"] == done.error
    assert result["device"]["part"] == "EFR32MG24B310F1536IM48"
    assert (result["sectors"]["differing"], result["sectors"]["written"]) == ([FLASH, FLASH + SECTOR], None)
    assert result["seconds"] > 0
    assert any("writing again" in warning for warning in result["warnings"])


@pytest.mark.parametrize("locked", [True, False])
def test_recover_writes_the_document(locked: bool, tmp_path: Path) -> None:
    document = tmp_path / "flash.json"
    with probed(holds=image(2, OLD)) as board:
        if locked:
            board.inject("debug-lock", 0)
            board.board.power_on()
        arguments = ["--board", "virtual", "--probe", board.name, "--recover", "--yes"]
        assert command.main([*arguments, "--json", str(document)]) == 0
    written = json.loads(document.read_text())
    assert (written["error"], [each["unlocked"] for each in written["boards"]]) == (None, [locked])


def test_a_folder_that_is_not_there_is_not_made_for_a_document(tmp_path: Path) -> None:
    with pytest.raises(HostError, match="no folder"):
        command.main(["--json", str(tmp_path / "missing" / "x.json")])
    assert not (tmp_path / "missing").exists()


def test_a_script_in_the_working_folder_is_not_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    marker = tmp_path / "ran"
    for name in ("pyocd_user.py", ".pyocd_user.py"):
        (tmp_path / name).write_text(f"open({str(marker)!r}, 'w')")
    (tmp_path / "pyocd.yaml").write_text("frequency: -1\ntarget_override: nonsense\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYOCD_PROJECT_DIR", "/")
    with probed() as board:
        assert board.flash("--json", "result.json", str(write_image(tmp_path, 1, NEW))).status == 0
    assert not marker.exists()
    assert (tmp_path / "result.json").exists()


def test_verbose_shows_what_pyocd_says(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    path = str(write_image(tmp_path, 1, NEW))
    with probed() as board:
        board.flash(path)
        assert "DP IDR" not in capfd.readouterr().err
        board.flash("--verbose", path)
        assert "DP IDR = 0x6ba02477" in capfd.readouterr().err


def test_a_pack_instead_of_the_own_target(tmp_path: Path, pack_maker: object) -> None:
    pack = pack_maker.write(pack_maker.description())  # type: ignore[attr-defined]
    path = write_image(tmp_path, 2.5, NEW)
    with probed(holds=image(3, OLD)) as board:
        done = board.flash("--pack", str(pack), str(path))
        assert (done.status, done.error) == (0, "")
        assert board.contents(3 * SECTOR) == image(2.5, NEW) + image(3, OLD)[5 * SECTOR // 2 :]
        broken = pack_maker.write(pack_maker.description(flash_bytes=0))  # type: ignore[attr-defined]
        assert "0 B" in board.flash("--pack", str(broken), str(path)).error
