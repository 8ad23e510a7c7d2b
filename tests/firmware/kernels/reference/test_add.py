"""ADD against tflite-micro: every byte, over random shapes that broadcast, scales and activations."""

import pytest
from drawn_models import FEW, MANY, Numbers, models
from elementwise_models import binary, cancelling, fine_sum
from golden_comparison import compare
from hypothesis import given


def write(random: Numbers) -> bytes:
    return binary("ADD", "AddOptionsT", random)


MODELS = models(write)


@FEW
@given(model=MODELS)
def test_agrees_with_tflite_micro(sanitized_host, model):
    compare(model.data, 16, sanitized_host)


# With the factors of the operands in float, not in double, at least three of fifteen bytes differ.
@pytest.mark.parametrize("steps", [(5, 11), (5, 6), (9, 17)])
def test_agrees_on_operands_that_cancel_out(sanitized_host, steps):
    model = fine_sum("ADD", "AddOptionsT", steps)
    compare(model, cancelling("ADD", steps), sanitized_host)


@pytest.mark.slow
@MANY
@given(model=MODELS)
def test_many_agree_with_tflite_micro(sanitized_host, model):
    compare(model.data, 16, sanitized_host)
