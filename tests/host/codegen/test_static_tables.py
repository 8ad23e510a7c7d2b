"""The tables of a static graph: places, what kernels keep, and what is known before the first run."""

import functools
from pathlib import Path

import numpy as np
import pytest
import tflite_models

from host import native
from host.codegen import static_tables
from host.codegen.static_tables import NOWHERE, StaticTables
from host.errors import FirmwareError
from host.fuzz.model_writer import ModelWriter
from host.fuzz.seed_models import SeedModel, seed_models
from host.tflite import reader, weight_layout
from host.tflite.reader import Model


@functools.cache
def executable() -> Path:
    return native.build()


def parse(model: Model, kernel: str) -> StaticTables:
    prepared = native.prepare(model, kernel, executable())
    return static_tables.parse(native.tables(model, kernel, executable(), prepared))


@pytest.fixture(scope="module")
def seed_shaped() -> Model:
    model = reader.parse(tflite_models.autoencoder_float(per_channel=False), "seed_shaped")
    return weight_layout.store(model, "fast")


@pytest.fixture(scope="module")
def fast(seed_shaped: Model) -> StaticTables:
    return parse(seed_shaped, "fast")


def test_every_constant_is_found_in_the_file(seed_shaped, fast):
    for tensor, place in zip(seed_shaped.tensors, fast.tensors, strict=True):
        if tensor.data:
            assert seed_shaped.data[place.file : place.file + tensor.bytes] == tensor.data
        else:
            assert place.file == NOWHERE


def test_shapes_and_operands_are_found_in_the_file(seed_shaped, fast):
    def ints(position: int) -> tuple[int, ...]:
        count = int(np.frombuffer(seed_shaped.data, "<i4", 1, position)[0])
        return tuple(np.frombuffer(seed_shaped.data, "<i4", count, position + 4).tolist())

    for tensor, place in zip(seed_shaped.tensors, fast.tensors, strict=True):
        if place.dims != NOWHERE:
            assert ints(place.dims) == tensor.shape
    for operator, operation in zip(seed_shaped.operators, fast.operations, strict=True):
        assert ints(operation.inputs) == operator.inputs
        assert ints(operation.outputs) == operator.outputs


def test_input_and_output_fill_the_arena(seed_shaped, fast):
    # Two float tensors of 640 elements, the input kept: nothing else needs more.
    assert fast.arena_bytes == 2 * 640 * 4
    for index in (*seed_shaped.inputs, *seed_shaped.outputs):
        assert fast.tensors[index].arena in (0, 2560)


def test_the_same_model_gives_the_same_tables(seed_shaped, fast):
    # Another process has its memory elsewhere: nothing of it may be in what kernels keep.
    assert parse(seed_shaped, "fast") == fast


def test_what_follows_from_shapes_is_known(seed_shaped, fast):
    known = [
        operator.opcode
        for operator in seed_shaped.operators
        if static_tables.does_nothing(seed_shaped, fast, operator.index)
    ]
    assert known == ["RESHAPE", "SHAPE", "STRIDED_SLICE", "PACK", "RESHAPE"]
    pack = next(operator for operator in seed_shaped.operators if operator.opcode == "PACK")
    value = np.frombuffer(fast.tensors[pack.outputs[0]].value, "<i4")
    assert value.tolist() == [1, 5, 128, 1]


def test_nothing_is_known_of_the_models_output():
    shape = tflite_models.single(
        "SHAPE", [tflite_models.Operand("int8", (2, 3))], tflite_models.Operand("int32", (2,))
    )
    model = reader.parse(shape, "shape")
    tables = parse(model, "reference")
    assert tables.tensors[model.outputs[0]].value == b""
    assert not static_tables.does_nothing(model, tables, 0)


def test_a_known_value_is_copied_to_the_models_output():
    writer = ModelWriter()
    source = writer.tensor("int8", (2, 3))
    sizes = writer.tensor("int32", (2,))
    writer.operator("SHAPE", [source], [sizes], tflite_models.options("ShapeOptionsT", outType=2))
    output = writer.tensor("int32", (1, 2))
    writer.operator("RESHAPE", [sizes], [output], tflite_models.options("ReshapeOptionsT", newShape=[1, 2]))
    model = reader.parse(writer.pack([source], [output]), "reshaped shape")
    tables = parse(model, "reference")
    assert tables.tensors[sizes].arena == tables.tensors[output].arena, "they share memory"
    assert np.frombuffer(tables.tensors[sizes].value, "<i4").tolist() == [2, 3]
    assert static_tables.does_nothing(model, tables, 0)
    assert not static_tables.does_nothing(model, tables, 1)


@pytest.mark.parametrize("seed", seed_models(), ids=lambda seed: seed.name)
def test_what_an_operation_reads_was_written(seed: SeedModel):
    model = weight_layout.store(reader.parse(seed.data, seed.name), "fast")
    tables = parse(model, "fast")
    written = {tables.tensors[index].arena for index in model.inputs}

    def is_there(index: int) -> bool:
        place = tables.tensors[index]
        return bool(place.value) or place.file != NOWHERE or place.arena in written

    for operator in model.operators:
        if static_tables.does_nothing(model, tables, operator.index):
            continue
        assert all(is_there(index) for index in operator.inputs if index >= 0), operator.opcode
        written |= {tables.tensors[index].arena for index in operator.outputs}
    assert all(is_there(index) for index in model.outputs)


def test_layers_of_the_accelerator_name_their_parts(seed_shaped, fast):
    for operator, operation in zip(seed_shaped.operators, fast.operations, strict=True):
        if operator.opcode != "FULLY_CONNECTED":
            assert operation.accelerated is None
            continue
        assert operation.accelerated is not None
        assert min(operation.accelerated.main, operation.accelerated.side, operation.accelerated.bias) > 0
        assert operation.accelerated.multipliers == 0  # one scale per tensor
        assert operation.accelerated.weights_copy == NOWHERE
        assert fast.scratch[operation.accelerated.scratch] % 16 == 0
    reference = parse(seed_shaped, "reference")
    assert all(operation.accelerated is None for operation in reference.operations)


def test_copies_of_weights_have_their_place(seed_shaped):
    prepared = native.prepare(seed_shaped, "fast", executable())
    document = native.tables(seed_shaped, "fast", executable(), prepared, "ram", 100 << 10)
    tables = static_tables.parse(document)
    assert len(tables.copies) > 0
    for copy in tables.copies:
        assert [place.file for place in tables.tensors].count(copy.file) == 1
        assert copy.position + copy.bytes <= 100 << 10
    copied = [item.accelerated.weights_copy for item in tables.operations if item.accelerated]
    expected = sorted(position for position in copied if position != NOWHERE)
    assert sorted(copy.position for copy in tables.copies) == expected


@pytest.mark.parametrize("missing", ["arena_bytes", "tensors", "operations"])
def test_a_document_that_lacks_something_is_refused(missing):
    document = {"arena_bytes": 0, "tensors": [], "scratch": [], "operations": [], "copies": [], "notes": []}
    assert static_tables.parse(document).arena_bytes == 0
    del document[missing]
    with pytest.raises(FirmwareError, match="tables that cannot be read"):
        static_tables.parse(document)
