"""The log file, with a clock that counts."""

import itertools
from collections.abc import Callable
from pathlib import Path

import pytest

from host.console.line_log import LineLog
from host.errors import HostError


def counter() -> Callable[[], str]:
    numbers = itertools.count(1)
    return lambda: f"t{next(numbers)}"


def test_lines_carry_the_time_of_their_first_character(tmp_path: Path) -> None:
    path = tmp_path / "a.log"
    log = LineLog(path, counter())
    log.add("one\r\ntw")
    assert path.read_text() == "t1 one\n", "written as soon as the line is complete"
    log.add("o\r\n\r\n> in\b\bx")
    log.note("the port has gone")
    log.close()
    assert path.read_text() == "t1 one\nt2 two\nt3\nt4 > x\nt5 * the port has gone\n"


def test_a_log_goes_on(tmp_path: Path) -> None:
    path = tmp_path / "a.log"
    for text in ("one\n", "two\n"):
        log = LineLog(path, lambda: "t")
        log.add(text)
        log.close()
    assert path.read_text() == "t one\nt two\n"


def test_a_log_that_cannot_be_written_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(HostError, match="cannot write"):
        LineLog(tmp_path / "none" / "a.log")
