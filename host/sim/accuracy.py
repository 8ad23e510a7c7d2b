"""How exact the virtual board's figures are; it is said wherever one of them is printed or written."""

CYCLE_ERROR = "CPU cycles are an estimate, about ±20 % until compared with a board"

CYCLE_ERROR_SHORT = "simulated, CPU cycles ±20 %"
"""For lines, titles and headings that have little room."""
