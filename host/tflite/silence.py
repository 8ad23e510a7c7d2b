"""Holds back what C++ libraries write to the terminal: the reason of an error, or noise."""

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass
class HeldOutput:
    """What was written while output was held; filled when the `hold_output` block ends, also by an error."""

    lines: list[str] = field(default_factory=list)


@contextmanager
def hold_output() -> Iterator[HeldOutput]:
    """Collect everything that this process writes to descriptors 1 and 2 instead of showing it.

    The descriptors belong to the whole process: not for use while other threads print.
    """
    held = HeldOutput()
    with tempfile.TemporaryFile() as sink:
        try:
            with _redirected(1, sink.fileno()), _redirected(2, sink.fileno()):
                yield held
        finally:
            sink.seek(0)
            held.lines.extend(sink.read().decode(errors="replace").split("\n"))


@contextmanager
def _redirected(descriptor: int, target: int) -> Iterator[None]:
    _flush()
    saved = os.dup(descriptor)
    os.dup2(target, descriptor)
    try:
        yield
    finally:
        _flush()
        os.dup2(saved, descriptor)
        os.close(saved)


def _flush() -> None:
    sys.stdout.flush()
    sys.stderr.flush()
