"""RELU against tflite-micro: every byte, over random shapes, scales and zero points."""

import pytest
from elementwise_models import unary
from golden_comparison import compare

SHORT, LONG = 12, 2_000


def model(seed: int) -> bytes:
    return unary("RELU", seed)


@pytest.mark.parametrize("seed", range(SHORT))
def test_agrees_with_tflite_micro(sanitized_host, seed):
    compare(model(seed), 16, sanitized_host, seed)


@pytest.mark.slow
def test_many_agree_with_tflite_micro(sanitized_host):
    for seed in range(SHORT, LONG):
        compare(model(seed), 16, sanitized_host, seed)
