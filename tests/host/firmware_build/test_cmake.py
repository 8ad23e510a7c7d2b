"""One build at a time, and steps that fail, do not exist or cannot keep their log."""

import sys
from pathlib import Path

import pytest

from host.errors import BuildError, DataError
from host.firmware_build import cmake


def test_unwritable_folder_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(BuildError, match="cannot write"), cmake.locked(tmp_path / "file" / "below"):
        pass


def test_failed_step_is_told_by_its_output(tmp_path: Path) -> None:
    command = [sys.executable, "-c", "print('what happened'); raise SystemExit(3)"]
    with pytest.raises(BuildError, match=r"^WHAT HAPPENED \(log: .*build\.log\)$"):
        cmake.step(command, tmp_path / "build.log", lambda text: text.strip().upper())
    assert (tmp_path / "build.log").read_text() == "what happened\n"


def test_missing_program_says_what_to_install(tmp_path: Path) -> None:
    with pytest.raises(BuildError, match=r"cannot run no-such-program .*: run tools/setup"):
        cmake.step(["no-such-program"], tmp_path / "build.log", str)


def test_unwritable_log_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"cannot write .*build\.log"):
        cmake.step(["true"], tmp_path / "gone" / "build.log", str)
