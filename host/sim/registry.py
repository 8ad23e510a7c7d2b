"""Virtual boards that are being served on this computer: one file each in a folder of the user alone.

The folder is $XDG_RUNTIME_DIR/earshot/boards, else one of mode 0700 in the temporary folder. An entry is
locked for as long as the process lives that serves the board: one without a lock is stale, and removed by
whoever finds it.
"""

import fcntl
import json
import os
import re
import stat
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from host.errors import FirmwareError, UsageError

DEFAULT_NAME = "virtual"
WAIT_S = 5.0
"""How long `find` waits for a board to appear."""

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_POLL_S = 0.1
_CLAIMS = 5


@dataclass(frozen=True)
class ServedBoard:
    """A board that is being served.

    Attributes:
        name: What it was named with --name.
        pid: The process that serves it.
        serial: Path of its serial port.
        tcp: HOST:PORT of its serial line over TCP; "" where there is none.
        debug: HOST:PORT of its debug port; "" where there is none.
    """

    name: str
    pid: int
    serial: str
    tcp: str = ""
    debug: str = ""


def folder() -> Path:
    """Return the folder of the entries, made if missing.

    Raises:
        FirmwareError: it belongs to somebody else, others may write to it, or it cannot be made.
    """
    runtime = os.environ.get("XDG_RUNTIME_DIR", "")
    base = Path(runtime) / "earshot" if runtime else Path(tempfile.gettempdir()) / f"earshot-{os.getuid()}"
    place = base / "boards"
    try:
        base.mkdir(mode=0o700, exist_ok=True)
        status = base.lstat()
        if not stat.S_ISDIR(status.st_mode) or status.st_uid != os.getuid() or status.st_mode & 0o077:
            raise FirmwareError(f"{base} is not a folder of yours alone: remove it, or set XDG_RUNTIME_DIR")
        place.mkdir(mode=0o700, exist_ok=True)
    except OSError as error:
        raise FirmwareError(f"cannot make {place}: {error.strerror or error}") from error
    return place


@contextmanager
def registered(board: ServedBoard) -> Iterator[None]:
    """Keep an entry for as long as the body runs.

    Raises:
        UsageError: the name cannot be one, or a board with this name is served already.
        FirmwareError: the entry cannot be written.
    """
    check_name(board.name)
    path = folder() / f"{board.name}.json"
    lock = _claim(path)
    if lock is None:
        raise UsageError(f"a virtual board named {board.name} is served already: give another --name")
    try:
        os.ftruncate(lock, 0)
        os.pwrite(lock, json.dumps(asdict(board)).encode(), 0)
        yield
    finally:
        with suppress(OSError):
            path.unlink()
        os.close(lock)


def check_name(name: str) -> None:
    """Check that a board can be named so.

    Raises:
        UsageError: it cannot.
    """
    if not _NAME.fullmatch(name):
        raise UsageError(f"{name!r} is no name for a board: letters, digits, dots, - and _ are possible")


def free_name() -> str:
    """Return the default name, numbered where it is taken."""
    taken = {board.name for board in running()}
    names = (DEFAULT_NAME if number == 1 else f"{DEFAULT_NAME}-{number}" for number in range(1, 1 << 16))
    return next(name for name in names if name not in taken)


def running() -> tuple[ServedBoard, ...]:
    """Return the boards that are being served, by name."""
    boards = []
    for path in folder().glob("*.json"):
        with suppress(OSError, ValueError, TypeError), path.open(encoding="utf-8") as file:
            if not _removed_as_stale(path, file.fileno()):
                boards.append(ServedBoard(**json.load(file)))
    return tuple(sorted(boards, key=lambda board: board.name))


def find(name: str | None = None, wait_s: float = WAIT_S) -> ServedBoard:
    """Return the board of a name, or the only one; waits for one to appear.

    Raises:
        FirmwareError: there is none, or without a name there are several; the message lists them.
    """
    deadline = time.monotonic() + wait_s
    while True:
        boards = running()
        matches = [board for board in boards if name in (None, board.name)]
        if len(matches) == 1:
            return matches[0]
        if matches or time.monotonic() >= deadline:
            break
        time.sleep(_POLL_S)
    listed = ", ".join(f"{board.name} ({board.serial})" for board in boards) or "none"
    wanted = f"no virtual board named {name}" if name else "no virtual board to choose"
    if matches:
        wanted = "several virtual boards"
    raise FirmwareError(f"{wanted}; served now: {listed} (python -m host.sim serve IMAGE serves one)")


def _claim(path: Path) -> int | None:
    """Return the descriptor of an entry, locked; None where another process has it."""
    for _ in range(_CLAIMS):  # somebody who lists the boards locks an entry for a moment
        try:
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
        except OSError as error:
            raise FirmwareError(f"cannot write {path}: {error.strerror or error}") from error
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            # Before it was locked its owner may have removed it.
            if os.path.samestat(path.stat(), os.fstat(descriptor)):
                return descriptor
        except BlockingIOError:
            time.sleep(_POLL_S / _CLAIMS)
        except FileNotFoundError:
            pass
        os.close(descriptor)
    return None


def _removed_as_stale(path: Path, descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    with suppress(OSError):
        # Before it was locked somebody may have made it anew.
        if os.path.samestat(path.stat(), os.fstat(descriptor)):
            path.unlink()
    return True
