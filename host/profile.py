"""`python -m host.profile`: cycles per layer of one inference."""

from collections.abc import Sequence
from pathlib import Path

from host import cli, default_model, native, native_arguments, native_profile
from host.errors import UsageError
from host.report import profile_document, tables
from host.tflite import operators, reader


def main(argv: Sequence[str] | None = None) -> int:
    """Profile a model; see --help."""
    parser = cli.parser(
        "profile",
        "Show what each layer of a model takes: operations, accelerator cycles, memory.",
        "python -m host.profile --host RUN/model_int8.tflite --json profile.json",
    )
    parser.add_argument(
        "model",
        type=Path,
        nargs="?",
        metavar="MODEL.tflite",
        help="model (default: the last one built)",
    )
    parser.add_argument("--host", action="store_true", help="in the firmware compiled for this computer")
    parser.add_argument("--runs", type=int, default=1, metavar="N", help="inferences to measure (default: 1)")
    parser.add_argument("--json", metavar="FILE", help="write profile/1 to FILE, or to standard output for -")
    native_arguments.add(parser)
    arguments = parser.parse_args(argv)
    if not arguments.host:
        raise UsageError("say --host: this version profiles in the firmware compiled for this computer only")
    if arguments.runs < 1:
        raise UsageError(f"--runs {arguments.runs} is too few: at least 1")
    model = reader.read(arguments.model or default_model.find())
    operators.layers(model)
    with cli.err.status("building the firmware for this computer"):
        executable = native.build(arguments.preset)
    result = native_profile.profile(
        model, arguments.kernel, arguments.cycle_model, arguments.runs, executable, arguments.arena
    )
    if arguments.json != "-":
        for table in tables.profile(result):
            cli.show(table)
    if arguments.json:
        cli.write_json(arguments.json, profile_document.document(result))
    return 0


if __name__ == "__main__":
    cli.run(main)
