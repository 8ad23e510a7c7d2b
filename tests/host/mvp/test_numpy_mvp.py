"""The C++ model against its twin in numpy on random programs: bit for bit and cycle for cycle."""

import numpy as np
import numpy_mvp
import pytest
import random_programs
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from random_programs import FLASH_BASE, RAM_BASE, Case

from host.mvp import _mvp
from host.mvp.registers import Counter

NUMERIC_FLAGS = (
    numpy_mvp.ALUNAN
    | numpy_mvp.ALUOF
    | numpy_mvp.STORECONVERTOF
    | numpy_mvp.STORECONVERTINF
    | numpy_mvp.STORECONVERTNAN
)
FAULTS = 0x1F << 24
FLAGS = 0x1FF | NUMERIC_FLAGS | FAULTS
LONGEST = 5000  # instructions; a broken program may have no end
BUDGET = 100 * LONGEST

quick = settings(
    max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True
)
exhaustive = settings(max_examples=100_000, deadline=None, suppress_health_check=list(HealthCheck))


def compare(case: Case, cycle_model: str, steps: int | None = None) -> numpy_mvp.NumpyMvp:
    """Run both, to the end or for so many instructions, and compare all that is visible."""
    ram, flash = case.memory()
    machine = _mvp.Machine(cycle_model)
    machine.add_ram(RAM_BASE, ram)
    machine.add_flash(FLASH_BASE, flash)
    machine.write(0x004, 1)
    twin_ram = ram.copy()
    regions = [
        numpy_mvp.Region(RAM_BASE, twin_ram, flash=False),
        numpy_mvp.Region(FLASH_BASE, flash.copy(), flash=True),
    ]
    twin = numpy_mvp.NumpyMvp(case.words(), regions, numpy_mvp.CYCLE_MODELS[cycle_model])
    if steps is None:
        machine.write_block(0x064, case.words().tobytes())
        machine.advance(BUDGET)
        twin.run(LONGEST)
        assume(twin.done or twin.fault is not None)
    else:
        machine.write_block(0x064, np.array([*case.image[:68], 8], np.uint32).tobytes())
        for _ in range(steps):
            if not twin.done and twin.fault is None:
                machine.write(0x174, 4)
                twin.run(1)
    assert_equal(machine, twin)
    np.testing.assert_array_equal(ram, twin_ram)
    return twin


def assert_equal(machine: _mvp.Machine, twin: numpy_mvp.NumpyMvp) -> None:
    words = lambda offset, count: np.frombuffer(machine.read_block(offset, count), np.uint32)  # noqa: E731
    registers = numpy_mvp.canonical(words(0x064, 8).view(np.float16))
    np.testing.assert_array_equal(registers, numpy_mvp.canonical(twin.registers).reshape(-1))
    expected = [a.index[0] | a.index[1] << 10 | a.index[2] << 20 for a in twin.arrays]
    np.testing.assert_array_equal(words(0x030, 5), expected)
    expected = [
        loop.count | loop.active << 12 | (loop.begin << 16 if loop.active else 0) for loop in twin.loops
    ]
    state = words(0x044, 8)
    np.testing.assert_array_equal(np.where(state >> 12 & 1, state, state & 0xFFFF), expected)
    assert machine.read(0x01C) & FLAGS == twin.flags & FLAGS
    if twin.fault is None:
        counts = machine.counts()
        assert {name: counts[Counter[name]] for name in twin.count} == twin.count
        if not twin.done:
            assert machine.read(0x02C) == twin.pc
        return
    fault = twin.fault
    status = fault.pc | fault.array << 8 | fault.bus << 12 | fault.loop << 16
    assert (machine.read(0x024), machine.read(0x028)) == (status, fault.address)


CYCLE_MODELS = sorted(numpy_mvp.CYCLE_MODELS)


@quick
@given(random_programs.programs(), st.sampled_from(CYCLE_MODELS))
def test_the_same_on_valid_programs(case: Case, cycle_model: str) -> None:
    twin = compare(case, cycle_model)
    assert twin.done
    assert twin.fault is None


@quick
@given(random_programs.programs(), st.integers(1, 40))
def test_the_same_at_any_instruction(case: Case, steps: int) -> None:
    compare(case, "device-flash", steps)


@quick
@given(random_programs.broken_programs(), st.sampled_from([None, 200]))
def test_the_same_faults(case: Case, steps: int | None) -> None:
    compare(case, "device-flash", steps)


@pytest.mark.slow
@exhaustive
@given(random_programs.programs(), st.sampled_from(CYCLE_MODELS))
def test_the_same_on_100_000_programs(case: Case, cycle_model: str) -> None:
    compare(case, cycle_model)


@pytest.mark.slow
@exhaustive
@given(random_programs.broken_programs(), st.sampled_from(CYCLE_MODELS))
def test_the_same_faults_on_100_000_programs(case: Case, cycle_model: str) -> None:
    compare(case, cycle_model)
