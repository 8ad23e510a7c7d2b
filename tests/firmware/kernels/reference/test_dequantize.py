"""DEQUANTIZE against tflite-micro: every bit, over random shapes, scales and zero points."""

import pytest
import tflite_models
from drawn_models import FEW, MANY, Numbers, models
from elementwise_models import draw_scale, draw_shape, draw_zero_point
from golden_comparison import compare
from hypothesis import given
from tflite_models import Operand


def write(random: Numbers) -> bytes:
    shape = draw_shape(random)
    return tflite_models.single(
        "DEQUANTIZE",
        [Operand("int8", shape, [draw_scale(random, 1e-30, 1e30)], draw_zero_point(random))],
        Operand("float32", shape),
        tflite_models.options("DequantizeOptionsT"),
    )


MODELS = models(write)


@FEW
@given(model=MODELS)
def test_agrees_with_tflite_micro(sanitized_host, model):
    compare(model.data, 16, sanitized_host)


@pytest.mark.slow
@MANY
@given(model=MODELS)
def test_many_agree_with_tflite_micro(sanitized_host, model):
    compare(model.data, 16, sanitized_host)
