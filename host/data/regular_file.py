"""Opens files of a data set, and only regular ones, so that nothing among the recordings can block a command.

Opening a pipe waits for somebody who writes to it, reading a device may never end, and neither has a content
that could be known by a hash.
"""

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from io import BufferedReader
from pathlib import Path

from host.errors import DataError

_KINDS = {
    stat.S_IFIFO: "a pipe",
    stat.S_IFSOCK: "a socket",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
}


@contextmanager
def opened(path: Path) -> Iterator[BufferedReader]:
    """Open a regular file, or what a link to one names, for reading; closes it at the end.

    Raises:
        DataError: it cannot be opened or read, or is a pipe, socket or device; the message gives the reason
            only, for a caller that names the file.
    """
    try:
        # Before it is opened, since opening a device may do something already.
        _check(path.stat().st_mode)
        with open(path, "rb", opener=_without_waiting) as file:
            _check(os.fstat(file.fileno()).st_mode)
            yield file
    except OSError as error:
        raise DataError(f"cannot read it: {error.strerror}") from error


def _without_waiting(path: str, flags: int) -> int:
    # The file may have been replaced by a pipe since it was looked at.
    return os.open(path, flags | os.O_NONBLOCK)


def _check(mode: int) -> None:
    kind = _KINDS.get(stat.S_IFMT(mode))
    if kind is not None:
        raise DataError(f"not a regular file: it is {kind} (copy the recording into a file)")
