"""Earshot's host side: from recordings to a profiled detector on the EFR32xG24."""

__version__ = "0.1.0"
