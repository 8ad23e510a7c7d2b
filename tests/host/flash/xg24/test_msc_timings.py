"""What the flash controller is known to need, beside the hardware description."""

from pathlib import Path

import pytest

from host.boards.part import SECTOR_BYTES
from host.flash.xg24.msc_timings import MscTimings


def test_times_are_of_the_data_sheets_class(shared: Path) -> None:
    text = (shared / "hardware" / "xg24.md").read_text()
    assert "page erase about 13 ms" in text
    assert "word about 42 us alone, about 10-11 us averaged in a burst" in text
    assert "20 MHz FSRCO is enough" in text
    times = MscTimings()
    assert times.page_erase_s == 13e-3
    assert times.first_word_s == 42e-6
    assert 10e-6 <= times.next_word_s <= 11e-6
    assert times.core_hz == 20e6


@pytest.mark.parametrize(
    ("size", "seconds"),
    [(0, 0.0), (4, 42e-6), (1, 42e-6), (8, 52.5e-6), (SECTOR_BYTES, 42e-6 + 2047 * 10.5e-6)],
)
def test_programming(size: int, seconds: float) -> None:
    assert MscTimings().program_s(size) == pytest.approx(seconds)
    assert MscTimings().replace_s(size) == pytest.approx(13e-3 + seconds)


def test_other_times_may_be_given() -> None:
    slow = MscTimings(core_hz=10e6, page_erase_s=20e-3, crc_cycles_per_byte=8, crc_table_cycles=1000)
    assert slow.replace_s(0) == 20e-3
    assert slow.crc_s(1000) == pytest.approx(0.9e-3)
    assert slow.call_s() == pytest.approx(20e-6)
