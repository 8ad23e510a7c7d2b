"""SHAPE against tflite-micro: every byte, over random shapes and types."""

from dataclasses import replace

import pytest
import tflite_models
from drawn_models import FEW, MANY, Numbers, models
from elementwise_models import draw_shape
from golden_comparison import compare
from hypothesis import given
from moving_models import KINDS, draw_element
from tflite_micro.tensorflow.lite.micro.python import schema_py_generated as schema
from tflite_models import Operand


def write(random: Numbers) -> bytes:
    shape = draw_shape(random, least=1)
    return tflite_models.single(
        "SHAPE",
        [replace(draw_element(random, [*KINDS, "int16"]), shape=shape)],
        Operand("int32", (len(shape),)),
        tflite_models.options("ShapeOptionsT", outType=schema.TensorType.INT32),
    )


MODELS = models(write)


@FEW
@given(model=MODELS)
def test_agrees_with_tflite_micro(sanitized_host, model):
    compare(model.data, 2, sanitized_host)


@pytest.mark.slow
@MANY
@given(model=MODELS)
def test_many_agree_with_tflite_micro(sanitized_host, model):
    compare(model.data, 2, sanitized_host)
