"""Asks a person which of several things a command should take."""

import sys
from collections.abc import Sequence

from host import cli


def is_possible() -> bool:
    """Return whether somebody is there to ask: standard input and standard error are terminals."""
    return all(stream is not None and stream.isatty() for stream in (sys.stdin, sys.stderr))


def ask(title: str, choices: Sequence[str]) -> int | None:
    """Print a numbered list to standard error and return the index of the chosen line.

    A wrong answer asks again; Ctrl-C interrupts the command (host/interruption.py).

    Args:
        title: A line above the list.
        choices: What to choose from.

    Returns:
        An index into `choices`; None where the input ended without an answer.
    """
    cli.err.print(f"{title}:", soft_wrap=True)
    for number, choice in enumerate(choices, 1):
        cli.err.print(f"  {number}  {choice}", soft_wrap=True)
    while True:
        cli.err.print(f"which one, 1 to {len(choices)}? ", end="")
        line = sys.stdin.readline()
        if not line:
            cli.err.print()
            return None
        answer = line.strip()
        # Eleven digits would do for any list; int() refuses some thousands.
        if answer.isascii() and answer.isdigit() and len(answer) < 12 and 1 <= int(answer) <= len(choices):
            return int(answer) - 1
        cli.err.print(f"type a number from 1 to {len(choices)}; Ctrl-C leaves")
