"""Cuts a part out of a .tflite as a model of its own: one layer, or all that a tensor depends on.

Written with the schema's object API (the package `tflite_micro`). Metadata stays behind, as it may speak of
the whole; hence the model must not be interleaved (host.tflite.weight_layout).
"""

from collections.abc import Sequence
from typing import Any

import flatbuffers
from tflite_micro.tensorflow.lite.micro.python import schema_py_generated as generated

from host.errors import ModelError
from host.tflite import reader, weight_layout
from host.tflite.reader import Model, Operator
from host.tflite.schema import IDENTIFIER

_ABSENT = -1


def layer(model: Model, index: int) -> Model:
    """Return operator `index` as a model: its computed input in, its output out.

    Raises:
        ModelError: the operator has several computed inputs, or several outputs, or the model is interleaved.
    """
    operator = model.operators[index]
    computed = [tensor for tensor in _read(operator) if model.tensors[tensor].data is None]
    if len(computed) != 1 or len(operator.outputs) != 1:
        raise ModelError(
            f"operator {operator.opcode} (#{index}) has {len(computed)} computed inputs and "
            f"{len(operator.outputs)} outputs: only operators with one of each can stand alone"
        )
    return _cut(model, f"{model.name}_{index}", (operator,), tuple(computed), operator.outputs)


def up_to(model: Model, tensor: int, source: int | None = None) -> Model:
    """Return the operators that a computed tensor depends on as a model: the model's inputs in, `tensor` out.

    Args:
        model: The model.
        tensor: The output.
        source: A computed tensor that becomes the only input instead; what it depends on stays behind.

    Raises:
        ModelError: `tensor` is a constant or an input of the model, so nothing computes it, or it needs more
            than `source`, or the model is interleaved.
    """
    needed = {tensor}
    chosen: list[Operator] = []
    for operator in reversed(model.operators):
        if needed & set(operator.outputs):
            chosen.append(operator)
            needed |= set(_read(operator)) - {source}
    if not chosen:
        raise ModelError(f"tensor #{tensor} is computed by no operator")
    if source is not None and needed & set(model.inputs):
        raise ModelError(f"tensor #{tensor} needs the model's inputs besides tensor #{source}")
    inputs = model.inputs if source is None else (source,)
    return _cut(model, f"{model.name}_up_to_{tensor}", chosen[::-1], inputs, (tensor,))


def _read(operator: Operator) -> tuple[int, ...]:
    return tuple(tensor for tensor in operator.inputs if tensor != _ABSENT)


def _cut(
    model: Model, name: str, operators: Sequence[Operator], inputs: Sequence[int], outputs: Sequence[int]
) -> Model:
    if weight_layout.is_interleaved(model):
        raise ModelError(f"the weights of {model.name} are interleaved: use the original model")
    whole = generated.ModelT.InitFromPackedBuf(model.data, 0)
    graph = whole.subgraphs[0]
    used = {*inputs, *outputs}
    for operator in operators:
        used |= {*_read(operator), *operator.outputs}
    kept = sorted(used)
    number = {old: new for new, old in enumerate(kept)} | {_ABSENT: _ABSENT}
    graph.operators = [graph.operators[operator.index] for operator in operators]
    for operator in graph.operators:
        operator.inputs = [number[int(tensor)] for tensor in operator.inputs]
        operator.outputs = [number[int(tensor)] for tensor in operator.outputs]
    graph.tensors = [graph.tensors[tensor] for tensor in kept]
    graph.inputs = [number[tensor] for tensor in inputs]
    graph.outputs = [number[tensor] for tensor in outputs]
    _keep_used_buffers(whole, graph)
    whole.metadata, whole.metadataBuffer, whole.signatureDefs = None, None, None
    return reader.parse(_pack(whole), name)


def _keep_used_buffers(whole: Any, graph: Any) -> None:
    # Buffer 0 is empty by convention: tensors without data name it.
    kept = sorted({0, *(tensor.buffer for tensor in graph.tensors)})
    whole.buffers = [whole.buffers[buffer] for buffer in kept]
    for tensor in graph.tensors:
        tensor.buffer = kept.index(tensor.buffer)


def _pack(model: Any) -> bytes:
    builder = flatbuffers.Builder(1 << 16)
    builder.Finish(model.Pack(builder), file_identifier=IDENTIFIER)
    return bytes(builder.Output())
