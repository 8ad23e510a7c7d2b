"""AVERAGE_POOL_2D against tflite-micro: every byte, over random shapes, windows, strides and paddings."""

import pytest
from golden_comparison import compare
from pooling_models import pool

SHORT, LONG = 12, 2_000


@pytest.mark.parametrize("seed", range(SHORT))
def test_agrees_with_tflite_micro(sanitized_host, seed):
    compare(pool("AVERAGE_POOL_2D", seed), 4, sanitized_host, seed)


@pytest.mark.slow
def test_many_agree_with_tflite_micro(sanitized_host):
    for seed in range(SHORT, LONG):
        compare(pool("AVERAGE_POOL_2D", seed), 4, sanitized_host, seed)
