"""pyOCD's own tools on a served virtual board, unchanged: list, load, erase, reset, commander."""

import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
import served_board
from served_board import STATE, Served

FLASH = 0x0800_0000
SECTOR = 0x2000
MAGIC = 0x4553_4450


@pytest.fixture
def program(tmp_path: Path) -> Path:
    """An image of three sectors, the last one not full."""
    return served_board.link(tmp_path, padding=2 * SECTOR + 1000)


@pytest.fixture
def board(tmp_path: Path, program: Path) -> Iterator[Served]:
    """A board that runs the program."""
    with served_board.served(tmp_path, str(program)) as served:
        yield served


@pytest.fixture
def blank(tmp_path: Path) -> Iterator[Served]:
    """A board as it comes from the factory, but for the lock."""
    with served_board.served(tmp_path, "--blank") as served:
        yield served


def converted(elf: Path, form: str) -> Path:
    """The image in another form, "binary" or "ihex"."""
    objcopy = shutil.which("arm-none-eabi-objcopy")
    assert objcopy, "arm-none-eabi-objcopy is missing: run tools/setup"
    path = elf.with_suffix({"binary": ".bin", "ihex": ".hex"}[form])
    subprocess.run([objcopy, "-O", form, str(elf), str(path)], check=True)
    return path


def commander(board: Served, *commands: str) -> "subprocess.CompletedProcess[str]":
    """Run commands in one session; the core goes on at its end."""
    return board.run("pyocd", "commander", "-u", "earshot:bench", *(f"-c{each}" for each in commands))


def words(done: "subprocess.CompletedProcess[str]") -> list[int]:
    """The words that read32 printed."""
    assert done.returncode == 0, done.stderr
    lines = re.findall(r"(?m)^[0-9a-f]{8}: +((?:[0-9a-f]{8} )+)", done.stdout)
    return [int(word, 16) for line in lines for word in line.split()]


def test_list(board: Served) -> None:
    done = board.run("pyocd", "list")
    assert done.returncode == 0, done.stderr
    assert re.search(r"(?m)^ *0 +Earshot virtual xG24 +bench +✔︎ efr32mg24b310f1536im48", done.stdout)
    assert "virtual board bench" in done.stdout


@pytest.mark.parametrize("form", ["elf", pytest.param("ihex", marks=pytest.mark.slow)])
def test_load(blank: Served, program: Path, tmp_path: Path, form: str) -> None:
    image = program if form == "elf" else converted(program, form)
    done = blank.run("pyocd", "load", "-u", "earshot:bench", str(image))
    assert done.returncode == 0, done.stderr
    expected = converted(program, "binary").read_bytes()
    file = tmp_path / "flash"
    done = commander(blank, "halt", f"savemem {FLASH:#x} {len(expected)} {file}", f"read32 {STATE:#x} 16")
    assert file.read_bytes() == expected
    # It runs: load resets at its end.
    magic, starts, turns, total = words(done)
    assert (magic, starts) == (MAGIC, 1)
    assert turns > 0
    assert total in (turns * (turns + 1) // 2 * 3 % 2**32, turns * (turns - 1) // 2 * 3 % 2**32)


def test_load_again_touches_nothing(board: Served, program: Path) -> None:
    done = board.run("pyocd", "load", "-u", "earshot:bench", str(program))
    assert done.returncode == 0, done.stderr
    assert re.search(r"Erased 0 bytes \(0 sectors\), programmed 0 bytes \(0 pages\)", done.stderr)


def test_reset(board: Served) -> None:
    for method in ("default", "hw"):
        done = board.run("pyocd", "reset", "-u", "earshot:bench", "--method", method)
        assert done.returncode == 0, done.stderr
    assert words(commander(board, f"read32 {STATE + 4:#x} 4")) == [3]


def test_erase_of_a_sector_leaves_the_others(board: Served, program: Path, tmp_path: Path) -> None:
    done = board.run("pyocd", "erase", "-u", "earshot:bench", "--sector", f"{FLASH + SECTOR:#x}")
    assert done.returncode == 0, done.stderr
    expected = bytearray(converted(program, "binary").read_bytes())
    expected[SECTOR : 2 * SECTOR] = b"\xff" * SECTOR
    commander(board, f"savemem {FLASH:#x} {len(expected)} {tmp_path / 'flash'}")
    assert (tmp_path / "flash").read_bytes() == expected


def test_erase_of_the_chip(board: Served, tmp_path: Path) -> None:
    done = board.run("pyocd", "erase", "-u", "earshot:bench", "--chip")
    assert done.returncode == 0, done.stderr
    commander(board, f"savemem {FLASH:#x} {4 * SECTOR} {tmp_path / 'flash'}")
    assert (tmp_path / "flash").read_bytes() == b"\xff" * 4 * SECTOR


def test_commander(board: Served) -> None:
    done = commander(
        board,
        "reset halt",
        f"write32 {STATE:#x} 0 0 0 0",
        "break 0x08000042",  # Turn()
        "continue",
        "sleep 50",
        "reg pc r0",
        "step",
        "step",
        "reg pc",
        f"read32 {STATE:#x} 16",
        f"write8 {STATE + 13:#x} 0xab",
        f"read16 {STATE + 12:#x} 2",
        "status",
    )
    assert done.returncode == 0, done.stderr
    assert re.search(r"pc = 0x08000042", done.stdout)
    assert re.search(r"r0 = 0x00000001", done.stdout)
    assert re.search(r"pc = 0x08000046", done.stdout)
    assert words(done)[:4] == [MAGIC, 1, 1, 0]
    assert re.search(rf"{STATE + 12:x}: +ab00", done.stdout)
    assert "Halted" in done.stdout


def test_a_place_without_memory_harms_nothing(board: Served) -> None:
    for command in ("read32 0x60000000", "write32 0x60000000 1"):
        done = commander(board, command)
        assert done.returncode == 2
        assert "Error: memory transfer failed" in done.stdout
    assert words(commander(board, f"read32 {STATE:#x} 4")) == [MAGIC]


def test_a_second_client_is_refused(board: Served) -> None:
    command = board.command("pyocd", "commander", "-u", "earshot:bench")
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with subprocess.Popen(command, **pipes, env=board.environment) as first:
        assert first.stdin is not None
        assert first.stdout is not None
        first.stdin.write("status\n")
        first.stdin.flush()
        assert "Core 0" in first.stdout.readline() + first.stdout.readline()
        done = board.run("pyocd", "reset", "-u", "earshot:bench")
        assert done.returncode != 0
        assert "in use" in done.stderr
        first.stdin.close()
    assert board.run("pyocd", "reset", "-u", "earshot:bench").returncode == 0
