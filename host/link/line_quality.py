"""What a line does to frames: the share of bytes that it spoils, and how long an answer takes."""

import math
from collections import defaultdict

from host.link.message import MessageType

_REMEMBERED = 64  # outcomes that weigh
_LOSSY = 3e-4  # errors per byte: every 22nd frame of 150 bytes is lost
_LEAST_PAYLOAD = 8
_OVERHEAD = 15  # bytes of a frame beside its share of a tensor: delimiters, COBS, header, offset, CRC
_UNKNOWN_S = 0.1
_LEAST_S = 0.005
_SLOW = frozenset(
    {MessageType.INVOKE, MessageType.SELF_TEST, MessageType.PUSH_FRAME, MessageType.PUSH_STAGED}
)


def is_slow(kind: MessageType) -> bool:
    """Return whether a device works for long on such a request: how long is measured for each of them."""
    return kind in _SLOW


class ErrorRate:
    """Errors per byte, from which exchanges of a request and its reply came about lately."""

    def __init__(self) -> None:
        self._tries = self._losses = self._bytes = 0.0

    def count(self, size: int, lost: bool) -> None:
        """Take in the outcome of an exchange of `size` bytes, both ways together."""
        kept = 1 - 1 / _REMEMBERED
        self._tries = kept * self._tries + 1
        self._losses = kept * self._losses + lost
        self._bytes = kept * self._bytes + size

    @property
    def per_byte(self) -> float:
        """Errors per byte if they are independent: exp(-rate * bytes) of the exchanges come about."""
        if not self._losses:
            return 0.0
        share = self._losses / (self._tries + 1)  # never quite all of them
        return -math.log(1 - share) * self._tries / self._bytes


class Turnaround:
    """Mean and deviation of a time, smoothed as in RFC 6298, section 2."""

    def __init__(self) -> None:
        self.mean: float | None = None
        self._deviation = 0.0

    def count(self, seconds: float) -> None:
        """Take in a sample."""
        if self.mean is None:
            self.mean, self._deviation = seconds, seconds / 2
            return
        self._deviation += (abs(seconds - self.mean) - self._deviation) / 4
        self.mean += (seconds - self.mean) / 8

    @property
    def longest(self) -> float | None:
        """What is hardly ever exceeded, in seconds; None before the first sample."""
        return None if self.mean is None else self.mean + 4 * self._deviation


class LineQuality:
    """A line with a device at its end, as its user has found it so far."""

    def __init__(self) -> None:
        self.errors = ErrorRate()
        self.outcomes = 0
        self._turnarounds: defaultdict[MessageType | None, Turnaround] = defaultdict(Turnaround)

    def count(self, size: int, lost: bool) -> None:
        """Take in whether a request and its reply, `size` bytes together, got through."""
        self.outcomes += 1
        self.errors.count(size, lost)

    @property
    def lossy(self) -> bool:
        """Whether losses are the rule: then what is sent is cut small and repeated at once."""
        return self.errors.per_byte > _LOSSY

    def payload(self, largest: int) -> int:
        """Return how many bytes of a tensor make the best use of the line in one frame, at most `largest`.

        Of n bytes in a frame with h others n / (n + h) * exp(-e * (n + h)) gets through at e errors per byte;
        that is largest where n² + h * n = h / e.
        """
        if not self.lossy:
            return largest
        half = _OVERHEAD / 2
        best = int(math.sqrt(half * half + _OVERHEAD / self.errors.per_byte) - half)
        return min(max(best, _LEAST_PAYLOAD), largest)

    def turnaround(self, kind: MessageType) -> Turnaround:
        """Return what the device and the way take beside the bytes' time; of all quick requests together."""
        return self._turnarounds[kind if is_slow(kind) else None]

    def may_be_at_work(self, kind: MessageType) -> bool:
        """Return whether nobody knows yet how long a device works for such a request."""
        return is_slow(kind) and self.turnaround(kind).mean is None

    def wait_s(self, kind: MessageType) -> float:
        """Return after which time beside the bytes' a reply is taken for lost."""
        longest = self.turnaround(kind).longest
        if longest is None:
            return _UNKNOWN_S
        # Where losses are rare, being late is the likelier cause.
        return max(longest, _LEAST_S if self.lossy else _UNKNOWN_S)
