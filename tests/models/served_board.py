"""A virtual board in a process of its own, found by nobody but the test, and small programs to put on it."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

WAIT_S = 30.0

PROGRAM = """
// Counts its starts, which a reset keeps, and its turns. PADDING bytes of constants follow.
#include <stdint.h>
struct State { uint32_t magic, starts, turns, sum; };
#define STATE (*(volatile struct State *)0x20001000)
extern "C" void first();
extern "C" const uint32_t kVectors[16] __attribute__((section(".vectors"), used));
extern "C" const uint8_t kPadding[PADDING] __attribute__((section(".padding"), used));
extern "C" __attribute__((noinline)) uint32_t Turn(uint32_t turn) {
  STATE.turns = turn;
  return turn * 3;
}
extern "C" __attribute__((noinline)) int main() {
  for (uint32_t turn = 1;; ++turn) {
    uint32_t product = Turn(turn);
    STATE.sum += product;
  }
}
extern "C" void first() {
  if (STATE.magic != 0x45534450) {
    STATE.magic = 0x45534450;
    STATE.starts = 0;
  }
  STATE.starts = STATE.starts + 1;
  STATE.sum = 0;
  main();
}
#define H (uint32_t)&hang
extern "C" void hang() { for (;;) {} }
const uint32_t kVectors[16] = {0x20008000, (uint32_t)&first, H, H, H, H, H, H, 0, 0, 0, H, H, 0, H, H};
"""
STATE = 0x2000_1000


@dataclass(frozen=True)
class Served:
    """A board that is being served.

    Attributes:
        name: What to call it.
        process: Who serves it.
        environment: For processes that are to find it.
    """

    name: str
    process: "subprocess.Popen[str]"
    environment: dict[str, str]

    def command(self, module: str, *arguments: str) -> list[str]:
        """Return the command line of a Python module; run it in this environment."""
        return [sys.executable, "-m", module, *arguments]

    def run(self, module: str, *arguments: str, timeout: float = 120.0) -> "subprocess.CompletedProcess[str]":
        """Run a Python module that finds this board and no other, in a folder that is not the clone's."""
        return subprocess.run(
            self.command(module, *arguments),
            capture_output=True,
            text=True,
            check=False,
            timeout=timeout,
            env=self.environment,
            cwd=self.environment["XDG_RUNTIME_DIR"],
        )


@contextmanager
def served(folder: Path, *options: str, name: str = "bench") -> Iterator[Served]:
    """Serve a board; `options` are those of host.sim serve, an image among them.

    It is slow by itself, which leaves the computer to the test; debug transfers are not slowed down.
    """
    runtime = folder / "runtime"
    runtime.mkdir(mode=0o700, exist_ok=True)
    environment = os.environ | {"XDG_RUNTIME_DIR": str(runtime)}
    command = [sys.executable, "-m", "host.sim", "serve", "--name", name, "--speed", "0.2", *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as process:
        try:
            assert process.stdout is not None
            lines = iter(process.stdout.readline, "")
            assert "ready\n" in lines, f"{command} ended with {process.wait()}"
            yield Served(name, process, environment)
        finally:
            process.terminate()
            process.wait(WAIT_S)


def link(folder: Path, padding: int = 16, seed: int = 1) -> Path:
    """Return an ELF file of the program above, `padding` bytes of constants after it."""
    compiler = shutil.which("arm-none-eabi-g++")
    assert compiler, "arm-none-eabi-g++ is missing: run tools/setup"
    constants = ", ".join(str((index * 2654435761 + seed) >> 5 & 0xFF) for index in range(padding))
    source = folder / "program.cc"
    source.write_text(PROGRAM + f"const uint8_t kPadding[PADDING] = {{{constants}}};\n")
    script = folder / "program.ld"
    script.write_text(
        "ENTRY(first) SECTIONS { . = 0x08000000;"
        " .text : { KEEP(*(.vectors)) *(.text*) *(.rodata*) KEEP(*(.padding)) }"
        " .note.gnu.build-id : { *(.note.gnu.build-id) } }"
    )
    elf = folder / "program.elf"
    flags = [
        "-mcpu=cortex-m33",
        "-mthumb",
        "-nostdlib",
        "-Og",
        "-g",
        "-Wl,--build-id",
        f"-DPADDING={padding}",
        f"-T{script}",
    ]
    subprocess.run([compiler, *flags, str(source), "-o", str(elf)], check=True, capture_output=True)
    return elf


def wait_for(what: object, wait_s: float = WAIT_S) -> None:
    """Wait until what() is true."""
    deadline = time.monotonic() + wait_s
    while not what():  # type: ignore[operator]
        assert time.monotonic() < deadline
        time.sleep(0.05)
