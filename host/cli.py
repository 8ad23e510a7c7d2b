"""What all commands share: the parser's shape, the exit status, JSON output and the consoles."""

import argparse
import json
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NoReturn

from rich.console import Console, RenderableType
from rich.measure import Measurement
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from host import atomic
from host.errors import HostError

EXIT_INTERRUPTED = 130

_WIDE = 400  # columns; no table of ours is wider

# highlight=False: rich would colour every number; markup=False: file names may hold brackets.
out = Console(highlight=False, markup=False)
"""Results: what the command was asked for."""

err = Console(stderr=True, highlight=False, markup=False)
"""Progress, warnings and errors; never mixed into piped results."""


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        self.exit(2, f"error: {message} (see {self.prog} --help)\n")


def parser(command: str, description: str, example: str, prog: str = "") -> argparse.ArgumentParser:
    """Return a parser for `python -m host.COMMAND`, or for `prog`, whose --help ends with an example."""
    return _Parser(
        prog=prog or f"python -m host.{command}",
        description=description,
        epilog=f"example:\n  {example}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )


def progress(quiet: bool = False) -> Progress:
    """Return a progress bar for long work; it prints to standard error and only on a terminal."""
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=err,
        disable=quiet or not err.is_terminal,
    )


def show(renderable: RenderableType) -> None:
    """Print a table; where the output is no terminal, at its full width: programs read no wrapped cells."""
    if out.is_terminal:
        out.print(renderable)
        return
    wide = Console(file=out.file, width=_WIDE, highlight=False, markup=False)
    width = Measurement.get(wide, wide.options, renderable).maximum
    wide.print(renderable, width=width)


def warn(message: str) -> None:
    """Print one warning line to standard error."""
    err.print(f"warning: {message}", style="yellow", soft_wrap=True)


def write_json(path: str, document: dict[str, Any]) -> None:
    """Write a document to a file (atomically), or to standard output when `path` is "-"."""
    text = json.dumps(document, indent=2, allow_nan=False) + "\n"
    if path == "-":
        sys.stdout.write(text)
    else:
        atomic.write_text(Path(path), text)


def run(main: Callable[[Sequence[str] | None], int]) -> NoReturn:
    """Run a command's `main`, turn errors that people cause into one line, and exit."""
    try:
        status = main(None)
        sys.stdout.flush()
    except HostError as error:
        err.print(f"error: {error}", style="red", soft_wrap=True)
        status = error.exit_code
    except KeyboardInterrupt:
        err.print("interrupted", soft_wrap=True)
        status = EXIT_INTERRUPTED
    except BrokenPipeError:
        # The reader (head, less) has gone; keep the interpreter from complaining at shutdown.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        status = 0
    sys.exit(status)
