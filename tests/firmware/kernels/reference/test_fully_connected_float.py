"""FULLY_CONNECTED in float32 against tflite-micro: every bit, over random shapes, biases and activations."""

import numpy as np
import pytest
import tflite_models
from drawn_models import FEW, MANY, Numbers, models
from golden_comparison import compare, golden_outputs
from hypothesis import given
from tflite_models import Operand

from host import native
from host.tflite import reader


def write(random: Numbers) -> bytes:
    batches, units, depth = (int(random.integers(1, most)) for most in (4, 40, 200))
    weights = random.normal(0, 1 / np.sqrt(depth), (units, depth)).astype(np.float32)
    bias = random.normal(0, 1, units).astype(np.float32)
    operands = [
        Operand("float32", (batches, depth)),
        Operand("float32", weights.shape, data=weights),
        Operand("float32", bias.shape, data=bias) if random.random() < 0.7 else None,
    ]
    return tflite_models.single(
        "FULLY_CONNECTED",
        operands,
        Operand("float32", (batches, units)),
        tflite_models.options(
            "FullyConnectedOptionsT",
            fusedActivationFunction=int(random.choice(list(tflite_models.ACTIVATIONS.values()))),
        ),
    )


MODELS = models(write)


@FEW
@given(model=MODELS)
def test_agrees_with_tflite_micro(sanitized_host, model):
    compare(model.data, 4, sanitized_host)


@pytest.mark.parametrize("kernel", native.KERNELS)
def test_runs_with_every_kernel(kernel):
    layer = reader.parse(write(np.random.default_rng(3)), "layer")
    shape = layer.tensors[layer.inputs[0]].shape
    inputs = np.random.default_rng(3).normal(0, 1, (2, *shape)).astype(np.float32)
    outputs = native.run(layer, inputs, kernel=kernel).outputs
    expected = golden_outputs(write(np.random.default_rng(3)), [inputs])
    np.testing.assert_array_equal(np.ascontiguousarray(outputs).view(np.uint8).reshape(2, -1), expected)


@pytest.mark.slow
@MANY
@given(model=MODELS)
def test_many_agree_with_tflite_micro(sanitized_host, model):
    compare(model.data, 4, sanitized_host)
