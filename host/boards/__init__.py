"""Boards: one TOML file each in boards/, read into a typed description."""

from host.boards.board import Board, Bootloader, Clock, Led, Memory, Pin, Probe, SerialPort
from host.boards.reader import load, names

__all__ = [
    "Board",
    "Bootloader",
    "Clock",
    "Led",
    "Memory",
    "Pin",
    "Probe",
    "SerialPort",
    "load",
    "names",
]
