"""A model's summary as a record and as the document `summary/1` (host.summarize --json)."""

from dataclasses import dataclass
from typing import Any

from host.tflite import memory_plan, operators
from host.tflite.memory_plan import MemoryPlan
from host.tflite.operators import Layer, Work
from host.tflite.reader import Model, Quantization, Tensor

SCHEMA = "summary/1"


@dataclass(frozen=True)
class Summary:
    """What is known of a model without running it; `weights` says how its weights are quantized."""

    name: str
    sha256: str
    file_bytes: int
    description: str
    inputs: tuple[Tensor, ...]
    outputs: tuple[Tensor, ...]
    layers: tuple[Layer, ...]
    work: Work
    activations: MemoryPlan
    weights: str


def summarize(model: Model) -> Summary:
    """Summarize a model.

    Raises:
        ModelError: an operator is not supported.
    """
    layers = operators.layers(model)
    return Summary(
        name=model.name,
        sha256=model.sha256,
        file_bytes=len(model.data),
        description=model.description,
        inputs=tuple(model.tensors[index] for index in model.inputs),
        outputs=tuple(model.tensors[index] for index in model.outputs),
        layers=layers,
        work=Work(sum(layer.work.macs for layer in layers), sum(layer.work.ops for layer in layers)),
        activations=memory_plan.plan(model),
        weights=_weights(layers),
    )


def document(summary: Summary) -> dict[str, Any]:
    """Return the document `summary/1`."""
    return {
        "schema": SCHEMA,
        "model": {"name": summary.name, "sha256": summary.sha256, "file_bytes": summary.file_bytes},
        "description": summary.description,
        "inputs": [_tensor(tensor) for tensor in summary.inputs],
        "outputs": [_tensor(tensor) for tensor in summary.outputs],
        "weights": summary.weights,
        "summary": {
            "ops": summary.work.ops,
            "macs": summary.work.macs,
            "layers": len(summary.layers),
            "activation_plan_bytes": summary.activations.bytes,
            "activation_plan_from_file": summary.activations.is_from_file,
            "run_time_plan_bytes": summary.activations.greedy_bytes,
            "searched_plan_bytes": summary.activations.found_bytes,
            "least_plan_bytes": summary.activations.least_bytes,
        },
        "layers": [
            {
                "index": layer.index,
                "opcode": layer.opcode,
                "ops": layer.work.ops,
                "macs": layer.work.macs,
                "inputs": [_tensor(tensor) for tensor in layer.inputs],
                "outputs": [_tensor(tensor) for tensor in layer.outputs],
                "options": layer.options,
            }
            for layer in summary.layers
        ],
        "activation_plan": [
            {
                "tensors": list(place.tensors),
                "offset": place.offset,
                "bytes": place.bytes,
                "first_layer": place.first,
                "last_layer": place.last,
                "kept_input": place.is_input,
                "output": place.is_output,
                "overwritten_by": place.in_place,
            }
            for place in summary.activations.allocations
        ],
    }


def _tensor(tensor: Tensor) -> dict[str, Any]:
    quantization = tensor.quantization
    return {
        "index": tensor.index,
        "name": tensor.name,
        "type": tensor.type,
        "shape": list(tensor.shape),
        "constant": tensor.data is not None,
        "quantization": None if quantization is None else _quantization(quantization),
    }


def _quantization(quantization: Quantization) -> dict[str, Any]:
    return {
        "scales": list(quantization.scales),
        "zero_points": list(quantization.zero_points),
        "dimension": quantization.dimension if quantization.per_channel else None,
    }


def _weights(layers: tuple[Layer, ...]) -> str:
    kinds = set()
    for layer in layers:
        if layer.opcode == "fully_connected":
            weights = layer.inputs[1]
            quantization = weights.quantization
            granularity = "per channel" if quantization and quantization.per_channel else "per tensor"
            kinds.add(f"{weights.type}, {granularity}" if quantization else weights.type)
    return " and ".join(sorted(kinds)) or "none"
