"""The entry point of pyOCD's plug-in: virtual boards as debug probes, and the target types of the EFR32xG24.

pyOCD imports this module at each of its starts, with real probes too: everything here stays light.
"""

from pyocd.core.plugin import Plugin

from host import __version__
from host.flash.virtual.virtual_probe import PROBE_TYPE, VirtualProbe
from host.flash.xg24 import target


class VirtualProbePlugin(Plugin):  # type: ignore[misc]  # pyOCD has no types that mypy follows
    """What pyOCD asks for the probe class; named as the prefix of `pyocd ... -u earshot:BOARD`."""

    def load(self) -> type[VirtualProbe]:
        """Return the probe class; registers the target types, which serve real probes as well."""
        target.register()
        return VirtualProbe

    @property
    def name(self) -> str:
        """The prefix of probe ids."""
        return PROBE_TYPE

    @property
    def description(self) -> str:
        """The line of `pyocd list --plugins`."""
        return "virtual xG24 boards that python -m host.sim serves"

    @property
    def version(self) -> str:
        """The version of this project."""
        return __version__
