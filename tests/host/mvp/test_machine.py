"""The accelerator's Python face: registers, memory, launching, stepping, faults."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from host.errors import BuildError, FirmwareError, UsageError
from host.mvp import LoopState, Mvp, registers
from host.mvp.registers import Command, Counter, Flag

RAM = 0x20000000
MACR2A = 471


def dot_product(pairs: int) -> np.ndarray:
    """R5 = sums of x * w over even and odd positions, as the register map has it written by hand."""
    words = np.zeros(69, np.uint32)
    for n, base in ((0, RAM), (1, RAM + 0x100)):
        words[8 + 4 * n : 12 + 4 * n] = [base, 1 << 12 | 1 << 14, 0, pairs - 1 | 1 << 16]
    words[28] = pairs - 1
    load0, load1 = 6 | 8 | 0 << 4 | 4 << 7, 7 | 8 | 1 << 4 | 4 << 7
    words[44] = 6 | 7 << 8 | 5 << 16 | 5 << 28
    words[45] = load0 | load1 << 10
    words[46] = 3 | MACR2A << 20 | 1 << 31
    words[68] = 9
    return words


@pytest.fixture
def memory() -> np.ndarray:
    memory = np.zeros(0x200, np.int8)
    memory[:8] = [1, 2, 3, 4, 5, 6, 7, 8]
    memory[0x100:0x108] = [1, 10, -1, 10, 1, 10, -1, 10]
    return memory


@pytest.fixture
def mvp(memory: np.ndarray) -> Mvp:
    mvp = Mvp()
    mvp.add_ram(RAM, memory)
    return mvp


def test_launch_runs_to_the_end_and_counts_cycles(mvp: Mvp) -> None:
    cycles = mvp.launch(dot_product(4))
    assert mvp.registers[5].tolist() == [1 - 3 + 5 - 7, 10 * (2 + 4 + 6 + 8)]
    assert cycles == mvp.cycles == 14 + 4
    assert mvp.flags == Flag.PROGDONE | Flag.LOOP0DONE
    assert mvp.counts[Counter.CMD] == 4
    assert not mvp.running


def test_steps_show_registers_indices_and_loops(mvp: Mvp) -> None:
    mvp.load(dot_product(4))
    assert mvp.step()
    assert mvp.registers[5].tolist() == [1, 20]
    assert mvp.indices[0].tolist() == [0, 0, 1]
    assert mvp.loops[0] == LoopState(1, True, 0)
    assert [mvp.step() for _ in range(3)] == [True, True, False]
    assert mvp.registers[5].tolist() == [-4, 200]


def test_run_goes_on_after_steps_and_after_a_limit(mvp: Mvp) -> None:
    mvp.load(dot_product(4))
    mvp.step()
    assert mvp.run(max_cycles=1) == 1
    assert not mvp.running
    assert mvp.run() == 2
    assert mvp.cycles == 18


@pytest.mark.parametrize("kind", [bytes, bytearray, list])
def test_images_come_in_several_forms(mvp: Mvp, kind: type) -> None:
    words = dot_product(4)
    mvp.launch(words.tolist() if kind is list else kind(words.tobytes()))
    assert mvp.registers[5].tolist() == [-4, 200]


def test_a_bytearray_is_memory_that_programs_write() -> None:
    words = np.zeros(69, np.uint32)
    words[0] = np.float16(42).view(np.uint16)
    words[8:10] = [RAM, 1 << 12]
    words[45], words[46], words[68] = 8 << 20, 1 << 31, 9
    memory = bytearray(4)
    mvp = Mvp("vendor-sim")
    mvp.add_ram(RAM, memory)
    assert mvp.launch(words) == 1
    assert memory == b"\x2a\0\0\0"


@pytest.mark.parametrize(
    ("options", "lanes"),
    [
        ({}, [0.0, 2.0**-24]),  # 1.001 * 1.001 rounds to 1.002, whose difference to 1.002 is 0
        ({"fused": True}, [2.0**-20, 2.0**-24]),  # 2^-10 squared remains
        ({"flush_subnormals": True}, [0.0, 0.0]),
    ],
)
def test_open_properties_of_the_arithmetic(options: dict[str, bool], lanes: list[float]) -> None:
    step = np.float16(1 + 2.0**-10)
    words = np.zeros(69, np.uint32)
    words[1] = np.array([step, 2.0**-24], np.float16).view(np.uint32)[0]
    words[2] = np.array([step, 1.0], np.float16).view(np.uint32)[0]
    words[3] = np.array([-(1 + 2.0**-9), 0.0], np.float16).view(np.uint32)[0]
    words[44:47] = [1 | 2 << 8 | 3 << 16 | 4 << 28, 0, MACR2A << 20 | 1 << 31]
    mvp = Mvp(**options)
    mvp.launch(words)
    assert mvp.registers[4].tolist() == lanes


@pytest.mark.parametrize(("away", "stored"), [(False, 2), (True, 3)])
def test_ties_of_stores(away: bool, stored: int) -> None:
    words = np.zeros(69, np.uint32)
    words[0] = np.float16(2.5).view(np.uint16)
    words[8:10] = [RAM, 1 << 12]
    words[45], words[46] = 8 << 20, 1 << 31
    mvp, memory = Mvp(store_ties_away=away), bytearray(4)
    mvp.add_ram(RAM, memory)
    mvp.launch(words)
    assert memory[0] == stored


def test_a_fault_says_where(mvp: Mvp) -> None:
    words = dot_product(4)
    words[12] += 0x10000000
    with pytest.raises(FirmwareError, match=r"BUSERRFAULT in instruction 0, LOAD1 of array 1 at 0x30000100"):
        mvp.launch(words)
    assert mvp.fault is not None
    assert mvp.fault.flag == Flag.BUSERRFAULT
    mvp.reset()
    assert mvp.fault is None
    assert mvp.launch(dot_product(4)) == 18


def test_a_fault_is_over_with_the_next_load(mvp: Mvp) -> None:
    words = dot_product(4)
    words[12] += 0x10000000
    with pytest.raises(FirmwareError):
        mvp.launch(words)
    mvp.load(words)
    assert mvp.fault is None
    with pytest.raises(FirmwareError):
        mvp.step()
    mvp.load(dot_product(4))
    assert mvp.flags == Flag(0)
    assert mvp.step()
    assert mvp.registers[5].tolist() == [1, 20]
    assert mvp.run() > 0
    assert mvp.registers[5].tolist() == [1 - 3 + 5 - 7, 200]


def test_registers_by_name_offset_and_alias(mvp: Mvp) -> None:
    assert mvp.read("IPVERSION") == 1
    assert mvp.read("ARRAY[4].DIM0CFG") == 0x2000
    mvp.write("IEN", 3)
    mvp.write(registers.OFFSETS["IEN"] + registers.CLR, 1)
    assert mvp.read(0x020) == 2


def test_every_register_of_the_map_is_there(mvp: Mvp) -> None:
    assert len(set(registers.OFFSETS.values())) == len(registers.OFFSETS) == 15 + 5 + 8 + 8 + 20 + 16 + 24
    for name in registers.OFFSETS:
        mvp.read(name)


@pytest.mark.parametrize(
    ("mistake", "message"),
    [
        (lambda mvp: Mvp("fast"), "no cycle model named fast"),
        (lambda mvp: mvp.read("FOO"), "no register is named 'FOO'"),
        (lambda mvp: mvp.read(0x178), "no register at offset 376"),
        (lambda mvp: mvp.write("EN", 1 << 32), "not a 32-bit word"),
        (lambda mvp: Mvp(5), "no cycle model named 5"),
        (lambda mvp: Mvp(fused="no"), "fused is 'no': give True or False"),
        (lambda mvp: mvp.read(-4), "no register at offset -4"),
        (lambda mvp: mvp.read(None), "a register is None: give a whole number"),
        (lambda mvp: mvp.write("IEN", 1.5), "the value for IEN is 1.5: give a whole number"),
        (lambda mvp: mvp.run(max_cycles="all"), "max_cycles is 'all': give a whole number"),
        (lambda mvp: mvp.launch(None), "not a launch image"),
        (lambda mvp: mvp.add_ram(None, bytearray(2)), "the address of memory is None"),
        (lambda mvp: mvp.add_ram(RAM, [1, 2]), "memory is list: give a numpy array"),
        (lambda mvp: mvp.add_flash(RAM, "abc"), "memory is str: give a numpy array"),
        (lambda mvp: mvp.add_flash(RAM, np.array([None])), "memory is an array of object"),
        (lambda mvp: mvp.add_flash(0, b""), "memory at 0x0 has no bytes"),
        (lambda mvp: mvp.add_ram(RAM, np.zeros((4, 4))[:, ::2]), "must be contiguous"),
        (lambda mvp: mvp.add_ram(0xFFFFFFFF, bytearray(2)), "not within 32-bit addresses"),
        (lambda mvp: mvp.add_ram(RAM, np.frombuffer(b"ab", np.uint8)), "needs writable memory"),
    ],
)
def test_mistakes_get_one_line(mvp: Mvp, mistake, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        mistake(mvp)


@pytest.mark.parametrize("base", [RAM, RAM - 1, RAM + 0x1FF, RAM + 0x100])
@pytest.mark.parametrize("kind", ["flash", "ram"])
def test_memory_that_overlaps_is_refused(mvp: Mvp, base: int, kind: str) -> None:
    name = "RAM" if kind == "ram" else "flash"
    reason = rf"^{name} of 4 bytes at 0x{base:08x} overlaps RAM of 512 bytes at 0x20000000$"
    with pytest.raises(UsageError, match=reason):
        getattr(mvp, f"add_{kind}")(base, bytearray(4))
    assert mvp.launch(dot_product(4)) == 18  # as if nothing had happened


def test_memory_may_touch_and_come_again(mvp: Mvp) -> None:
    mvp.add_ram(RAM - 4, bytearray(4))
    mvp.add_flash(RAM + 0x200, bytes(4))
    mvp.add_flash(0xFFFFFFFC, bytes(4))  # the last bytes of the address space
    mvp.add_ram(0, bytearray(4))
    mvp.clear_memory()
    mvp.add_flash(RAM, bytes(4))


@given(st.lists(st.tuples(st.integers(0, 40), st.integers(1, 12)), max_size=5))
def test_exactly_memory_that_shares_an_address_is_refused(spans: list[tuple[int, int]]) -> None:
    mvp, taken = Mvp(), set()
    for base, size in spans:
        addresses = set(range(base, base + size))
        if addresses & taken:
            with pytest.raises(UsageError, match="overlaps"):
                mvp.add_ram(base, bytearray(size))
        else:
            mvp.add_ram(base, bytearray(size))
            taken |= addresses


def test_memory_stays_while_a_program_runs(mvp: Mvp) -> None:
    mvp.load(dot_product(4))
    mvp.write("CMD", Command.START)
    assert mvp.running
    for change in (lambda: mvp.add_ram(0, bytearray(1)), mvp.clear_memory):
        with pytest.raises(UsageError, match="a program runs: HALT it first"):
            change()
    mvp.write("CMD", Command.HALT)
    mvp.clear_memory()


def test_numbers_may_be_numpys(mvp: Mvp) -> None:
    mvp.write(np.uint32(0x020), np.int64(3))
    assert mvp.read(np.int16(0x020)) == 3
    mvp.add_ram(np.uint32(RAM + 0x1000), np.zeros((2, 2), np.float16))


def test_the_extension_is_found_from_any_directory(tmp_path: Path) -> None:
    code = "from host.mvp import Mvp; print(Mvp().read('IPVERSION'))"
    run = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert run.stdout == "1\n"


@pytest.mark.parametrize(
    ("cause", "message"),
    [
        (ImportError("no module"), r"no extension host\.mvp\._mvp \(no module\): run tools/setup"),
        (subprocess.CalledProcessError(1, "cmake"), "host/mvp does not compile"),
    ],
)
def test_an_extension_that_cannot_be_had(
    monkeypatch: pytest.MonkeyPatch, cause: Exception, message: str
) -> None:
    class Finder:
        def find_spec(self, name: str, *_: object) -> None:
            if name == "host.mvp._mvp":
                raise cause

    monkeypatch.delitem(sys.modules, "host.mvp._mvp", raising=False)
    monkeypatch.delattr("host.mvp._mvp", raising=False)
    monkeypatch.setattr(sys, "meta_path", [Finder(), *sys.meta_path])
    with pytest.raises(BuildError, match=message):
        Mvp()
