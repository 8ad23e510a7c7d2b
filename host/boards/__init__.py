"""Boards: one TOML file each in boards/, read into a typed description."""

from host.boards.board import Board, Clock, Led, Memory, Pin, SerialPort
from host.boards.reader import load, names

__all__ = ["Board", "Clock", "Led", "Memory", "Pin", "SerialPort", "load", "names"]
