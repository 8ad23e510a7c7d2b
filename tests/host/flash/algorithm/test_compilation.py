"""The committed code is what the compiler makes of the source; a damaged file of it is refused."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from host.errors import BuildError, FlashError
from host.flash.algorithm import Routine, blob, compilation, read
from host.flash.algorithm.__main__ import main

BKPT = 0xBE00


def test_committed_code_is_built_from_the_source() -> None:
    built = compilation.build()
    committed = read()
    assert built.code == committed.code, (
        f"the source or the compiler has changed ({committed.compiler} then, {built.compiler} now): "
        "run python -m host.flash.algorithm build"
    )
    assert built.offsets == committed.offsets
    assert built.memory_bytes == committed.memory_bytes


def test_file_is_written_as_committed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "built.json"
    monkeypatch.setattr(blob, "PATH", path)
    assert main(["build"]) == 0
    assert blob.parse(path.read_text()).code == read().code


def test_first_instruction_is_a_breakpoint() -> None:
    assert int.from_bytes(read().code[:2], "little") == BKPT
    assert all(read().offset(routine) >= 4 for routine in Routine)


def test_objdump_agrees_on_where_routines_begin(tmp_path: Path) -> None:
    """An offset is no middle of an instruction."""
    tool = shutil.which("arm-none-eabi-objdump")
    assert tool, "arm-none-eabi-objdump is missing: run tools/setup"
    path = tmp_path / "code.bin"
    path.write_bytes(read().code)
    command = [tool, "-D", "-b", "binary", "-marm", "-Mforce-thumb", str(path)]
    listing = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    starts = {int(line.split(":")[0], 16) for line in listing.splitlines() if line.startswith(" ")}
    assert {read().offset(routine) for routine in Routine} <= starts


@pytest.mark.parametrize(
    "change",
    [
        {"schema": "flash-algorithm/2"},
        {"code": ["00be0"]},
        {"code": []},
        {"code": ["00be"]},
        {"memory_bytes": 8},
        {"routines": {}},
        {"routines": dict.fromkeys(Routine, 100000)},
        {"routines": dict.fromkeys(Routine, 5)},
    ],
)
def test_damaged_file_is_refused(change: dict[str, object]) -> None:
    document = json.loads(blob.PATH.read_text()) | change
    with pytest.raises(
        FlashError, match=r"msc_algorithm.json is damaged .*: run python -m host.flash.algorithm"
    ):
        blob.parse(json.dumps(document))


@pytest.mark.parametrize("text", ["", "[]", "{", '{"schema": "flash-algorithm/1"}'])
def test_no_such_file_is_refused(text: str) -> None:
    with pytest.raises(FlashError, match="is damaged"):
        blob.parse(text)


def test_missing_compiler_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(BuildError, match=r"arm-none-eabi-g\+\+ is not installed: run tools/setup"):
        compilation.build()


def test_missing_routine_is_told(tmp_path: Path) -> None:
    source = tmp_path / "empty.cc"
    source.write_text('extern "C" void Init() {}')
    elf = tmp_path / "empty.elf"
    command = ["arm-none-eabi-g++", "-mcpu=cortex-m33", "-mthumb", "-nostdlib", "-Wl,-e,Init"]
    subprocess.run([*command, str(source), "-o", str(elf)], check=True)
    with pytest.raises(BuildError, match="has no code_end"):
        compilation.extract(elf.read_bytes(), "compiler")
