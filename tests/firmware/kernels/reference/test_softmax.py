"""SOFTMAX against tflite-micro: every byte, over random shapes, scales and betas."""

import numpy as np
import pytest
import tflite_models
from drawn_models import FEW, MANY, Numbers, models
from elementwise_models import draw_scale, draw_shape, draw_zero_point
from golden_comparison import compare
from hypothesis import given
from tflite_models import Operand

MOST_DEPTH = 511
"""With more, rows of equal values stop tflite-micro."""


def softmax(depth: int, leading: tuple[int, ...], scale: float, zero_point: int, beta: float) -> bytes:
    shape = (*leading, depth)
    return tflite_models.single(
        "SOFTMAX",
        [Operand("int8", shape, [scale], zero_point)],
        Operand("int8", shape, [1 / 256], -128),
        tflite_models.options("SoftmaxOptionsT", beta=beta),
    )


def write(random: Numbers) -> bytes:
    depth = int(np.exp(random.uniform(0, np.log(MOST_DEPTH))))
    leading = draw_shape(random, most=3)
    return softmax(
        depth, leading, draw_scale(random, 1e-4, 2.0), draw_zero_point(random), draw_scale(random, 0.1, 5.0)
    )


MODELS = models(write)


@FEW
@given(model=MODELS)
def test_agrees_with_tflite_micro(sanitized_host, model):
    compare(model.data, 4, sanitized_host)


@pytest.mark.parametrize("scale", [2.1 * 2.0**-27, 1.0, 15.9, 16.0, 31.9, 32.0, 1e6])
def test_agrees_at_scales_near_the_limits(sanitized_host, scale):
    inputs = np.stack([np.arange(-128, 128, dtype=np.int8), np.full(256, -128, np.int8)])
    compare(softmax(256, (), float(np.float32(scale)), 0, 1.0), [inputs], sanitized_host)


@pytest.mark.parametrize("depth", [1, 2, MOST_DEPTH])
def test_agrees_on_equal_values(sanitized_host, depth):
    inputs = np.repeat(np.array([[-128], [0], [127]], np.int8), depth, axis=1)
    compare(softmax(depth, (), 0.1, 0, 1.0), [inputs], sanitized_host)


@pytest.mark.slow
@MANY
@given(model=MODELS)
def test_many_agree_with_tflite_micro(sanitized_host, model):
    compare(model.data, 4, sanitized_host)
