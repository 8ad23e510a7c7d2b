"""The plan inside a file: what TFLM and the firmware make of it, and plans that do not hold."""

import struct

import numpy as np
import pytest
import tflite_models
from golden_comparison import compare
from hypothesis import given, settings
from hypothesis import strategies as st
from tflite_micro.tensorflow.lite.micro.python import schema_py_generated as schema
from tflite_models import Layer, ModelWriter

from host.errors import ModelError
from host.tflite import memory_plan, memory_planner, metadata, offline_plan, reader, tensor_lifetimes
from host.tflite.golden import GoldenInterpreter
from host.tflite.reader import Model
from host.tflite.tensor_lifetimes import Scratch


def chain(*widths: int) -> Model:
    layers = [Layer(width) for width in widths[1:]]
    return reader.parse(tflite_models.chain(widths[0], layers), "chain")


def improvable() -> Model:
    """Return a model for which the firmware's planner needs 80 bytes, and 64 are enough."""
    return chain(16, 32, 16, 16, 32)


def with_offsets(model: Model, offsets: list[int], count: int | None = None) -> Model:
    words = [1, 0, len(offsets) if count is None else count, *offsets]
    content = struct.pack(f"<{len(words)}i", *words)
    return reader.parse(metadata.append(model.data, offline_plan.ENTRY, content), model.name)


def computed(model: Model) -> list[int]:
    return [buffer.tensors[0] for buffer in tensor_lifetimes.buffers(model)]


def test_the_entry_is_as_tflm_documents_it():
    model = offline_plan.store(improvable())
    table = schema.Model.GetRootAs(model.data, 0)
    assert table.Metadata(0).Name() == b"OfflineMemoryAllocation"
    words = table.Buffers(table.Metadata(0).Buffer()).DataAsNumpy().view("<i4").tolist()
    assert words[:3] == [1, 0, len(model.tensors)]
    constants = {tensor.index for tensor in model.tensors if tensor.data is not None}
    assert [index for index, offset in enumerate(words[3:]) if offset == -1] == sorted(constants)
    assert offline_plan.read(model) == tuple(words[3:])


def test_a_smaller_plan_is_stored_and_followed():
    plan = memory_plan.plan(offline_plan.store(improvable()))
    assert (plan.bytes, plan.greedy_bytes, plan.is_from_file) == (64, 80, True)
    before = memory_plan.plan(improvable())
    assert (before.bytes, before.found_bytes, before.least_bytes, before.is_from_file) == (80, 64, 64, False)


def test_nothing_is_stored_where_the_firmware_needs_no_more():
    model = chain(16, 16, 16)
    assert offline_plan.store(model) is model
    written = offline_plan.write(model)
    assert memory_plan.plan(written).is_from_file
    assert offline_plan.store(written) is written
    with pytest.raises(ModelError, match="has a memory plan already"):
        offline_plan.write(written)


def test_scratch_counts_where_it_is_known():
    # Operator 2 takes by far the most, its scratch and three tensors of 16 in any plan: nothing to gain.
    assert offline_plan.store(improvable(), scratch=(Scratch(2, 4096),)).data == improvable().data


def test_room_that_scratch_took_is_found():
    # Where the float input is not kept, the output's 2560 are enough. By size, the scratch of the first layer
    # comes before that layer's input of 640 and takes the place where this could overwrite the float input.
    model, scratch = reader.parse(tflite_models.autoencoder_float(), "seed"), (Scratch(2, 1284),)
    stored = offline_plan.store(model, keep_inputs=False, scratch=scratch)
    buffers = tensor_lifetimes.buffers(model, False, scratch)
    assert memory_planner.total(buffers, memory_planner.greedy(buffers)) == 2560 + 640
    followed = offline_plan.follow(stored, buffers)
    assert followed is not None
    assert memory_planner.total(buffers, followed) == 2560


@pytest.mark.parametrize(
    "offsets",
    [
        [0, 0, 0, 0, 0],  # all overlap
        [8, 32, 64, 96, 128],
        [-2, 32, 64, 96, 128],
        [0, 16, 48, 64, 4096],  # needs more
    ],
)
def test_plans_that_do_not_serve_are_not_followed(offsets):
    model = improvable()
    words = [-1] * len(model.tensors)
    for tensor, offset in zip(computed(model), offsets, strict=True):
        words[tensor] = offset
    plan = memory_plan.plan(with_offsets(model, words))
    assert (plan.bytes, plan.is_from_file) == (80, False)


@pytest.mark.parametrize(("missing", "count"), [(1, None), (0, 3), (0, -1)])
def test_entries_of_the_wrong_size_are_none(missing, count):
    model = improvable()
    assert offline_plan.read(with_offsets(model, [0] * (len(model.tensors) - missing), count)) is None
    assert offline_plan.read(reader.parse(metadata.append(model.data, offline_plan.ENTRY, b""), "x")) is None


def elementwise() -> Model:
    """Return a model whose plan works in place: floats, int8, RELU, a sum with itself, LOGISTIC, floats."""
    writer = ModelWriter()
    first = writer.tensor("float32", (1, 50))
    current = writer.tensor("int8", (1, 50), [0.1], 3)
    writer.operator("QUANTIZE", [first], [current], schema.QuantizeOptionsT())
    for opcode in ("RELU", "ADD", "LOGISTIC"):
        scale, zero_point = (1 / 256, -128) if opcode == "LOGISTIC" else (0.2, 5)
        result = writer.tensor("int8", (1, 50), [scale], zero_point)
        options = schema.AddOptionsT() if opcode == "ADD" else None
        writer.operator(opcode, [current] * (2 if opcode == "ADD" else 1), [result], options)
        current = result
    output = writer.tensor("float32", (1, 50))
    writer.operator("DEQUANTIZE", [current], [output], schema.DequantizeOptionsT())
    return reader.parse(writer.pack([first], [output]), "elementwise")


MODELS = (
    improvable(),
    elementwise(),
    chain(5, 40, 3, 17, 64),
    reader.parse(tflite_models.autoencoder_float(), "seed"),
)


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.name + str(model.input.elements))
@pytest.mark.parametrize("keep_inputs", [True, False])
def test_tflite_micro_takes_the_plan_and_computes_the_same(model, keep_inputs):
    planned = offline_plan.write(model, keep_inputs)
    random = np.random.default_rng(1)
    shape = (5, *model.input.shape)
    if model.input.type == "float32":
        inputs = random.normal(0, 3, shape).astype(np.float32)
    else:
        inputs = random.integers(-128, 128, shape, np.int8)
    expected = GoldenInterpreter(model.data).run(inputs)
    assert np.array_equal(GoldenInterpreter(planned.data).run(inputs), expected)


def test_tflite_micro_reads_the_entry():
    model = improvable()
    with pytest.raises(ModelError, match="tflite-micro cannot load the model"):
        GoldenInterpreter(with_offsets(model, [-1] * (len(model.tensors) + 1)).data)


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.name + str(model.input.elements))
def test_the_firmware_computes_the_same_with_it(model, sanitized_host):
    assert np.array_equal(
        compare(offline_plan.write(model).data, 5, sanitized_host), compare(model.data, 5, sanitized_host)
    )


@settings(max_examples=25, deadline=None)
@given(widths=st.lists(st.integers(1, 80), min_size=3, max_size=8))
def test_a_stored_plan_is_followed_and_smaller(widths):
    model = chain(*widths)
    stored = offline_plan.store(model)
    plan = memory_plan.plan(stored)
    assert plan.is_from_file == (stored is not model)
    assert plan.bytes == plan.found_bytes
