"""The routines that write the EFR32xG24's flash from RAM: source, code as committed, and how it is built.

`python -m host.flash.algorithm build` builds the code from the source; a test compares.
"""

from host.flash.algorithm.blob import Algorithm, Routine, read
from host.flash.algorithm.placement import Placement

__all__ = ["Algorithm", "Placement", "Routine", "read"]
