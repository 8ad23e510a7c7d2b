"""The tables of operators in docs/runtime.md: current, and complete where sources are read for them."""

import operator_table
import pytest

from host.tflite import operators

ACTIVATIONS = ("NONE", "RELU", "RELU_N1_TO_1", "RELU6")


def test_the_committed_tables_are_current():
    document = operator_table.DOCUMENT.read_text()
    assert operator_table.current(document) == document, "run python tools/operator_table.py"


@pytest.mark.parametrize("opcode", operators.supported())
def test_every_operator_has_a_line_that_says_something(opcode):
    limits = operator_table.limits_of(opcode)
    assert limits.inputs
    assert limits.refusals
    assert limits.types or opcode == "RESHAPE", "which moves bytes"


# By hand from the kernels, one per way in which a limit is found.
@pytest.mark.parametrize(
    ("opcode", "refusal"),
    [
        ("ADD", "the output's scale is below 2^-19 of the larger one of the inputs"),  # by a variable
        ("AVERAGE_POOL_2D", "a mean of NxN elements: at most 1 << 23 are supported"),  # a constant
        ("CONV_2D", "dilation factors of NxN (height x width) are not from 1 to 32767"),  # an argument
        ("DEPTHWISE_CONV_2D", "the bias has N elements for N channels"),
        ("FULLY_CONNECTED", "interleaved weights must have an even number of rows"),
        ("SHAPE", "`tflite::NumElements(output) != tflite::NumDimensions(input)`"),
        ("SUB", "the scales give a factor above 2^30"),  # two headers away
        ("MUL", "fused activation N is not supported"),
    ],
)
def test_refusals_are_found_where_they_are_made(opcode, refusal):
    assert refusal in operator_table.limits_of(opcode).refusals


def test_types_and_operands_are_those_of_the_kernels():
    dense = operator_table.limits_of("FULLY_CONNECTED")
    assert (dense.inputs, dense.activations) == ("2–3", ACTIVATIONS)
    assert {operand: sorted(names) for operand, names in dense.types.items()} == {
        "the input": ["float32", "int8"],
        "the weights tensor": ["float32", "int8"],
        "the output": ["float32", "int8"],
        "the bias": ["float32", "int32"],
    }
    joined = operator_table.limits_of("CONCATENATION")
    assert (joined.inputs, joined.activations) == ("1 or more", ("NONE",))
    assert operator_table.limits_of("MEAN").activations == ()


def test_refusals_of_other_kernels_are_not_taken_over():
    unary = operator_table.limits_of("RELU").refusals
    assert not any("second input" in text or "weights" in text for text in unary)
