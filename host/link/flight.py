"""Requests in flight: which one to send next, and which ones are lost (docs/link.md, "Requests and replies").

A line keeps the order of what is sent, and a device answers in the order in which it serves: where the reply
to a later transmission has come, the earlier ones without a reply are lost, or were dropped because one that
they depend on is. Where nothing comes any more, time tells.
"""

import math
from collections import deque
from dataclasses import dataclass
from itertools import islice

from host.link import framing
from host.link.line_quality import LineQuality, is_slow
from host.link.message import Message
from host.link.requests import Request

_SHORT_REPLY = 100  # bytes of payload; of such replies the device keeps _MANY, else _FEW
_MANY, _FEW = 16, 2
_WARY = 4  # in flight, until as many outcomes as here tell what the line is like
_WARY_OUTCOMES = 8
_IN_VAIN = 2  # timeouts one after the other, after which only the oldest is sent
_COPIES = 3  # of it: one of them may get through
_GROWTH = 1.5
_MOST_S = 0.25
_MOST_SLOW_S = 1.0
_MOST_LOSSY_S = 0.1
_MOST_GROWTHS = 10


@dataclass
class Pending:
    """A request that has a number, and its reply once that has come.

    `order` is that of its last transmission among all, `times` how many there were; `sent_at` and
    `answered_at` are when the line has carried that one and its reply, if nothing takes time but the bytes;
    `flying` until it is answered or lost.
    """

    sequence: int
    request: Request
    frame: bytes
    reply: Message | None = None
    order: int = 0
    times: int = 0
    sent_at: float = 0.0
    answered_at: float = 0.0
    first_sent_at: float = 0.0
    flying: bool = False

    @property
    def reply_is_short(self) -> bool:
        """Whether the device keeps many replies like this."""
        return self.request.reply_bytes <= _SHORT_REPLY

    @property
    def reply_frame(self) -> int:
        """Bytes of the reply's frame, if that is no error."""
        return framing.longest_frame(self.request.reply_bytes)

    def answered_by(self, message: Message) -> bool:
        """Return whether a reply is this request's."""
        # A device names the type of a request even where it does not know it.
        return (message.type, message.sequence) == (self.request.type, self.sequence)


class Flight:
    """The requests of one exchange that have no reply yet, or wait for that of an earlier one.

    Args:
        line: What is known of the line; learns from this flight.
        ring_bytes: Bytes that the device takes in while it is busy.
        bytes_per_s: The line's rate.
        now: The line's time in seconds.
    """

    def __init__(self, line: LineQuality, ring_bytes: int, bytes_per_s: float, now: float) -> None:
        self._line = line
        self._ring_bytes = ring_bytes
        self._bytes_per_s = bytes_per_s
        self._free_at = now  # when the line has carried all that was written, and
        self._all_answered_at = now  # all replies to that: they too can be more than it carries
        self._left_at = now  # when one in flight was answered or lost last
        self._orders = 0
        self._in_vain = 0
        self.pending: deque[Pending] = deque()

    def may_admit(self, request: Request) -> bool:
        """Return whether a request may be outstanding beside those that are."""
        pending = self.pending
        if not pending:
            return True
        short = request.reply_bytes <= _SHORT_REPLY and all(each.reply_is_short for each in pending)
        most = _FEW if not short else _MANY if self._line.outcomes >= _WARY_OUTCOMES else _WARY
        if len(pending) >= most:
            return False
        ahead = sum(len(each.frame) for each in pending if each.reply is None)
        return ahead + framing.longest_frame(len(request.payload)) <= self._ring_bytes

    def next_to_send(self) -> Pending | None:
        """Return the oldest request that is to be sent now, for the first time or again."""
        if sum(each.flying for each in self.pending) >= self._most_flying():
            return None
        for index, each in enumerate(self.pending):
            if each.reply is None and not each.flying and (not self._line.lossy or self._is_free(index)):
                return each
        return None

    def copies(self, request: Pending) -> int:
        """Return how many times a request is to be sent at once."""
        slow = is_slow(request.request.type) and not self._line.lossy
        if self._in_vain < _IN_VAIN or slow:
            return 1
        return max(min(_COPIES, self._ring_bytes // len(request.frame)), 1)

    def sent(self, request: Pending, copies: int, now: float) -> None:
        """Take note that a request was written."""
        self._orders += 1
        self._free_at = max(now, self._free_at) + copies * len(request.frame) / self._bytes_per_s
        replies_s = copies * request.reply_frame / self._bytes_per_s
        self._all_answered_at = max(self._free_at, self._all_answered_at) + replies_s
        request.order = self._orders
        request.sent_at, request.answered_at = self._free_at, self._all_answered_at
        if not request.times:
            request.first_sent_at = self._free_at
        request.times += copies
        request.flying = True

    def take(self, reply: Message, now: float) -> None:
        """Assign a reply to its request; those that were sent before it have lost theirs."""
        for each in self.pending:
            if each.reply is None and each.answered_by(reply):
                each.reply = reply
                self._in_vain = 0
                for earlier in self.pending:
                    if each.flying and earlier.flying and earlier.order < each.order:
                        self._lose(earlier)
                self._learn(each, reply, now)
                each.flying = False
                self._left_at = now
        if not any(each.flying for each in self.pending):
            self._all_answered_at = now

    def deadline(self) -> float:
        """Return when a reply is lost if none comes."""
        flying = [each for each in self.pending if each.flying]
        if not flying:
            return self._left_at
        oldest = min(flying, key=lambda each: each.order)
        earliest = self._left_at + oldest.reply_frame / self._bytes_per_s
        return max(oldest.answered_at, earliest) + self._wait_s(oldest)

    def expire(self, now: float) -> None:
        """Give up what should have been answered by now, and what depends on it."""
        flying = sorted((each for each in self.pending if each.flying), key=lambda each: each.order)
        late = [each for each in flying if each.answered_at + self._wait_s(each) <= now]
        # On a good line silence is one event, however many wait.
        many = self._line.lossy
        for each in flying[:1] + late[1:]:
            self._lose(each, counts=many or each is flying[0])
        for index, each in enumerate(self.pending):
            if each.flying and not self._is_free(index):
                self._lose(each)
        self._in_vain += 1
        self._left_at = now

    def _is_free(self, index: int) -> bool:
        """Return whether all that the request at a place depends on has been answered."""
        ahead = max(index - self.pending[index].request.overtakes, 0)
        return all(each.reply is not None for each in islice(self.pending, ahead))

    def _most_flying(self) -> int:
        if self._in_vain >= _IN_VAIN:
            return 1
        if not self._line.lossy:
            return _MANY
        # As many as keep the line busy: what is lost is then soon sent again.
        oldest = self.pending[0]
        each_s = max(len(oldest.frame), oldest.reply_frame) / self._bytes_per_s
        return 2 + math.ceil((self._line.turnaround(oldest.request.type).mean or 0.0) / each_s)

    def _wait_s(self, request: Pending) -> float:
        """Return how much later than the line alone makes it a reply may come."""
        kind = request.request.type
        usual = self._line.wait_s(kind)
        # Where losses are the rule, silence is hardly a sign of a device that needs more time.
        most = _MOST_LOSSY_S if self._line.lossy else _MOST_SLOW_S if is_slow(kind) else _MOST_S
        return min(usual * _GROWTH ** min(self._in_vain, _MOST_GROWTHS), max(usual, most))

    def _lose(self, request: Pending, counts: bool = True) -> None:
        request.flying = False
        # The device may have dropped it, or still be at work.
        dropped = not self._is_free(self.pending.index(request))
        if counts and not dropped and not self._line.may_be_at_work(request.request.type):
            self._line.count(len(request.frame) + request.reply_frame, lost=True)

    def _learn(self, request: Pending, reply: Message, now: float) -> None:
        size = framing.longest_frame(len(reply.payload))
        self._line.count(len(request.frame) + size, lost=False)
        kind = request.request.type
        sent_at = request.sent_at
        if request.times > 1:
            # Which of the transmissions was answered is not known; a device that is slow answers the first.
            if self._line.lossy or not is_slow(kind):
                return
            sent_at = request.first_sent_at
        start = max(sent_at, self._left_at)
        self._line.turnaround(kind).count(max(now - start - size / self._bytes_per_s, 0.0))
