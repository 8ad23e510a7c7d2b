"""DEPTHWISE_CONV_2D against tflite-micro: every byte, over random shapes, filters, strides and scales."""

import pytest
from convolution_models import depthwise
from drawn_models import FEW, MANY, models
from golden_comparison import compare
from hypothesis import given

MODELS = models(depthwise)


@FEW
@given(model=MODELS)
def test_agrees_with_tflite_micro(sanitized_host, model):
    compare(model.data, 4, sanitized_host)


@pytest.mark.slow
@MANY
@given(model=MODELS)
def test_many_agree_with_tflite_micro(sanitized_host, model):
    compare(model.data, 4, sanitized_host)
