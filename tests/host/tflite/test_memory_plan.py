"""The planned arena: no two tensors that live together overlap but in place, and the input stays."""

import pytest
import tflite_models
from hypothesis import given, settings
from hypothesis import strategies as st

from host.tflite import memory_plan, reader


def overlap(first: int, first_size: int, second: int, second_size: int) -> bool:
    return first < second + second_size and second < first + first_size


def check(plan: memory_plan.MemoryPlan) -> None:
    places = plan.allocations
    for index, a in enumerate(places):
        assert a.offset % 16 == 0
        assert a.offset + a.bytes <= plan.bytes
        for b in places[index + 1 :]:
            in_place = a.in_place in b.tensors or b.in_place in a.tensors
            if a.first <= b.last and b.first <= a.last and not in_place:
                assert not overlap(a.offset, a.bytes, b.offset, b.bytes)


@settings(max_examples=50, deadline=None)
@given(sizes=st.lists(st.integers(1, 300), min_size=2, max_size=8))
def test_tensors_that_live_together_lie_apart(sizes):
    layers = [tflite_models.Layer(size, "none") for size in sizes[1:]]
    model = reader.parse(tflite_models.chain(sizes[0], layers), "chain")
    plan = memory_plan.plan(model)
    check(plan)
    assert {tensor for place in plan.allocations for tensor in place.tensors} == {
        model.input.index,
        *(operator.outputs[0] for operator in model.operators),
    }


@pytest.mark.parametrize("per_channel", [False, True])
def test_chain_of_two_sizes_by_hand(per_channel):
    # Input 640 kept at 0; output 640 and the largest before it: 640 + 640 + 128.
    model = reader.parse(tflite_models.autoencoder_int8(per_channel), "ad")
    assert memory_plan.plan(model).bytes == 640 + 640 + 128


def test_reshapes_share_the_place_of_their_input():
    model = reader.parse(tflite_models.autoencoder_float(), "seed")
    plan = memory_plan.plan(model)
    check(plan)
    shared = [place.tensors for place in plan.allocations if len(place.tensors) > 1]
    reshapes = [operator for operator in model.operators if operator.opcode == "RESHAPE"]
    assert sorted(shared) == sorted((operator.inputs[0], operator.outputs[0]) for operator in reshapes)


def test_input_and_output_keep_their_places():
    model = reader.parse(tflite_models.autoencoder_float(), "seed")
    places = {tensor: place for place in memory_plan.plan(model).allocations for tensor in place.tensors}
    assert (places[model.input.index].first, places[model.input.index].last) == (0, 16)
    assert places[model.output.index].last == 16


def test_float_ends_need_no_more_than_themselves():
    # Input 2560 kept, output 2560; of the int8 tensors the last lies in the output's last 640 bytes.
    plan = memory_plan.plan(reader.parse(tflite_models.autoencoder_float(), "seed"))
    assert (plan.bytes, plan.greedy_bytes, plan.found_bytes, plan.least_bytes) == (5120,) * 4
    (last,) = (place for place in plan.allocations if place.in_place is not None)
    assert (last.offset, last.bytes) == (2560 + 1920, 640)


def test_inputs_and_outputs_are_marked():
    plan = memory_plan.plan(reader.parse(tflite_models.autoencoder_int8(), "ad"))
    marked = [(place.is_input, place.is_output) for place in plan.allocations]
    assert marked.count((True, False)) == marked.count((False, True)) == 1
    assert len(marked) == 11
