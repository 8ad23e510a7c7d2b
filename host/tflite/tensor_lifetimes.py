"""When each tensor of a model is needed, and which may share bytes: what planners of its memory start from.

As the firmware finds it (firmware/tflm/tensor_lifetimes.h). The output of a reshape is its input's memory. An
input that dies at an operator of IN_PLACE may be overwritten by the output, which is written element by
element, after the input's elements at and before that place were read.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from host.tflite.reader import ELEMENT_BYTES, Model, Operator, Tensor

ALIGNMENT = 16

IN_PLACE = frozenset({"ADD", "DEQUANTIZE", "LOGISTIC", "MUL", "QUANTIZE", "RELU", "RELU6", "SUB"})
"""Operators whose kernels in firmware/kernels promise it (kernels/in_place.h)."""


@dataclass(frozen=True)
class Scratch:
    """Memory that a kernel asks for while operator `operator` runs."""

    operator: int
    bytes: int


@dataclass(frozen=True)
class Buffer:
    """Memory that is needed from operator `first` to operator `last`, both included.

    Attributes:
        tensors: Those that share it, the owner first; none for a kernel's scratch.
        bytes: A multiple of ALIGNMENT.
        first: -1 for what is there before the first operator.
        last: One past the last operator for what is there after the run.
        overwriter: Position in the same sequence of the buffer that may overwrite this one although both are
            needed, where this one starts `lead` bytes or more above its start.
        lead: A multiple of ALIGNMENT.
    """

    tensors: tuple[int, ...]
    bytes: int
    first: int
    last: int
    overwriter: int | None = None
    lead: int = 0


def aligned(size: int) -> int:
    """Return a size in bytes, rounded up to ALIGNMENT."""
    return -(-size // ALIGNMENT) * ALIGNMENT


def buffers(model: Model, keep_inputs: bool = True, scratch: Sequence[Scratch] = ()) -> tuple[Buffer, ...]:
    """Return the memory that a model's computed tensors need, in the order of their owners, then the scratch.

    Args:
        model: The model.
        keep_inputs: Whether the model's inputs stay what they are to the end of the run.
        scratch: What the kernels ask for, the latest request first, as the firmware lists it.
    """
    owner = _owners(model)
    roots = sorted(set(owner.values()))
    first, last = _lives(model, owner, keep_inputs)
    found = [
        Buffer(
            tensors=(root, *sorted(tensor for tensor in owner if owner[tensor] == root != tensor)),
            bytes=aligned(model.tensors[root].bytes),
            first=first[root],
            last=last[root],
        )
        for root in roots
    ]
    for operator in model.operators:
        if operator.opcode in IN_PLACE and len(operator.outputs) == 1:
            _permit(model, operator, found)
    return (*found, *(Buffer((), aligned(s.bytes), s.operator, s.operator) for s in scratch))


def _permit(model: Model, operator: Operator, found: list[Buffer]) -> None:
    """Let an operator's output overwrite those of its inputs that die with it and have as many elements."""
    place = {tensor: index for index, buffer in enumerate(found) for tensor in buffer.tensors}
    output = model.tensors[operator.outputs[0]]
    target = place[output.index]
    if found[target].first != operator.index:
        return
    for source in (model.tensors[tensor] for tensor in operator.inputs if tensor in place):
        dying = found[place[source.index]]
        if dying.first < dying.last == operator.index and source.elements == output.elements:
            lead = aligned(_lead(source, output))
            found[place[source.index]] = replace(dying, overwriter=target, lead=lead)


def _lead(source: Tensor, output: Tensor) -> int:
    """Return how far an input must start above the output that overwrites it, element by element."""
    growth = ELEMENT_BYTES[output.type] - ELEMENT_BYTES[source.type]
    return max(0, growth) * (output.elements - 1)


def _lives(model: Model, owner: dict[int, int], keep_inputs: bool) -> tuple[dict[int, int], dict[int, int]]:
    end = len(model.operators)
    first = dict.fromkeys(model.inputs, -1)
    last = dict.fromkeys(model.inputs, end if keep_inputs else -1)
    for operator in model.operators:
        for tensor in operator.inputs + operator.outputs:
            if tensor in owner:
                first.setdefault(owner[tensor], operator.index)
                last[owner[tensor]] = max(last.get(owner[tensor], -1), operator.index)
    for tensor in model.outputs:
        if tensor in owner:
            last[owner[tensor]] = end
    return first, last


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
