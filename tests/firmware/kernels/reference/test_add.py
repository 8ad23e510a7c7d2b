"""ADD against tflite-micro: every byte, over random shapes that broadcast, scales and activations."""

import pytest
from elementwise_models import binary, cancelling, fine_sum
from golden_comparison import compare

SHORT, LONG = 12, 2_000


def model(seed: int) -> bytes:
    return binary("ADD", "AddOptionsT", seed)


@pytest.mark.parametrize("seed", range(SHORT))
def test_agrees_with_tflite_micro(sanitized_host, seed):
    compare(model(seed), 16, sanitized_host, seed)


# With the factors of the operands in float, not in double, at least three of fifteen bytes differ.
@pytest.mark.parametrize("steps", [(5, 11), (5, 6), (9, 17)])
def test_agrees_on_operands_that_cancel_out(sanitized_host, steps):
    model = fine_sum("ADD", "AddOptionsT", steps)
    compare(model, cancelling("ADD", steps), sanitized_host)


@pytest.mark.slow
def test_many_agree_with_tflite_micro(sanitized_host):
    for seed in range(SHORT, LONG):
        compare(model(seed), 16, sanitized_host, seed)
