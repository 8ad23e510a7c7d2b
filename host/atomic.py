"""Files and folders that appear whole or not at all: written under a temporary name, then renamed.

That holds for errors, full disks, Ctrl-C and killed processes. Nothing is synced to the disk, so it does not
hold for a power cut, and a folder that replaces another is missing for an instant.
"""

import errno
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from host.errors import DataError


@contextmanager
def atomic_path(path: Path) -> Iterator[Path]:
    """Yield a temporary path beside `path`; rename it to `path` on success, remove it on any failure.

    The body may create a file or a folder at the yielded path; the parent folder is created. The suffix of
    `path` is kept, since libraries choose a format by it. An existing folder at `path` is replaced.

    Raises:
        DataError: the disk is full or the place is not writable.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        work = Path(tempfile.mkdtemp(prefix=f".{path.name}.", dir=path.parent))
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
    place = error.filename or path
    return DataError(f"cannot write {path}: {error.strerror or error} ({place})")


def _replace(temporary: Path, path: Path) -> None:
    # Only a folder replaces a folder: a file for `--json .` must not empty the working directory.
    if temporary.is_dir() and path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    temporary.replace(path)
