"""CONCATENATION against tflite-micro: every byte, over random shapes, axes, types and numbers of inputs."""

import pytest
import tflite_models
from drawn_models import FEW, MANY, Numbers, models
from elementwise_models import draw_scale, draw_shape, draw_values, draw_zero_point
from golden_comparison import compare
from hypothesis import given
from tflite_models import Operand

MOST_INPUTS = 10
"""Of tflite-micro."""


def write(random: Numbers) -> bytes:
    """Return a model of 1 to 10 inputs, the first of which is not a constant."""
    shape = list(draw_shape(random, least=1))
    axis = int(random.integers(len(shape)))
    kind = str(random.choice(["int8", "int8", "float32", "int32"]))
    scales = [draw_scale(random)] if kind == "int8" else []
    zero_point = draw_zero_point(random)
    operands = []
    for _ in range(random.integers(1, MOST_INPUTS + 1)):
        shape[axis] = int(random.integers(1, 6))
        constant = kind == "int8" and len(operands) > 0 and random.random() < 0.2
        data = draw_values(random, tuple(shape)) if constant else None
        operands.append(Operand(kind, tuple(shape), scales, zero_point, data))
    shape[axis] = sum(operand.shape[axis] for operand in operands)
    return tflite_models.single(
        "CONCATENATION",
        operands,
        Operand(kind, shape, scales, zero_point),
        tflite_models.options("ConcatenationOptionsT", axis=axis - int(random.integers(2)) * len(shape)),
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
