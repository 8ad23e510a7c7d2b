"""FULLY_CONNECTED in int8 against tflite-micro: every byte, over random shapes, scales and activations."""

import numpy as np
import pytest
import tflite_models
from drawn_models import FEW, MANY, Numbers, models
from elementwise_models import draw_scale, draw_values, draw_zero_point
from golden_comparison import compare
from hypothesis import given
from tflite_models import Operand

MOST_DIMENSIONS = 4


def write(random: Numbers) -> bytes:
    """Return a model of one layer, half of them with one scale per unit."""
    keep_num_dims = bool(random.integers(2))
    sizes, depth, batches = _sizes(random, keep_num_dims)
    units = int(random.integers(1, 20))
    activation = str(random.choice(list(tflite_models.ACTIVATIONS)))
    limited = activation in ("relu6", "relu_n1_to_1")
    # The lower scales put both ends of the activation's range inside that of int8.
    output_scale = draw_scale(random, 0.01, 0.05) if limited else draw_scale(random, 0.1, 0.4)
    input_scale, input_zero = draw_scale(random), draw_zero_point(random)
    # Standard deviation of a sum of products of random int8 numbers (see tflite_models).
    spread = 73.0 * np.hypot(74.0, input_zero) * np.sqrt(depth)
    middle = 40 * output_scale / (input_scale * spread)
    count = units if random.integers(2) else 1
    scales = [float(scale) for scale in np.float32(middle * random.uniform(0.3, 2.0, count))]
    return tflite_models.single(
        "FULLY_CONNECTED",
        [
            Operand("int8", sizes, [input_scale], input_zero),
            Operand("int8", (units, depth), scales, 0, draw_values(random, (units, depth))),
            *_bias(random, int(spread), [input_scale * scale for scale in scales], units),
        ],
        Operand(
            "int8",
            (*sizes[:-1], units) if keep_num_dims else (batches, units),
            [output_scale],
            _output_zero(random, activation),
        ),
        tflite_models.options(
            "FullyConnectedOptionsT",
            fusedActivationFunction=tflite_models.ACTIVATIONS[activation],
            keepNumDims=keep_num_dims,
        ),
    )


def _sizes(random: Numbers, keep_num_dims: bool) -> tuple[tuple[int, ...], int, int]:
    """Return the input's shape, the elements that a unit sees, and how often the layer runs."""
    batches = [int(size) for size in random.integers(1, 5, random.integers(0, MOST_DIMENSIONS))]
    depths = [int(random.integers(1, 60))]
    # Without keep_num_dims a unit may see several dimensions.
    if not keep_num_dims and len(batches) > 0 and random.integers(2):
        depths.insert(0, batches.pop())
    return (*batches, *depths), int(np.prod(depths)), int(np.prod(batches))


def _output_zero(random: Numbers, activation: str) -> int:
    """Return a zero point that mostly leaves an activation room above it."""
    zero_point = draw_zero_point(random)
    return zero_point if activation == "none" or random.random() < 0.2 else min(zero_point, -1 - zero_point)


def _bias(random: Numbers, most: int, scales: list[float], units: int) -> list[Operand | None]:
    """Return the third operand, which one model in four does not have or leaves out."""
    form = random.integers(8)
    if form <= 1:
        return [None] if form == 0 else []
    values = random.integers(-most, most + 1, units).astype(np.int32)
    return [Operand("int32", (units,), [float(np.float32(scale)) for scale in scales], 0, values)]


MODELS = models(write)


@FEW
@given(model=MODELS)
def test_agrees_with_tflite_micro(sanitized_host, model):
    compare(model.data, 8, sanitized_host)


@pytest.mark.slow
@MANY
@given(model=MODELS)
def test_many_agree_with_tflite_micro(sanitized_host, model):
    compare(model.data, 8, sanitized_host)
