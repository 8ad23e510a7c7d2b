"""`python -m host.run`: a batch of arrays through the firmware, on this computer."""

from collections.abc import Sequence
from pathlib import Path

from host import array_file, cli, native, native_arguments
from host.tflite import operators, reader


def main(argv: Sequence[str] | None = None) -> int:
    """Run a batch; see --help."""
    parser = cli.parser(
        "run",
        "Run a batch of inputs through a model in the firmware's own code, compiled for this computer.\n"
        "The first axis of the input is the batch; the rest is the model's shape without its batch, or its\n"
        "number of elements; the type is the model's, float32 or int8.",
        "python -m host.run RUN/model_int8.tflite --input X.npy --output Y.npy",
    )
    parser.add_argument("model", type=Path, metavar="MODEL.tflite", help="model to run")
    parser.add_argument("--input", type=Path, required=True, metavar="X.npy", help="inputs, [N, ...]")
    parser.add_argument("--output", type=Path, required=True, metavar="Y.npy", help="outputs, [N, ...]")
    parser.add_argument("--host", action="store_true", help="on this computer (the default)")
    native_arguments.add(parser)
    arguments = parser.parse_args(argv)
    model = reader.read(arguments.model)
    operators.layers(model)
    batch = native.check_batch(model, array_file.read(arguments.input))
    with cli.err.status("building the firmware for this computer"):
        executable = native.build(arguments.preset)
    with cli.err.status(f"running {len(batch)} inputs"):
        result = native.run(
            model,
            batch,
            arguments.kernel,
            arguments.cycle_model,
            executable,
            arguments.arena,
            arguments.weights,
            layout=arguments.layout,
        )
    for note in result.notes:
        cli.warn(note)
    if result.faults:
        cli.warn(native.fault_warning(result.faults))
    array_file.write(arguments.output, result.outputs)
    cli.out.print(
        f"{arguments.output}: {list(result.outputs.shape)} {result.outputs.dtype}, kernel {result.kernel}",
        soft_wrap=True,
    )
    return 0


if __name__ == "__main__":
    cli.run(main)
