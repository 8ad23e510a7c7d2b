"""Disassembly: decoded parts and their text, against the program as the register map describes it."""

import numpy as np
import pytest
from launch_images import RAM, array, image, stream, vendor_fully_connected

from host.errors import UsageError
from host.mvp import listing, program


def test_the_vendors_fully_connected_program() -> None:
    decoded = program.decode(vendor_fully_connected(640, 128, (0, 0x08000100, RAM + 0x400, RAM)))
    assert listing.listing(decoded) == [
        "R0  (2^-15, 2^-15)",
        "R1  (9.15527e-05, 9.15527e-05)",
        "R3  (64, 0)",
        "R4  (-5, 0)",
        "A0  int8 pairs  [1 x 1 x 320]  strides (0, 0, 1)  address filled in at launch",
        "A1  int8 pairs  [1 x 128 x 320]  strides (0, 320, 1)  at 0x08000100",
        "A2  binary16  [1 x 1 x 128]  strides (0, 0, 1)  at 0x20000400",
        "A3  int8  [1 x 1 x 128]  strides (0, 0, 1)  at 0x20000000",
        "L0  128 times",
        "L1  320 times, then A1[dim1++]",
        "I0  NOOP  R5<-A2[dim2++]  begin L0",
        "I1  R6 = MACR2A(R6, R0, R1)  R6<-A0[dim2++]  R7<-A1[dim2++]  begin L1",
        "I2  R5 = MACR2A(R6, R7, R5)  end L1",
        "I3  R5 = ADDR(R5)",
        "I4  R5 = MACR2A(R5, R3, R4)  A3[dim2++]<-R5  end L0  last",
    ]


@pytest.mark.parametrize(
    ("words", "text"),
    [
        ([0, 0, 1 << 20 | 1 << 31], "R0 = CLEAR()  last"),
        ([0, 0, 511 << 20 | 1 << 31], "R0 = OP511(R0, R0, R0)  last"),
        ([0xA0 << 16 | 7 << 28, 0, 65 << 20], "R7 = COPY(-R0)"),
        ([0x82 | 0x13 << 8, 0, 397 << 20], "R0 = MULC(R2(re, -im), R3(0, im))"),
        ([0, stream(1, 7, 7) << 10, 3], "NOOP  R1<-A7[dim0++, dim1++, dim2++]  loop L0"),
        ([0, stream(2, 3, 0) << 20, 0xA], "NOOP  A3[]<-R2  end L1  end L0"),
    ],
)
def test_instructions(words: list[int], text: str) -> None:
    decoded = program.decode(image({}, [], [], [words]))
    assert listing.instructions(decoded)[0] == f"I0  {text}"


def test_negative_strides_and_loop_effects() -> None:
    loop = [3 | 5 << 12 + 4 * 4, 2 << 12 + 4 * 4 | 1 << 12]
    words = image(
        {}, [array(RAM, 0, False, (3, -2), (2, 2047), (1, -2048))], [loop], [[0, stream(0, 0, 1), 3]]
    )
    decoded = program.decode(words)
    lines = listing.listing(decoded)
    assert lines[0] == "A0  uint8  [3 x 2 x 1]  strides (-2, 2047, -2048)  at 0x20000000"
    assert lines[1] == "L0  4 times, then A0[dim0=0] A4[dim0++, dim2++, dim1=0]"
    assert decoded.arrays[0].extent == (-4, 2048)
    assert len(decoded.instructions) == 8


def test_an_image_must_have_69_words() -> None:
    with pytest.raises(UsageError, match="69 words"):
        program.decode(np.zeros(70, np.uint32))
