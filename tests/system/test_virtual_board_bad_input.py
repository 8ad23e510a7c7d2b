"""Programs and files that cannot run end with one line and the right status, and never hang."""

import struct
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("virtual_xg24", reason="the virtual board's extension is not installed")

FLASH = 0x0800_0000
STACK = 0x2000_4000
CODE = FLASH + 0x100

# Thumb, by the Armv8-M manual.
LOOP = "fee7"  # B .
UNDEFINED = "00de"  # UDF #0
SLEEP = "30bffde7"  # WFI; B back
NOWHERE = "4ff04070" + "40f00100" + "0047"  # MOV.W R0, #0x03000000; ORR R0, #1; BX R0
NO_THUMB = "4ff00060" + "0047"  # MOV.W R0, #0x08000000; BX R0
LOAD_FROM_NOWHERE = "4ff04070" + "0068" + LOOP  # MOV.W R0, #0x03000000; LDR R0, [R0]


def image(folder: Path, code: str, fault: int = CODE + 0x40, reset: int = CODE) -> Path:
    """A binary of a vector table, `code` at CODE, and a handler of all faults that loops at CODE + 0x40."""
    handlers = [fault | 1] * 14
    table = struct.pack("<16I", STACK, reset | 1, *handlers)
    body = bytes.fromhex(code).ljust(0x40, b"\0") + bytes.fromhex(LOOP)
    path = folder / "program.bin"
    path.write_bytes(table.ljust(CODE - FLASH, b"\xff") + body)
    return path


def run(path: Path, *options: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "host.sim", "run", str(path), *options],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def reason(done: "subprocess.CompletedProcess[str]") -> str:
    """The one line of a run that failed."""
    assert done.returncode == 1, (done.returncode, done.stderr)
    lines = [line for line in done.stderr.splitlines() if not line.startswith("not modelled:")]
    assert len(lines) == 1, done.stderr
    assert lines[0].startswith("error: ")
    return lines[0]


@pytest.mark.parametrize("limit", [("--max-cycles", "1000000"), ("--timeout", "1")])
def test_an_endless_loop_ends_at_its_limit(tmp_path: Path, limit: tuple[str, str]) -> None:
    line = reason(run(image(tmp_path, LOOP), *limit))
    assert "limit of cycles" in line or "time was up" in line
    assert f"PC {CODE:#010x}" in line
    assert "last exception: none" in line


def test_endless_sleep_never_reaches_its_condition(tmp_path: Path) -> None:
    line = reason(run(image(tmp_path, SLEEP), "--until", "text:never"))
    assert "what is waited for did not happen" in line
    assert "PC 0x080001" in line


@pytest.mark.parametrize(
    ("code", "exception"),
    [
        (UNDEFINED, "UNDEFINSTR"),
        (NOWHERE, "IBUSERR"),
        (NO_THUMB, "INVSTATE"),
        (LOAD_FROM_NOWHERE, "PRECISERR"),
    ],
)
def test_a_fault_is_named_at_the_limit(tmp_path: Path, code: str, exception: str) -> None:
    line = reason(run(image(tmp_path, code), "--max-cycles", "100000"))
    assert f"PC {CODE + 0x40:#010x}" in line
    assert "last exception: " in line
    assert exception in line


def test_a_fault_without_a_handler_locks_up_or_resets(tmp_path: Path) -> None:
    line = reason(run(image(tmp_path, UNDEFINED, fault=0x0300_0000), "--max-cycles", "1000000"))
    assert "HardFault" in line or "lock" in line


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "nothing to load"),
        (bytes(64), "no usable vector table"),
        (b"\xff" * 4096, "no usable vector table"),
        (struct.pack("<2I", STACK, CODE), "no usable vector table"),
        (struct.pack("<2I", STACK + 0x1000_0000, CODE | 1), "no usable vector table"),
        (bytes(0x18_0004), "does not fit the chip"),
    ],
)
def test_files_that_are_no_image(tmp_path: Path, data: bytes, why: str) -> None:
    path = tmp_path / "image.bin"
    path.write_bytes(data)
    assert why in reason(run(path))


def test_an_elf_for_another_machine(tmp_path: Path) -> None:
    assert "another machine (X86_64, 64 bits)" in reason(run(Path(sys.executable).resolve()))


def test_a_damaged_elf(tmp_path: Path) -> None:
    path = tmp_path / "image.elf"
    path.write_bytes(Path(sys.executable).resolve().read_bytes()[:60])
    assert "ELF" in reason(run(path))


def test_strict_names_what_is_not_modelled(tmp_path: Path) -> None:
    # LDR R0, =0x40038000 (PRS); LDR R1, [R0]; then a loop.
    code = "4ff04040" + "00f56030" + "0168" + LOOP
    line = reason(run(image(tmp_path, code), "--strict", "--max-cycles", "100000"))
    assert "PC 0x080001" in line
