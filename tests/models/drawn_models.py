"""Models whose options hypothesis draws, with the settings of tests that compare them.

Functions that write a model take their numbers from a NumPy generator. `DrawnNumbers` stands in for one and
lets hypothesis choose shapes, options, scales and zero points one by one, so that a failing model shrinks.
Contents of tensors come from a generator with a drawn seed.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from tflite_micro.tensorflow.lite.micro.python import schema_py_generated as schema

FEW = settings(
    max_examples=14,  # 322 models of 21 operators in all, two of them in both types
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
MANY = settings(FEW, max_examples=2_000)

_MOST_DRAWN = 16
_WIDEST_DRAWN = 1000


class DrawnNumbers:
    """The methods of np.random.Generator that the models here use."""

    def __init__(self, draw: st.DrawFn) -> None:
        self._draw = draw

    def bulk(self) -> np.random.Generator:
        return np.random.default_rng(self._draw(st.integers(0, 2**32 - 1)))

    def integers(self, low: Any, high: Any = None, size: Any = None, dtype: Any = np.int64) -> Any:
        low, high = (0, low) if high is None else (low, high)
        shape = np.broadcast_shapes(np.shape(low), np.shape(high)) if size is None else size
        if shape == ():
            return self._draw(st.integers(int(low), int(high) - 1))
        count = int(np.prod(shape))
        if (
            count > _MOST_DRAWN
            or np.max(np.subtract(high, low), initial=0) > _WIDEST_DRAWN
            or dtype == np.int8
        ):
            return self.bulk().integers(low, high, size, dtype)
        ends = zip(*(np.broadcast_to(end, shape).ravel().tolist() for end in (low, high)), strict=True)
        return np.array([self.integers(*each) for each in ends], dtype).reshape(shape)

    def random(self) -> float:
        # Shrinks to the upper end: what is rare is left out of a failing model.
        return (99 - self._draw(st.integers(0, 99))) / 100

    def uniform(self, low: float, high: float, size: Any = None) -> Any:
        if size is not None:
            return self.bulk().uniform(low, high, size)
        return self._draw(st.floats(float(low), float(high)))

    def normal(self, mean: float, deviation: float, size: Any = None) -> Any:
        if size is not None:
            return self.bulk().normal(mean, deviation, size)
        return mean + deviation * self._draw(st.floats(-3, 3))

    def choice(self, values: Sequence[Any]) -> Any:
        return self._draw(st.sampled_from(list(values)))

    def permutation(self, values: Any) -> NDArray[Any]:
        values = list(range(values)) if isinstance(values, int) else list(values)
        return np.array(self._draw(st.permutations(values)))


Numbers = np.random.Generator | DrawnNumbers


@dataclass(frozen=True, repr=False)
class DrawnModel:
    """The bytes of a .tflite file; shown as its operators."""

    data: bytes

    def __repr__(self) -> str:
        return describe(self.data)

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        printer.text(f"<{self!r}>")  # in hypothesis' reports


def models(write: Callable[[Numbers], bytes]) -> st.SearchStrategy[DrawnModel]:
    """Return the models that `write` makes of drawn numbers."""

    @st.composite
    def drawn(draw: st.DrawFn) -> DrawnModel:
        return DrawnModel(write(DrawnNumbers(draw)))

    return drawn()


def describe(data: bytes) -> str:
    """Return a model's operators with their tensors and options, one per line."""
    model = schema.ModelT.InitFromPackedBuf(data, 0)
    (graph,) = model.subgraphs
    names = {value: name for name, value in vars(schema.BuiltinOperator).items() if isinstance(value, int)}

    def tensor(index: int) -> str:
        if index < 0:
            return "none"
        one = graph.tensors[index]
        kinds = {value: name.lower() for name, value in vars(schema.TensorType).items()}
        text = f"{kinds[one.type]}{[int(size) for size in one.shape] if one.shape is not None else []}"
        if one.quantization is not None and one.quantization.scale is not None:
            scales = [float(f"{scale:.7g}") for scale in one.quantization.scale]
            text += f" scale {scales} zero point {int(one.quantization.zeroPoint[0])}"
        return text + (" constant" if model.buffers[one.buffer].data is not None else "")

    lines = []
    for operator in graph.operators:
        code = model.operatorCodes[operator.opcodeIndex]
        options = vars(operator.builtinOptions) if operator.builtinOptions is not None else {}
        inputs = ", ".join(tensor(index) for index in operator.inputs)
        outputs = ", ".join(tensor(index) for index in operator.outputs)
        name = names[max(code.builtinCode, code.deprecatedBuiltinCode)]
        lines.append(f"{name}({inputs}) -> {outputs}, {options}")
    return "\n".join(lines)
