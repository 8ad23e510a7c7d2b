"""Small images, linked by the chip's compiler, and recordings made up by hand."""

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from host.sim.recording import EVENT_TYPE, Block, Call, Recording
from host.sim.symbols import Function, FunctionTable

Link = Callable[..., Path]


@pytest.fixture
def link(tmp_path: Path) -> Link:
    """Links a C++ source, which lies beside the ELF that is returned, with its code at `text`."""
    compiler = shutil.which("arm-none-eabi-g++")
    assert compiler, "arm-none-eabi-g++ is missing: run tools/setup"

    def build(source: str, *flags: str, text: int = 0x0800_0000) -> Path:
        path = tmp_path / "program.cc"
        path.write_text(source)
        elf = tmp_path / "program.elf"
        target = ["-mcpu=cortex-m33", "-mthumb", "-nostdlib", f"-Wl,-Ttext={text:#x}", "-Wl,-e,first"]
        command = [compiler, *target, *(flags or ("-O1", "-g")), str(path), "-o", str(elf)]
        subprocess.run(command, check=True, capture_output=True)
        return elf

    return build


FUNCTIONS = FunctionTable(
    (
        Function("main", 0x1000, 0x1100),
        Function("app::Run(int)", 0x1100, 0x1200),
        Function("Handler", 0x1300, 0x1400),
    )
)


@pytest.fixture
def recording() -> Recording:
    """Main calls app::Run, which IRQ 15 interrupts: 100, 300 and 50 cycles, and 7 of unknown code."""
    irq = 0x8000_0000 + 31
    calls = (
        Call(0, 0x7FFF_FFFF, 0, 0),
        Call(0, 0, 100, 1),
        Call(1, 1, 300, 2),
        Call(2, irq, 0, 1),
        Call(3, 2, 50, 1),
        Call(0, 0x7FFF_FFFF, 7, 1),
    )
    blocks = (
        Block(0x1000, 8, 4, 10, 60),
        Block(0x1080, 4, 2, 20, 40),
        Block(0x1100, 4, 1, 300, 300),
        Block(0x1300, 2, 1, 50, 50),
        Block(0x9000, 2, 1, 7, 7),
    )
    events = [
        (0, 0, 0),  # main
        (100, 1, 0),  # app::Run
        (150, 0, 4),  # the accelerator starts
        (200, 31, 2),  # IRQ 15
        (200, 2, 0),  # Handler
        (230, ord("h"), 8),
        (240, ord("i"), 8),
        (245, ord("\n"), 8),
        (250, 2, 1),
        (250, 31, 3),
        (260, 1, 5),  # the program faulted
        (300, 1 << 8 | ord("?"), 9),
        (400, 1, 1),
        (410, 0, 6),  # asleep
    ]
    return Recording(FUNCTIONS, blocks, calls, np.array(events, EVENT_TYPE), 3, 1000, 1_000_000)
