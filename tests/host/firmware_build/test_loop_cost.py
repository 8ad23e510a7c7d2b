"""Cycles counted from small disassemblies; the costs are those of the sources that loop_cost.py names."""

from pathlib import Path

import pytest

from host.errors import BuildError
from host.firmware_build import loop_cost
from host.firmware_build.loop_cost import Instruction

COPY = """
08000100 <room::Copy(float const*, long)>:
 8000100:\tcmp\tr1, #0
 8000102:\tble.n\t8000112 <room::Copy(float const*, long)+0x12>
 8000104:\tvldmia\tr0!, {s4-s7}
 8000108:\tvmul.f32\ts4, s4, s0
 800010c:\tvstmia\tr3!, {s4}
 8000110:\tbne.n\t8000104 <room::Copy(float const*, long)+0x4>
 8000112:\tbx\tlr

08000120 <room::CopyAll()>:
 8000120:\tbx\tlr
"""


def instruction(text: str) -> Instruction:
    mnemonic, _, operands = text.partition(" ")
    return Instruction(0, mnemonic, operands)


@pytest.mark.parametrize(
    ("text", "cycles"),
    [
        ("adds r0, #8", 1),
        ("sxtab lr, r2, r3, ror #8", 1),
        ("ldr r3, [r0, #0]", 2),
        ("vldr s0, [r1]", 2),
        ("vstr s12, [ip, #-32]", 2),
        ("vldmia r0, {s4-s7}", 5),
        ("vstmia r3!, {s15}", 2),
        ("ldmia r0, {r1, r2, r4}", 4),
        ("ldrd r0, r1, [r2]", 3),
        ("vmov s12, lr", 1),
        ("vmov r4, s15", 1),
        ("vmov.f32 s1, s2", 1),
        ("vmov r0, r1, s0, s1", 2),
        ("vmul.f32 s0, s1, s2", 1),
        ("vfma.f32 s0, s1, s2", 3),
        ("vdiv.f32 s0, s1, s2", 14),
        ("bne 8000104 <f+0x4>", 3),
    ],
)
def test_cost_is_the_sources(text: str, cycles: int) -> None:
    assert loop_cost.cost(instruction(text)) == cycles


def test_instruction_without_a_stated_cost_is_named() -> None:
    with pytest.raises(BuildError, match=r"no cost is stated for udiv r0, r1, r2"):
        loop_cost.cost(instruction("udiv r0, r1, r2"))


def test_loop_is_its_instructions_and_its_stalls() -> None:
    instructions = loop_cost.parse(COPY, "room::Copy")
    assert [one.mnemonic for one in instructions] == [
        "cmp",
        "ble",
        "vldmia",
        "vmul.f32",
        "vstmia",
        "bne",
        "bx",
    ]
    cost = loop_cost.loop_cost("room::Copy", instructions, "vmul.f32")
    # VLDM 5, VMUL 1, one more as VSTM wants its result at once, VSTM 2, branch 3.
    assert (cost.cycles, cost.elements, cost.cycles_per_element) == (12, 1, 12.0)


@pytest.mark.parametrize(
    ("first", "second", "stalls"),
    [
        ("vmul.f32 s0, s1, s2", "vadd.f32 s3, s0, s4", 1),
        ("vmul.f32 s0, s1, s2", "vadd.f32 s0, s3, s4", 0),
        ("vmul.f32 s0, s1, s2", "vfma.f32 s0, s3, s4", 1),
        ("vcvta.s32.f32 s0, s0", "vmov r0, s0", 1),
        ("vmul.f32 s0, s1, s2", "vstr s0, [r1]", 1),
        ("vmul.f32 s5, s1, s2", "vstmia r3!, {s4-s7}", 1),
        ("vmul.f32 s8, s1, s2", "vstmia r3!, {s4-s7}", 0),
        ("vldr s0, [r0]", "vmul.f32 s1, s0, s0", 0),
        ("sxtab lr, r2, r3, ror #8", "vmov s12, lr", 1),
        ("sxtab lr, r2, r3", "vmov s12, r1", 0),
        ("add r1, r2, r3, lsl #2", "ldr r0, [r1, #4]", 1),
        ("add r1, r2, r3", "ldr r0, [r1, #4]", 0),
        ("lsl r1, r2, #2", "add r0, r1, r1", 0),
        ("orr r1, r1, r2, lsl #8", "str r1, [r0]", 1),
        ("vmov s0, r0", "vcvt.f32.s32 s0, s0", 0),
    ],
)
def test_late_result_is_waited_for(first: str, second: str, stalls: int) -> None:
    assert loop_cost.stall(instruction(first), instruction(second)) == stalls


def test_missing_function_and_missing_loop_are_said() -> None:
    with pytest.raises(BuildError, match="the image has no function room::Paste"):
        loop_cost.parse(COPY, "room::Paste")
    with pytest.raises(BuildError, match="room::CopyAll has 0 loops, not one"):
        loop_cost.loop_cost("room::CopyAll", loop_cost.parse(COPY, "room::CopyAll"), "nop")
    with pytest.raises(BuildError, match=r"the loop of room::Copy has no vcvta"):
        loop_cost.loop_cost("room::Copy", loop_cost.parse(COPY, "room::Copy"), "vcvta.s32.f32")


def test_no_image_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(BuildError, match=r"cannot disassemble .*missing\.elf"):
        loop_cost.measure(tmp_path / "missing.elf", "room::Copy", "nop")
