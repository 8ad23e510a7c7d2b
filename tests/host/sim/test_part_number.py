"""Order codes and DEVINFO.PART: values of hardware description 1.4."""

import argparse

import pytest

from host.errors import BuildError
from host.sim import part_number


@pytest.mark.parametrize(
    ("order_code", "word"),
    [
        ("EFR32MG24B310F1536IM48", 0x0118_051E),
        ("EFR32MG24B210F1536IM48", 0x0118_04BA),
        ("EFR32MG24B220F1536IM48", 0x0118_04C4),
        ("EFR32BG24B210F1024IM48", 0x0218_04BA),
        ("EFR32MG24A010F1536IM48", 0x0118_000A),
    ],
)
def test_both_ways(order_code: str, word: int) -> None:
    assert part_number.device_part(order_code) == word
    flash_bytes = int(order_code[14:18]) * 1024
    assert part_number.order_code(word, flash_bytes) == order_code


def test_a_part_that_there_is_not() -> None:
    with pytest.raises(BuildError, match="EFR32MG24B999F1536IM48"):
        part_number.device_part("EFR32MG24B999F1536IM48")
    with pytest.raises(argparse.ArgumentTypeError):
        part_number.argument("xg24")
    assert part_number.argument("efr32mg24b210f1536im48") == "EFR32MG24B210F1536IM48"


def test_a_word_that_means_nothing() -> None:
    assert part_number.order_code(0x0518_FFFF, 0x18_0000) == "EFR32??24?535F1536IM48"
