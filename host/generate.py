"""`python -m host.generate`: a .tflite as the sources that the firmware compiles."""

import argparse
from collections.abc import Sequence
from pathlib import Path

from host import boards, calibration, cli, native, native_arguments
from host.codegen import firmware_sources
from host.errors import UsageError
from host.firmware_build import budget
from host.precision import LayerError
from host.tflite import reader
from host.tflite.reader import Model


def main(argv: Sequence[str] | None = None) -> int:
    """Generate the sources of one model; see --help."""
    parser = cli.parser(
        "generate",
        "Turn a model into C++ sources: its bytes, its facts, and the operators it uses.",
        "python -m host.generate RUN/model_int8.tflite --out build/generated",
    )
    parser.add_argument("model", type=Path, metavar="MODEL.tflite", help="model to turn into sources")
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="folder for the sources")
    parser.add_argument(
        "--kernel",
        choices=native.KERNELS,
        default=native.DEFAULT_KERNEL,
        help="kernel that images in flash are made for (default: %(default)s)",
    )
    native_arguments.add_weights(parser)
    native_arguments.add_layout(parser)
    native_arguments.add_preset(parser)
    native_arguments.add_max_error(parser)
    parser.add_argument(
        "--board", default="xg24", help="whose RAM --weights counts on (default: %(default)s)"
    )
    arguments = parser.parse_args(argv)
    board = boards.load(arguments.board)
    model = reader.read(arguments.model)
    inexact = _inexact_layers(model, arguments)
    with cli.err.status("generating"):
        sources = firmware_sources.generate(
            model,
            arguments.out,
            arguments.preset,
            arguments.kernel,
            lambda arena_bytes: budget.weights_budget(arguments.weights, arena_bytes, board),
            layout=arguments.layout,
            on_core=[error.index for error in inexact],
        )
    for path in sources.files:
        cli.out.print(str(path), soft_wrap=True)
    cli.out.print(
        f"{sources.model_bytes} bytes of model ({len(model.data)} in the file), "
        f"{sources.arena_bytes} bytes of arena (measured on this computer, "
        f"upper bound), {sources.prepared_bytes} bytes of prepared layers for kernel {sources.kernel}, "
        f"{sources.weights_ram_bytes} bytes of weights in RAM, operators: {', '.join(sources.operators)}",
        soft_wrap=True,
    )
    return 0


def _inexact_layers(model: Model, arguments: argparse.Namespace) -> tuple[LayerError, ...]:
    """Decide which layers --max-error leaves to the reference kernel, and say so."""
    if arguments.max_error is None:
        return ()
    if arguments.kernel != "fast":
        raise UsageError(f"--max-error is for kernel fast: {arguments.kernel} never changes for precision")
    inputs = calibration.find(model, arguments.model, arguments.calibration)
    with cli.err.status("measuring errors"):
        executable = native.build(arguments.preset)
        layers = calibration.above(model, inputs, arguments.max_error, executable, arguments.layout)
    for layer in layers:
        cli.out.print(
            f"layer {layer.index}: off by up to {layer.largest} output codes, above --max-error "
            f"{arguments.max_error}: left to the reference kernel",
            soft_wrap=True,
        )
    cli.out.print(f"errors measured on {inputs.source}: {len(layers)} layers above the limit", soft_wrap=True)
    return layers


if __name__ == "__main__":
    cli.run(main)
