"""The plan of a model's activations in the arena: which tensor lives when, and where it lies.

Planned as the firmware's planner does (firmware/tflm): the largest first, each at the lowest place that is
free during its whole life, on 16-byte boundaries. A reshape works in place. The model's input keeps its place
to the end, so that a score can compare it with the output. Persistent data (the runtime's records, parameters
of kernels, MVP programs) also lies in the arena and is not part of this plan: host.generate measures the sum.
"""

from dataclasses import dataclass

from host.tflite.reader import Model

ALIGNMENT = 16


@dataclass(frozen=True)
class Allocation:
    """A place in the arena: `tensors` share it, from operator `first` to operator `last`, both included."""

    tensors: tuple[int, ...]
    offset: int
    bytes: int
    first: int
    last: int


@dataclass(frozen=True)
class MemoryPlan:
    """All places, by the first operator that needs them, and the bytes of arena that they take together."""

    allocations: tuple[Allocation, ...]
    bytes: int


@dataclass(frozen=True)
class _Life:
    tensors: tuple[int, ...]
    bytes: int
    first: int
    last: int


def plan(model: Model) -> MemoryPlan:
    """Plan the arena for a model's activations (constants stay in flash)."""
    placed: list[Allocation] = []
    # sorted() is stable: among equal sizes the tensor with the lower index comes first.
    for life in sorted(_lives(model), key=lambda life: -life.bytes):
        offset = _first_fit(life, placed)
        placed.append(Allocation(life.tensors, offset, life.bytes, life.first, life.last))
    total = max((place.offset + place.bytes for place in placed), default=0)
    return MemoryPlan(tuple(sorted(placed, key=lambda place: (place.first, place.offset))), total)


def _first_fit(life: _Life, placed: list[Allocation]) -> int:
    others = [place for place in placed if place.first <= life.last and life.first <= place.last]
    offset = 0
    for place in sorted(others, key=lambda place: place.offset):
        if offset + life.bytes <= place.offset:
            break
        offset = max(offset, place.offset + place.bytes)
    return offset


def _lives(model: Model) -> list[_Life]:
    owner = _owners(model)
    end = len(model.operators) - 1
    first = dict.fromkeys(model.inputs, 0)
    last = dict.fromkeys(model.inputs, end)
    for operator in model.operators:
        for tensor in operator.outputs:
            first.setdefault(owner[tensor], operator.index)
        for tensor in operator.inputs + operator.outputs:
            if tensor in owner:
                last[owner[tensor]] = max(last.get(owner[tensor], 0), operator.index)
    for tensor in model.outputs:
        if tensor in owner:
            last[owner[tensor]] = end
    return [
        _Life(
            tensors=tuple(tensor for tensor, place in owner.items() if place == root),
            bytes=-(-model.tensors[root].bytes // ALIGNMENT) * ALIGNMENT,
            first=first[root],
            last=last[root],
        )
        for root in sorted(first)
    ]


def _owners(model: Model) -> dict[int, int]:
    """Return for each computed tensor the one whose place it has: itself, or the input of a reshape."""
    owner = {tensor: tensor for tensor in model.inputs}
    for operator in model.operators:
        source = operator.inputs[0] if operator.inputs else -1
        for tensor in operator.outputs:
            # An input that the caller fills and an output that the caller reads stay apart.
            apart = owner.get(source) in model.inputs and tensor in model.outputs
            shares = operator.opcode == "RESHAPE" and source in owner and not apart
            owner[tensor] = owner[source] if shares else tensor
    return owner
