"""Flashing and debugging boards through pyOCD, on real probes and on the virtual one."""
