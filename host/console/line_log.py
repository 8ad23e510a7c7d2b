"""A log of what a device prints: one line each, with the time when its first character came."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TextIO

from host.errors import HostError


def _now() -> str:
    return datetime.now().astimezone().isoformat(timespec="milliseconds")


class LineLog:
    """Appends to a file; each line is there as soon as it is complete.

    Raises:
        HostError: the file cannot be written.
    """

    def __init__(self, path: Path, now: Callable[[], str] = _now) -> None:
        self._path = path
        self._now = now
        self._line = ""
        self._began = ""
        try:
            self._file: TextIO = path.open("a", encoding="utf-8")
        except OSError as error:
            raise HostError(f"cannot write {path}: {error.strerror or error}") from error

    def add(self, text: str) -> None:
        """Take the next piece of text."""
        for character in text:
            if character == "\n":
                self._flush()
            elif character >= " ":
                self._began = self._began or self._now()
                self._line += character
            elif character == "\b":
                self._line = self._line[:-1]

    def note(self, line: str) -> None:
        """Add a line of the computer's own, marked as such; a line that has begun ends before it."""
        if self._line:
            self._flush()
        self.add(f"* {line}\n")

    def close(self) -> None:
        """Write what has begun, and close the file."""
        if self._line:
            self._flush()
        self._file.close()

    def _flush(self) -> None:
        try:
            self._file.write(f"{self._began or self._now()} {self._line}".rstrip() + "\n")
            self._file.flush()
        except OSError as error:
            raise HostError(f"cannot write {self._path}: {error.strerror or error}") from error
        self._line = self._began = ""
