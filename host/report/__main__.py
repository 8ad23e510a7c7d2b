"""`python -m host.report RUN`: write RUN/report.html from the figures in the run folder."""

from collections.abc import Sequence
from pathlib import Path

from host import atomic, cli
from host.errors import UsageError
from host.report import html


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; return its exit status."""
    parser = cli.parser(
        "report",
        "Write a run as one HTML page: accuracy, clips, training, quantization, cycles, memory, energy.",
        "python -m host.report runs/demo",
    )
    parser.add_argument(
        "run",
        type=Path,
        metavar="RUN",
        help="folder with evaluation.json, build.json, profile.json; profile_KERNEL.json of other kernels",
    )
    parser.add_argument(
        "--data",
        type=Path,
        metavar="DIR",
        help="recordings, for the pictures of clips (default: where they were in training)",
    )
    arguments = parser.parse_args(argv)
    if not arguments.run.is_dir():
        raise UsageError(f"no folder {arguments.run}: name one that host.train wrote")
    page = arguments.run / "report.html"
    atomic.write_text(page, html.render(arguments.run, arguments.data))
    cli.out.print(f"report: {page}", soft_wrap=True)
    return 0


if __name__ == "__main__":
    cli.run(main)
