"""Models of one operator made by TensorFlow's converter against tflite-micro: every byte."""

from pathlib import Path

import converted_operators
import pytest
from converted_operators import OPERATORS
from golden_comparison import compare

from host.tflite import operators, reader

INPUTS = 8
MANY = 100
"""Models of each operator by name: more than 2,000 in all."""


def assert_agrees(opcode: str, seed: int, executable: Path) -> None:
    data = converted_operators.model(opcode, seed)
    model = reader.parse(data, f"{opcode} {seed}")
    assert opcode.split(",")[0] in {operator.opcode for operator in model.operators}
    compare(data, INPUTS, executable, seed)


def test_each_operator_is_converted() -> None:
    assert {opcode.split(",")[0] for opcode in OPERATORS} == set(operators.supported())


@pytest.mark.parametrize("opcode", OPERATORS)
def test_agrees_with_tflite_micro(opcode: str, sanitized_host: Path) -> None:
    assert_agrees(opcode, 0, sanitized_host)


@pytest.mark.slow
@pytest.mark.parametrize("opcode", OPERATORS)
def test_many_agree_with_tflite_micro(opcode: str, sanitized_host: Path) -> None:
    for seed in range(1, MANY):
        assert_agrees(opcode, seed, sanitized_host)
