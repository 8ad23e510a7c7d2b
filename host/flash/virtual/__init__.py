"""The virtual board as a debug probe of pyOCD: the probe, and its link to the board's debug port."""
