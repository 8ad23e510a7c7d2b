"""`python -m host.summarize`: what a model consists of, what it costs and what it needs."""

import argparse
from collections.abc import Sequence
from pathlib import Path

from host import atomic, cli
from host.report import tables
from host.tflite import offline_plan, reader, summary


def main(argv: Sequence[str] | None = None) -> int:
    """Print the summary of one model; see --help."""
    parser = cli.parser(
        "summarize",
        "Show a model's operators, its multiply-accumulates and operations, and the plan of its memory.",
        "python -m host.summarize RUN/model_int8.tflite",
    )
    parser.add_argument("model", type=Path, metavar="MODEL.tflite", help="model to summarize")
    parser.add_argument(
        "--json",
        type=cli.json_file,
        metavar="FILE",
        help="write the figures to FILE, or to standard output for -",
    )
    parser.add_argument(
        "--plot", type=_picture_file, metavar="FILE", help="draw the memory over time to a .png or .svg file"
    )
    parser.add_argument(
        "--plan-out",
        type=cli.output_file,
        metavar="FILE.tflite",
        help="write the model with the smallest memory plan that a search finds, for the firmware and TFLM",
    )
    arguments = parser.parse_args(argv)
    model = reader.read(arguments.model)
    result = summary.summarize(model)
    if arguments.plan_out:
        atomic.write_bytes(arguments.plan_out, offline_plan.write(model).data)
    if arguments.plot:
        from host.report import plots

        plots.save(plots.memory_plan(result.activations, result.name), arguments.plot)
    if arguments.json:
        cli.write_json(arguments.json, summary.document(result))
    if arguments.json != "-":
        for part in tables.model_summary(result):
            cli.show(part)
    return 0


def _picture_file(text: str) -> Path:
    if Path(text).suffix not in (".png", ".svg"):
        raise argparse.ArgumentTypeError(f"{text} is neither .png nor .svg")
    return cli.output_file(text)


if __name__ == "__main__":
    cli.run(main)
