"""`python -m host.run`: a batch of arrays through the firmware, on this computer."""

import argparse
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from host import array_file, cli, native, native_arguments
from host.native import NativeRun
from host.sim import inference
from host.tflite import operators, reader
from host.tflite.reader import Model


def main(argv: Sequence[str] | None = None) -> int:
    """Run a batch; see --help."""
    parser = cli.parser(
        "run",
        "Run a batch of inputs through a model in the firmware: its own code compiled for this computer, or\n"
        "with --simulator the chip's image on the virtual board, with --device what a board runs.\n"
        "The first axis of the input is the batch; the rest is the model's shape without its batch, or its\n"
        "number of elements; the type is the model's, float32 or int8.",
        "python -m host.run RUN/model_int8.tflite --input X.npy --output Y.npy",
    )
    parser.add_argument("model", type=Path, metavar="MODEL.tflite", help="model to run")
    parser.add_argument("--input", type=Path, required=True, metavar="X.npy", help="inputs, [N, ...]")
    parser.add_argument(
        "--output", type=cli.output_file, required=True, metavar="Y.npy", help="outputs, [N, ...]"
    )
    native_arguments.add_places(parser, device=True)
    native_arguments.add(parser)
    arguments = parser.parse_args(argv)
    native_arguments.check_device(arguments)
    native_arguments.check_weights(arguments)
    model = reader.read(arguments.model)
    operators.layers(model)
    batch = native.check_batch(model, array_file.read(arguments.input))
    if arguments.device:
        return _on_a_device(arguments, model, batch)
    run = _on_the_virtual_board if arguments.simulator else _on_this_computer
    result = run(arguments, model, batch)
    for note in result.notes:
        cli.warn(note)
    if result.faults:
        cli.warn(native.fault_warning(result.faults))
    place = ", simulated" if arguments.simulator else ""
    _write(arguments.output, result.outputs, f"kernel {result.kernel}{place}")
    return 0


def _write(path: Path, outputs: NDArray[np.generic], origin: str) -> None:
    array_file.write(path, outputs)
    cli.out.print(f"{path}: {list(outputs.shape)} {outputs.dtype}, {origin}", soft_wrap=True)


def _on_a_device(arguments: argparse.Namespace, model: Model, batch: NDArray[np.generic]) -> int:
    from host.link import arguments as link_arguments
    from host.link import device_run

    device = link_arguments.connect(arguments, model)
    with device, cli.progress() as bar:
        task = bar.add_task(f"running on {device.texts.board}", total=len(batch))
        result = device_run.run(device, model, batch, lambda done: bar.update(task, completed=done))
        origin = f"kernel {device.texts.kernel}, {device.source} {device.unique_id}"
    if result.faults:
        cli.warn(native.fault_warning(result.faults))
    _write(arguments.output, result.outputs, origin)
    return 0


def _on_this_computer(arguments: argparse.Namespace, model: Model, batch: NDArray[np.generic]) -> NativeRun:
    with cli.err.status("building the firmware for this computer"):
        executable = native.build(arguments.preset)
    with cli.err.status(f"running {len(batch)} inputs"):
        return native.run(
            model,
            batch,
            arguments.kernel,
            arguments.cycle_model,
            executable,
            arguments.arena,
            arguments.weights,
            layout=arguments.layout,
        )


def _on_the_virtual_board(
    arguments: argparse.Namespace, model: Model, batch: NDArray[np.generic]
) -> NativeRun:
    native_arguments.check_simulator(arguments)
    with cli.err.status("building the image"):
        image = inference.build(
            model, arguments.model, arguments.kernel, arguments.weights, arguments.layout, arguments.preset
        )
    with cli.err.status(f"running {len(batch)} inputs on the virtual board"):
        return inference.run(model, batch, image.elf, arguments.cycle_model)


if __name__ == "__main__":
    cli.run(main)
