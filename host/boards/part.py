"""What an EFR32xG24 order code says of a part: memories, pins, transmit power, and whether it has an MVP.

Sizes, pins and accelerators are those of hardware description section 1.1.
"""

import re
from dataclasses import dataclass

from host.boards.board import FixedCapacitor, Pin
from host.errors import BuildError

FLASH_BASE = 0x08000000
RAM_BASE = 0x20000000
SECTOR_BYTES = 0x2000
"""The flash is erased in sectors of this size; the vendor calls them pages."""

_KIB = 1024
# EFR32MG24 B310 F1536 IM48: family, security and feature digits, flash in KiB, temperature and package, pins.
_ORDER_CODE = re.compile(r"EFR32([MB]G)24([AB])(\d{3})F(1536|1024|768)(IM|IJ|GM)(48|42|40)")
_FEATURES = {
    "A": ("010", "020", "021", "110", "111", "120", "121", "410", "420", "610", "620"),
    "B": ("010", "020", "110", "120", "210", "220", "310", "610"),
}
_WITH_MVP = ("B210", "B220", "B310")
_RAM_KIB = {1536: 256, 1024: 128, 768: 64}
# Less RAM than the others with 1536 KiB of flash, by what their order codes begin with.
_LESS_RAM_KIB = {
    "EFR32MG24A010F1536IM": 192,
    "EFR32MG24A020F1536IM": 192,
    "EFR32MG24B610F1536IM40": 160,
}
# Pins of ports A to D by package; some parts of 48 pins have fewer, and so has the B310 of 42 pins.
_PINS = {48: (10, 6, 10, 6), 40: (9, 5, 8, 4), 42: (8, 4, 10, 6)}
_PINS_OF_FEWER = (8, 4, 10, 6)
_FEWER_PINS = re.compile(r"B310|B110|B120|A11\d|A12\d")


@dataclass(frozen=True)
class Part:
    """One order code: sizes in bytes, transmit power class in dBm, and how many pins ports A to D have."""

    order_code: str
    flash_bytes: int
    ram_bytes: int
    has_mvp: bool
    power_dbm: int
    pins: tuple[int, int, int, int]

    @property
    def fixed_capacitor(self) -> FixedCapacitor:
        """Where the crystal has its fixed capacitor (hardware description, section 3.7)."""
        return "xo" if self.power_dbm == 20 else "both"

    def has_pin(self, pin: Pin) -> bool:
        """Tell whether the package leads this pin out."""
        return pin.number < self.pins[pin.port]


def describe(order_code: str) -> Part:
    """Return what is known of an order code such as EFR32MG24B310F1536IM48.

    Raises:
        BuildError: it is none of the EFR32MG24 and EFR32BG24 parts.
    """
    match = _ORDER_CODE.fullmatch(order_code)
    if match is None or match[3] not in _FEATURES[match[2]] or (match[1] == "BG" and match[4] == "768"):
        raise BuildError(f"{order_code!r} is no EFR32xG24 order code such as EFR32MG24B310F1536IM48")
    features, flash_kib, pin_count = match[2] + match[3], int(match[4]), int(match[6])
    ram_kib = _RAM_KIB[flash_kib]
    for beginning, less in _LESS_RAM_KIB.items():
        if order_code.startswith(beginning):
            ram_kib = less
    fewer = pin_count == 48 and _FEWER_PINS.fullmatch(features)
    return Part(
        order_code=order_code,
        flash_bytes=flash_kib * _KIB,
        ram_bytes=ram_kib * _KIB,
        # EFR32MG24 with less flash come without it, EFR32BG24 do not.
        has_mvp=features in _WITH_MVP and (match[1] == "BG" or flash_kib == 1536),
        power_dbm=20 if features[2] == "2" else 10,
        pins=_PINS_OF_FEWER if fewer else _PINS[pin_count],
    )
