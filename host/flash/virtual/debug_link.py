"""The client's side of a virtual board's debug port: requests and replies as docs/debug-port.md has them.

A link carries bytes to a port in this process, or over TCP (tcp_link.py). It knows messages; debug registers
are swd.py's business.
"""

import struct
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import IntEnum

from host.errors import ProbeError

VERSION = 1
TIMEOUT_S = 5.0
"""How long a reply may take, besides ten times the simulated time that its request takes."""

LOWEST_HZ = 1_000
HIGHEST_HZ = 100_000_000
LARGEST = 1 << 20
"""Bytes of a message."""

_MAGIC = b"ESDP"
_SLOWEST = 10  # real seconds that a simulated one may take
_IDLE_CHUNK_S = 0.5

_HELLO = 0x00
_CONNECT = 0x01
_DISCONNECT = 0x02
_SET_CLOCK = 0x03
_SWJ = 0x04
_TRANSFER = 0x05
_IDLE = 0x06
_NRESET = 0x07
_COUNTERS = 0x08

_DONE = 0
_TAKEN = 3


class Ack(IntEnum):
    """How a request for transfers ended."""

    OK = 1
    WAIT = 2
    FAULT = 4
    NO_ANSWER = 7
    PARITY = 8


@dataclass(frozen=True)
class Item:
    """Transfers of the same request.

    Attributes:
        request: Bit 0 APnDP, bit 1 RnW, bits 3:2 A[3:2].
        words: What to write, one word for each transfer; empty for reads.
        reads: How many words to read; 0 for writes.
    """

    request: int
    words: tuple[int, ...] = ()
    reads: int = 0

    @property
    def count(self) -> int:
        """Transfers that this item asks for."""
        return self.reads or len(self.words)

    def after(self, done: int) -> "Item":
        """Return the item without its first `done` transfers."""
        return Item(self.request, self.words[done:], max(self.reads - done, 0))

    def encoded(self) -> bytes:
        """Return the item's bytes."""
        return struct.pack(f"<BI{len(self.words)}I", self.request, self.count, *self.words)


@dataclass(frozen=True)
class Answer:
    """What became of a request for transfers: how many succeeded, and the words that were read."""

    ack: int
    done: int
    words: tuple[int, ...]


@dataclass(frozen=True)
class Identity:
    """What is behind the port.

    Attributes:
        name: What the board is served as; "" in process.
        board: Name of its board file.
        order_code: The part's, as printed on it.
        device_part: DEVINFO.PART.
        eui64: DEVINFO's unique id.
    """

    name: str
    board: str
    order_code: str
    device_part: int
    eui64: int


@dataclass(frozen=True)
class Counters:
    """SWCLK cycles and transfers since they were last set to 0, simulated seconds since power-on."""

    swclk_cycles: int
    transfers: int
    seconds: float


class DebugLink(ABC):
    """One client's connection with a debug port; every method raises ProbeError once it is lost."""

    def __init__(self) -> None:
        self._hz = 1_000_000
        self._identity: Identity | None = None

    @abstractmethod
    def answer(self, request: bytes, timeout_s: float) -> bytes:
        """Send op and payload, return status and payload; b"" from a probe that is gone.

        Raises:
            ProbeError: nobody answers.
        """

    @abstractmethod
    def close(self) -> None:
        """Let the port go; closing twice is fine."""

    @property
    def identity(self) -> Identity:
        """What the port said of itself in answer to HELLO."""
        if self._identity is None:
            self._identity = _identity(self._ask(_HELLO, _MAGIC + struct.pack("<H", VERSION)))
        return self._identity

    def connect(self, swclk_hz: int) -> None:
        """Switch the port to SWD; it reads no register."""
        self._hz = swclk_hz
        self._ask(_CONNECT, struct.pack("<I", swclk_hz))

    def disconnect(self) -> None:
        """Let the wires go."""
        self._ask(_DISCONNECT)

    def set_clock(self, swclk_hz: int) -> None:
        """Change SWCLK, LOWEST_HZ to HIGHEST_HZ."""
        self._hz = swclk_hz
        self._ask(_SET_CLOCK, struct.pack("<I", swclk_hz))

    def swj(self, length: int, bits: int) -> None:
        """Send `length` bits on SWDIO, the lowest one of `bits` first."""
        size = (length + 7) // 8
        masked = bits & ((1 << length) - 1)
        self._ask(_SWJ, struct.pack("<I", length) + masked.to_bytes(size, "little"))

    def transfer(self, items: Sequence[Item], waits: int, resends: int) -> Answer:
        """Do transfers up to the first that does not succeed.

        Args:
            items: At most 262,000 reads and 1 MiB together.
            waits: How often each is repeated on WAIT.
            resends: How often each read with a parity error is asked for again.
        """
        payload = struct.pack("<HH", waits, resends) + b"".join(item.encoded() for item in items)
        cycles = 46 * (sum(item.count for item in items) + waits)
        reply = self._ask(_TRANSFER, payload, cycles / self._hz)
        if len(reply) < 5 or len(reply) % 4 != 1:
            raise ProbeError(f"the debug port answers {len(reply)} bytes to a request for transfers")
        ack, done = struct.unpack_from("<BI", reply)
        words = struct.unpack_from(f"<{len(reply) // 4 - 1}I", reply, 5)
        asked = sum(item.count for item in items)
        if done > asked or (ack == Ack.OK) != (done == asked) or len(words) != _reads(items, done):
            raise ProbeError(
                f"the debug port answers {asked} transfers by {done} and {len(words)} words (ack {ack})"
            )
        return Answer(ack, done, words)

    def idle(self, seconds: float) -> None:
        """Let simulated time pass without a cycle of SWCLK."""
        while seconds > 0.0:
            chunk = min(seconds, _IDLE_CHUNK_S)
            self._ask(_IDLE, struct.pack("<Q", max(round(chunk * 1e9), 1)), chunk)
            seconds -= chunk

    def drive_reset(self, asserted: bool) -> None:
        """Pull nRESET low, or let it go."""
        self._ask(_NRESET, bytes((asserted,)))

    def counters(self, reset: bool = False) -> Counters:
        """Return what the port counted; with `reset` cycles and transfers start anew from 0."""
        reply = self._ask(_COUNTERS, bytes((reset,)))
        if len(reply) != 24:
            raise ProbeError(f"the debug port answers {len(reply)} bytes to a request for its counters")
        cycles, transfers, nanoseconds = struct.unpack("<QQQ", reply)
        return Counters(cycles, transfers, nanoseconds / 1e9)

    def _ask(self, op: int, payload: bytes = b"", simulated_s: float = 0.0) -> bytes:
        if len(payload) >= LARGEST:
            raise ProbeError(f"a request of {len(payload)} bytes: the debug port takes {LARGEST}")
        reply = self.answer(bytes((op,)) + payload, TIMEOUT_S + _SLOWEST * simulated_s)
        if not reply:
            raise ProbeError("the debug probe is gone: it was pulled, or the board is no longer served")
        if reply[0] == _DONE:
            return reply[1:]
        said = reply[1:].decode("utf-8", "replace") or "no reason given"
        if reply[0] == _TAKEN:
            raise ProbeError(f"the board's debug port is in use: {said}")
        raise ProbeError(f"the debug port refused request {op:#04x} (status {reply[0]}): {said}")


class InProcessLink(DebugLink):
    """A link with a port in this process.

    Args:
        answer: Takes op and payload, returns status and payload: host.sim.debug_port.DebugPort.answer.
    """

    def __init__(self, answer: Callable[[bytes], bytes]) -> None:
        super().__init__()
        self._answer = answer

    def answer(self, request: bytes, timeout_s: float) -> bytes:
        """See DebugLink; a call in this process cannot be timed out."""
        return self._answer(request)

    def close(self) -> None:
        """See DebugLink; the port stays."""


def _reads(items: Sequence[Item], done: int) -> int:
    """Return how many of the first `done` transfers are reads."""
    reads = 0
    for item in items:
        reads += min(item.reads, done)
        done = max(done - item.count, 0)
    return reads


def _identity(reply: bytes) -> Identity:
    try:
        version, part, eui64 = struct.unpack_from("<HIQ", reply)
        texts = []
        at = 14
        while at < len(reply):
            texts.append(reply[at + 1 : at + 1 + reply[at]].decode("utf-8"))
            at += 1 + reply[at]
        name, board, order_code = texts[:3]
    except (struct.error, ValueError) as error:
        raise ProbeError(f"the debug port's greeting cannot be read: {reply[:40].hex()}") from error
    if version != VERSION:
        raise ProbeError(
            f"the debug port speaks version {version}, this program {VERSION}: serve the board anew"
        )
    return Identity(name, board, order_code, part, eui64)
