"""The order of a model's weights: as converters write them, or interleaved for the accelerator.

"interleaved" stores the weights [outputs, depth] of fully connected layers with an even number of outputs as
[outputs / 2, depth, 2], in the same bytes: the two rows of a pair alternate, element by element, so that the
accelerator computes two outputs per pass (firmware/kernels/mvp/fast_geometry.h). The metadata entry
"earshot.layout" names these tensors (firmware/tflm/weight_layout.h). Only this project's firmware reads such
a file; its reference kernels give the same results as for the original. Layers with an odd number of outputs
stay as they are: the row without a partner would need a program, a launch and a weight order of its own. So
do layers deeper than DEEPEST_INTERLEAVED, which the accelerator can only compute in the file's order.

The new file is the old one with its weights reordered and one more entry (metadata.py).
"""

import struct

import numpy as np

from host.errors import ModelError
from host.tflite import metadata, reader, schema
from host.tflite.reader import Model

TFLITE = "tflite"
INTERLEAVED = "interleaved"
LAYOUTS = (TFLITE, INTERLEAVED)

DEEPEST_INTERLEAVED = 32736
"""The longest row that programs take one element at a time (kMaxFastElements in fast_geometry.h); of rows in
the file's order they take two where the depth is even, up to twice as many."""

ENTRY = b"earshot.layout"
ENTRY_VERSION = 1

_FULLY_CONNECTED = "FULLY_CONNECTED"
_WEIGHTS_OPERAND = 1


def for_kernel(kernel: str) -> str:
    """Return the layout that suits a kernel best: interleaved for "fast", the only one that makes use of it.

    Measured on the reference model's ten layers, accelerator cycles by the models device-flash (weights in
    flash, 224 KiB of them in RAM) and device-bothmiss: 202,664, 148,886 and 141,820 interleaved; 205,988,
    152,210 and 210,228 as in the file.
    """
    return INTERLEAVED if kernel == "fast" else TFLITE


def store(model: Model, kernel: str, layout: str | None = None) -> Model:
    """Return the model as it is stored for a kernel: in `layout`, or where that is None in the best there is.

    Raises:
        ModelError: as `apply`.
    """
    if layout is None:
        return model if is_interleaved(model) else apply(model, for_kernel(kernel))
    return apply(model, layout)


def is_interleaved(model: Model) -> bool:
    """Return whether a model is the result of `apply` with "interleaved"."""
    return bool(metadata.entries(model.data, ENTRY))


def apply(model: Model, layout: str) -> Model:
    """Return the model in a layout; "tflite" is the model itself.

    Raises:
        ModelError: "tflite" is asked for and the model is interleaved already, or its new form is invalid.
    """
    if is_interleaved(model):
        if layout == TFLITE:
            raise ModelError(f"the weights of {model.name} are interleaved already: use the original model")
        return model
    tensors = interleavable(model)
    if layout == TFLITE or not tensors:
        return model
    raw = schema.load(model.data)
    old = bytearray(model.data)
    for tensor in tensors:
        rows, depth = model.tensors[tensor].shape
        place = metadata.data_position(model.data, raw.tensors[tensor].buffer)
        weights = np.frombuffer(model.data, np.int8, rows * depth, place)
        pairs = weights.reshape(rows // 2, 2, depth).transpose(0, 2, 1)
        old[place : place + rows * depth] = pairs.tobytes()
    words = struct.pack(f"<{1 + len(tensors)}I", ENTRY_VERSION, *tensors)
    return reader.parse(metadata.append(bytes(old), ENTRY, words), model.name)


def interleavable(model: Model) -> tuple[int, ...]:
    """Return the tensors that may be interleaved, ascending.

    They are int8 constants [even, depth up to DEEPEST_INTERLEAVED] which fully connected layers read as their
    weights, which nothing else reads, and whose bytes no other tensor shares.
    """
    buffers = [tensor.buffer for tensor in schema.load(model.data).tensors]
    weights: set[int] = set()
    others: set[int] = set(model.outputs)
    for operator in model.operators:
        for position, tensor in enumerate(operator.inputs):
            as_weights = operator.opcode == _FULLY_CONNECTED and position == _WEIGHTS_OPERAND
            (weights if as_weights else others).add(tensor)
    return tuple(
        index
        for index in sorted(weights - others - {-1})
        if _can_be_paired(model.tensors[index]) and buffers.count(buffers[index]) == 1
    )


def _can_be_paired(tensor: reader.Tensor) -> bool:
    if tensor.type != "int8" or tensor.data is None or len(tensor.shape) != 2:
        return False
    rows, depth = tensor.shape
    return rows % 2 == 0 and depth <= DEEPEST_INTERLEAVED
