"""The core's programs print the same on the virtual core and on QEMU's mps2-an505, from one binary.

QEMU's model of the Armv8-M exception system was written independently of this one (the instructions
themselves share their ancestry with Unicorn's). Where they differ, docs/virtual-board.md says which is right.
"""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from elftools.elf.elffile import ELFFile

virtual_xg24 = pytest.importorskip("virtual_xg24", reason="the virtual board's extension is not installed")

HERE = Path(__file__).parent
PROGRAMS = ("frames", "nesting", "faults", "float_frames", "sleep", "stack_limits", "arithmetic")
QEMU = "qemu-system-arm"
CODE, CODE_BYTES = 0x1000_0000, 0x4_0000
DATA, DATA_BYTES = 0x3800_0000, 0x8000
DHCSR, DHCSR_DEBUGEN = 0xE000_EDF0, 0xA05F_0001
PC = 15
SYS_WRITE0, SYS_EXIT = 0x04, 0x18
MOST_CYCLES = 200_000_000


@pytest.fixture(scope="session", params=PROGRAMS)
def program(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The ELF of one program, linked for mps2-an505."""
    elf = tmp_path_factory.mktemp("fidelity") / f"{request.param}.elf"
    command = [
        "arm-none-eabi-gcc",
        "-std=c11",
        "-Wall",
        "-Wextra",
        "-Werror",
        "-O1",
        "-mcpu=cortex-m33",
        "-mthumb",
    ]
    command += ["-mfloat-abi=softfp", "-mfpu=fpv5-sp-d16", "-ffreestanding", "-nostdlib", "-T", "core.ld"]
    command += ["start.c", f"{request.param}.c", "-lgcc", "-o", str(elf)]
    subprocess.run(command, cwd=HERE, check=True, timeout=60)
    return elf


def printed_by_qemu(elf: Path) -> list[str]:
    command = [QEMU, "-M", "mps2-an505", "-display", "none", "-monitor", "none", "-serial", "none"]
    command += ["-semihosting-config", "enable=on,target=native", "-kernel", str(elf)]
    done = subprocess.run(command, check=True, timeout=60, capture_output=True, text=True)
    return done.stderr.splitlines()


def printed_by_virtual_core(elf: Path) -> list[str]:
    core = virtual_xg24.Board(vtor=CODE, extra_ram=[(CODE, CODE_BYTES), (DATA, DATA_BYTES)])
    with elf.open("rb") as file:
        for segment in ELFFile(file).iter_segments("PT_LOAD"):
            assert core.load(segment["p_paddr"], segment.data()) or not segment.data()
    core.power_on()
    core.write_memory(DHCSR, DHCSR_DEBUGEN.to_bytes(4, "little"))  # BKPT stops the run instead of faulting
    text = ""
    while True:
        stop = core.run(MOST_CYCLES)
        assert stop.reason == "halted", f"{stop.reason}: {stop.detail} after\n{text}"
        operation, argument = core.read_register(0), core.read_register(1)
        if operation == SYS_EXIT:
            return text.splitlines()
        assert operation == SYS_WRITE0
        while (character := core.read_memory(argument, 1)) != b"\0":
            text += character.decode("latin-1")
            argument += 1
        core.write_register(PC, core.read_register(PC) + 2)
        core.write_memory(DHCSR, DHCSR_DEBUGEN.to_bytes(4, "little"))


def test_prints_what_qemu_prints(program: Path) -> None:
    assert shutil.which(QEMU), f"{QEMU} is missing: run tools/setup"
    expected = printed_by_qemu(program)
    assert expected[-1] == "end", "the program did not come to its end on QEMU"
    assert printed_by_virtual_core(program) == expected
