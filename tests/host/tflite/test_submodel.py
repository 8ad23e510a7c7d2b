"""Parts of models: a chain of parts computes what the whole computes, in tflite-micro."""

import numpy as np
import pytest
import tflite_models
from tflite_models import Layer

from host import native_profile
from host.errors import ModelError
from host.tflite import reader, submodel
from host.tflite.golden import GoldenInterpreter

CHAIN = reader.parse(
    tflite_models.chain(12, [Layer(7), Layer(5, "none", bias=False), Layer(9, "relu6", per_channel=True)]),
    "chain",
)
FLOAT = reader.parse(tflite_models.autoencoder_float(), "float")


def test_layers_one_after_the_other_are_the_model():
    batch = native_profile.random_batch(CHAIN, 20, seed=1)
    values = batch
    for operator in CHAIN.operators:
        values = GoldenInterpreter(submodel.layer(CHAIN, operator.index).data).run(values)
    np.testing.assert_array_equal(values, GoldenInterpreter(CHAIN.data).run(batch))


def test_a_layer_keeps_its_constants_and_quantization_only():
    part = submodel.layer(CHAIN, 2)
    whole = CHAIN.operators[2]
    assert [operator.opcode for operator in part.operators] == ["FULLY_CONNECTED"]
    assert part.operators[0].options == whole.options
    for ours, theirs in zip(part.operators[0].inputs, whole.inputs, strict=True):
        assert part.tensors[ours].data == CHAIN.tensors[theirs].data
        assert part.tensors[ours].quantization == CHAIN.tensors[theirs].quantization
    assert part.input.shape == (1, 5)
    assert part.output.shape == (1, 9)
    assert len(part.data) < len(CHAIN.data)


def test_an_absent_bias_stays_absent():
    assert submodel.layer(CHAIN, 1).operators[0].inputs[2] == -1


def test_up_to_the_output_is_the_whole():
    batch = native_profile.random_batch(FLOAT, 4, seed=2)
    part = submodel.up_to(FLOAT, FLOAT.outputs[0])
    assert len(part.operators) == len(FLOAT.operators)
    np.testing.assert_array_equal(
        GoldenInterpreter(part.data).run(batch), GoldenInterpreter(FLOAT.data).run(batch)
    )


def test_a_source_takes_the_place_of_the_inputs():
    first, second, third = CHAIN.operators
    part = submodel.up_to(CHAIN, third.outputs[0], source=first.outputs[0])
    assert [operator.options for operator in part.operators] == [second.options, third.options]
    batch = native_profile.random_batch(CHAIN, 20, seed=3)
    between = GoldenInterpreter(submodel.layer(CHAIN, 0).data).run(batch)
    np.testing.assert_array_equal(
        GoldenInterpreter(part.data).run(between), GoldenInterpreter(CHAIN.data).run(batch)
    )


def test_a_source_that_does_not_suffice_is_refused():
    with pytest.raises(ModelError, match="needs the model's inputs besides tensor"):
        submodel.up_to(CHAIN, CHAIN.operators[1].outputs[0], source=CHAIN.operators[2].outputs[0])


def test_up_to_a_tensor_leaves_out_what_it_does_not_need():
    first = next(operator for operator in FLOAT.operators if operator.opcode == "FULLY_CONNECTED")
    part = submodel.up_to(FLOAT, first.outputs[0])
    assert [operator.opcode for operator in part.operators] == ["QUANTIZE", "RESHAPE", "FULLY_CONNECTED"]
    assert part.output.shape == (1, 128)


def test_refuses_what_cannot_stand_alone():
    pack = next(operator.index for operator in FLOAT.operators if operator.opcode == "PACK")
    batch_only = submodel.layer(FLOAT, pack)
    assert batch_only.input.type == "int32"
    last = [operator.index for operator in FLOAT.operators if operator.opcode == "RESHAPE"][-1]
    with pytest.raises(ModelError, match=r"RESHAPE \(#\d+\) has 2 computed inputs"):
        submodel.layer(FLOAT, last)
    with pytest.raises(ModelError, match="computed by no operator"):
        submodel.up_to(FLOAT, FLOAT.inputs[0])
