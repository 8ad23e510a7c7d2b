"""Which request is sent next and which is lost, at given times."""

import math
import random

import pytest

from host.link import framing
from host.link.flight import Flight, Pending
from host.link.line_quality import LineQuality
from host.link.message import Message, MessageType
from host.link.requests import Request

BYTES_PER_S = 11_520.0


def admitted(flight: Flight, *requests: Request) -> list[Pending]:
    """Put requests in flight as a session does."""
    for request in requests:
        sequence = len(flight.pending)
        frame = framing.encode(request.numbered(sequence).to_bytes())
        flight.pending.append(Pending(sequence, request, frame))
    return list(flight.pending)


def sent(flight: Flight, now: float) -> list[int]:
    """Send what is to be sent; return the sequence numbers."""
    numbers = []
    while (request := flight.next_to_send()) is not None:
        flight.sent(request, flight.copies(request), now)
        numbers.append(request.sequence)
    return numbers


def reply(request: Pending, payload: bytes = b"") -> Message:
    return Message(request.request.type, request.sequence, payload, reply=True)


def inputs(count: int) -> list[Request]:
    return [Request.set_input(32 * number, bytes(32)).overtaking(number) for number in range(count)]


def lossy() -> LineQuality:
    quality = LineQuality()
    source = random.Random(2)
    for _ in range(200):
        quality.count(50, lost=source.random() > math.exp(-0.01 * 50))
    for _ in range(50):
        quality.turnaround(MessageType.PING).count(0.001)
    return quality


def flight_on(line: LineQuality) -> Flight:
    return Flight(line, 4096, BYTES_PER_S, 0.0)


def test_all_is_sent_at_once_over_a_good_line() -> None:
    flight = flight_on(LineQuality())
    admitted(flight, *inputs(5), Request.invoke(), Request.get_output(0, 96))
    assert sent(flight, 0.0) == list(range(7))
    assert sent(flight, 0.0) == []


def test_what_a_later_reply_overtakes_is_lost() -> None:
    flight = flight_on(LineQuality())
    pending = admitted(flight, *inputs(5))
    sent(flight, 0.0)
    flight.take(reply(pending[0]), 0.006)
    flight.take(reply(pending[3]), 0.020)
    assert sent(flight, 0.020) == [1, 2]
    flight.take(reply(pending[1]), 0.030)
    # 4 was sent before them, and has no reply.
    assert sent(flight, 0.030) == [4]
    assert [each.times for each in pending] == [1, 2, 2, 1, 2]


def test_a_late_reply_counts() -> None:
    flight = flight_on(LineQuality())
    pending = admitted(flight, *inputs(3))
    sent(flight, 0.0)
    flight.take(reply(pending[2]), 0.020)
    flight.take(reply(pending[0]), 0.021)
    assert sent(flight, 0.021) == [1]


def test_silence_is_a_loss_after_a_while_and_all_is_sent_again() -> None:
    line = LineQuality()
    for _ in range(60):
        line.count(100, lost=False)
    flight = flight_on(line)
    pending = admitted(flight, *inputs(3))
    sent(flight, 0.0)
    line_s = sum(len(each.frame) for each in pending) / BYTES_PER_S
    assert len(pending[0].frame) / BYTES_PER_S + 0.1 < flight.deadline() < line_s + 0.1
    late = flight.deadline() + 0.05
    flight.expire(late)
    assert sent(flight, late) == [0, 1, 2]
    assert not line.lossy


def test_after_silence_twice_only_the_oldest_is_sent_and_the_waits_grow() -> None:
    flight = flight_on(LineQuality())
    admitted(flight, *inputs(3))
    waits = []
    now = 0.0
    for _ in range(12):
        numbers = sent(flight, now)
        waits.append(flight.deadline() - now)
        now = flight.deadline()
        flight.expire(now)
    assert numbers == [0]
    assert waits[-1] == pytest.approx(waits[-2])
    assert max(waits) < 0.5


def test_a_request_waits_on_a_bad_line_for_what_it_depends_on() -> None:
    flight = flight_on(lossy())
    pending = admitted(flight, *inputs(2), Request.invoke(), Request.get_output(0, 32))
    assert sent(flight, 0.0) == [0, 1]
    flight.take(reply(pending[0]), 0.006)
    assert sent(flight, 0.006) == []
    flight.take(reply(pending[1]), 0.012)
    assert sent(flight, 0.012) == [2]
    flight.take(reply(pending[2], bytes(4)), 0.020)
    assert sent(flight, 0.020) == [3]


def test_few_are_in_flight_on_a_bad_line_and_what_is_lost_goes_first() -> None:
    flight = flight_on(lossy())
    pending = admitted(flight, *inputs(16))
    first = sent(flight, 0.0)
    assert first == list(range(len(first)))
    assert 2 <= len(first) <= 4
    flight.take(reply(pending[1]), 0.010)
    assert sent(flight, 0.010)[0] == 0


def test_losses_shorten_the_pieces_and_what_a_device_dropped_does_not() -> None:
    line = LineQuality()
    for _ in range(20):
        line.count(160, lost=False)
    flight = flight_on(line)
    admitted(flight, *(Request.push_frame(1, 2, number, bytes(128)) for number in range(14)))
    sent(flight, 0.0)
    outcomes = line.outcomes
    flight.expire(flight.deadline() + 1.0)
    # Only the first one is known to be lost, and that not for sure: the device may be at work.
    assert line.outcomes == outcomes
    flight = flight_on(line)
    pending = admitted(flight, *inputs(4))
    sent(flight, 0.0)
    flight.take(reply(pending[3]), 0.020)
    assert line.outcomes == outcomes + 4
    assert line.lossy


def test_only_as_many_as_the_device_keeps_are_admitted() -> None:
    line = LineQuality()
    flight = flight_on(line)
    short = Request.get_output(0, 100)
    counts = []
    for outcomes in (0, 8):
        line.outcomes = outcomes
        while flight.may_admit(short):
            admitted(flight, short)
        counts.append(len(flight.pending))
    assert counts == [4, 16]
    long = flight_on(line)
    admitted(long, Request.get_output(0, 101))
    assert long.may_admit(short)
    admitted(long, short)
    assert not long.may_admit(short)


def test_no_more_bytes_than_the_devices_ring_holds_are_outstanding() -> None:
    line = LineQuality()
    line.outcomes = 8
    flight = Flight(line, 400, BYTES_PER_S, 0.0)
    push = Request.push_frame(1, 2, 3, bytes(128))
    while flight.may_admit(push):
        admitted(flight, push)
    assert len(flight.pending) == 2


def test_the_turnaround_of_each_slow_request_is_measured() -> None:
    line = LineQuality()
    flight = flight_on(line)
    pending = admitted(flight, Request.invoke(), Request.ping())
    sent(flight, 0.0)
    line_s = (len(pending[0].frame) + framing.longest_frame(4)) / BYTES_PER_S
    flight.take(reply(pending[0], bytes(4)), line_s + 0.5)
    assert line.turnaround(MessageType.INVOKE).mean == pytest.approx(0.5, abs=1e-3)
    flight.take(reply(pending[1]), line_s + 0.5 + framing.longest_frame(0) / BYTES_PER_S + 0.002)
    assert line.turnaround(MessageType.PING).mean == pytest.approx(0.002, abs=1e-4)
