"""Rows of the tables: what an expression of C++ is made of."""

import pytest

from host.codegen import table_rows
from host.codegen.static_tables import AcceleratedLayer, Operation, StaticTables, TensorPlace
from host.tflite.reader import Model, Operator, Quantization, Tensor

LAYER = AcceleratedLayer(main=64, side=128, bias=192, multipliers=0, scratch=0, weights_copy=-1)
ARENA = TensorPlace(arena=32, file=-1, dims=8, scale=16)
FILE = TensorPlace(arena=-1, file=400, dims=8, scale=16)
KNOWN = TensorPlace(arena=48, file=-1, dims=-1, scale=-1, value=b"\x01\x02\x03\x04\x05")


def model() -> Model:
    quantization = Quantization((0.5,), (3,), 0)
    tensors = tuple(Tensor(i, f"t{i}", "int8", (1, 4), quantization, None) for i in range(3))
    operator = Operator(0, "FULLY_CONNECTED", (0, 1), (2,), "", ())
    return Model("m", b"", "", tensors, (operator,), (0,), (2,))


def tables(source: TensorPlace, layer: AcceleratedLayer | None = LAYER) -> StaticTables:
    operation = Operation(20, 24, bytes(32), 16, layer)
    return StaticTables(64, (source, FILE, ARENA), (0,), (operation,), (), ())


def test_tensors_lie_in_arena_file_or_among_the_known_values():
    (arena, file, _) = table_rows.tensor_rows(model(), tables(ARENA))
    assert "arena + 32" in arena
    assert "kFile + 8" in arena
    assert arena.endswith("kTfLiteInt8")
    assert "kFile + 400" in file
    (known, *_) = table_rows.tensor_rows(model(), tables(KNOWN))
    assert "kValue0" in known
    assert "kNoInts" in known
    assert table_rows.value_rows(tables(KNOWN)) == [(0, b"\x01\x02\x03\x04\x05\0\0\0")]


def test_operations_name_their_function_and_what_it_keeps():
    (row,) = table_rows.operation_rows(model(), tables(ARENA), "fast")
    assert row.startswith("kernels::mvp::InvokeFullyConnectedFast, ")
    assert "kNode0 + 4" in row  # words
    assert "&kAddresses0" in row
    assert row.endswith('"FULLY_CONNECTED"')
    (row,) = table_rows.operation_rows(model(), tables(ARENA, None), "reference")
    assert row.startswith("kernels::reference::InvokeFullyConnectedInt8, ")
    assert "kAddresses" not in row


@pytest.mark.parametrize("source", [FILE, KNOWN], ids=["constant", "known"])
def test_a_layer_that_reads_a_constant_looks_for_its_addresses(source):
    assert table_rows.address_rows(model(), tables(source)) == []
    (row,) = table_rows.operation_rows(model(), tables(source), "fast")
    assert "kAddresses" not in row


def test_addresses_of_a_layer():
    ((index, row),) = table_rows.address_rows(model(), tables(ARENA))
    assert index == 0
    words = [item.strip() for item in row.split(", ")]
    places = ["arena + 32", "arena + 32", "arena + 0", "kFile + 400", "kPreparedWords + 48"]
    assert words[:5] == [f"reinterpret_cast<uint32_t>({place})" for place in places]
    assert words[5] == "0"  # one scale for all outputs
    assert "kPreparedWords + 16" in words[6]
    assert "kPreparedWords + 32" in words[7]


def test_interface_tensors_carry_their_quantization():
    inputs, outputs = table_rows.interfaces(model(), tables(ARENA))
    (tensor,) = inputs.tensors
    assert (tensor.bytes, tensor.type, tensor.allocation) == (4, "kTfLiteInt8", "kTfLiteArenaRw")
    assert (tensor.scale, tensor.first_scale, tensor.zero_points) == (16, "0.5f", (3,))
    assert outputs.name == "Output"
