"""The golden interpreter: TensorFlow Lite Micro itself, from the package `tflite-micro`, behind a typed face.

Every integer kernel of the firmware is compared with it byte by byte. TensorFlow's own interpreter is no
reference: it rounds differently in about a third of the output bytes. The only file that runs the package.
"""

import struct
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from host.errors import ModelError
from host.tflite import reader, weight_layout
from host.tflite.silence import hold_output

# The package's own guess is ten times the file, too little for small models with large tensors.
_ARENA_RESERVE_BYTES = 4 << 20


@dataclass(frozen=True)
class TensorDetails:
    """An input or output: its type, its shape with the leading 1, and how int8 maps to real numbers.

    `scale` and `zero_point` are None where the tensor is not quantized: real = (q - zero_point) * scale.
    """

    dtype: np.dtype[Any]
    shape: tuple[int, ...]
    scale: float | None
    zero_point: int | None

    @property
    def item_shape(self) -> tuple[int, ...]:
        """The shape of one item of a batch: without the leading 1."""
        return self.shape[1:] if len(self.shape) > 1 and self.shape[0] == 1 else self.shape


class GoldenInterpreter:
    """Runs a model that has one input and one output, one item at a time, as the firmware does.

    Attributes:
        input: what `run` takes.
        output: what `run` returns.
    """

    def __init__(self, model: bytes) -> None:
        """Prepare `model`, the bytes of a .tflite file.

        Raises:
            ModelError: the file is damaged or its weights are interleaved, an operator is unknown to TFLM, or
                the tensors cannot be placed.
        """
        # TFLM trusts its file: a damaged one can end the process.
        graph = reader.parse(model, "model")
        if len(graph.inputs) != 1 or len(graph.outputs) != 1:
            raise ModelError(
                f"the model has {len(graph.inputs)} inputs and {len(graph.outputs)} outputs: "
                "one of each is needed"
            )
        if weight_layout.is_interleaved(graph):
            raise ModelError(
                "the weights are interleaved for this project's firmware, TFLM would read them in the wrong "
                "order: use the original model"
            )
        self._interpreter = _interpreter(model)
        self.input = _details(self._interpreter.get_input_details(0))
        self.output = _details(self._interpreter.get_output_details(0))

    def run(self, batch: NDArray[Any]) -> NDArray[Any]:
        """Return the outputs [n, *output.item_shape] of inputs [n, …] with input.item_shape's elements each.

        Raises:
            ModelError: type or size differ from the input's, or an operator fails.
        """
        details = self.input
        if batch.dtype != details.dtype:
            raise ModelError(f"the model's input is {details.dtype}, the array is {batch.dtype}")
        if batch.ndim < 1 or batch.size != len(batch) * int(np.prod(details.shape)):
            raise ModelError(
                f"one input of the model has shape {list(details.item_shape)}, an item of the array has "
                f"{list(batch.shape[1:])}"
            )
        outputs = np.empty((len(batch), *self.output.item_shape), self.output.dtype)
        for item, output in zip(batch, outputs, strict=True):
            self._run_one(np.ascontiguousarray(item).reshape(details.shape), output)
        return outputs

    def _run_one(self, item: NDArray[Any], output: NDArray[Any]) -> None:
        try:
            self._interpreter.set_input(item, 0)
            self._interpreter.invoke()
            output[...] = self._interpreter.get_output(0).reshape(output.shape)
        except (RuntimeError, ValueError, IndexError) as error:
            raise ModelError(f"the model fails in tflite-micro: {error}") from error


def _interpreter(model: bytes) -> Any:
    from tflite_micro import runtime

    try:
        with hold_output() as held:
            return runtime.Interpreter.from_bytes(model, arena_size=10 * len(model) + _ARENA_RESERVE_BYTES)
    except (RuntimeError, ValueError, IndexError, struct.error) as error:
        # Which operator or tensor it was is only said on standard error.
        reasons = [line for line in held.lines if line.strip()]
        reason = reasons[0].strip() if reasons else str(error)
        raise ModelError(f"tflite-micro cannot load the model: {reason}") from error


def _details(details: dict[str, Any]) -> TensorDetails:
    quantization = details["quantization_parameters"]
    scales, zero_points = quantization["scales"], quantization["zero_points"]
    quantized = len(scales) == 1
    return TensorDetails(
        dtype=np.dtype(details["dtype"]),
        shape=tuple(int(size) for size in details["shape"]),
        scale=float(scales[0]) if quantized else None,
        zero_point=int(zero_points[0]) if quantized else None,
    )
