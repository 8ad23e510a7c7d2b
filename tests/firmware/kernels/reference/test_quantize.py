"""QUANTIZE against tflite-micro: every byte, from float32 and from int8, over random shapes and scales."""

import numpy as np
import pytest
import tflite_models
from drawn_models import FEW, MANY, Numbers, models
from elementwise_models import draw_scale, draw_shape, draw_zero_point
from golden_comparison import compare
from hypothesis import given
from numpy.typing import NDArray
from tflite_models import Operand

from host.tflite import reader

ITEMS = 16


def _model(random: Numbers, source: Operand, scale: float) -> bytes:
    return tflite_models.single(
        "QUANTIZE",
        [source],
        Operand("int8", source.shape, [scale], draw_zero_point(random)),
        tflite_models.options("QuantizeOptionsT"),
    )


def from_float(random: Numbers) -> bytes:
    # Of inputs with a deviation of 3, the ends give all zeros and nearly all saturated.
    return _model(random, Operand("float32", draw_shape(random)), draw_scale(random, 1e-4, 50.0))


def from_int8(random: Numbers) -> bytes:
    scale = draw_scale(random, 1e-4, 50.0)
    near = random.uniform(0.3, 3.0)
    ratio = random.choice([near, near, near, 1.0, 2.0 ** random.integers(-30, 30)])
    source = Operand("int8", draw_shape(random), [float(np.float32(scale * ratio))], draw_zero_point(random))
    return _model(random, source, scale)


def halfway(model: bytes) -> NDArray[np.float32]:
    """Return inputs [ITEMS, *shape] between two steps, a third each of them a little lower or higher."""
    graph = reader.parse(model, "model")
    scale = graph.tensors[graph.outputs[0]].quantization.scales[0]
    random = np.random.default_rng(0)
    shape = (ITEMS, *graph.tensors[graph.inputs[0]].shape)
    middles = ((random.integers(-300, 300, shape) + 0.5) * scale).astype(np.float32)
    lower, higher = (np.nextafter(middles, np.float32(end)) for end in (-np.inf, np.inf))
    return np.choose(random.integers(0, 3, shape), [lower, middles, higher])


FLOAT_MODELS, INT8_MODELS = models(from_float), models(from_int8)


@FEW
@given(model=FLOAT_MODELS)
def test_agrees_with_tflite_micro_from_float(sanitized_host, model):
    compare(model.data, [halfway(model.data)], sanitized_host)
    compare(model.data, ITEMS, sanitized_host)


@FEW
@given(model=INT8_MODELS)
def test_agrees_with_tflite_micro_from_int8(sanitized_host, model):
    compare(model.data, ITEMS, sanitized_host)


@pytest.mark.slow
@MANY
@given(model=FLOAT_MODELS)
def test_many_agree_with_tflite_micro_from_float(sanitized_host, model):
    compare(model.data, [halfway(model.data)], sanitized_host)
    compare(model.data, ITEMS, sanitized_host)


@pytest.mark.slow
@MANY
@given(model=INT8_MODELS)
def test_many_agree_with_tflite_micro_from_int8(sanitized_host, model):
    compare(model.data, ITEMS, sanitized_host)
