"""Models that cannot fit: refused with the figure, the limit and what to do."""

import pytest

from host import boards
from host.errors import BuildError
from host.firmware_build import budget

BOARD = boards.load("xg24")
FLASH = 1536 * 1024
RAM_BESIDE_STACK = 256 * 1024 - 8192


@pytest.mark.parametrize("size", [0, 1, 300_000, FLASH - 1])
def test_model_within_flash_passes(size: int) -> None:
    budget.check_model_size("m", size, BOARD)


@pytest.mark.parametrize("size", [FLASH, FLASH + 1, 2_000_000])
def test_model_beyond_flash_is_refused(size: int) -> None:
    with pytest.raises(BuildError, match=rf"model m is too large: {size} B, .* 1572864 B of flash .*: use "):
        budget.check_model_size("m", size, BOARD)


@pytest.mark.parametrize("size", [0, 20_480, RAM_BESIDE_STACK - 1])
def test_arena_within_ram_passes(size: int) -> None:
    budget.check_arena("m", size, BOARD)


@pytest.mark.parametrize("size", [RAM_BESIDE_STACK, 1 << 20])
def test_arena_beyond_ram_is_refused(size: int) -> None:
    with pytest.raises(
        BuildError, match=rf"arena of {size} B, .* 253952 B of RAM beside its stack of 8192 B: use "
    ):
        budget.check_arena("m", size, BOARD)


@pytest.mark.parametrize(
    ("weights", "arena", "expected"),
    [
        ("flash", 0, 0),
        ("ram", 9_600, 224 * 1024),
        ("ram", 200_000, RAM_BESIDE_STACK - 200_000 - 14_336),
        ("ram", RAM_BESIDE_STACK, 0),
        ("auto", 9_600, RAM_BESIDE_STACK - 9_600 - 14_336),
        ("auto", RAM_BESIDE_STACK, 0),
    ],
)
def test_weights_get_the_ram_that_they_are_given(weights: str, arena: int, expected: int) -> None:
    assert budget.weights_budget(weights, arena, BOARD) == expected


def test_ram_that_holds_no_layer_is_refused_with_the_sum() -> None:
    words = r"smallest layer take 90000 B, and \w+ has 39616 B .* 262144 B less 200000 B of arena, 8192 B of"
    with pytest.raises(BuildError, match=words):
        budget.check_weights("ram", 200_000, 0, 90_000, BOARD)
    budget.check_weights("ram", 200_000, 1, 90_000, BOARD)
    budget.check_weights("ram", 200_000, 0, 0, BOARD)
    budget.check_weights("auto", 200_000, 0, 90_000, BOARD)
