"""`python -m host.summarize`: what a model consists of, what it costs and what it needs."""

from collections.abc import Sequence
from pathlib import Path

from host import cli
from host.report import tables
from host.tflite import reader, summary


def main(argv: Sequence[str] | None = None) -> int:
    """Print the summary of one model; see --help."""
    parser = cli.parser(
        "summarize",
        "Show a model's operators, its multiply-accumulates and operations, and the memory it needs.",
        "python -m host.summarize RUN/model_int8.tflite",
    )
    parser.add_argument("model", type=Path, metavar="MODEL.tflite", help="model to summarize")
    parser.add_argument(
        "--json",
        type=cli.json_file,
        metavar="FILE",
        help="write the figures to FILE, or to standard output for -",
    )
    arguments = parser.parse_args(argv)
    result = summary.summarize(reader.read(arguments.model))
    if arguments.json:
        cli.write_json(arguments.json, summary.document(result))
    if arguments.json != "-":
        for part in tables.model_summary(result):
            cli.show(part)
    return 0


if __name__ == "__main__":
    cli.run(main)
