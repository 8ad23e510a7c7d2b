"""Arrays in .npy files: read with everything that can be wrong with them, written whole or not at all."""

from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from host import atomic
from host.errors import DataError


def read(path: Path) -> NDArray[np.generic]:
    """Return the array in a .npy file.

    Raises:
        DataError: the file is missing, damaged, an archive of several arrays, or holds Python objects.
    """
    try:
        with path.open("rb") as file:
            array = np.lib.format.read_array(file, allow_pickle=False)
            if file.read(1):
                raise DataError(f"{path} goes on after its array: write one array with numpy.save")
    except OSError as error:
        raise DataError(f"cannot read {path}: {error.strerror or error}") from error
    except (ValueError, EOFError, MemoryError, OverflowError) as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise DataError(f"{path} is no usable .npy file ({reason}): write it with numpy.save") from error
    result: NDArray[np.generic] = array
    return result


def write(path: Path, array: NDArray[np.generic]) -> None:
    """Write an array to a .npy file atomically.

    Raises:
        DataError: the disk is full or the place is not writable.
    """
    with atomic.atomic_path(path) as temporary, temporary.open("wb") as file:
        np.lib.format.write_array(_Sink(file), array, allow_pickle=False)


class _Sink:
    """A file that numpy does not know as one: into a real file it writes itself, without telling why not."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file

    def write(self, data: bytes) -> int:
        return self._file.write(data)
