"""How counts read in the tables."""

import pytest

from host.report import tables


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "n/a"),
        (0, "0"),
        (999, "999"),
        (1_000, "1k"),
        (2_560, "2.56k"),
        (264_192, "264.192k"),
        (535_960, "535.96k"),
        (999_999, "999.999k"),
        (1_000_000, "1M"),
        (12_345_678, "12.346M"),
        (100_000_000, "100M"),
    ],
)
def test_count(value, text):
    assert tables.count(value) == text
