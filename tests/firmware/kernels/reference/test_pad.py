"""PAD against tflite-micro: every byte, over random shapes of 1 to 5 dimensions and paddings."""

import numpy as np
import pytest
import tflite_models
from drawn_models import FEW, MANY, Numbers, models
from golden_comparison import compare
from hypothesis import given
from tflite_models import Operand

# tflite-micro takes no more; the firmware has one more.
MOST_DIMENSIONS = 5


def pad(random: Numbers) -> bytes:
    """Return a model with a shape, paddings and a zero point drawn; every other one pads an image."""
    rank = int(random.integers(1, MOST_DIMENSIONS + 1))
    paddings = random.integers(0, 4, (rank, 2), np.int32)
    if random.integers(2):
        rank, paddings = 4, np.pad(random.integers(0, 6, (2, 2), np.int32), ((1, 1), (0, 0)))
    shape = random.integers(1, 7, rank)
    scale, zero_point = float(np.float32(random.uniform(0.005, 0.2))), int(random.integers(-128, 128))
    return tflite_models.single(
        "PAD",
        [
            Operand("int8", shape.tolist(), [scale], zero_point),
            Operand("int32", paddings.shape, data=paddings),
        ],
        Operand("int8", (shape + paddings.sum(1)).tolist(), [scale], zero_point),
        tflite_models.options("PadOptionsT"),
    )


MODELS = models(pad)


@FEW
@given(model=MODELS)
def test_agrees_with_tflite_micro(sanitized_host, model):
    compare(model.data, 4, sanitized_host)


@pytest.mark.slow
@MANY
@given(model=MODELS)
def test_many_agree_with_tflite_micro(sanitized_host, model):
    compare(model.data, 4, sanitized_host)
