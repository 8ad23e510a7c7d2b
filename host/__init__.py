"""Earshot's host side: from recordings to a profiled detector on the EFR32xG24."""

import sys

from host import interruption

__version__ = "0.1.0"

# While Python looks for the module of `python -m host.COMMAND` it imports this package with this argument.
# A program or test that imports the package keeps its own handling of signals; so does `python -m pyocd`.
if sys.argv[:1] == ["-m"] and any(text.removeprefix("-m").startswith("host.") for text in sys.orig_argv):
    interruption.end_at_once()
