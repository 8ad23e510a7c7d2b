"""The one adapter to the generated schema of the `tflite_micro` package: raw tables after a full check.

Nothing here judges what a model means (see reader.py); it only makes sure that every table can be read, and
turns the generated accessors, which are untyped, into frozen records of plain Python values.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from tflite_micro.tensorflow.lite.micro.python import schema_py_generated as generated

from host.errors import ModelError
from host.tflite.flatbuffer_verifier import Field, Kind, Layout, Verifier

IDENTIFIER = b"TFL3"
SCHEMA_VERSION = 3

T = TypeVar("T")


def _scalar(slot: int, size: int = 4) -> Field:
    return Field(slot, Kind.SCALAR, size)


# Slots are the fields' positions in the schema (upstream: tensorflow/compiler/mlir/lite/schema/schema.fbs).
_QUANTIZATION = Layout(
    "QuantizationParameters", (Field(2, Kind.VECTOR, 4), Field(3, Kind.VECTOR, 8), _scalar(6))
)
_TENSOR = Layout(
    "Tensor",
    (
        Field(0, Kind.VECTOR, 4),
        _scalar(1, 1),
        _scalar(2),
        Field(3, Kind.STRING),
        Field(4, Kind.TABLE, layout=_QUANTIZATION),
        _scalar(5, 1),
        Field(6, Kind.TABLE, layout=Layout("SparsityParameters", ())),
        _scalar(10),
    ),
)
_OPERATOR = Layout(
    "Operator",
    (
        _scalar(0),
        Field(1, Kind.VECTOR, 4),
        Field(2, Kind.VECTOR, 4),
        _scalar(3, 1),
        Field(4, Kind.TABLE, layout=Layout("options", ())),
    ),
)
_SUBGRAPH = Layout(
    "SubGraph",
    (
        Field(0, Kind.TABLES, layout=_TENSOR),
        Field(1, Kind.VECTOR, 4),
        Field(2, Kind.VECTOR, 4),
        Field(3, Kind.TABLES, layout=_OPERATOR),
    ),
)
_OPERATOR_CODE = Layout("OperatorCode", (_scalar(0, 1), Field(1, Kind.STRING), _scalar(2), _scalar(3)))
_BUFFER = Layout("Buffer", (Field(0, Kind.VECTOR, 1), _scalar(1, 8), _scalar(2, 8)))
_METADATA = Layout("Metadata", (Field(0, Kind.STRING), _scalar(1)))
_MODEL = Layout(
    "Model",
    (
        _scalar(0),
        Field(1, Kind.TABLES, layout=_OPERATOR_CODE),
        Field(2, Kind.TABLES, layout=_SUBGRAPH),
        Field(3, Kind.STRING),
        Field(4, Kind.TABLES, layout=_BUFFER),
        Field(6, Kind.TABLES, layout=_METADATA),
    ),
)
_WINDOW = (("Padding", 1), ("StrideW", 4), ("StrideH", 4))
_ACTIVATION = ("FusedActivationFunction", 1)
_DILATION = (("DilationWFactor", 4), ("DilationHFactor", 4))
# Name and bytes of each option that is read, by table, from the first of the schema on.
_SCALARS: dict[str, tuple[tuple[str, int], ...]] = {
    "Conv2DOptions": (*_WINDOW, _ACTIVATION, *_DILATION),
    "DepthwiseConv2DOptions": (*_WINDOW, ("DepthMultiplier", 4), _ACTIVATION, *_DILATION),
    "Pool2DOptions": (*_WINDOW, ("FilterWidth", 4), ("FilterHeight", 4), _ACTIVATION),
    "FullyConnectedOptions": (_ACTIVATION, ("WeightsFormat", 1), ("KeepNumDims", 1)),
    "ConcatenationOptions": (("Axis", 4), _ACTIVATION),
    "AddOptions": (_ACTIVATION,),
    "SubOptions": (_ACTIVATION,),
    "MulOptions": (_ACTIVATION,),
    "ReducerOptions": (("KeepDims", 1),),
    "StridedSliceOptions": tuple(
        (name, 4) for name in ("BeginMask", "EndMask", "EllipsisMask", "NewAxisMask", "ShrinkAxisMask")
    ),
    "PackOptions": (("ValuesCount", 4), ("Axis", 4)),
}
_NEW_SHAPE = Layout("ReshapeOptions", (Field(0, Kind.VECTOR, 4),))


@dataclass(frozen=True)
class RawTensor:
    """A tensor as written in the file; `type` is the schema's name, as in "INT8"."""

    name: str
    type: str
    shape: tuple[int, ...]
    buffer: int
    scales: tuple[float, ...]
    zero_points: tuple[int, ...]
    quantized_dimension: int
    is_variable: bool
    is_sparse: bool
    external_buffer: int


@dataclass(frozen=True)
class RawOption:
    """One value of an operator's options, named as in the schema."""

    name: str
    value: int


@dataclass(frozen=True)
class RawOperator:
    """An operator as written in the file; `options_type` is "NONE" where it has none."""

    code: int
    inputs: tuple[int, ...]
    outputs: tuple[int, ...]
    options_type: str
    options: tuple[RawOption, ...]


@dataclass(frozen=True)
class RawCode:
    """An entry of the operator codes: the builtin's name ("CUSTOM" for others) and the custom name."""

    builtin: str
    custom: str


@dataclass(frozen=True)
class RawBuffer:
    """Constant data inside the file, and whether it claims to lie behind the FlatBuffer instead."""

    data: bytes
    is_external: bool


@dataclass(frozen=True)
class RawModel:
    """All that is read of a file, for its only subgraph."""

    description: str
    codes: tuple[RawCode, ...]
    buffers: tuple[RawBuffer, ...]
    tensors: tuple[RawTensor, ...]
    operators: tuple[RawOperator, ...]
    inputs: tuple[int, ...]
    outputs: tuple[int, ...]


def load(data: bytes) -> RawModel:
    """Check `data` as a .tflite FlatBuffer and return its tables.

    Raises:
        ModelError: `data` is no .tflite file, is damaged, or is of a form that no runtime here executes.
    """
    if len(data) < 8 or data[4:8] != IDENTIFIER:
        raise ModelError("not a .tflite file: bytes 4 to 7 are not TFL3")
    verifier = Verifier(data)
    verifier.root(_MODEL)
    model = generated.Model.GetRootAs(data, 0)
    if model.Version() != SCHEMA_VERSION:
        raise ModelError(f"schema version {model.Version()} is not supported: convert the model to version 3")
    if model.SubgraphsLength() != 1:
        raise ModelError(
            f"the model has {model.SubgraphsLength()} subgraphs: only models with one are supported"
        )
    graph = model.Subgraphs(0)
    return RawModel(
        description=_text(model.Description()),
        codes=_table(model.OperatorCodes, model.OperatorCodesLength(), _code),
        buffers=_table(model.Buffers, model.BuffersLength(), _buffer),
        tensors=_table(graph.Tensors, graph.TensorsLength(), _tensor),
        operators=_table(graph.Operators, graph.OperatorsLength(), lambda o: _operator(o, verifier)),
        inputs=_integers(graph.InputsAsNumpy()),
        outputs=_integers(graph.OutputsAsNumpy()),
    )


def builtin_operator(number: int) -> str:
    """Return the schema's name of an operator's number ("FULLY_CONNECTED"), "?N" for one that it has not."""
    return _name_of(generated.BuiltinOperator, number)


def _table(get: Callable[[int], Any], length: int, convert: Callable[[Any], T]) -> tuple[T, ...]:
    return tuple(convert(get(index)) for index in range(length))


def _code(code: Any) -> RawCode:
    # The int8 field came first; codes above 126 are only in the int32 one. The larger counts.
    number = max(code.DeprecatedBuiltinCode(), code.BuiltinCode())
    return RawCode(_name_of(generated.BuiltinOperator, number), _text(code.CustomCode()))


def _buffer(buffer: Any) -> RawBuffer:
    data = buffer.DataAsNumpy() if buffer.DataLength() else None
    # Offset 1 is written by converters as a placeholder for "not external".
    return RawBuffer(b"" if data is None else data.tobytes(), buffer.Offset() > 1 or buffer.Size() > 1)


def _tensor(tensor: Any) -> RawTensor:
    quantization = tensor.Quantization()
    return RawTensor(
        name=_text(tensor.Name()),
        type=_name_of(generated.TensorType, tensor.Type()),
        shape=_integers(tensor.ShapeAsNumpy()),
        buffer=tensor.Buffer(),
        scales=() if quantization is None else tuple(float(s) for s in _values(quantization.ScaleAsNumpy())),
        zero_points=() if quantization is None else _integers(quantization.ZeroPointAsNumpy()),
        quantized_dimension=0 if quantization is None else quantization.QuantizedDimension(),
        is_variable=tensor.IsVariable(),
        is_sparse=tensor.Sparsity() is not None,
        external_buffer=tensor.ExternalBuffer(),
    )


def _operator(operator: Any, verifier: Verifier) -> RawOperator:
    options_type = _name_of(generated.BuiltinOptions, operator.BuiltinOptionsType())
    return RawOperator(
        code=operator.OpcodeIndex(),
        inputs=_integers(operator.InputsAsNumpy()),
        outputs=_integers(operator.OutputsAsNumpy()),
        options_type=options_type,
        options=_options(operator.BuiltinOptions(), options_type, verifier),
    )


def _options(table: Any, options_type: str, verifier: Verifier) -> tuple[RawOption, ...]:
    if table is None or (options_type != _NEW_SHAPE.name and options_type not in _SCALARS):
        return ()
    scalars = _SCALARS.get(options_type, ())
    fields = tuple(_scalar(slot, size) for slot, (_, size) in enumerate(scalars))
    verifier.table(table.Pos, Layout(options_type, fields) if scalars else _NEW_SHAPE)
    options = getattr(generated, options_type)()
    options.Init(table.Bytes, table.Pos)
    if not scalars:
        return tuple(RawOption("NewShape", value) for value in _integers(options.NewShapeAsNumpy()))
    return tuple(RawOption(name, int(getattr(options, name)())) for name, _ in scalars)


def padding_name(number: int) -> str:
    """Return the schema's name of a padding, as in "SAME"; "?9" for a number it does not have."""
    return _name_of(generated.Padding, number)


def activation_name(number: int) -> str:
    """Return the schema's name of a fused activation, as in "RELU"; "?9" for a number it does not have."""
    return _name_of(generated.ActivationFunctionType, number)


def _name_of(enumeration: type, number: int) -> str:
    for name, value in vars(enumeration).items():
        if value == number and not name.startswith("_"):
            return name
    return f"?{number}"


def _text(value: bytes | None) -> str:
    # Names reach terminals and error lines: no escape sequences, no second line.
    text = "" if value is None else value.decode("utf-8", errors="replace")
    return "".join(letter if letter.isprintable() else "?" for letter in text)


def _values(array: Any) -> Any:
    # The generated accessors answer the number 0 where the vector is absent.
    return () if isinstance(array, int) else array


def _integers(array: Any) -> tuple[int, ...]:
    return tuple(int(value) for value in _values(array))
