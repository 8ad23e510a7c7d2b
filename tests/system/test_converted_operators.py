"""Models of one operator made by TensorFlow's converter against tflite-micro: every byte.

A conversion takes a second or more: one model of each operator, and a hundred by name.
"""

from pathlib import Path

import converted_operators
import pytest
import tensorflow_models
from converted_operators import OPERATORS, Conversion
from drawn_models import FEW, DrawnNumbers, describe
from golden_comparison import compare
from hypothesis import assume, given, note, settings
from hypothesis import strategies as st

from host.tflite import operators, reader

INPUTS = 8
ONE = settings(FEW, max_examples=1)
HUNDRED = settings(FEW, max_examples=100)


@pytest.fixture(scope="module", autouse=True)
def tensorflow() -> None:
    """Import it before hypothesis draws anything: as it loads it uses the module `random`."""
    tensorflow_models.tensorflow()


@st.composite
def conversions(draw: st.DrawFn, opcode: str) -> Conversion:
    # Not the simplest, which always comes first: it says least for the time it takes.
    assume(draw(st.booleans()))
    return converted_operators.draw(opcode, DrawnNumbers(draw))


def assert_agrees(conversion: Conversion, executable: Path) -> None:
    data = conversion.model()
    note(describe(data))
    opcode = conversion.opcode.split(",")[0]
    assert opcode in {operator.opcode for operator in reader.parse(data, opcode).operators}
    compare(data, INPUTS, executable)


def test_each_operator_is_converted() -> None:
    assert {opcode.split(",")[0] for opcode in OPERATORS} == set(operators.supported())


@pytest.mark.parametrize("opcode", OPERATORS)
@ONE
@given(data=st.data())
def test_agrees_with_tflite_micro(opcode: str, sanitized_host: Path, data: st.DataObject) -> None:
    assert_agrees(data.draw(conversions(opcode)), sanitized_host)


@pytest.mark.slow
@pytest.mark.parametrize("opcode", OPERATORS)
@HUNDRED
@given(data=st.data())
def test_many_agree_with_tflite_micro(opcode: str, sanitized_host: Path, data: st.DataObject) -> None:
    assert_agrees(data.draw(conversions(opcode)), sanitized_host)
