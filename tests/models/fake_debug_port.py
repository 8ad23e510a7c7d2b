"""A debug port in Python by docs/debug-port.md: words of memory behind one access port, errors on demand."""

import struct
from dataclasses import dataclass, field

DPIDR = 0x6BA0_2477
ABORT, CTRL_STAT, SELECT, RDBUFF = 0x0, 0x4, 0x8, 0xC
CSW, TAR, DRW, IDR = 0x00, 0x04, 0x0C, 0xFC
STICKYERR, WDATAERR = 1 << 5, 1 << 7
OK, WAIT, FAULT, NO_ANSWER, PARITY = 1, 2, 4, 7, 8
NOTHING_THERE = 0xE000_0000
"""From this address on the bus answers with an error."""


@dataclass
class FakeDebugPort:
    """Answers op and payload by status and payload.

    Attributes:
        garbled: Numbers of the writes, counted from 0, whose data arrive with a wrong parity.
        answers: Answers that are given instead of doing the transfer, by the transfer's number.
        pulled_at: Number of the request from which on the probe is gone.
    """

    garbled: set[int] = field(default_factory=set)
    answers: dict[int, int] = field(default_factory=dict)
    pulled_at: int | None = None
    order_code: str = "EFR32MG24B310F1536IM48"
    name: str = "fake"
    memory: dict[int, int] = field(default_factory=dict)
    requests: list[bytes] = field(default_factory=list)
    transfers: list[tuple[int, int | None]] = field(default_factory=list)
    idle_ns: int = 0
    writes: int = 0
    _status: int = 0
    _select: int = 0
    _tar: int = 0
    _bus_error: bool = False

    def answer(self, request: bytes) -> bytes:
        """As DebugPort.answer."""
        self.requests.append(request)
        if self.pulled_at is not None and len(self.requests) > self.pulled_at:
            return b""
        op, payload = request[0], request[1:]
        if op == 0x00:
            texts = [self.name, "virtual", self.order_code]
            coded = b"".join(bytes((len(text),)) + text.encode() for text in texts)
            return b"\0" + struct.pack("<HIQ", 1, 0x0018_0136, 0x02E5_7000_0000_0001) + coded
        if op == 0x05:
            return b"\0" + self._transfer(payload)
        if op == 0x06:
            self.idle_ns += struct.unpack("<Q", payload)[0]
        if op == 0x08:
            return b"\0" + struct.pack("<QQQ", 46 * len(self.transfers), len(self.transfers), self.idle_ns)
        return b"\0"

    def _transfer(self, payload: bytes) -> bytes:
        done, words, at = 0, [], 4
        while at < len(payload):
            request, count = struct.unpack_from("<BI", payload, at)
            at += 5
            for _ in range(count):
                word = None
                if not request & 2:
                    (word,) = struct.unpack_from("<I", payload, at)
                    at += 4
                ack, read = self._one(request, word)
                if ack != OK:
                    return self._reply(ack, done, words)
                done += 1
                if read is not None:
                    words.append(read)
        return self._reply(OK, done, words)

    def _reply(self, ack: int, done: int, words: list[int]) -> bytes:
        return struct.pack(f"<BI{len(words)}I", ack, done, *words)

    def _one(self, request: int, word: int | None) -> tuple[int, int | None]:
        forced = self.answers.pop(len(self.transfers), OK)
        self.transfers.append((request, word))
        if forced != OK:
            return forced, None
        if self._bus_error and request not in (2 | 0, 2 | CTRL_STAT, ABORT):
            self._status |= STICKYERR
            self._bus_error = False
        if self._status and request not in (2 | 0, 2 | CTRL_STAT, ABORT):
            return FAULT, None
        if word is None:
            return OK, self._read(request)
        self.writes += 1
        if self.writes - 1 in self.garbled:
            self._status |= WDATAERR
        else:
            self._write(request, word)
        return OK, None

    def _read(self, request: int) -> int:
        address = request & 0xC
        if not request & 1:
            return {0: DPIDR, CTRL_STAT: 0xF000_0000 | self._status}.get(address, 0)
        register = self._select & 0xF0 | address
        if self._select >> 24:
            return 0
        if register == DRW:
            word = self.memory.get(self._tar, 0)
            self._tar += 4
            return word
        return {TAR: self._tar, IDR: 0x1477_0015}.get(register, 0)

    def _write(self, request: int, word: int) -> None:
        address = request & 0xC
        if request & 1:
            register = self._select & 0xF0 | address
            if register == TAR:
                self._tar = word
            elif register == DRW:
                self._bus_error = self._tar >= NOTHING_THERE
                self.memory[self._tar] = word
                self._tar += 4
        elif address == ABORT:
            self._status &= ~(STICKYERR * (word >> 2 & 1) | WDATAERR * (word >> 3 & 1))
        elif address == SELECT:
            self._select = word
