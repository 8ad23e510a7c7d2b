"""The EFR32xG24 as pyOCD sees it: target types, reset, and the flash controller's routines."""
