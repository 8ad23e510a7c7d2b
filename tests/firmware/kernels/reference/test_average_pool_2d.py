"""AVERAGE_POOL_2D against tflite-micro: every byte, over random shapes, windows, strides and paddings."""

import pytest
from drawn_models import FEW, MANY, models
from golden_comparison import compare
from hypothesis import given
from pooling_models import pool

MODELS = models(lambda random: pool("AVERAGE_POOL_2D", random))


@FEW
@given(model=MODELS)
def test_agrees_with_tflite_micro(sanitized_host, model):
    compare(model.data, 4, sanitized_host)


@pytest.mark.slow
@MANY
@given(model=MODELS)
def test_many_agree_with_tflite_micro(sanitized_host, model):
    compare(model.data, 4, sanitized_host)
