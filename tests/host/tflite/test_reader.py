"""What the reader makes of valid models, and the one line it gives for anything else."""

import contextlib
from collections.abc import Callable

import flatbuffers
import numpy as np
import pytest
import tflite_models
from hypothesis import given, settings
from hypothesis import strategies as st
from tflite_micro.tensorflow.lite.micro.python import schema_py_generated as schema

from host.errors import ModelError
from host.tflite import operators, reader

SMALL = tflite_models.chain(5, [tflite_models.Layer(3, per_channel=True), tflite_models.Layer(2)])
SEED_SHAPED = tflite_models.autoencoder_float()


def changed(change: Callable[[schema.ModelT], object], data: bytes = SMALL) -> bytes:
    model = schema.ModelT.InitFromPackedBuf(data, 0)
    change(model)
    builder = flatbuffers.Builder(1024)
    builder.Finish(model.Pack(builder), file_identifier=b"TFL3")
    return bytes(builder.Output())


def test_states_what_was_written():
    model = reader.parse(SMALL, "small")
    assert model.name == "small"
    assert model.description == "written by ModelWriter"
    assert [operator.opcode for operator in model.operators] == ["FULLY_CONNECTED"] * 2
    assert model.input.shape == (1, 5)
    assert model.input.type == "int8"
    assert model.input.quantization == reader.Quantization((pytest.approx(0.05),), (7,), 0)
    assert model.input.data is None
    weights = model.tensors[model.operators[0].inputs[1]]
    assert weights.shape == (3, 5)
    assert weights.quantization is not None
    assert weights.quantization.per_channel
    assert weights.constant().dtype == np.int8
    assert model.operators[0].option("FusedActivationFunction") == schema.ActivationFunctionType.RELU
    assert model.output.index == model.operators[1].outputs[0]


def test_agrees_with_the_object_api_on_every_tensor_and_operator():
    model = reader.parse(SEED_SHAPED, "seed")
    graph = schema.ModelT.InitFromPackedBuf(SEED_SHAPED, 0).subgraphs[0]
    assert len(model.tensors) == len(graph.tensors)
    for tensor, expected in zip(model.tensors, graph.tensors, strict=True):
        assert tensor.name == expected.name.decode()
        shape = () if expected.shape is None else tuple(expected.shape)
        assert tensor.shape == shape
    for operator, expected in zip(model.operators, graph.operators, strict=True):
        assert operator.inputs == tuple(expected.inputs)
        assert operator.outputs == tuple(expected.outputs)


def test_published_model(shared):
    model = reader.read(shared / "data" / "mlperf_tiny" / "ad01_int8.tflite")
    assert len(model.data) == 276_976
    assert (model.input.shape, model.output.shape) == ((1, 640), (1, 640))
    assert model.input.quantization == reader.Quantization((pytest.approx(0.3910152316),), (89,), 0)
    assert model.output.quantization == reader.Quantization((pytest.approx(0.3644984663),), (96,), 0)


def graph_of(model):
    return model.subgraphs[0]


def set_external(model):
    # The weights of the first layer: buffer 1.
    model.buffers[1].data = None
    model.buffers[1].offset, model.buffers[1].size = 4096, 15


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda m: setattr(m, "version", 2), "version 2"),
        (lambda m: m.subgraphs.append(graph_of(m)), "2 subgraphs"),
        (lambda m: setattr(m, "subgraphs", []), "0 subgraphs"),
        (set_external, "outside"),
        (lambda m: setattr(graph_of(m).tensors[1], "buffer", 99), "buffer #99"),
        (lambda m: setattr(graph_of(m).tensors[1], "shape", [3, 6]), "15 bytes of data for a shape of 18"),
        (lambda m: setattr(graph_of(m).tensors[0], "shape", [-1, 5]), "dynamic shape"),
        (lambda m: setattr(graph_of(m).tensors[0], "shape", [1, -5]), "impossible shape"),
        (lambda m: setattr(graph_of(m).tensors[0], "shape", [1 << 20] * 3), "impossible shape"),
        (lambda m: setattr(graph_of(m).tensors[0], "type", schema.TensorType.STRING), "STRING"),
        (lambda m: setattr(graph_of(m).tensors[0], "type", 99), "?99"),
        (lambda m: setattr(graph_of(m).tensors[0], "isVariable", True), "variable"),
        (lambda m: setattr(graph_of(m).operators[0], "inputs", [0, 77, -1]), "names tensor #77"),
        (lambda m: setattr(graph_of(m).operators[0], "outputs", [-1]), "names tensor #-1"),
        (lambda m: setattr(graph_of(m).operators[0], "opcodeIndex", 5), "code #5"),
        (lambda m: graph_of(m).operators.reverse(), "before anything writes it"),
        (lambda m: setattr(graph_of(m).operators[1], "outputs", [0]), "already has a value"),
        (lambda m: setattr(graph_of(m), "inputs", []), "no input"),
        (lambda m: setattr(graph_of(m), "outputs", [1000]), "names tensor #1000"),
        (lambda m: setattr(graph_of(m), "operators", []), "no operator"),
        (lambda m: setattr(graph_of(m).tensors[1].quantization, "scale", [1.0, 2.0]), "2 scales"),
        (lambda m: setattr(graph_of(m).tensors[1].quantization, "scale", [1.0, -2.0, 1.0]), "positive"),
        (lambda m: setattr(graph_of(m).tensors[1].quantization, "zeroPoint", [0, 0]), "zero points"),
    ],
)
def test_refuses_with_a_reason(change, words):
    with pytest.raises(ModelError) as caught:
        reader.parse(changed(change), "changed")
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_hostile_name_stays_on_its_line():
    def rename(model):
        model.operatorCodes[0].builtinCode = model.operatorCodes[0].deprecatedBuiltinCode = 32  # CUSTOM
        model.operatorCodes[0].customCode = "a\nerror: \x1b[2Jb"

    parsed = reader.parse(changed(rename), "hostile")
    with pytest.raises(ModelError, match=r"operator CUSTOM\(a\?error: \?\[2Jb\) \(#0\) is not supported"):
        operators.layers(parsed)


@pytest.mark.parametrize("data", [b"", b"TFL3", b"\0" * 100, b"RIFF\0\0\0\0WAVEfmt ", b"\x08\0\0\0TFL3"])
def test_refuses_other_files(data):
    with pytest.raises(ModelError):
        reader.parse(data, "other")


def test_refuses_every_truncation():
    for length in range(len(SMALL)):
        with pytest.raises(ModelError):
            reader.parse(SMALL[:length], "cut")


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(ModelError, match=r"nothing\.tflite"):
        reader.read(tmp_path / "nothing.tflite")


def test_a_folder_is_no_model(tmp_path):
    with pytest.raises(ModelError, match="cannot read"):
        reader.read(tmp_path)


def judge(data: bytes) -> None:
    """A damaged file may still be a valid model; nothing but ModelError may come out."""
    with contextlib.suppress(ModelError):
        operators.layers(reader.parse(data, "damaged"))


@settings(max_examples=600, deadline=None)
@given(edits=st.lists(st.tuples(st.integers(0, len(SMALL) - 1), st.integers(0, 255)), min_size=1, max_size=8))
def test_damaged_bytes_give_model_errors_only(edits):
    data = bytearray(SMALL)
    for position, value in edits:
        data[position] = value
    judge(bytes(data))


@settings(max_examples=300, deadline=None)
@given(
    position=st.integers(0, len(SMALL) // 4 - 1),
    word=st.sampled_from(
        [0, 1, 4, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF, 0xFFFFFFF0, len(SMALL), len(SMALL) - 4]
    ),
)
def test_hostile_words_give_model_errors_only(position, word):
    data = bytearray(SMALL)
    data[4 * position : 4 * position + 4] = word.to_bytes(4, "little")
    judge(bytes(data))


@settings(max_examples=200, deadline=None)
@given(start=st.integers(0, len(SMALL)), length=st.integers(0, 64), filling=st.binary(max_size=64))
def test_spliced_bytes_give_model_errors_only(start, length, filling):
    judge(SMALL[:start] + filling + SMALL[start + length :])
