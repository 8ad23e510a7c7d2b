"""RESHAPE against tflite-micro: every byte, over random shapes, types and ways to name the new shape."""

from dataclasses import replace

import numpy as np
import pytest
import tflite_models
from drawn_models import FEW, MANY, Numbers, models
from elementwise_models import MOST_DIMENSIONS, draw_shape
from golden_comparison import compare
from hypothesis import given
from moving_models import KINDS, draw_element
from tflite_models import Operand


def write(random: Numbers) -> bytes:
    """Return a model whose new shape an operand names, the options, or both."""
    element, shape = draw_element(random, [*KINDS, "int16"]), draw_shape(random)
    new_shape = _new_shape(random, shape)
    named = list(new_shape)
    if len(named) > 0 and random.integers(2):
        named[int(random.integers(len(named)))] = -1
    # An operand without elements is not read as a model.
    place = str(random.choice(["operand", "options", "both"])) if len(named) > 0 else "options"
    operands: list[Operand | None] = [replace(element, shape=shape)]
    if place != "options":
        operands.append(Operand("int32", (len(named),), data=np.array(named, np.int32)))
    return tflite_models.single(
        "RESHAPE",
        operands,
        replace(element, shape=new_shape),
        tflite_models.options("ReshapeOptionsT", **({} if place == "operand" else {"newShape": named})),
    )


def _new_shape(random: Numbers, shape: tuple[int, ...]) -> tuple[int, ...]:
    """Return another shape of as many elements: each size becomes a factor of one of its dimensions."""
    sizes = [1] * int(random.integers(min(len(shape), 1), MOST_DIMENSIONS + 1))
    for size in shape:
        sizes[int(random.integers(len(sizes)))] *= size
    return tuple(sizes)


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
