"""What a virtual board can be made of, and what not."""

import pytest

from host.errors import UsageError
from host.sim.board_settings import BoardSettings


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("flash_bytes", 0),
        ("flash_bytes", -0x2000),
        ("flash_bytes", 0x2001),
        ("flash_bytes", 0x18_2000),
        ("ram_bytes", 100),
        ("ram_bytes", 0x4_4000),
        ("hfxo_hz", 0),
        ("hfxo_hz", 41_000_000),
        ("unique_id", -1),
        ("unique_id", 1 << 64),
        ("ram_seed", 1 << 64),
        ("flash_data_read", -1),
        ("cycle_model", "best"),
    ],
)
def test_impossible_boards_are_refused_by_name(field: str, value: object) -> None:
    with pytest.raises(UsageError, match=f"({field}|{field.replace('_', ' ')}).* {value}"):
        BoardSettings(**{field: value})  # type: ignore[arg-type]


def test_memories_end_where_they_do() -> None:
    board = BoardSettings(flash_bytes=0x2000, ram_bytes=0x4000)
    assert (board.in_flash(0x0800_1FFF), board.in_flash(0x0800_2000), board.in_flash(0)) == (
        True,
        False,
        False,
    )
    assert (board.in_ram(0x2000_3FFF), board.in_ram(0x2000_4000)) == (True, False)
    assert board.memories == "flash is 0x08000000 to 0x08001fff, RAM 0x20000000 to 0x20003fff"
