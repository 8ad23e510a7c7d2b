"""Lives of tensors, worked out by hand, and the operators that may overwrite their inputs."""

import re

import pytest
import tflite_models
from tflite_models import ModelWriter

from host import project
from host.tflite import reader, tensor_lifetimes
from host.tflite.reader import Model
from host.tflite.tensor_lifetimes import Buffer, Scratch

KERNELS = project.ROOT / "firmware" / "kernels"


def converted() -> Model:
    """Return a float input [40], int8, RELU, and float again: tensors 0 to 3."""
    writer = ModelWriter()
    ends = [writer.tensor("float32", (1, 40))]
    ends += [writer.tensor("int8", (1, 40), [0.1]) for _ in range(2)]
    ends += [writer.tensor("float32", (1, 40))]
    for index, opcode in enumerate(("QUANTIZE", "RELU", "DEQUANTIZE")):
        writer.operator(opcode, [index], [index + 1])
    return reader.parse(writer.pack([0], [3]), "converted")


def test_a_chain_in_place_by_hand():
    # 40 floats are 160 bytes, 40 int8 are padded to 48; 39 elements grow by 3 bytes: 117, in units of 16.
    assert tensor_lifetimes.buffers(converted()) == (
        Buffer((0,), 160, -1, 3),
        Buffer((1,), 48, 0, 1, overwriter=2),
        Buffer((2,), 48, 1, 2, overwriter=3, lead=128),
        Buffer((3,), 160, 2, 3),
    )
    assert tensor_lifetimes.buffers(converted(), keep_inputs=False)[0] == Buffer(
        (0,), 160, -1, 0, overwriter=1
    )


def test_scratch_comes_last():
    scratch = (Scratch(2, 5), Scratch(0, 16))
    found = tensor_lifetimes.buffers(converted(), scratch=scratch)
    assert found[4:] == (Buffer((), 16, 2, 2), Buffer((), 16, 0, 0))


@pytest.mark.parametrize(
    ("shapes", "outputs", "overwritten"),
    [
        ([(2, 3), (2, 3)], [4], {2, 3}),
        ([(2, 3), (3,)], [4], {2}),  # the other one is read again for each row
        ([(2, 3), (1, 1)], [4], {2}),
        ([(2, 3), (2, 3)], [4, 2], {3}),  # an output of the model
    ],
)
def test_two_inputs_of_a_sum(shapes, outputs, overwritten):
    writer = ModelWriter()
    inputs = [writer.tensor("int8", shape, [0.1]) for shape in shapes]
    for tensor, shape in zip(inputs, shapes, strict=True):
        writer.operator("SOFTMAX", [tensor], [writer.tensor("int8", shape, [0.1])])
    writer.operator("ADD", [2, 3], [writer.tensor("int8", (2, 3), [0.1])])
    model = reader.parse(writer.pack(inputs, outputs), "sum")
    found = tensor_lifetimes.buffers(model)
    assert {b.tensors[0] for b in found if b.overwriter is not None} == overwritten
    assert {found[b.overwriter].tensors for b in found if b.overwriter is not None} == {(4,)}


def test_what_is_read_again_is_overwritten_by_its_last_reader():
    writer = ModelWriter()
    tensors = [writer.tensor("int8", (8,), [0.1]) for _ in range(4)]
    for source, target in ((0, 1), (1, 2), (1, 3)):
        writer.operator("RELU", [tensors[source]], [tensors[target]])
    found = tensor_lifetimes.buffers(reader.parse(writer.pack([0], [2, 3]), "twice"))
    assert [buffer.overwriter for buffer in found] == [None, 3, None, None]


def test_a_reshape_is_the_same_memory():
    found = tensor_lifetimes.buffers(reader.parse(tflite_models.autoencoder_float(), "seed"))
    assert [len(buffer.tensors) for buffer in found].count(2) == 2
    last = next(buffer for buffer in found if buffer.last == 16 and buffer.first == 11)
    assert (last.bytes, found[last.overwriter].bytes, last.lead) == (640, 2560, 1920)


def test_operators_in_place_are_those_whose_kernels_promise_it():
    promising = set()
    for path in (KERNELS / "reference").glob("*.cc"):
        for opcode, body in re.findall(r"Register_(\w+)\(\) \{(.*?)\n\}", path.read_text(), re.DOTALL):
            if "ReadsBeforeItWrites" in body:
                promising.add(opcode)
    assert promising == tensor_lifetimes.IN_PLACE
