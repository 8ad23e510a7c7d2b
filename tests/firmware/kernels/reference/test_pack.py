"""PACK against tflite-micro: every byte, over random shapes, axes, types and numbers of inputs."""

from dataclasses import replace

import pytest
import tflite_models
from drawn_models import FEW, MANY, Numbers, models
from elementwise_models import MOST_DIMENSIONS, draw_shape, draw_values
from golden_comparison import compare
from hypothesis import given
from moving_models import draw_element
from tflite_models import Operand

MOST_INPUTS = 10


def write(random: Numbers) -> bytes:
    """Return a model of 1 to 10 inputs, the first of which is not a constant."""
    element, shape = draw_element(random), draw_shape(random, most=MOST_DIMENSIONS - 1)
    count, axis = int(random.integers(1, MOST_INPUTS + 1)), int(random.integers(len(shape) + 1))
    operands: list[Operand | None] = [replace(element, shape=shape)]
    while len(operands) < count:
        data = draw_values(random, shape).astype(element.kind) if random.random() < 0.2 else None
        operands.append(replace(element, shape=shape, data=data))
    return tflite_models.single(
        "PACK",
        operands,
        replace(element, shape=(*shape[:axis], count, *shape[axis:])),
        tflite_models.options(
            "PackOptionsT", valuesCount=count, axis=axis - int(random.integers(2)) * (len(shape) + 1)
        ),
    )


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
