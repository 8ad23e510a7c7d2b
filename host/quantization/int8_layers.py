"""The fully connected layers of an int8 .tflite as arrays: scales, weights, biases, and their arithmetic."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from tflite_micro.tensorflow.lite.micro.python import schema_py_generated as generated

from host.errors import ModelError
from host.tflite import reader
from host.tflite.reader import Model, Operator, Quantization

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Int8Layer:
    """One FULLY_CONNECTED.

    Attributes:
        output: index of its output tensor.
        bias_tensor: index of its bias tensor.
        weights: real weights, float64 [units, inputs].
        bias: int32 codes, [units].
        bias_scale: of a code, one per unit or one for all.
        input_quantization: of its input tensor.
        output_quantization: of its output tensor.
    """

    output: int
    bias_tensor: int
    weights: Array
    bias: NDArray[np.int32]
    bias_scale: Array
    input_quantization: Quantization
    output_quantization: Quantization

    def sums(self, values: Array) -> Array:
        """Return the real numbers before activation for real inputs [n, inputs] that lie on the codes."""
        sums: Array = values @ self.weights.T + self.bias * self.bias_scale
        return sums

    def outputs(self, sums: Array) -> Array:
        """Return the real outputs that the int8 codes of `sums` stand for; saturation is the ReLU.

        Up to rounding of halves these are the kernels' outputs.
        """
        return rounded(sums, self.output_quantization)


def layers(model: Model) -> tuple[Int8Layer, ...]:
    """Return the fully connected layers of `model` in their order.

    Raises:
        ModelError: there is none, or one is not int8 with a bias.
    """
    found = tuple(_layer(model, op) for op in model.operators if op.opcode == "FULLY_CONNECTED")
    if not found:
        raise ModelError(f"{model.name} has no fully connected layer")
    return found


def rounded(values: Array, quantization: Quantization) -> Array:
    """Return real `values` as their nearest int8 codes stand for them, saturated."""
    scale, zero_point = quantization.scales[0], quantization.zero_points[0]
    codes = np.clip(np.rint(values / scale) + zero_point, -128, 127)
    result: Array = (codes - zero_point) * scale
    return result


def with_bias(data: bytes, layer: Int8Layer, bias: NDArray[np.int32]) -> bytes:
    """Return a .tflite with other codes of a layer's bias; nothing else of the file changes.

    Raises:
        ModelError: their number is another.
    """
    changed = bytearray(data)
    model = generated.Model.GetRootAs(changed, 0)
    buffer = model.Buffers(model.Subgraphs(0).Tensors(layer.bias_tensor).Buffer())
    # A view into `changed`, hence written in place.
    view = buffer.DataAsNumpy().view("<i4")
    if view.shape != bias.shape:
        raise ModelError(f"the layer has {len(view)} biases, {len(bias)} were given")
    view[:] = bias
    return bytes(changed)


def _layer(model: Model, operator: Operator) -> Int8Layer:
    if len(operator.inputs) != 3 or operator.inputs[2] < 0:
        raise ModelError(f"operator {operator.opcode} (#{operator.index}) has no bias")
    source, weights, bias = (model.tensors[index] for index in operator.inputs)
    output = model.tensors[operator.outputs[0]]
    quantizations = [tensor.quantization for tensor in (source, weights, bias, output)]
    if [source.type, weights.type, bias.type, output.type] != ["int8", "int8", "int32", "int8"]:
        raise ModelError(f"operator {operator.opcode} (#{operator.index}) is not int8")
    of_input, of_weights, of_bias, of_output = quantizations
    if of_input is None or of_weights is None or of_bias is None or of_output is None:
        raise ModelError(f"operator {operator.opcode} (#{operator.index}) has a tensor without scales")
    scales = np.array(of_weights.scales)[:, np.newaxis]
    return Int8Layer(
        output=output.index,
        bias_tensor=bias.index,
        weights=weights.constant().astype(np.float64) * scales,
        bias=bias.constant().astype(np.int32),
        bias_scale=np.array(of_bias.scales),
        input_quantization=of_input,
        output_quantization=of_output,
    )


def parse(data: bytes) -> tuple[Int8Layer, ...]:
    """Return the fully connected layers of a .tflite file's bytes; raises as `layers`."""
    return layers(reader.parse(data, "model"))
