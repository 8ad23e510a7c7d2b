"""The plan of a model's memory inside its file, made by a search that a chip has no time for.

TFLM's metadata entry "OfflineMemoryAllocation", as its documents describe it (memory_management.md, "Offline
planned tensor allocations"): int32 values, first a version, the subgraph and the number of tensors, then for
each tensor its offset from the start of the tensors' memory, or -1 for one that is planned at run time. TFLM
reads neither version nor subgraph; nor does this project's firmware (firmware/tflm/offline_plan.h), which
checks the offsets, places all else around them, and plans by itself where that takes less.
"""

import struct
from collections.abc import Sequence

from host.errors import ModelError
from host.tflite import memory_planner, metadata, reader, tensor_lifetimes
from host.tflite.memory_planner import SEARCH_WORK
from host.tflite.reader import Model
from host.tflite.tensor_lifetimes import ALIGNMENT, Buffer, Scratch

ENTRY = b"OfflineMemoryAllocation"
VERSION = 1
AT_RUN_TIME = -1

_HEADER_WORDS = 3


def store(model: Model, keep_inputs: bool = True, scratch: Sequence[Scratch] = ()) -> Model:
    """Return the model with the plan that a search finds, where that is smaller than the firmware's own.

    A model that has a plan already, or needs none, is returned as it is.

    Args:
        model: The model.
        keep_inputs: As the interpreter will be asked to; a plan for kept inputs holds without, too.
        scratch: What the kernels will ask for, where that is known.
    """
    if metadata.entries(model.data, ENTRY):
        return model
    buffers = tensor_lifetimes.buffers(model, keep_inputs, scratch)
    own = memory_planner.greedy(buffers)
    found = memory_planner.search(buffers)
    # The firmware places the scratch by itself.
    placed = memory_planner.greedy(buffers, _tensor_offsets(buffers, found))
    smaller = memory_planner.total(buffers, placed) < memory_planner.total(buffers, own)
    return _with_plan(model, buffers, placed) if smaller else model


def write(model: Model, keep_inputs: bool = True, work: int = SEARCH_WORK) -> Model:
    """Return the model with the smallest plan that a search finds, even if the firmware's own is as small.

    Args:
        model: The model.
        keep_inputs: As the interpreter will be asked to.
        work: As memory_planner.search.

    Raises:
        ModelError: the model has a plan already.
    """
    if metadata.entries(model.data, ENTRY):
        raise ModelError(f"{model.name} has a memory plan already: start from the original model")
    buffers = tensor_lifetimes.buffers(model, keep_inputs)
    return _with_plan(model, buffers, memory_planner.search(buffers, work))


def read(model: Model) -> tuple[int, ...] | None:
    """Return the offset of each tensor as the file has it, or None without an entry of the right size."""
    contents = metadata.entries(model.data, ENTRY)
    count = len(model.tensors)
    if not contents or len(contents[0]) != 4 * (_HEADER_WORDS + count):
        return None
    words = struct.unpack(f"<{_HEADER_WORDS + count}i", contents[0])
    return words[_HEADER_WORDS:] if words[_HEADER_WORDS - 1] == count else None


def follow(model: Model, buffers: Sequence[Buffer]) -> tuple[int, ...] | None:
    """Return where the firmware places buffers by the file's plan; None where it plans by itself."""
    words = read(model)
    if words is None:
        return None
    named = [(index, words[buffer.tensors[0]]) for index, buffer in enumerate(buffers) if buffer.tensors]
    fixed = {index: offset for index, offset in named if offset != AT_RUN_TIME}
    if any(offset < 0 or offset % ALIGNMENT for offset in fixed.values()):
        return None
    places = memory_planner.greedy(buffers, fixed)
    own = memory_planner.greedy(buffers)
    fits = memory_planner.total(buffers, places) <= memory_planner.total(buffers, own)
    return places if fits and memory_planner.holds(buffers, places) else None


def _tensor_offsets(buffers: Sequence[Buffer], offsets: Sequence[int]) -> dict[int, int]:
    return {index: offsets[index] for index, buffer in enumerate(buffers) if buffer.tensors}


def _with_plan(model: Model, buffers: Sequence[Buffer], offsets: Sequence[int]) -> Model:
    words = [AT_RUN_TIME] * len(model.tensors)
    for buffer, offset in zip(buffers, offsets, strict=True):
        for tensor in buffer.tensors:
            words[tensor] = offset
    content = struct.pack(f"<{_HEADER_WORDS + len(words)}i", VERSION, 0, len(words), *words)
    return reader.parse(metadata.append(model.data, ENTRY, content), model.name)
