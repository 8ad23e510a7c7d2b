"""The firmware on this computer: models run in the host executable, with files in a temporary folder.

Cycle counts of the accelerator are modelled; there are none for the core.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from host import atomic, native_executable
from host.cycle_models import CYCLE_MODELS as CYCLE_MODELS
from host.cycle_models import DEFAULT_CYCLE_MODEL as DEFAULT_CYCLE_MODEL
from host.errors import DataError, FirmwareError, ModelError
from host.native_executable import DEFAULT_PRESET as DEFAULT_PRESET
from host.native_executable import build as build
from host.tflite import weight_layout
from host.tflite.reader import Model, Tensor

KERNELS = ("reference", "baseline", "fast")
REFERENCE_KERNEL = "reference"
DEFAULT_KERNEL = "fast"
WEIGHTS = ("flash", "ram", "auto")
"""Where the accelerator reads weights; see `run`."""
DEFAULT_WEIGHTS = "flash"
DEFAULT_ARENA_BYTES = 256 << 10
"""All RAM of the chip."""
UNLIMITED_ARENA_BYTES = 64 << 20

_DESCRIBE_TIMEOUT_S = 60.0
_RUN_TIMEOUT_S = 60.0
_RUN_TIMEOUT_PER_ITEM_S = 5.0


@dataclass(frozen=True)
class NativeLayer:
    """A layer's part of a run: programs launched and accelerator cycles per run (modelled).

    `faults` counts the programs of all runs that faulted or timed out: the core redid the layer then.
    """

    index: int
    opcode: str
    launches: int
    accelerator_cycles: tuple[int, ...]
    faults: int = 0


@dataclass(frozen=True)
class NativeRun:
    """What a batch gave: `outputs` is [N, ...output shape without its batch].

    `notes` is what the firmware says of layers that it leaves to the core, and why.
    """

    outputs: NDArray[np.generic]
    kernel: str
    cycle_model: str
    arena_used_bytes: int
    layers: tuple[NativeLayer, ...]
    faults: int
    weights_ram_bytes: int = 0
    weights_copied: int = 0
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class MemoryNeed:
    """What the firmware takes for a model: arena, and copies of weights in RAM, of so many layers.

    `smallest_weights_bytes` is what the smallest weights take that may be copied; 0: there are none.
    """

    arena_bytes: int
    weights_ram_bytes: int
    weights_copied: int
    smallest_weights_bytes: int


def fault_warning(faults: int) -> str:
    """Return one line that says what became of layers whose programs failed, `faults` of them, at least 1."""
    programs, layers = ("1 program", "layer") if faults == 1 else (f"{faults} programs", "layers")
    return f"{programs} of the accelerator faulted or timed out: the reference kernel redid the {layers}"


def nothing_to_copy(kernel: str, notes: Sequence[str], for_precision: int = 0) -> str:
    """Return the line about `weights` "ram" where no layer runs on the accelerator.

    Args:
        kernel: One of KERNELS.
        notes: What the firmware says of layers that it leaves to the core (`misfits`).
        for_precision: Number of layers that --max-error leaves to the core.
    """
    reasons = [f"--max-error leaves {for_precision} to the core"] if for_precision else []
    reasons += [*notes[:1], *([f"{len(notes) - 1} more do not fit"] if len(notes) > 1 else [])]
    why = f" ({'; '.join(reasons)})" if reasons else ""
    return (
        f"--weights ram: no layer runs on the accelerator with kernel {kernel}, so there are no weights to"
        f" copy{why}: give --weights auto or flash"
    )


def misfits(model: Model, kernel: str, executable: Path, layout: str | None = None) -> tuple[str, ...]:
    """Return what the firmware says of layers that it leaves to the core, and why: a line for each.

    They are the notes of a run, here of one on zeros. `layout` is as in `run`.

    Raises:
        FirmwareError: the firmware refuses the model.
    """
    if kernel == REFERENCE_KERNEL:
        return ()
    with atomic.work_folder() as folder:
        (folder / "model.tflite").write_bytes(weight_layout.store(model, kernel, layout).data)
        (folder / "inputs").write_bytes(bytes(sum(model.tensors[index].bytes for index in model.inputs)))
        command = [str(executable), "run", str(folder / "model.tflite"), "--kernel", kernel]
        command += ["--inputs", str(folder / "inputs"), "--outputs", str(folder / "outputs")]
        command += ["--profile", str(folder / "profile.json"), "--arena", str(UNLIMITED_ARENA_BYTES)]
        native_executable.call(command, _RUN_TIMEOUT_S)
        return _notes(native_executable.parse(native_executable.read(folder / "profile.json"), "run"))


def prepare(
    model: Model, kernel: str, executable: Path, on_core: Sequence[int] = (), layout: str | None = None
) -> bytes:
    """Return the block of prepared layers that an image for a kernel carries in flash.

    It is empty for the reference kernel. Its format is stated in firmware/kernels/mvp/prepared_layer.h.
    `layout` is as in `run`.
    Operators whose indices are in `on_core` run on the reference kernel with it.

    Raises:
        FirmwareError: the firmware refuses the model, or one of `on_core` has no kernel of the accelerator.
    """
    if kernel == REFERENCE_KERNEL:
        return b""
    with atomic.work_folder() as folder:
        (folder / "model.tflite").write_bytes(weight_layout.store(model, kernel, layout).data)
        command = [str(executable), "prepare", str(folder / "model.tflite"), "--kernel", kernel]
        command += ["--outputs", str(folder / "images"), "--arena", str(UNLIMITED_ARENA_BYTES)]
        for operator in on_core:
            command += ["--on-core", str(operator)]
        native_executable.call(command, _DESCRIBE_TIMEOUT_S)
        return native_executable.read(folder / "images")


def tables(
    model: Model,
    kernel: str,
    executable: Path,
    prepared: bytes = b"",
    weights: str = DEFAULT_WEIGHTS,
    weights_budget: int | None = None,
    layout: str | None = None,
) -> dict[str, Any]:
    """Return what the firmware has prepared of a model, for host.codegen.static_tables.parse.

    The arguments are as in `describe`; kernels keep the same on the chip.

    Raises:
        FirmwareError: the firmware refuses the model.
    """
    with atomic.work_folder() as folder:
        (folder / "model.tflite").write_bytes(weight_layout.store(model, kernel, layout).data)
        command = [str(executable), "tables", str(folder / "model.tflite"), "--kernel", kernel]
        command += ["--outputs", str(folder / "tables.json"), "--arena", str(UNLIMITED_ARENA_BYTES)]
        command += _acceleration(folder, prepared, weights, weights_budget)
        native_executable.call(command, _DESCRIBE_TIMEOUT_S)
        return native_executable.parse(native_executable.read(folder / "tables.json"), "tables")


def describe(
    model: Model,
    kernel: str,
    executable: Path,
    prepared: bytes = b"",
    weights: str = DEFAULT_WEIGHTS,
    weights_budget: int | None = None,
    layout: str | None = None,
) -> MemoryNeed:
    """Return the memory that the firmware needs for a model, with this computer's pointers.

    Whether a chip has as much is for the build of its image to say. `prepared` is what `prepare` returned,
    or empty: the layers are then prepared in the arena. `weights`, `weights_budget` and `layout`
    are as in `run`.

    Raises:
        FirmwareError: the firmware refuses the model.
    """
    with atomic.work_folder() as folder:
        (folder / "model.tflite").write_bytes(weight_layout.store(model, kernel, layout).data)
        command = [str(executable), "describe", str(folder / "model.tflite"), "--kernel", kernel]
        command += ["--arena", str(UNLIMITED_ARENA_BYTES)]
        command += _acceleration(folder, prepared, weights, weights_budget)
        document = native_executable.parse(native_executable.call(command, _DESCRIBE_TIMEOUT_S), "describe")
    return MemoryNeed(
        arena_bytes=native_executable.integer(document, "arena_used_bytes"),
        weights_ram_bytes=native_executable.integer(document, "weights_ram_bytes"),
        weights_copied=native_executable.integer(document, "weights_copied"),
        smallest_weights_bytes=native_executable.integer(document, "smallest_weights_bytes"),
    )


def run(
    model: Model,
    inputs: NDArray[np.generic],
    kernel: str = DEFAULT_KERNEL,
    cycle_model: str = DEFAULT_CYCLE_MODEL,
    executable: Path | None = None,
    arena_bytes: int = DEFAULT_ARENA_BYTES,
    weights: str = DEFAULT_WEIGHTS,
    weights_budget: int | None = None,
    prepared: bytes = b"",
    layout: str | None = None,
) -> NativeRun:
    """Run a batch through the firmware on this computer.

    Args:
        model: A model with one input and one output.
        inputs: [N, ...input shape without its batch] or [N, elements], of the input's type.
        kernel: One of KERNELS.
        cycle_model: Name of the accelerator's cycle account (host/mvp).
        executable: The host executable; built with the default preset when None.
        arena_bytes: Size of the arena; more than the chip has is possible here.
        weights: "flash": the accelerator reads weights where the model lies. "ram": from copies in RAM, of
            as many whole layers as `weights_budget` holds, those read most first; an error where it holds
            none, or where no layer runs on the accelerator. "auto": the same without the error.
        weights_budget: Bytes of RAM for copies, never an error; None: 256 KiB less the arena that an image
            needs, 8 KiB of stack and 14 KiB of variables, with "ram" at most 224 KiB.
        prepared: What `prepare` returned for this model and kernel, as images for a chip carry it; empty: the
            layers are prepared in the arena.
        layout: One of weight_layout.LAYOUTS, in which the weights are stored; the kernel's best when None.

    Raises:
        DataError: shape or type of `inputs` do not fit the model.
        ModelError: the model has several inputs or outputs.
        BuildError: the executable cannot be built.
        FirmwareError: the firmware refuses the model or fails, or has no weights to copy with "ram".
    """
    batch = check_batch(model, inputs)
    program = build() if executable is None else executable
    with atomic.work_folder() as folder:
        (folder / "model.tflite").write_bytes(weight_layout.store(model, kernel, layout).data)
        (folder / "inputs").write_bytes(batch.tobytes())
        command = [str(program), "run", str(folder / "model.tflite"), "--kernel", kernel]
        command += ["--cycle-model", cycle_model, "--count", str(len(batch))]
        command += ["--inputs", str(folder / "inputs"), "--outputs", str(folder / "outputs")]
        command += ["--profile", str(folder / "profile.json"), "--arena", str(arena_bytes)]
        command += _acceleration(folder, prepared, weights, weights_budget)
        native_executable.call(command, _RUN_TIMEOUT_S + _RUN_TIMEOUT_PER_ITEM_S * len(batch))
        outputs = native_executable.read(folder / "outputs")
        document = native_executable.parse(native_executable.read(folder / "profile.json"), "run")
    result = NativeRun(
        outputs=_outputs(outputs, model.output, len(batch)),
        kernel=kernel,
        cycle_model=cycle_model,
        arena_used_bytes=native_executable.integer(document, "arena_used_bytes"),
        layers=_layers(document, model, len(batch)),
        faults=native_executable.integer(document, "faults"),
        weights_ram_bytes=native_executable.integer(document, "weights_ram_bytes"),
        weights_copied=native_executable.integer(document, "weights_copied"),
        notes=_notes(document),
    )
    if weights == "ram" and weights_budget is None and not result.weights_copied:
        raise FirmwareError(nothing_to_copy(kernel, result.notes))
    return result


def _acceleration(folder: Path, prepared: bytes, weights: str, weights_budget: int | None) -> list[str]:
    arguments = ["--weights", weights]
    if weights_budget is not None:
        arguments += ["--weights-budget", str(weights_budget)]
    if prepared:
        (folder / "images").write_bytes(prepared)
        arguments += ["--images", str(folder / "images")]
    return arguments


def check_batch(model: Model, inputs: NDArray[np.generic]) -> NDArray[np.generic]:
    """Return `inputs` as the little-endian, contiguous batch [N, ...] that the model takes.

    Raises:
        DataError: shape or type do not fit.
        ModelError: the model has several inputs or outputs.
    """
    if len(model.inputs) != 1 or len(model.outputs) != 1:
        raise ModelError(f"{model.name} has several inputs or outputs: only models with one of each run here")
    tensor = model.input
    shape = item_shape(tensor)
    if inputs.dtype.newbyteorder("=") != np.dtype(tensor.type):
        raise DataError(f"the input array is {inputs.dtype}: {model.name} takes {tensor.type}")
    if inputs.ndim < 1 or inputs.shape[1:] not in (shape, (tensor.elements,)) or len(inputs) == 0:
        raise DataError(
            f"the input array has shape {list(inputs.shape)}: {model.name} takes [N, {_sizes(shape)}]"
            f" or [N, {tensor.elements}], N at least 1"
        )
    return np.ascontiguousarray(inputs, dtype=tensor.dtype).reshape(len(inputs), *shape)


def item_shape(tensor: Tensor) -> tuple[int, ...]:
    """Return a tensor's shape without its batch, which is the first axis where that is 1."""
    return tensor.shape[1:] if tensor.shape[:1] == (1,) else tensor.shape


def _sizes(shape: tuple[int, ...]) -> str:
    return ", ".join(str(size) for size in shape)


def _outputs(data: bytes, tensor: Tensor, count: int) -> NDArray[np.generic]:
    if len(data) != count * tensor.bytes:
        raise FirmwareError(
            f"the firmware wrote {len(data)} bytes of output instead of {count * tensor.bytes}"
        )
    return np.frombuffer(data, tensor.dtype).reshape(count, *item_shape(tensor)).copy()


def _notes(document: dict[str, Any]) -> tuple[str, ...]:
    return tuple(note for note in str(document.get("notes", "")).split("; ") if note)


def _layers(document: dict[str, Any], model: Model, count: int) -> tuple[NativeLayer, ...]:
    try:
        layers = tuple(
            NativeLayer(
                int(layer["index"]),
                str(layer["opcode"]).lower(),
                int(layer["launches"]),
                tuple(int(cycles) for cycles in layer["accelerator_cycles"]),
                int(layer["faults"]),
            )
            for layer in document["layers"]
        )
    except (KeyError, TypeError, ValueError) as error:
        raise FirmwareError(f"the firmware's profile is malformed: {error!r}") from error
    expected = [(operator.index, operator.opcode.lower(), count) for operator in model.operators]
    if [(layer.index, layer.opcode, len(layer.accelerator_cycles)) for layer in layers] != expected:
        raise FirmwareError("the firmware's profile has other layers than the model: build it again")
    return layers
