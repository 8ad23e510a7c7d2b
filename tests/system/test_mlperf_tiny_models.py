"""The four networks of MLPerf Tiny, converted with random weights, against tflite-micro: every byte."""

from collections import Counter
from pathlib import Path

import mlperf_tiny_models
import numpy as np
import pytest
from golden_comparison import compare
from mlperf_tiny_models import NETWORKS

from host.tflite import operators, reader

INPUTS = 100
FLATTENING = {"SHAPE", "STRIDED_SLICE", "PACK", "RESHAPE"}
"""What the converter makes of a Flatten layer whose batch size is open."""


@pytest.mark.parametrize("name", NETWORKS)
def test_agrees_with_tflite_micro(name: str, sanitized_host: Path) -> None:
    data = mlperf_tiny_models.int8(NETWORKS[name])
    model = reader.parse(data, name)
    counts = Counter(operator.opcode for operator in model.operators if operator.opcode not in FLATTENING)
    assert dict(counts) == NETWORKS[name].operators
    # 264k, 12.5M, 2.7M and 7.5M: what the benchmark's publications say of them.
    assert operators.total_work(model).macs == NETWORKS[name].macs
    assert_agrees(data, sanitized_host, seed=1)


def test_the_autoencoder_agrees_in_float(sanitized_host: Path) -> None:
    data = mlperf_tiny_models.float32(NETWORKS["anomaly detection"])
    assert reader.parse(data, "model").input.type == "float32"
    outputs = compare(data, INPUTS, sanitized_host)
    assert len(np.unique(outputs, axis=0)) == INPUTS


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(1, 11))
@pytest.mark.parametrize("name", NETWORKS)
def test_agrees_with_other_weights(name: str, seed: int, sanitized_host: Path) -> None:
    assert_agrees(mlperf_tiny_models.int8(NETWORKS[name], seed), sanitized_host, seed)


def assert_agrees(data: bytes, executable: Path, seed: int) -> None:
    shape = (INPUTS, *reader.parse(data, "model").input.shape)
    values = 100 * mlperf_tiny_models.uneven(np.random.default_rng(seed), shape)
    outputs = compare(data, [np.clip(np.round(values), -128, 127).astype(np.int8)], executable)
    assert len(np.unique(outputs, axis=0)) > 10, "a network that always answers the same would prove nothing"
