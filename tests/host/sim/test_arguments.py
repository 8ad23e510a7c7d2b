"""Arguments of the virtual board's commands."""

import argparse
import math
from pathlib import Path

import pytest

from host.sim import arguments


def parse(*options: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser(exit_on_error=False)
    arguments.add(parser)
    arguments.add_observation(parser)
    return parser.parse_args(options)


def test_a_package_that_is_not_simulated_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    arguments.board(parse("--part", "EFR32BG24B310F1536IJ42"), None)
    assert "--part EFR32BG24B310F1536IJ42: the package is not simulated" in capsys.readouterr().err
    arguments.board(parse(), None)
    assert capsys.readouterr().err == ""


def test_numbers() -> None:
    parsed = parse("--max-cycles", "1_000_000", "--timeout", "2.5", "--speed", "0.5", "--base", "0x20000000")
    assert (parsed.max_cycles, parsed.timeout, parsed.speed) == (1_000_000, 2.5, 0.5)
    assert parsed.base == 0x2000_0000
    assert math.isinf(parse("--speed", "max").speed)
    assert arguments.limits(parse()).until is None


@pytest.mark.parametrize(
    "options",
    [
        ("--max-cycles", "-1"),
        ("--max-cycles", "1e6"),
        ("--timeout", "0"),
        ("--timeout", "inf"),
        ("--speed", "-1"),
        ("--base", "-1"),
        ("--base", "0x100000000"),
    ],
)
def test_numbers_that_cannot_be(options: tuple[str, str]) -> None:
    with pytest.raises(argparse.ArgumentError):
        parse(*options)


def test_a_profile_brings_its_flame_graph() -> None:
    assert not arguments.wishes(parse()).any
    wishes = arguments.wishes(parse("--profile"))
    assert wishes.profile
    assert wishes.flame_graph is not None
    wishes = arguments.wishes(parse("--flame-graph", "f.svg"))
    assert (wishes.profile, wishes.flame_graph, wishes.any) == (False, Path("f.svg"), True)
