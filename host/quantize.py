"""`python -m host.quantize RUN`: turn a trained autoencoder into a float and into int8 .tflite files."""

import argparse
from collections.abc import Sequence
from pathlib import Path

from host import cli


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; return its exit status."""
    arguments = _parser().parse_args(argv)
    # Late import: --help should not wait for it.
    from host.model import quantization_run
    from host.model.quantization import QuantizationSettings
    from host.model.run_folder import RunFolder

    folder = RunFolder(arguments.run)
    settings = QuantizationSettings(per_channel=arguments.per_channel)
    forms = arguments.io or ["float"]
    with cli.err.status("converting"):
        outcome = quantization_run.run(folder, forms, settings, arguments.calibration)
    if arguments.json:
        files = [
            {"path": str(file.path), "description": file.description, "file_bytes": file.size}
            for file in outcome.files
        ]
        cli.write_json(arguments.json, {"schema": "quantize/1", "made": outcome.made, "files": files})
    if arguments.json != "-":
        if not outcome.made:
            cli.out.print("already quantized")
        for file in outcome.files:
            cli.out.print(f"{file.size:>9,} bytes  {file.path} ({file.description})", soft_wrap=True)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = cli.parser(
        "quantize",
        "Quantize a trained model to int8. The first form asked for becomes RUN/model_int8.tflite, any other "
        "RUN/model_int8_FORM_io.tflite; RUN/model_float.tflite is written beside them.",
        "python -m host.quantize runs/demo --io float --io int8",
    )
    add = parser.add_argument
    add("run", type=Path, metavar="RUN", help="folder of a finished training")
    add(
        "--io",
        action="append",
        choices=["float", "int8"],
        help="types at both ends: float (5x128x1, the default) or int8 (640); may be given twice",
    )
    add("--per-channel", action="store_true", help="a weight scale per output channel, not per tensor")
    add(
        "--calibration",
        type=int,
        metavar="N",
        help="windows that set the ranges (default 1000, or all that the run keeps)",
    )
    add(
        "--json",
        type=cli.json_file,
        metavar="FILE",
        help="write the files and their sizes as JSON (- for standard output)",
    )
    return parser


if __name__ == "__main__":
    cli.run(main)
