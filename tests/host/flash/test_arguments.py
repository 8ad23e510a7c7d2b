from pathlib import Path

import pytest

from host.errors import UsageError
from host.flash import arguments as arguments_of


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--yes"], "--recover"),
        (["--recover", "--all"], "--recover takes one board"),
        (["--recover", "x.elf"], "no image"),
        (["--all", "--port", "/dev/ttyACM0"], "--port is of one board"),
        (["--all", "--backup", "x.bin"], "--backup is of one board"),
        (["--backup", "x.hex"], ".bin"),
        (["--backup", "x.bin", "--dry-run"], "--dry-run saves nothing"),
        (["--recover", "--dry-run", "--yes"], "--dry-run would do nothing"),
        (["--recover", "--backup", "x.bin"], "--backup would do nothing"),
        (["--base", "0x08006000"], "--base says where a .bin file begins"),
        (["--base", "0x08006000", "x.hex"], "--base says where a .bin file begins"),
        (["--base", "0", "x.elf"], "--base says where a .bin file begins"),
        (["--list", "x.elf"], "--list only lists: leave x.elf out"),
        (["--list", "--all"], "--all would do nothing"),
        (["--list", "--recover"], "--recover would do nothing"),
        (["--dry-run", "--verify", "read"], "nothing to verify"),
        (["--recover", "--replace-bootloader"], "--replace-bootloader would do nothing"),
    ],
)
def test_options_that_do_not_go_together(arguments: list[str], words: str) -> None:
    with pytest.raises(UsageError, match=words):
        arguments_of.check(arguments_of.parse(arguments))


@pytest.mark.parametrize(
    "arguments",
    [
        ["--frequency", "fast"],
        ["--frequency", "0"],
        ["--frequency", "51M"],
        ["--frequency", "nan"],
        ["--wait", "-1"],
        ["--wait", "inf"],
        ["--base", "flash"],
        ["--base", "0x100000000"],
        ["--verify", "crc32"],
    ],
)
def test_wrong_values(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as raised:
        arguments_of.parse(arguments)
    assert raised.value.code == 2
    assert arguments[1] in capsys.readouterr().err


@pytest.mark.parametrize(
    ("text", "hz"), [("1M", 1_000_000), ("400k", 400_000), ("1.5m", 1_500_000), ("9e5", 900_000)]
)
def test_frequencies(text: str, hz: int) -> None:
    assert arguments_of.frequency(text) == hz


def test_what_holds_unless_something_is_said() -> None:
    parsed = arguments_of.parse([])
    assert (parsed.image, parsed.board, parsed.probe, parsed.base) == (None, "xg24", None, None)
    assert (parsed.verify, parsed.wait, parsed.frequency, parsed.pack) == (None, 0.0, None, None)
    assert not any((parsed.all, parsed.full, parsed.force, parsed.dry_run, parsed.no_run, parsed.recover))


def test_an_image_and_options() -> None:
    parsed = arguments_of.parse(["x.bin", "--base", "0x08006000", "--wait", "1.5", "--verify", "read"])
    assert (parsed.image, parsed.base, parsed.wait, parsed.verify) == (
        Path("x.bin"),
        0x0800_6000,
        1.5,
        "read",
    )
