"""The disassembler: what it is given, and what it says when it is missing, fails or does not end."""

from pathlib import Path

import pytest

from host.errors import BuildError
from host.firmware_build import disassembler


def stand_in(folder: Path, monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    program = folder / disassembler.OBJDUMP
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(folder), prepend=":")


def test_the_text_is_the_programs(tmp_path, monkeypatch):
    stand_in(tmp_path, monkeypatch, 'echo "$@"')
    assert disassembler.disassemble(Path("an.elf")).split()[-1] == "an.elf"


def test_a_file_that_is_no_image_is_named(tmp_path):
    (tmp_path / "text.elf").write_text("no image")
    with pytest.raises(BuildError, match=r"cannot disassemble .*text\.elf: .*format"):
        disassembler.disassemble(tmp_path / "text.elf")


def test_a_missing_program_is_named(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(BuildError, match="is not installed: run tools/setup"):
        disassembler.disassemble(tmp_path / "an.elf")


def test_a_program_that_does_not_end_is_ended(tmp_path, monkeypatch):
    monkeypatch.setattr(disassembler, "_TIMEOUT_S", 0.2)
    stand_in(tmp_path, monkeypatch, "exec sleep 60")
    with pytest.raises(BuildError, match=r"did not finish with an\.elf"):
        disassembler.disassemble(Path("an.elf"))
