"""A batch through a model in the image of the chip, on the virtual board: `--simulator` of the commands."""

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from host import boards, native
from host.errors import FirmwareError
from host.firmware_build import image_cache
from host.firmware_build.image_cache import CachedImage
from host.native import NativeLayer, NativeRun
from host.sim import image_file
from host.sim.board import BoardSettings, VirtualBoard
from host.sim.mailbox import Inference, Mailbox
from host.tflite.reader import Model

BOARD = "virtual"

_END_OF_BANNER = "type help for the commands"
_PROMPT = ">"

_USUAL_BOARD = BoardSettings()


@dataclass(frozen=True, kw_only=True)
class SimulatedLayer(NativeLayer):
    """A layer's part of a run with, per run, the cycles in which the core worked on it and waited for it."""

    cpu_cycles: tuple[int, ...]
    wait_cycles: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class SimulatedRun(NativeRun):
    """What a batch gave, as on this computer, with what the board knows besides.

    `kernel` and `accelerator` are what the image says of itself, `unique_id` is the board's (hexadecimal),
    `clock_hz` the core's clock and `simulated_s` the simulated time since power-on.
    """

    layers: tuple[SimulatedLayer, ...]
    accelerator: str
    unique_id: str
    clock_hz: int
    simulated_s: float


def build(
    model: Model,
    path: Path,
    kernel: str = native.DEFAULT_KERNEL,
    weights: str = native.DEFAULT_WEIGHTS,
    layout: str | None = None,
    preset: str = native.DEFAULT_PRESET,
) -> CachedImage:
    """Return the virtual board's image of a model, built where the cache lacks it; see image_cache."""
    return image_cache.get(model, path, boards.load(BOARD), kernel, weights, layout, preset)


def run(
    model: Model,
    inputs: NDArray[np.generic],
    elf: Path,
    cycle_model: str = native.DEFAULT_CYCLE_MODEL,
    *,
    warm_up: bool = False,
    settings: BoardSettings = _USUAL_BOARD,
) -> SimulatedRun:
    """Run a batch in an image on the virtual board, which is switched on for it.

    Args:
        model: The model in the image, with one input and one output.
        inputs: [N, ...input shape without its batch] or [N, elements], of the input's type.
        elf: The image (build).
        cycle_model: Account of the accelerator's cycles, one of native.CYCLE_MODELS.
        warm_up: Run the first item once more before all, uncounted: the instruction cache is cold at first.
        settings: The board, but for `cycle_model`: another part has no accelerator, for instance.

    Raises:
        DataError: shape or type of `inputs` do not fit the model.
        ModelError: the model has several inputs or outputs.
        BuildError: the simulator is not installed.
        ImageError: the image cannot be loaded.
        FirmwareError: the image has another model, or the firmware refuses it or fails.
    """
    batch = native.check_batch(model, inputs)
    board = VirtualBoard(replace(settings, cycle_model=cycle_model))
    board.load(image_file.read(elf))
    mailbox = Mailbox(board)
    if mailbox.model_sha256 != model.sha256:
        raise FirmwareError(
            f"{elf} has the model {mailbox.model_sha256}, not {model.name} ({model.sha256}): build it again"
        )
    if warm_up:
        mailbox.invoke(batch[0].tobytes())
    inferences = mailbox.invoke_all([item.tobytes() for item in batch])
    outputs = b"".join(inference.output for inference in inferences)
    return SimulatedRun(
        outputs=np.frombuffer(outputs, model.output.dtype)
        .reshape(len(batch), *native.item_shape(model.output))
        .copy(),
        kernel=mailbox.kernel,
        accelerator=mailbox.accelerator,
        unique_id=board.unique_id,
        cycle_model=cycle_model,
        clock_hz=mailbox.clock_hz,
        layers=_layers(model, inferences),
        faults=sum(layer.faults for inference in inferences for layer in inference.layers),
        arena_used_bytes=mailbox.arena_used_bytes,
        weights_ram_bytes=mailbox.weights_ram_used_bytes,
        weights_copied=mailbox.weights_copied,
        simulated_s=board.seconds,
        notes=_notes(mailbox.messages),
    )


def _layers(model: Model, inferences: tuple[Inference, ...]) -> tuple[SimulatedLayer, ...]:
    opcodes = [operator.opcode for operator in model.operators]
    for inference in inferences:
        if [layer.opcode for layer in inference.layers] != opcodes:
            raise FirmwareError("the firmware's profile has other layers than the model: build it again")
    return tuple(
        SimulatedLayer(
            index=index,
            opcode=opcode.lower(),
            launches=inferences[0].layers[index].launches,
            faults=sum(each.layers[index].faults for each in inferences),
            accelerator_cycles=tuple(each.layers[index].accelerator_cycles for each in inferences),
            cpu_cycles=tuple(each.layers[index].cpu_cycles for each in inferences),
            wait_cycles=tuple(each.layers[index].wait_cycles for each in inferences),
        )
        for index, opcode in enumerate(opcodes)
    )


def _notes(messages: tuple[str, ...]) -> tuple[str, ...]:
    if _END_OF_BANNER not in messages:
        return ()
    after = messages[messages.index(_END_OF_BANNER) + 1 :]
    return tuple(message for message in after if message != _PROMPT)
