"""The virtual xG24: the compiled simulator, linked to the Unicorn library of the installed `unicorn` package.

The module `_core` needs libunicorn.so.2. It is not on the loader's path, so it is loaded here first, from the
package `unicorn` at the version that the simulator was built and tested with.
"""

import ctypes
from importlib import metadata, util
from pathlib import Path

UNICORN_VERSION = "2.1.4"
"""The version that the extension is built with; others may number registers and hooks differently."""

LIBRARY = "libunicorn.so.2"


def unicorn_library() -> Path:
    """Return the path of the pinned Unicorn library.

    Raises:
        ImportError: the package `unicorn` is missing, has another version, or lacks its library.
    """
    spec = util.find_spec("unicorn")
    if spec is None or spec.origin is None:
        raise ImportError(f"the package unicorn is not installed: pip install unicorn=={UNICORN_VERSION}")
    version = metadata.version("unicorn")
    if version != UNICORN_VERSION:
        raise ImportError(
            f"unicorn {version} is installed, the virtual xG24 needs {UNICORN_VERSION}: "
            f"pip install unicorn=={UNICORN_VERSION}"
        )
    path = Path(spec.origin).parent / "lib" / LIBRARY
    if not path.is_file():
        raise ImportError(f"{path} is missing: install unicorn=={UNICORN_VERSION} again")
    return path


def _load() -> None:
    path = unicorn_library()
    try:
        ctypes.CDLL(str(path))
    except OSError as error:
        raise ImportError(f"cannot load {path}: {error}") from error


_load()

from virtual_xg24._core import (  # noqa: E402
    Board,
    DebugPort,
    InjectedFaults,
    LineListener,
    Recorder,
    SentByte,
    Stop,
    UnmodelledAccess,
)

__all__ = [
    "Board",
    "DebugPort",
    "InjectedFaults",
    "LineListener",
    "Recorder",
    "SentByte",
    "Stop",
    "UnmodelledAccess",
    "unicorn_library",
]
