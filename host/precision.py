"""How far the accelerator's kernels are from the integer reference, layer by layer, in output codes.

Each layer is cut out and fed with the reference's activations, so that a layer answers for its own error
only. Both kernels are the firmware's, in the host build.
"""

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from host import native
from host.tflite import operators, submodel, weight_layout
from host.tflite.reader import Model, Operator

INPUTS = 64
"""Inputs that errors are measured on where nothing else is said."""

SEED = 1


@dataclass(frozen=True)
class LayerError:
    """Differences of a layer's outputs from the reference kernel's, in output codes (steps of int8).

    Attributes:
        index: The operator's position in the model.
        largest: The largest absolute difference.
        mean: The mean absolute difference.
        rms: The root of the mean squared difference.
        faults: Programs that faulted or timed out: the reference kernel redid the layer, and the differences
            say nothing of the accelerator.
    """

    index: int
    largest: int
    mean: float
    rms: float
    faults: int = 0


def measure(
    model: Model,
    batch: NDArray[np.generic],
    kernel: str,
    executable: Path,
    arena_bytes: int = native.DEFAULT_ARENA_BYTES,
    layout: str | None = None,
) -> tuple[LayerError, ...]:
    """Return the errors of a kernel on every int8 layer that has a program for the accelerator.

    Args:
        model: A model with one input and one output.
        batch: [N, ...] inputs of the whole model; N outputs per layer are compared. Layers whose weights
            or bias are computed are left out.
        kernel: "baseline" or "fast"; a layer that it leaves to the reference kernel has no error.
        executable: The host executable (native.build).
        arena_bytes: Size of the arena; parts of the model are given twice as much.
        layout: One of weight_layout.LAYOUTS; the kernel's best when None. Of a model whose file is
            interleaved already no layer can be cut out: none is measured.

    Raises:
        FirmwareError: the firmware refuses a layer or fails.
    """
    if weight_layout.is_interleaved(model):
        return ()
    reference = _Reference(model, batch, executable, 2 * arena_bytes)
    errors = []
    for operator in model.operators:
        if _is_measured(model, operator):
            part = submodel.layer(model, operator.index)
            inputs = reference.values(operator.inputs[0])
            expected = reference.outputs(operator, part, inputs)
            result = native.run(
                part, inputs, kernel, executable=executable, arena_bytes=2 * arena_bytes, layout=layout
            )
            error = compare(operator.index, result.outputs, expected)
            errors.append(replace(error, faults=result.faults))
    return tuple(errors)


def compare(index: int, outputs: NDArray[np.generic], expected: NDArray[np.generic]) -> LayerError:
    """Return the error of int8 `outputs` against `expected`, of one shape, as that of layer `index`."""
    difference = np.abs(outputs.astype(np.int64) - expected.astype(np.int64))
    return LayerError(
        index,
        int(difference.max()),
        float(difference.mean()),
        float(np.sqrt(np.mean(np.square(difference, dtype=np.float64)))),
    )


def _is_measured(model: Model, operator: Operator) -> bool:
    source, *constants = operator.inputs
    return (
        operator.opcode in operators.ACCELERATED
        and model.tensors[source].type == "int8"
        and model.tensors[source].data is None
        and all(index == -1 or model.tensors[index].data is not None for index in constants)
    )


class _Reference:
    """The tensors of a model as the reference kernels compute them, each computed once."""

    def __init__(self, model: Model, batch: NDArray[np.generic], executable: Path, arena_bytes: int) -> None:
        self._model = model
        self._executable = executable
        self._arena_bytes = arena_bytes
        self._values = {model.inputs[0]: batch}

    def values(self, tensor: int) -> NDArray[np.generic]:
        if tensor not in self._values:
            part = submodel.up_to(self._model, tensor)
            self._values[tensor] = self._run(part, self._values[self._model.inputs[0]])
        return self._values[tensor]

    def outputs(self, operator: Operator, part: Model, inputs: NDArray[np.generic]) -> NDArray[np.generic]:
        return self._values.setdefault(operator.outputs[0], self._run(part, inputs))

    def _run(self, part: Model, inputs: NDArray[np.generic]) -> NDArray[np.generic]:
        return native.run(
            part, inputs, "reference", executable=self._executable, arena_bytes=self._arena_bytes
        ).outputs
