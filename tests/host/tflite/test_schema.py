"""The adapter to the generated schema: what it hands on, and that its exceptions stay inside."""

import pytest
import tflite_models

from host.errors import ModelError
from host.tflite import schema


def test_hands_on_plain_values():
    raw = schema.load(tflite_models.chain(5, [tflite_models.Layer(3, "relu6", bias=False)]))
    assert raw.description == "written by ModelWriter"
    assert raw.codes == (schema.RawCode("FULLY_CONNECTED", ""),)
    (operator,) = raw.operators
    assert operator.inputs[2] == -1
    assert operator.options_type == "FullyConnectedOptions"
    assert schema.RawOption("FusedActivationFunction", 3) in operator.options
    assert raw.tensors[raw.inputs[0]].shape == (1, 5)
    assert raw.tensors[raw.inputs[0]].zero_points == (7,)
    assert all(isinstance(scale, float) for tensor in raw.tensors for scale in tensor.scales)


def test_masks_of_a_strided_slice():
    raw = schema.load(tflite_models.autoencoder_float())
    (operator,) = [o for o in raw.operators if o.options_type == "StridedSliceOptions"]
    assert {option.name: option.value for option in operator.options}["ShrinkAxisMask"] == 1


def test_names_activations():
    assert [schema.activation_name(number) for number in (0, 1, 2, 3)] == [
        "NONE",
        "RELU",
        "RELU_N1_TO_1",
        "RELU6",
    ]
    assert schema.activation_name(99) == "?99"


def test_a_damaged_table_of_options_is_found():
    data = bytearray(tflite_models.chain(5, [tflite_models.Layer(3)]))
    intact = 0
    for position in range(0, len(data), 2):
        changed = bytearray(data)
        changed[position : position + 2] = b"\xff\xff"
        try:
            schema.load(bytes(changed))
            intact += 1
        except ModelError:
            pass
    # Some bytes are values, others are offsets: both kinds must have occurred.
    assert 0 < intact < len(data) // 2


@pytest.mark.parametrize("data", [b"", b"\x10\0\0\0TFL3", b"\xff\xff\xff\x7fTFL3" + bytes(64)])
def test_refuses_what_has_no_tables(data):
    with pytest.raises(ModelError):
        schema.load(data)
