"""Order codes of virtual parts, and the words of DEVINFO.PART that go with them (hardware description)."""

import argparse
import re

from host.boards import part
from host.errors import BuildError

DEFAULT = "EFR32MG24B310F1536IM48"
"""The part of the BRD2601B."""

PACKAGE = "IM48"
"""What every virtual part states in DEVINFO.PKGINFO, as an order code has it."""

_KIB = 1024
_FAMILIES = {"FG": 0, "MG": 1, "BG": 2}
_NAMES = {number: name for name, number in _FAMILIES.items()}
_BEGINNING = re.compile(r"EFR32([FMB]G)(\d\d)([A-Z])(\d{3})F")


def device_part(order_code: str) -> int:
    """Return DEVINFO.PART of an order code: device number in bits 15:0, family number 21:16, family 29:24.

    Raises:
        BuildError: there is no such part.
    """
    part.describe(order_code)
    match = _BEGINNING.match(order_code)
    if match is None:
        raise BuildError(f"{order_code!r} is no order code of an EFR32")
    family, number, letter, digits = match.groups()
    device = (ord(letter) - ord("A")) * 1000 + int(digits)
    return _FAMILIES[family] << 24 | int(number) << 16 | device


def order_code(device_part_word: int, flash_bytes: int) -> str:
    """Return the order code of a virtual part, which has 48 pins.

    Args:
        device_part_word: DEVINFO.PART.
        flash_bytes: Size of its flash.
    """
    device, number, family = (
        device_part_word & 0xFFFF,
        device_part_word >> 16 & 0x3F,
        device_part_word >> 24 & 0x3F,
    )
    letter = chr(ord("A") + device // 1000) if device < 26_000 else "?"
    name = _NAMES.get(family, "??")
    return f"EFR32{name}{number}{letter}{device % 1000:03d}F{flash_bytes // _KIB}{PACKAGE}"


def argument(text: str) -> str:
    """Return an order code that a command was given.

    Raises:
        ArgumentTypeError: there is no such part.
    """
    try:
        part.describe(text.upper())
    except BuildError as error:
        raise argparse.ArgumentTypeError(str(error)) from None
    return text.upper()
