"""The plan of a model's activations in the arena: which tensor lives when, and where it lies.

As the firmware plans it (firmware/tflm/arena_layout.h): by the plan in the model's file where there is one
that holds, else the largest first, each at the lowest place that is free during its whole life. The model's
inputs keep their place to the end, so that a score can compare them with the output. Kernels' scratch and
persistent data (the runtime's records, parameters of kernels, MVP programs) also lie in the arena and are not
part of this plan: host.generate measures the sum.
"""

from dataclasses import dataclass

from host.tflite import memory_planner, offline_plan, tensor_lifetimes
from host.tflite.reader import Model

ALIGNMENT = tensor_lifetimes.ALIGNMENT


@dataclass(frozen=True)
class Allocation:
    """A place in the arena: `tensors` share it, from operator `first` to operator `last`, both included.

    Attributes:
        tensors: The model's tensors there, the owner of the memory first.
        offset: Bytes from the start of the tensors' memory.
        bytes: With the padding to ALIGNMENT.
        first: An operator's index, 0 for what is there before the first.
        last: An operator's index, the last one's for what is there after the run.
        is_input: Whether it holds an input of the model, which stays.
        is_output: Whether it holds an output of the model.
        in_place: The tensor whose writing overwrites this place at operator `last`, or None.
    """

    tensors: tuple[int, ...]
    offset: int
    bytes: int
    first: int
    last: int
    is_input: bool = False
    is_output: bool = False
    in_place: int | None = None


@dataclass(frozen=True)
class MemoryPlan:
    """All places, by the first operator that needs them, and the bytes of arena that they take together.

    Attributes:
        allocations: The places.
        bytes: What they take.
        greedy_bytes: What the firmware's planner takes without a plan in the file.
        found_bytes: What the smallest plan takes that a search finds (`python -m host.summarize --plan-out`).
        least_bytes: What is needed at one operator: no plan takes less.
        is_from_file: Whether the plan is the file's own.
        operators: How many operators the model has.
    """

    allocations: tuple[Allocation, ...]
    bytes: int
    greedy_bytes: int
    found_bytes: int
    least_bytes: int
    is_from_file: bool
    operators: int


def plan(model: Model, keep_inputs: bool = True) -> MemoryPlan:
    """Plan the arena for a model's activations (constants stay in flash)."""
    buffers = tensor_lifetimes.buffers(model, keep_inputs)
    own = memory_planner.greedy(buffers)
    followed = offline_plan.follow(model, buffers)
    offsets = own if followed is None else followed
    end = len(model.operators) - 1
    places = [
        Allocation(
            tensors=buffer.tensors,
            offset=offset,
            bytes=buffer.bytes,
            first=max(buffer.first, 0),
            last=max(0, min(buffer.last, end)),
            is_input=not set(buffer.tensors).isdisjoint(model.inputs),
            is_output=not set(buffer.tensors).isdisjoint(model.outputs),
            in_place=None if buffer.overwriter is None else buffers[buffer.overwriter].tensors[0],
        )
        for buffer, offset in zip(buffers, offsets, strict=True)
    ]
    return MemoryPlan(
        allocations=tuple(sorted(places, key=lambda place: (place.first, place.offset))),
        bytes=memory_planner.total(buffers, offsets),
        greedy_bytes=memory_planner.total(buffers, own),
        found_bytes=memory_planner.total(buffers, memory_planner.search(buffers)),
        least_bytes=memory_planner.least_bytes(buffers),
        is_from_file=followed is not None,
        operators=len(model.operators),
    )
