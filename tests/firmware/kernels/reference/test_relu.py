"""RELU against tflite-micro: every byte, over random shapes, scales and zero points."""

import pytest
from drawn_models import FEW, MANY, Numbers, models
from elementwise_models import unary
from golden_comparison import compare
from hypothesis import given


def write(random: Numbers) -> bytes:
    return unary("RELU", random)


MODELS = models(write)


@FEW
@given(model=MODELS)
def test_agrees_with_tflite_micro(sanitized_host, model):
    compare(model.data, 16, sanitized_host)


@pytest.mark.slow
@MANY
@given(model=MODELS)
def test_many_agree_with_tflite_micro(sanitized_host, model):
    compare(model.data, 16, sanitized_host)
