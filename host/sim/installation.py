"""Finds the compiled simulator, which is a distribution of its own, or says what to install."""

import subprocess
from types import ModuleType

from host.errors import BuildError

DISTRIBUTION = "earshot-virtual-xg24"

HOW_TO_INSTALL = (
    "run tools/setup, or .venv/bin/pip install --no-build-isolation --no-deps -e host/sim/extension"
)


def simulator() -> ModuleType:
    """Return the package virtual_xg24; with an editable install this compiles what has changed.

    Raises:
        BuildError: it is not installed, does not compile, or lacks the library that it links.
    """
    try:
        import virtual_xg24
    except ModuleNotFoundError as error:
        if error.name != "virtual_xg24":
            raise BuildError(f"the virtual xG24 cannot be loaded ({error}): {HOW_TO_INSTALL}") from error
        raise BuildError(
            f"the virtual xG24 is not installed ({DISTRIBUTION}, GPL-2.0): {HOW_TO_INSTALL}"
        ) from error
    except ImportError as error:
        raise BuildError(f"the virtual xG24 cannot be loaded: {error}") from error
    except subprocess.CalledProcessError as error:
        raise BuildError(
            f"the virtual xG24 does not compile: see cmake --build build/simulator ({error})"
        ) from error
    return virtual_xg24
