"""STRIDED_SLICE against tflite-micro: every byte, over random shapes, ranges, strides, masks and types."""

from dataclasses import dataclass, replace

import numpy as np
import pytest
import tflite_models
from drawn_models import FEW, MANY, Numbers, models
from elementwise_models import draw_shape
from golden_comparison import compare
from hypothesis import given
from moving_models import draw_element
from tflite_models import Operand

# tflite-micro takes no more; the firmware has two more.
MOST_DIMENSIONS = 4
FARTHEST = 3
"""How far a range goes beyond a dimension."""


@dataclass(frozen=True)
class Cut:
    """A dimension's range as the operands and masks name it."""

    begin: int
    end: int
    stride: int
    begin_masked: bool
    end_masked: bool
    shrunk: bool
    count: int


def write(random: Numbers) -> bytes:
    element, shape = draw_element(random), draw_shape(random, least=1, most=MOST_DIMENSIONS)
    cuts = [_shrunk(random, size) if random.random() < 0.2 else _range(random, size) for size in shape]

    def operand(values: list[int]) -> Operand:
        return Operand("int32", (len(cuts),), data=np.array(values, np.int32))

    return tflite_models.single(
        "STRIDED_SLICE",
        [
            replace(element, shape=shape),
            operand([cut.begin for cut in cuts]),
            operand([cut.end for cut in cuts]),
            operand([cut.stride for cut in cuts]),
        ],
        replace(element, shape=tuple(cut.count for cut in cuts if not cut.shrunk)),
        tflite_models.options(
            "StridedSliceOptionsT",
            beginMask=_mask([cut.begin_masked for cut in cuts]),
            endMask=_mask([cut.end_masked for cut in cuts]),
            shrinkAxisMask=_mask([cut.shrunk for cut in cuts]),
        ),
    )


def _mask(bits: list[bool]) -> int:
    return sum(1 << position for position, bit in enumerate(bits) if bit)


def _anywhere(random: Numbers, size: int) -> int:
    return int(random.integers(-size - FARTHEST, size + FARTHEST + 1))


def _shrunk(random: Numbers, size: int) -> Cut:
    """Return one element, from either end; where the range ends does not count.

    The stride is positive: with a negative one tflite-micro writes nothing.
    """
    begin, stride = int(random.integers(-size, size)), int(random.integers(1, 4))
    begin_masked, end_masked = random.random() < 0.2, bool(random.integers(2))
    return Cut(begin, _anywhere(random, size), stride, begin_masked, end_masked, True, 1)


def _range(random: Numbers, size: int) -> Cut:
    """Return a range of one element or more, as Python's slices have them."""
    stride = int(random.choice([1, 1, 2, 3, -1, -2]))
    masked = random.random() < 0.3, random.random() < 0.3
    begin, end = _anywhere(random, size), _anywhere(random, size)
    count = _count(size, begin, end, stride, masked)
    if count == 0:
        # Neither takes an empty slice. The other way round it may have elements; the whole dimension has.
        begin, end = end, begin
        count = _count(size, begin, end, stride, masked)
    if count == 0:
        masked = (True, True)
        count = _count(size, begin, end, stride, masked)
    return Cut(begin, end, stride, *masked, False, count)


def _count(size: int, begin: int, end: int, stride: int, masked: tuple[bool, bool]) -> int:
    ends = slice(None if masked[0] else begin, None if masked[1] else end, stride)
    return len(range(size)[ends])


MODELS = models(write)


@FEW
@given(model=MODELS)
def test_agrees_with_tflite_micro(sanitized_host, model):
    compare(model.data, 4, sanitized_host)


@pytest.mark.slow
@MANY
@given(model=MODELS)
def test_many_agree_with_tflite_micro(sanitized_host, model):
    compare(model.data, 4, sanitized_host)
