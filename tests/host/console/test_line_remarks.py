"""When a person is told that the line is silent, has another rate, or has the benchmark's image on it."""

import pytest

from host.console.line_remarks import SILENT_S, LineRemarks


class Clock:
    def __init__(self) -> None:
        self.time = 100.0

    def __call__(self) -> float:
        return self.time


def test_text_is_not_remarked_on() -> None:
    remarks = LineRemarks(115_200)
    for piece in (b"\r\nEarshot 0.1\r\n", b"> \x1b[2J\x07\b \b", b"a" * 200, b"\xff caf\xc3\xa9 " * 4):
        assert remarks.received(piece) == ""


@pytest.mark.parametrize(
    ("baud", "rate"), [(9_600, "than 9600: give the right one with --baud"), (0, "rate")]
)
def test_noise_is_remarked_on_once(baud: int, rate: str) -> None:
    remarks = LineRemarks(baud)
    noise = bytes([0xF8, 0x80, 0x00, 0xE6])
    said = [remarks.received(noise) for _ in range(20)]
    (remark,) = [each for each in said if each]
    assert remark.startswith("what comes in is no text")
    assert remark.endswith(rate)
    assert said.index(remark) == 5  # a few bytes may always be spoilt


def test_silence_after_a_typed_line() -> None:
    clock = Clock()
    remarks = LineRemarks(115_200, clock)
    clock.time += 60
    assert remarks.silence() == ""  # nobody asked anything
    remarks.typed(b"hel")
    clock.time += 60
    assert remarks.silence() == ""
    remarks.typed(b"p\r")
    clock.time += SILENT_S - 0.1
    assert remarks.silence() == ""
    clock.time += 0.2
    assert "whether its rate is 115200 baud (--baud)" in remarks.silence()
    assert remarks.silence() == ""


def test_silence_at_the_end_is_not_waited_for() -> None:
    remarks = LineRemarks(0, Clock())
    assert remarks.silence(ended=True) == ""
    remarks.typed(b"name%")
    assert remarks.silence(ended=True).startswith("the board says nothing: check its power, and whether")


def test_a_board_that_was_heard_may_be_silent() -> None:
    clock = Clock()
    remarks = LineRemarks(115_200, clock)
    remarks.typed(b"bench 100\r")
    remarks.received(b"b")
    clock.time += 60
    assert remarks.silence() == ""


@pytest.mark.parametrize(
    ("line", "runner"),
    [
        ("m-ready\r\n", True),
        ("m-timestamp-mode-energy\r\n", True),
        ("m-name-dut-[earshot-brd2601b-01ab]\r\n", True),
        ("> m-ready\r\n", False),
        ("m-readyness\r\n", False),
        ("model fc\r\n", False),
    ],
)
def test_the_runners_lines(line: str, runner: bool) -> None:
    remarks = LineRemarks(115_200)
    assert bool(remarks.line(line)) == runner
    assert remarks.line(line) == ""
