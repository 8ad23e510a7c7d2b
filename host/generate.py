"""`python -m host.generate`: a .tflite as the sources that the firmware compiles."""

from collections.abc import Sequence
from pathlib import Path

from host import boards, cli, native, native_arguments
from host.codegen import firmware_sources
from host.tflite import reader


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
    native_arguments.check_weights(arguments)
    board = boards.load(arguments.board)
    model = reader.read(arguments.model)
    on_core = native_arguments.layers_on_core(model, arguments.model, arguments)
    with cli.err.status("generating"):
        sources = firmware_sources.generate(
            model,
            arguments.out,
            arguments.preset,
            arguments.kernel,
            firmware_sources.WeightsInRam(arguments.weights, board),
            layout=arguments.layout,
            on_core=on_core.operators if on_core else (),
        )
    for remark in (*sources.notes, *native_arguments.remarks(model, arguments, on_core)):
        cli.warn(remark)
    for line in on_core.lines if on_core else ():
        cli.out.print(line, soft_wrap=True)
    for path in sources.files:
        cli.out.print(str(path), soft_wrap=True)
    cli.out.print(
        f"{sources.model_bytes} bytes of model ({len(model.data)} in the file), "
        f"{sources.arena_bytes} bytes of arena "
        f"(at most {sources.interpreter_arena_bytes} with an interpreter), "
        f"{sources.prepared_bytes} bytes of prepared layers for kernel {sources.kernel}, "
        f"{sources.weights_ram_bytes} bytes of weights in RAM, operators: {', '.join(sources.operators)}",
        soft_wrap=True,
    )
    return 0


if __name__ == "__main__":
    cli.run(main)
