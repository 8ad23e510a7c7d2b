"""What all commands share: the parser's shape, the exit status, JSON output and the consoles."""

import argparse
import json
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, NoReturn

from rich.console import Console, RenderableType
from rich.measure import Measurement
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from host import atomic, interruption
from host.errors import DataError, HostError
from host.interruption import Interrupted

EXIT_INTERRUPTED = 130

_WIDE = 400  # columns; no table of ours is wider


class _Output(Console):
    """A console whose failed writes are told from failed writes of files."""

    def print(self, *objects: Any, **options: Any) -> None:
        with _standard_output():
            super().print(*objects, **options)


# highlight=False: rich would colour every number; markup=False: file names may hold brackets.
out = _Output(highlight=False, markup=False)
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
    wide = _Output(file=out.file, width=_WIDE, highlight=False, markup=False)
    width = Measurement.get(wide, wide.options, renderable).maximum
    wide.print(renderable, width=width)


def warn(message: str) -> None:
    """Print one warning line to standard error."""
    err.print(f"warning: {message}", style="yellow", soft_wrap=True)


def json_file(text: str) -> str:
    """Check the value of --json when the command starts; for add_argument's `type`.

    Raises:
        DataError: no file can be written there.
    """
    if text != "-":
        folder = Path(text).parent
        if not folder.exists():
            raise DataError(f"cannot write {text}: there is no folder {folder}: make it, or check the name")
        atomic.check(Path(text))
    return text


def output_file(text: str) -> Path:
    """Check and return the path of a file that the command is to write; for add_argument's `type`.

    Raises:
        DataError: no file can be written there.
    """
    atomic.check(Path(text))
    return Path(text)


def address(text: str) -> int:
    """Read an address of the chip, as `type` of an argument.

    Raises:
        argparse.ArgumentTypeError: it is no number of 32 bits, with or without 0x.
    """
    try:
        value = int(text, 0)
    except ValueError:
        value = -1
    if not 0 <= value <= 0xFFFF_FFFF:
        raise argparse.ArgumentTypeError(f"{text} is no address of 32 bits")
    return value


def write_json(path: str, document: dict[str, Any]) -> None:
    """Write a document to a file (atomically), or to standard output when `path` is "-".

    Commands do so before they print: the reader of their tables may go at any time.
    """
    text = json.dumps(document, indent=2, allow_nan=False) + "\n"
    if path == "-":
        with _standard_output():
            sys.stdout.write(text)
    else:
        atomic.write_text(Path(path), text)


def run(main: Callable[[Sequence[str] | None], int]) -> NoReturn:
    """Run a command's `main`, turn errors that people cause into one line, and exit.

    Ctrl-C exits with 130, SIGTERM with 143, SIGHUP with 129; see interruption.py.
    """
    status: int | str | None
    try:
        with interruption.raising():
            status = _status(main)
    except HostError as error:
        _say(f"error: {error}", style="red")
        status = error.exit_code
    except Interrupted as error:
        _say(str(error))
        status = error.exit_code
    except BrokenPipeError:
        _drop_output()
        status = 0
    interruption.finish()
    sys.exit(status)


def _status(main: Callable[[Sequence[str] | None], int]) -> int | str | None:
    try:
        status: int | str | None = main(None)
    except SystemExit as stopped:  # --help and wrong usage: what they printed is still to be flushed.
        status = stopped.code
    with _standard_output():
        sys.stdout.flush()
    return status


@contextmanager
def _standard_output() -> Iterator[None]:
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        _drop_output()
        raise HostError(f"cannot write to standard output: {error.strerror or error}") from error


def _drop_output() -> None:
    # The reader (head, less) has gone or the disk is full; keep the interpreter from complaining at shutdown.
    with suppress(OSError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _say(line: str, style: str | None = None) -> None:
    with suppress(OSError):  # Nobody can be told when standard error is full too.
        err.print(line, style=style, soft_wrap=True)
