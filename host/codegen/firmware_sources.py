"""Writes the firmware's generated sources for a model: data, facts and operators (templates/*.jinja).

The files depend on the model and on this generator only: no dates, no paths. Each states the model's hash,
and each checks it against the header when compiled, so that files of two models cannot be mixed.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined

from host import atomic, native
from host.boards import Board
from host.codegen import c_array, static_tables, table_rows
from host.codegen.static_tables import StaticTables
from host.errors import BuildError, ModelError
from host.firmware_build import budget
from host.tflite import offline_plan, operators, weight_layout
from host.tflite.operators import Layer
from host.tflite.reader import Model, Tensor

FACTS_VERSION = 1
"""app::kModelFactsVersion (firmware/app/model_facts.h) that the templates are written for."""

ARENA_ALIGNMENT = 64

FILES = (
    "model_data.cc",
    "model_facts.cc",
    "model_generated.h",
    "model_images.cc",
    "model_tables.cc",
    "model_tables.h",
)
"""What a generated folder holds."""
_LARGEST_COUNT = (1 << 32) - 1

# How a resolver adds each operator; one with several implementations takes it from app::KernelChoice.
_ADDERS = {
    "ADD": "AddAdd(kernels.add())",
    "AVERAGE_POOL_2D": "AddAveragePool2D()",
    "CONCATENATION": "AddConcatenation()",
    "CONV_2D": "AddConv2D(kernels.conv_2d())",
    "DEPTHWISE_CONV_2D": "AddDepthwiseConv2D(kernels.depthwise_conv_2d())",
    "DEQUANTIZE": "AddDequantize(kernels.dequantize)",
    "FULLY_CONNECTED": "AddFullyConnected(kernels.fully_connected)",
    "LOGISTIC": "AddLogistic()",
    "MAX_POOL_2D": "AddMaxPool2D()",
    "MEAN": "AddMean()",
    "MUL": "AddMul()",
    "PACK": "AddPack()",
    "PAD": "AddPad()",
    "QUANTIZE": "AddQuantize(kernels.quantize)",
    "RELU": "AddRelu()",
    "RELU6": "AddRelu6()",
    "RESHAPE": "AddReshape()",
    "SHAPE": "AddShape()",
    "SOFTMAX": "AddSoftmax()",
    "STRIDED_SLICE": "AddStridedSlice()",
    "SUB": "AddSub()",
}


@dataclass(frozen=True)
class GeneratedSources:
    """What was written: the files, the model's hash and the memory it needs in bytes.

    The hash is that of the model as given, `model_bytes` the size of the model as stored. `arena_bytes` is
    what the tables take, `interpreter_arena_bytes` what an image needs at most that prepares its model
    itself. `notes` is what the firmware says of layers that do not fit the accelerator, one line each.
    """

    files: tuple[Path, ...]
    model_sha256: str
    model_bytes: int
    arena_bytes: int
    interpreter_arena_bytes: int
    operators: tuple[str, ...]
    kernel: str
    prepared_bytes: int
    weights_ram_bytes: int
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Acceleration:
    """What an image has for one kernel: the block of prepared layers, and RAM for copies of weights."""

    kernel: str = native.DEFAULT_KERNEL
    prepared: bytes = b""
    weights_ram_bytes: int = 0


@dataclass(frozen=True)
class _TensorFacts:
    prefix: str
    type: str
    shape: str
    elements: int
    scale: str
    zero_point: int


_NOT_ACCELERATED = Acceleration()


@dataclass(frozen=True)
class WeightsInRam:
    """Where an image's weights go.

    `place` is one of native.WEIGHTS, `board` whose RAM counts; only "flash" goes without one.
    """

    place: str
    board: Board | None = None

    def budget(self, arena_bytes: int) -> int:
        """Return the bytes of RAM for copies beside an arena of `arena_bytes`."""
        return 0 if self.board is None else budget.weights_budget(self.place, arena_bytes, self.board)

    def check(self, arena_bytes: int, need: native.MemoryNeed) -> None:
        """Raise BuildError where "ram" was asked for and holds no layer."""
        if self.board is not None:
            copied, smallest = need.weights_copied, need.smallest_weights_bytes
            budget.check_weights(self.place, arena_bytes, copied, smallest, self.board)


WEIGHTS_IN_FLASH = WeightsInRam("flash")


def generate(
    model: Model,
    out: Path,
    preset: str = native.DEFAULT_PRESET,
    kernel: str = native.DEFAULT_KERNEL,
    weights: WeightsInRam = WEIGHTS_IN_FLASH,
    layout: str | None = None,
    on_core: Sequence[int] = (),
) -> GeneratedSources:
    """Write the generated sources of a model to a folder; files whose content stays the same are not touched.

    Args:
        model: The model; its name becomes part of the sources.
        out: Folder, made if missing; other files in it stay.
        preset: CMake preset of the host build that prepares the layers and measures the arena.
        kernel: One of native.KERNELS: the images in flash are made for it.
        weights: Where the accelerator reads weights.
        layout: One of weight_layout.LAYOUTS, in which the weights are stored; the kernel's best when None.
        on_core: Operators, by index, that have a program but are left to the reference kernel.

    Raises:
        ModelError: an operator is not supported, or the model is too large for the firmware's 32-bit counts.
        FirmwareError: the firmware refuses the model (measured by the host build).
        BuildError: the host build failed, or RAM was asked to hold weights and cannot hold those of any
            layer, or there is none on the accelerator.
        DataError: the folder is not writable.
    """
    layers = operators.layers(model)  # names an unsupported operator before anything is built
    stored = offline_plan.store(weight_layout.store(model, kernel, layout))
    executable = native.build(preset)
    prepared = native.prepare(stored, kernel, executable, on_core, layout)
    arena_bytes = measure_arena(stored, kernel, prepared, executable, layout)
    # Without an accelerated layer nothing is copied, whatever the budget.
    room = weights.budget(arena_bytes)
    placed = native.describe(stored, kernel, executable, prepared, weights.place, room, layout)
    notes = native.misfits(stored, kernel, executable, layout)
    if weights.place == "ram" and not placed.smallest_weights_bytes:
        raise BuildError(native.nothing_to_copy(kernel, notes, len(on_core)))
    weights.check(arena_bytes, placed)
    tables = static_tables.parse(
        native.tables(stored, kernel, executable, prepared, weights.place, room, layout)
    )
    acceleration = Acceleration(kernel, prepared, placed.weights_ram_bytes)
    texts = render(model, layers, arena_bytes, tables, acceleration, stored)
    paths = tuple(out / name for name in FILES)
    for path, text in zip(paths, texts, strict=True):
        _write_if_changed(path, text)
    return GeneratedSources(
        files=paths,
        model_sha256=model.sha256,
        model_bytes=len(stored.data),
        arena_bytes=tables.arena_bytes,
        interpreter_arena_bytes=arena_bytes,
        operators=_opcodes(model),
        kernel=kernel,
        prepared_bytes=len(prepared),
        weights_ram_bytes=placed.weights_ram_bytes,
        notes=notes,
    )


def measure_arena(
    model: Model, kernel: str, prepared: bytes, executable: Path, layout: str | None = None
) -> int:
    """Return the bytes of arena that suffice for a kernel with its prepared layers, and for the reference.

    The latter is what a part without the accelerator runs. A multiple of ARENA_ALIGNMENT, measured by the
    firmware on this computer, whose pointers are twice as long as the chip's: an upper bound.
    """
    needed = max(
        native.describe(model, kernel, executable, prepared, layout=layout).arena_bytes,
        native.describe(model, native.REFERENCE_KERNEL, executable, layout=layout).arena_bytes,
    )
    return -(-needed // ARENA_ALIGNMENT) * ARENA_ALIGNMENT


def render(
    model: Model,
    layers: tuple[Layer, ...],
    arena_bytes: int,
    tables: StaticTables,
    acceleration: Acceleration = _NOT_ACCELERATED,
    stored: Model | None = None,
) -> tuple[str, ...]:
    """Return the texts of FILES, in this order; `stored` is the model in its layout, `model` if None.

    `arena_bytes` is what an image needs that prepares its model itself; the tables have their own figure.
    """
    stored = stored or model
    largest = max(layer.work.ops for layer in layers)
    if largest > _LARGEST_COUNT:
        raise ModelError(f"a layer has {largest} operations: the firmware counts to {_LARGEST_COUNT}")
    environment = Environment(
        loader=PackageLoader("host.codegen"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,  # the output is C++, not HTML; safe_name takes care of the only free text
    )
    facts = {
        "generator": f"earshot {metadata.version('host')}",
        "facts_version": FACTS_VERSION,
        "name": safe_name(model.name),
        "sha256": model.sha256,
        "stored_sha256": stored.sha256,
        "file_bytes": len(stored.data),
        "data": c_array.initializer(stored.data),
        "arena_bytes": arena_bytes,
        "kernel": acceleration.kernel,
        "prepared_bytes": len(acceleration.prepared),
        "prepared_words": c_array.word_initializer(acceleration.prepared),
        "weights_ram_bytes": acceleration.weights_ram_bytes,
        "layers": layers,
        "adders": [_adder(model, opcode) for opcode in _opcodes(model)],
        "tensors": [_tensor_facts("Input", model.input), _tensor_facts("Output", model.output)],
        "tables": tables,
        "value_rows": table_rows.value_rows(tables),
        "tensor_rows": table_rows.tensor_rows(model, tables),
        "address_rows": table_rows.address_rows(model, tables),
        "operation_rows": table_rows.operation_rows(model, tables, acceleration.kernel),
        "interfaces": table_rows.interfaces(model, tables),
        "words": c_array.word_initializer,
        "quoted": lambda text: '"' + text + '"',
        "shapes": lambda tensors: ",".join(operators.shape_text(tensor.shape) for tensor in tensors),
    }
    return tuple(environment.get_template(f"{name}.jinja").render(facts) for name in FILES)


def safe_name(name: str) -> str:
    """Return a model's name with everything replaced that could end a C++ comment or string."""
    return re.sub(r"[^A-Za-z0-9._-]", "_", name)


def _adder(model: Model, opcode: str) -> str:
    """Return how the resolver adds an operator; without an argument it takes the kernel of all types."""
    of_all_types = opcode == "FULLY_CONNECTED" and static_tables.has_float_layer(model)
    return "AddFullyConnected()" if of_all_types else _ADDERS[opcode]


def _opcodes(model: Model) -> tuple[str, ...]:
    return tuple(dict.fromkeys(operator.opcode for operator in model.operators))


def _tensor_facts(prefix: str, tensor: Tensor) -> _TensorFacts:
    quantization = tensor.quantization
    return _TensorFacts(
        prefix=prefix,
        type=f"kTfLite{tensor.type.capitalize()}",
        shape=", ".join(str(size) for size in tensor.shape or (1,)),
        elements=tensor.elements,
        scale=table_rows.float_literal(quantization.scales[0] if quantization else 0.0),
        zero_point=quantization.zero_points[0] if quantization else 0,
    )


def _write_if_changed(path: Path, text: str) -> None:
    # A file that is written again is compiled again.
    try:
        if path.read_bytes() == text.encode():
            return
    except OSError:
        pass
    atomic.write_text(path, text)
