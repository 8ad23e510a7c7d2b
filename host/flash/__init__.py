"""Flashing and debugging boards through pyOCD, on real probes and on the virtual one."""

# Before any module here: pyOCD loads probe_plugin.py while it is imported, and with it the modules
# that need pyOCD. One of them that came first would be found half made.
import pyocd  # noqa: F401
