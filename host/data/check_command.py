"""`python -m host.data check DIR`: what is in a data set and what is wrong with it.

Exit status 1 if a finding is an error, so that scripts can stop before training.
"""

import argparse
from pathlib import Path

from host import cli
from host.data import check, check_tables


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument("data", type=Path, metavar="DIR", help="data set with train/ and test/")
    parser.add_argument(
        "--plot",
        type=cli.output_file,
        metavar="FILE",
        help="draw a gallery of spectrograms (.png, .svg, .pdf)",
    )


def run(arguments: argparse.Namespace) -> int:
    """Check; return 0, or 1 if there are errors."""
    if arguments.plot is not None:
        from host.data import gallery  # matplotlib takes a second.

        gallery.check_format(arguments.plot)
    with cli.progress() as progress:
        task = progress.add_task("check", total=None)
        found = check.check(
            arguments.data, lambda done, total: progress.update(task, completed=done, total=total)
        )
    if arguments.json:
        cli.write_json(arguments.json, check_tables.document(found))
    if arguments.json != "-":
        cli.show(check_tables.groups_table(found))
        if found.findings:
            cli.show(check_tables.findings_table(found))
        else:
            cli.out.print("nothing is wrong with it")
    if arguments.plot is not None:
        gallery.save(found, arguments.plot)
        cli.err.print(f"figure: {arguments.plot}", soft_wrap=True)
    return 1 if found.errors else 0
