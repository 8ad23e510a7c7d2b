"""Every modelled register against the tables of the hardware description: offset, access, reset, bits."""

import json
import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from host.firmware_build import cmake
from host.project import BUILD_DIR, ROOT

PRESET = "host-sanitize"
TARGET = "sim_list_registers"

# Where the table of a block begins: what the line before it starts with.
TABLES = {
    "CMU": "### 3.3 CMU",
    "HFXO0": "### 3.4 HFXO0",
    "HFRCO0": "HFRCO0:",
    "DPLL0": "DPLL0:",
    "EUSART0": "### 4.1 EUSART",
    "EUSART1": "### 4.1 EUSART",
    "MSC": "## 5. MSC",
    "ICACHE0": "### 6.1 ICACHE0",
    "EMU": "### 6.3 EMU",
    "TIMER0": "TIMER (base",
    "LDMA": "LDMA (base",
    "SMU": "SMU base",
    "DCDC": "DCDC registers",
    "LFXO": "LFXO registers",
    "SYSCFG": "SYSCFG (base",
    "DMEM": "DMEM controller",
}

# Registers that read otherwise than their header says, as the description wants for a simulator or because
# the state that they show is another one after a reset.
READS = {
    ("CMU", "STATUS"): 1 << 30,  # the watchdog's clock is locked
    ("SYSCFG", "CHIPREV"): 0x00001F01,
    ("SYSCFG", "ROOTLOCKSTATUS"): 0x007C0107,  # debug is unlocked
    ("MSC", "STATUS"): 0x09000008,  # trap 29
}

# Bits that a table names and that software cannot write: hardware owns them.
HARDWARE_BITS = {"EN": 1 << 1, "CMD": 0xFFFFFFFF}


@dataclass(frozen=True)
class TableRow:
    """A row of a register table; `bits` are those of all its fields."""

    offset: int
    name: str
    access: str
    reset: int
    bits: int


@pytest.fixture(scope="module")
def description(shared: Path) -> str:
    path = shared / "hardware" / "xg24.md"
    if not path.exists():
        pytest.skip(f"no {path.name} beside the clone")
    return path.read_text()


@pytest.fixture(scope="module")
def blocks() -> dict[str, dict[str, Any]]:
    folder = BUILD_DIR / PRESET
    with cmake.locked(folder):
        subprocess.run(["cmake", "--preset", PRESET], cwd=ROOT, check=True, capture_output=True, timeout=120)
        build = ["cmake", "--build", str(folder), "--target", TARGET]
        subprocess.run(build, check=True, capture_output=True, timeout=600)
    program = folder / "tests" / "host" / "sim" / "peripherals" / TARGET
    output = subprocess.run([str(program)], check=True, capture_output=True, timeout=60).stdout
    return {block["name"]: block for block in json.loads(output)}


def field_bits(fields: str) -> int:
    bits = 0
    for high, low in re.findall(r"\w+\[(\d+)(?::(\d+))?\]", fields):
        top, bottom = int(high), int(low or high)
        bits |= (1 << top + 1) - (1 << bottom)
    return bits


def table(description: str, start: str) -> Iterator[TableRow]:
    """The rows of the first table after the line that begins with `start`."""
    lines = description.splitlines()
    begin = next(i for i, line in enumerate(lines) if line.startswith(start))
    begin = next(i for i in range(begin, len(lines)) if lines[i].startswith("| 0x"))
    for line in lines[begin:]:
        if not line.startswith("| 0x"):
            return
        offset, name, access, reset, fields = (cell.strip() for cell in line.strip("|\n").split("|"))
        yield TableRow(int(offset, 16), name, access, int(reset, 16), field_bits(fields))


def check_registers(entries: list[dict[str, Any]], rows: list[TableRow]) -> None:
    """Each row has its register; registers without a row are allowed. What a status reads is tested below."""
    modelled = {entry["offset"]: entry for entry in entries}
    assert len(rows) >= 5
    for row in rows:
        entry = modelled[row.offset]
        assert entry["name"] == row.name
        assert (entry["access"] == "R") == (row.access == "R"), row
        assert row.access == "R" or entry["reset"] == row.reset, row
        if row.access != "R" and entry["access"] != "W":
            assert entry["writable"] & ~row.bits == 0, f"{row}: {entry['writable']:#x}"
            unwritable = row.bits & ~entry["writable"]
            assert unwritable & ~HARDWARE_BITS.get(row.name, 0) == 0, f"{row}: {entry['writable']:#x}"


@pytest.mark.parametrize("block", TABLES)
def test_registers_are_those_of_the_table(
    block: str, description: str, blocks: dict[str, dict[str, Any]]
) -> None:
    check_registers(blocks[block]["registers"], list(table(description, TABLES[block])))


def test_the_watchdogs_registers_are_those_of_its_page(blocks: dict[str, dict[str, Any]]) -> None:
    page = (ROOT / "docs" / "wdog.md").read_text()
    rows = list(table(page, "## Registers"))
    check_registers(blocks["WDOG0"]["registers"], rows)
    assert len(rows) == len(blocks["WDOG0"]["registers"])


@pytest.mark.parametrize("block", [name for name in TABLES if name != "LDMA"])
def test_registers_read_their_reset_values(
    block: str, description: str, blocks: dict[str, dict[str, Any]]
) -> None:
    modelled = {entry["offset"]: entry for entry in blocks[block]["registers"]}
    for row in table(description, TABLES[block]):
        if modelled[row.offset]["access"] != "W":
            expected = READS.get((block, row.name), row.reset)
            assert modelled[row.offset]["value"] == expected, row


def test_all_bases_are_those_of_the_memory_map(description: str, blocks: dict[str, dict[str, Any]]) -> None:
    section = description.split("### 1.2")[1].split("### 1.3")[0]
    bases = {name: int(base, 16) for name, base in re.findall(r"^\| (\w+) \| (0x\w+) \|", section, re.M)}
    assert {name: block["base"] for name, block in blocks.items()} == {
        name: base for name, base in bases.items() if name != "SEMAILBOX_HOST"
    }


def test_all_gates_are_those_of_the_description(description: str, blocks: dict[str, dict[str, Any]]) -> None:
    gates: dict[str, int] = {}
    for word, bits in re.findall(r"^\| CLKEN([01]) \(0x\w+\) \| (.*) \|$", description, re.M):
        for bit, name in re.findall(r"(\d+) (\w+)", bits):
            gates[name] = 32 * int(word) + int(bit)
    for name, block in blocks.items():
        if block["modelled"]:
            assert block["gate"] == gates.get(name, -1), name


def test_interrupt_numbers(description: str) -> None:
    header = (ROOT / "host" / "sim" / "core" / "interrupt_lines.h").read_text()
    section = description.split("External interrupts")[1].split("### 2.2")[0]
    numbers = {name.replace("_", ""): int(n) for n, name in re.findall(r"\| (\d+) \| (\w+) \| 0x", section)}
    modelled = {name.upper(): int(n) for name, n in re.findall(r"kIrq([A-Z]\w*) = (\d+)", header)}
    assert len(modelled) > 15
    for name, number in modelled.items():
        assert numbers[name] == number, name
