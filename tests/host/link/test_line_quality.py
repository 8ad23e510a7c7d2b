"""What is concluded about a line from frames that got through, against lines of known error rates."""

import math
import random

import pytest

from host.link.line_quality import ErrorRate, LineQuality, Turnaround
from host.link.message import MessageType


@pytest.mark.parametrize("rate", [0.001, 0.01, 0.05])
def test_the_error_rate_of_a_line_is_found(rate: float) -> None:
    source, errors = random.Random(1), ErrorRate()
    found = []
    for number in range(2000):
        size = source.randrange(20, 60)
        errors.count(size, lost=source.random() > math.exp(-rate * size))
        if number > 200:
            found.append(errors.per_byte)
    assert sum(found) / len(found) == pytest.approx(rate, rel=0.2)


def test_a_line_without_losses_has_no_errors() -> None:
    errors = ErrorRate()
    assert errors.per_byte == 0
    errors.count(50, lost=False)
    assert errors.per_byte == 0


def test_a_line_that_lets_nothing_through_has_a_finite_rate() -> None:
    errors = ErrorRate()
    for _ in range(1000):
        errors.count(50, lost=True)
    assert 0.05 < errors.per_byte < 1


def lossy(rate: float) -> LineQuality:
    quality = LineQuality()
    source = random.Random(2)
    for _ in range(400):
        quality.count(47, lost=source.random() > math.exp(-rate * 47))
    return quality


@pytest.mark.parametrize("rate", [0.003, 0.01, 0.03])
def test_a_payload_is_about_as_long_as_carries_most(rate: float) -> None:
    def carried(size: int) -> float:
        return size / (size + 15) * math.exp(-rate * (size + 15))

    best = max(carried(size) for size in range(1, 400))
    assert carried(lossy(rate).payload(1024)) > 0.93 * best


def test_a_payload_is_no_longer_than_asked_for() -> None:
    assert LineQuality().payload(128) == 128
    assert lossy(0.01).payload(20) == 20


def test_one_loss_among_many_changes_nothing() -> None:
    quality = LineQuality()
    for number in range(60):
        quality.count(150, lost=number == 30)
    assert not quality.lossy
    assert quality.payload(128) == 128


def test_a_line_that_has_become_good_is_believed() -> None:
    quality = lossy(0.01)
    assert quality.lossy
    for _ in range(400):
        quality.count(47, lost=False)
    assert not quality.lossy


def test_a_turnaround_is_smoothed_as_the_rfc_says() -> None:
    turnaround = Turnaround()
    assert turnaround.longest is None
    turnaround.count(0.1)
    assert turnaround.longest == pytest.approx(0.1 + 4 * 0.05)
    turnaround.count(0.2)
    # RTTVAR = 3/4 * 0.05 + 1/4 * |0.1 - 0.2|; SRTT = 7/8 * 0.1 + 1/8 * 0.2
    assert turnaround.longest == pytest.approx(0.1125 + 4 * 0.0625)


def test_waits_are_short_only_where_losses_are_the_rule() -> None:
    for quality, least in ((LineQuality(), 0.1), (lossy(0.01), 0.005)):
        assert quality.wait_s(MessageType.PING) == 0.1  # nothing is known
        for _ in range(100):
            quality.turnaround(MessageType.SET_INPUT).count(0.001)
        assert quality.wait_s(MessageType.PING) == pytest.approx(least, abs=1e-3)
        assert quality.wait_s(MessageType.INVOKE) == 0.1
        quality.turnaround(MessageType.INVOKE).count(2.0)
        assert quality.wait_s(MessageType.INVOKE) > 2.0
