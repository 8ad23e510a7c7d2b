"""LOGISTIC against tflite-micro: every byte, over random shapes, scales and zero points."""

import numpy as np
import pytest
from drawn_models import FEW, MANY, Numbers, models
from elementwise_models import draw_scale, unary
from golden_comparison import compare
from hypothesis import given
from tflite_models import Operand, single

OUTPUT = (1 / 256, -128)


def write(random: Numbers) -> bytes:
    return unary("LOGISTIC", random, OUTPUT)


def every_value(scale: float, zero_point: int) -> bytes:
    """Return a model of one element."""
    return single(
        "LOGISTIC",
        [Operand("int8", (1,), [scale], zero_point)],
        Operand("int8", (1,), [OUTPUT[0]], OUTPUT[1]),
    )


MODELS = models(write)


@FEW
@given(model=MODELS)
def test_agrees_with_tflite_micro(sanitized_host, model):
    compare(model.data, 16, sanitized_host)


@pytest.mark.parametrize("scale", [2.0**-28, 1e-4, 0.03, 0.5, 7.9, 8.0, 1e6])
def test_all_inputs_agree_at_scales_near_the_limits(sanitized_host, scale):
    inputs = np.arange(-128, 128, dtype=np.int8).reshape(256, 1)
    compare(every_value(float(np.float32(scale)), -3), [inputs], sanitized_host)


@pytest.mark.slow
@MANY
@given(model=MODELS)
def test_many_agree_with_tflite_micro(sanitized_host, model):
    compare(model.data, 16, sanitized_host)


@pytest.mark.slow
def test_all_inputs_agree_at_many_scales(sanitized_host):
    random = np.random.default_rng(1)
    inputs = np.arange(-128, 128, dtype=np.int8).reshape(256, 1)
    for _ in range(300):
        scale, zero_point = draw_scale(random, 1e-8, 20.0), int(random.integers(-128, 128))
        compare(every_value(scale, zero_point), [inputs], sanitized_host)
