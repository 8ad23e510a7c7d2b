"""Order codes against the table of hardware description 1.1 and the pins listed below it."""

import re
from pathlib import Path

import pytest

from host.boards import part
from host.boards.board import Pin
from host.errors import BuildError

# Order code: flash KiB, RAM KiB, MVP.
PARTS = {
    "EFR32MG24B210F1536IM40": (1536, 256, True),
    "EFR32MG24B210F1536IM48": (1536, 256, True),
    "EFR32MG24B220F1536IM48": (1536, 256, True),
    "EFR32MG24B310F1536IM48": (1536, 256, True),
    "EFR32MG24B020F1536IM48": (1536, 256, False),
    "EFR32MG24B120F1536IM48": (1536, 256, False),
    "EFR32MG24A010F1536GM48": (1536, 256, False),
    "EFR32MG24A010F1536IM40": (1536, 192, False),
    "EFR32MG24A020F1536IM48": (1536, 192, False),
    "EFR32MG24A110F1536GM48": (1536, 256, False),
    "EFR32MG24A420F1536IM48": (1536, 256, False),
    "EFR32MG24B610F1536IM40": (1536, 160, False),
    "EFR32MG24A010F1024IM48": (1024, 128, False),
    "EFR32MG24B210F1024IM48": (1024, 128, False),
    "EFR32MG24A010F768IM40": (768, 64, False),
    "EFR32BG24B210F1536IM48": (1536, 256, True),
    "EFR32BG24B310F1536IJ42": (1536, 256, True),
    "EFR32BG24B210F1024IM48": (1024, 128, True),
    "EFR32BG24B220F1024IM48": (1024, 128, True),
    "EFR32BG24A010F1024IM48": (1024, 128, False),
    "EFR32BG24B110F1536IM48": (1536, 256, False),
}


@pytest.mark.parametrize("order_code", PARTS)
def test_memories_and_accelerator(order_code: str) -> None:
    flash_kib, ram_kib, has_mvp = PARTS[order_code]
    described = part.describe(order_code)
    assert (described.flash_bytes, described.ram_bytes) == (flash_kib * 1024, ram_kib * 1024)
    assert described.has_mvp is has_mvp


@pytest.mark.parametrize(
    ("order_code", "last"),
    [
        ("EFR32MG24B210F1536IM48", "PA9 PB5 PC9 PD5"),
        ("EFR32MG24B310F1536IM48", "PA7 PB3 PC9 PD5"),
        ("EFR32MG24A111F1536GM48", "PA7 PB3 PC9 PD5"),
        ("EFR32MG24B610F1536IM40", "PA8 PB4 PC7 PD3"),
    ],
)
def test_pins_of_the_package(order_code: str, last: str) -> None:
    described = part.describe(order_code)
    for port, number in enumerate(int(name[2]) for name in last.split()):
        assert described.has_pin(Pin(port, number))
        assert not described.has_pin(Pin(port, number + 1))


@pytest.mark.parametrize(
    ("order_code", "side"),
    [
        ("EFR32MG24B310F1536IM48", "both"),
        ("EFR32MG24B210F1536IM48", "both"),
        ("EFR32MG24B220F1536IM48", "xo"),
        ("EFR32MG24B020F1536IM48", "xo"),
    ],
)
def test_fixed_capacitor_follows_from_the_transmit_power(order_code: str, side: str) -> None:
    assert part.describe(order_code).fixed_capacitor == side


@pytest.mark.parametrize(
    "order_code",
    [
        "",
        "EFR32MG24",
        "STM32F4",
        "EFR32MG26B310F1536IM48",
        "EFR32MG24B310F1536IM68",
        "EFR32MG24B310F512IM48",
        "EFR32MG24C310F1536IM48",
        "EFR32MG24B130F1536IM48",
        "EFR32BG24A010F768IM48",
        "efr32mg24b310f1536im48",
        "EFR32MG24B310F1536IM48 ",
    ],
)
def test_another_name_is_refused_in_one_line(order_code: str) -> None:
    with pytest.raises(BuildError, match=re.escape(repr(order_code))) as error:
        part.describe(order_code)
    assert "\n" not in str(error.value)


def test_every_order_code_that_the_document_writes_out_is_known(shared: Path) -> None:
    text = (shared / "hardware" / "xg24.md").read_text(encoding="utf-8")
    codes = set(re.findall(r"EFR32[MB]G24[AB]\d{3}F\d+[IG][MJ]\d\d", text))
    assert codes
    for order_code in codes:
        part.describe(order_code)
