"""Where things are: the clone, its build folder and the user's cache."""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
"""The clone. The package is installed editable, so this holds from any working directory."""

BUILD_DIR = ROOT / "build"
"""Everything compiled or generated: one folder per board, `host` for this computer."""


def cache_dir() -> Path:
    """Return the folder for downloads and computed features, outside the clone (XDG base directories)."""
    base = os.environ.get("XDG_CACHE_HOME", "")
    return (Path(base) if base else Path.home() / ".cache") / "earshot"
