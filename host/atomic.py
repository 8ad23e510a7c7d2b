"""Files and folders that appear whole or not at all: written under a temporary name, then renamed.

That holds for errors, full disks, Ctrl-C and killed processes. Nothing is synced to the disk, so it does not
hold for a power cut, and a folder that replaces another is missing for an instant.

The temporary place is `.NAME.earshot-N` beside the target, locked for as long as its process lives. A killed
process leaves it behind; the next one that writes the same target gets the lock, empties the place and uses
it. The first N that is not locked by another process is taken.

A symbolic link is followed: what it points to is replaced, and the link stays. What is no file of a disk
(devices, pipes, /dev/stdout) cannot be replaced: finished bytes are written into it.
"""

import errno
import fcntl
import itertools
import os
import shutil
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from host.errors import DataError

_MOST_LINKS = 40  # that point to one another, as for the system itself


@contextmanager
def atomic_path(path: Path) -> Iterator[Path]:
    """Yield a temporary path beside `path`; rename it to `path` on success, remove it on any failure.

    The body may create a file or a folder at the yielded path; the parent folder is created. The suffix of
    `path` is kept, since libraries choose a format by it. An existing folder at `path` is replaced. Links are
    followed, and a device or pipe gets the bytes of the file.

    Raises:
        DataError: the disk is full or the place is not writable.
    """
    try:
        target = _target(path)
    except OSError as error:
        raise write_error(path, error) from error
    with _written_into(path) if target is None else _replaced(target) as temporary:
        yield temporary


@contextmanager
def _replaced(path: Path) -> Iterator[Path]:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        work, lock = _locked_folder(path)
    except OSError as error:
        raise write_error(path, error) from error
    try:
        temporary = work / path.name
        yield temporary
        _replace(temporary, path)
    except OSError as error:
        raise write_error(path, error) from error
    finally:
        shutil.rmtree(work, ignore_errors=True)
        _close(lock)


@contextmanager
def _written_into(path: Path) -> Iterator[Path]:
    with work_folder() as folder:
        temporary = folder / (path.name or "file")
        try:
            yield temporary
            # Appended: standard output that goes to a file already holds what was printed before.
            descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_NOCTTY)
            with temporary.open("rb") as source, os.fdopen(descriptor, "wb") as sink:
                shutil.copyfileobj(source, sink)
        except OSError as error:
            raise write_error(path, error) from error


@contextmanager
def work_folder() -> Iterator[Path]:
    """Yield a folder of this process alone, which is removed with all that is in it.

    Raises:
        DataError: the disk of the temporary folder is full or not writable.
    """
    try:
        with tempfile.TemporaryDirectory(prefix="earshot-") as name:
            yield Path(name)
    except OSError as error:
        raise write_error(Path(tempfile.gettempdir()), error) from error


def check(path: Path) -> None:
    """Find out whether `path` can be written, before the long work whose result it is to hold.

    Raises:
        DataError: it is a folder, or a file cannot be made there; nothing was changed.
    """
    try:
        target = _target(path)
        if target is None:
            os.close(os.open(path, os.O_WRONLY | os.O_APPEND | os.O_NOCTTY | os.O_NONBLOCK))
        elif target.is_dir():
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
        else:
            _check_place(next(place for place in target.absolute().parents if place.exists()))
    except OSError as error:
        raise write_error(path, error) from error


def _check_place(folder: Path) -> None:
    try:
        with tempfile.TemporaryDirectory(prefix=".earshot-", dir=folder):
            pass
    except OSError as error:
        raise OSError(error.errno, os.strerror(error.errno or errno.EIO), str(folder)) from error


def write_bytes(path: Path, data: bytes) -> None:
    """Write `data` to `path` atomically."""
    with atomic_path(path) as temporary:
        temporary.write_bytes(data)


def write_text(path: Path, text: str) -> None:
    """Write `text` to `path` as UTF-8 atomically."""
    write_bytes(path, text.encode())


def write_error(path: Path, error: OSError) -> DataError:
    """Turn a failed write into the line that a person reads."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return DataError(f"disk full while writing {path}: free some space and run the command again")
    reason = f"cannot write {path}: {error.strerror or error}"
    # The temporary place says nothing to a person; a parent that cannot be made does.
    place = "" if error.filename is None else str(error.filename)
    inside = f".{path.name}.earshot-" in place or place == str(path)
    return DataError(reason if not place or inside else f"{reason} ({place})")


def _target(path: Path) -> Path | None:
    """Return what is to be replaced, links followed; None for what can only be written into."""
    with suppress(FileNotFoundError):
        mode = path.stat().st_mode
        if not stat.S_ISREG(mode) and not stat.S_ISDIR(mode):
            return None
    for _ in range(_MOST_LINKS):
        if not path.is_symlink():
            return path
        place = Path(os.path.realpath(path.parent))
        if place.parts[1:2] == ("proc",):  # an open file, such as /dev/stdout
            return None
        path = place / path.readlink()
    raise OSError(errno.ELOOP, os.strerror(errno.ELOOP))


def _locked_folder(path: Path) -> tuple[Path, int | None]:
    """Make the folder to write `path` in; return it and the descriptor that holds its lock."""
    for number in itertools.count(1):
        work = path.parent / f".{path.name}.earshot-{number}"
        with suppress(FileExistsError):
            work.mkdir()
        try:
            lock = _lock(work)
        except OSError:
            # The file system has no locks (some network shares): nobody can tell what is left over.
            with suppress(OSError):
                work.rmdir()
            break
        if lock is not None:
            _empty(work)
            return work, lock
    return Path(tempfile.mkdtemp(prefix=f".{path.name}.earshot-", dir=path.parent)), None


def _lock(folder: Path) -> int | None:
    """Return the descriptor of a folder, locked; None if another process or thread has it or removed it."""
    descriptor = None
    try:
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        # Before it was locked it may have been removed and made anew.
        ours = os.path.samestat(folder.stat(), os.fstat(descriptor))
    except (BlockingIOError, FileNotFoundError):
        ours = False
    except BaseException:
        _close(descriptor)
        raise
    if ours:
        return descriptor
    _close(descriptor)
    return None


def _close(descriptor: int | None) -> None:
    if descriptor is not None:
        os.close(descriptor)


def _empty(folder: Path) -> None:
    for entry in folder.iterdir():
        if entry.is_dir() and not entry.is_symlink():
            shutil.rmtree(entry)
        else:
            entry.unlink()


def _replace(temporary: Path, path: Path) -> None:
    # Only a folder replaces a folder: a file for `--json .` must not empty the working directory.
    if temporary.is_dir() and path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    temporary.replace(path)
