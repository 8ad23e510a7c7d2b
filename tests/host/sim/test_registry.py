"""The list of served boards: found while their process lives, and not a moment longer."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from host.errors import FirmwareError, UsageError
from host.sim import registry
from host.sim.registry import ServedBoard

_SERVES = """
import sys
from host.sim import registry
with registry.registered(registry.ServedBoard("other", 1, "/dev/pts/1")):
    print("up", flush=True)
    sys.stdin.read()
"""


@pytest.fixture(autouse=True)
def runtime(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    return tmp_path


@pytest.fixture
def other() -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [sys.executable, "-c", _SERVES], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "up\n"
    yield process
    process.kill()
    process.communicate()


def test_a_board_is_listed_as_long_as_it_is_served() -> None:
    board = ServedBoard("mine", os.getpid(), "/dev/pts/9", "127.0.0.1:4000")
    assert registry.running() == ()
    with registry.registered(board):
        assert registry.running() == (board,)
        assert registry.find() == board
        assert registry.find("mine") == board
        with pytest.raises(UsageError, match="named mine is served already"), registry.registered(board):
            pass
        assert registry.running() == (board,)
    assert registry.running() == ()


def test_others_are_found_and_names_are_free(other: subprocess.Popen[str]) -> None:
    assert registry.free_name() == "virtual"
    with registry.registered(ServedBoard("virtual", 1, "x")):
        assert registry.free_name() == "virtual-2"
        assert registry.find("other").serial == "/dev/pts/1"
        with pytest.raises(
            FirmwareError, match=r"several virtual boards; served now: other \(/dev/pts/1\), v"
        ):
            registry.find()


def test_a_killed_board_is_stale(other: subprocess.Popen[str], runtime: Path) -> None:
    assert len(registry.running()) == 1
    other.kill()
    other.wait()
    assert [path.name for path in runtime.rglob("*.json")] == ["other.json"]
    assert registry.running() == ()
    assert list(runtime.rglob("*.json")) == [], "whoever finds it removes it"
    with registry.registered(ServedBoard("other", 2, "new")):
        assert registry.find().serial == "new"


def test_none_is_waited_for_and_then_named() -> None:
    with pytest.raises(FirmwareError, match="no virtual board to choose; served now: none"):
        registry.find(wait_s=0.2)
    with pytest.raises(FirmwareError, match="no virtual board named x"):
        registry.find("x", wait_s=0)


@pytest.mark.parametrize("name", ["", "../x", "a/b", ".x", "x" * 65, "a b", "x\n"])
def test_names_that_cannot_be(name: str) -> None:
    with pytest.raises(UsageError, match="is no name for a board"):
        registry.check_name(name)


def test_a_folder_open_to_others_is_refused(runtime: Path) -> None:
    (runtime / "earshot").mkdir(mode=0o755)
    with pytest.raises(FirmwareError, match="not a folder of yours alone"):
        registry.folder()


def test_without_a_runtime_folder_the_temporary_one_serves(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("XDG_RUNTIME_DIR")
    monkeypatch.setattr("tempfile.gettempdir", lambda: str(tmp_path))
    assert registry.folder() == tmp_path / f"earshot-{os.getuid()}" / "boards"
    assert (tmp_path / f"earshot-{os.getuid()}").stat().st_mode & 0o777 == 0o700


def test_damaged_entries_are_ignored(other: subprocess.Popen[str]) -> None:
    (registry.folder() / "bad.json").write_text("{")
    assert [board.name for board in registry.running()] == ["other"]
