"""Stepping: cycles per instruction by the rules, registers and indices as the program says."""

import numpy as np
import pytest
from launch_images import RAM, vendor_fully_connected

from host.mvp import trace


def test_vendor_sim_costs_are_its_two_rules() -> None:
    steps = list(trace.run(vendor_fully_connected(4, 2), cycle_model="vendor-sim"))
    assert [step.pc for step in steps] == [0, 1, 2, 1, 2, 3, 4] * 2
    assert [step.cost for step in steps] == [1, 1, 2, 1, 2, 1, 2] * 2
    assert steps[-1].cycles == 2 * (3 * 2 + 4)


def test_the_launch_is_charged_to_no_instruction() -> None:
    steps = list(trace.run(vendor_fully_connected(4, 2)))
    assert steps[0].cycles == 15
    assert sum(step.cost for step in steps) == steps[-1].cycles - 14


def test_registers_follow_the_arithmetic() -> None:
    steps = list(trace.run(vendor_fully_connected(4, 1)))
    x = [step.registers[6].astype(np.float64) for step in steps if step.pc == 1]
    w = [step.registers[7].astype(np.float64) for step in steps if step.pc == 1]
    bias = steps[0].registers[5, 0].astype(np.float64)
    total = bias + sum(float(a @ b) for a, b in zip(x, w, strict=True))
    assert steps[-1].registers[5, 0] == pytest.approx(64 * total - 5, rel=2e-3)
    assert steps[-1].indices[3].tolist() == [0, 0, 0]
    assert steps[1].indices[1].tolist() == [0, 0, 1]


def test_the_same_seed_gives_the_same_memory() -> None:
    runs = [list(trace.run(vendor_fully_connected(8, 3), seed=seed))[-1].registers for seed in (1, 1, 2)]
    np.testing.assert_array_equal(runs[0], runs[1])
    assert (runs[0] != runs[2]).any()


def test_weights_in_flash_arrive_later() -> None:
    steps = list(trace.run(vendor_fully_connected(4, 1), flash=(1,)))
    assert steps[1].cost > next(trace.run(vendor_fully_connected(4, 1))).cost


def test_arrays_with_addresses_stay_where_they_are() -> None:
    base = (RAM, RAM + 2, RAM + 0x100, RAM + 0x200)  # input and weights overlap
    steps = list(trace.run(vendor_fully_connected(8, 1, base)))
    assert steps[-1].fault is None
    second_input = (steps[1].registers[7] + 3) * 2.0**-15  # the first weight, after I1's operation
    np.testing.assert_array_equal(second_input.astype(np.float16), steps[3].registers[6])


def test_a_fault_ends_the_trace() -> None:
    words = vendor_fully_connected(4, 1)
    words[8] = RAM + 1
    steps = list(trace.run(words))
    assert len(steps) == 2
    assert "BUSALIGNFAULT in instruction 1, LOAD0 of array 0" in str(steps[-1].fault)
