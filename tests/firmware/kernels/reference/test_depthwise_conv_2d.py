"""DEPTHWISE_CONV_2D against tflite-micro: every byte, over random shapes, filters, strides and scales."""

import pytest
from convolution_models import depthwise
from golden_comparison import compare

SHORT, LONG = 12, 2_000


@pytest.mark.parametrize("seed", range(SHORT))
def test_agrees_with_tflite_micro(sanitized_host, seed):
    compare(depthwise(seed), 4, sanitized_host, seed)


@pytest.mark.slow
def test_many_agree_with_tflite_micro(sanitized_host):
    for seed in range(SHORT, LONG):
        compare(depthwise(seed), 4, sanitized_host, seed)
