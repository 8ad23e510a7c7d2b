"""MEAN against tflite-micro: every byte, over random shapes, axes and scales."""

import numpy as np
import pytest
import tflite_models
from drawn_models import FEW, MANY, Numbers, models
from elementwise_models import draw_scale, draw_shape, draw_zero_point
from golden_comparison import compare
from hypothesis import given
from tflite_models import Operand


def mean(
    shape: tuple[int, ...],
    axes: list[int],
    keep: bool,
    scales: tuple[float, float],
    zero_points: tuple[int, int],
) -> bytes:
    reduced = {axis % len(shape) for axis in axes}
    left = [1 if d in reduced else size for d, size in enumerate(shape) if keep or d not in reduced]
    return tflite_models.single(
        "MEAN",
        [
            Operand("int8", shape, [scales[0]], zero_points[0]),
            Operand("int32", (len(axes),), data=np.array(axes, np.int32)),
        ],
        Operand("int8", left, [scales[1]], zero_points[1]),
        tflite_models.options("ReducerOptionsT", keepDims=keep),
    )


def write(random: Numbers) -> bytes:
    shape = draw_shape(random, least=1)
    axes = random.integers(-len(shape), len(shape), random.integers(1, len(shape) + 2))
    scale = draw_scale(random)
    scales = scale, float(np.float32(scale * random.choice([1.0, random.uniform(0.1, 2.0)])))
    zero_point = draw_zero_point(random)
    zero_points = zero_point, zero_point if random.random() < 0.3 else draw_zero_point(random)
    return mean(shape, [int(axis) for axis in axes], bool(random.integers(2)), scales, zero_points)


MODELS = models(write)


@FEW
@given(model=MODELS)
def test_agrees_with_tflite_micro(sanitized_host, model):
    compare(model.data, 16, sanitized_host)


@pytest.mark.parametrize(
    ("shape", "axes"),
    [((1, 25, 5, 64), [1, 2]), ((1, 49, 10, 3), [2, 1]), ((100, 100), [0]), ((70000,), [0])],
)
@pytest.mark.parametrize("ratio", [1.0, 0.02, 2.0**-29, 2.0**31])
def test_agrees_on_many_elements_and_at_the_ends_of_scales(sanitized_host, shape, axes, ratio):
    scales = 0.05, float(np.float32(0.05 * ratio))
    compare(mean(shape, axes, True, scales, (-128, 100)), 2, sanitized_host)


@pytest.mark.slow
@MANY
@given(model=MODELS)
def test_many_agree_with_tflite_micro(sanitized_host, model):
    compare(model.data, 16, sanitized_host)
