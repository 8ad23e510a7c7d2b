"""A device in Python that follows docs/link.md, behind a line that can be made bad; time is simulated."""

import struct
import zlib
from collections.abc import Callable

from fake_framing import framed, unstuffed

from host.errors import LinkError

MODEL = bytes(range(32))
UNIQUE_ID = 0x02E5_7000_0000_0001
OUTPUT_BYTES = 300
INPUT_BYTES = 640
WINDOW = 640
LAYERS = 80


class FakeDevice:
    """Device and transport in one.

    Attributes:
        to_device, to_host: What becomes of bytes on the way.
        before_request: Called with each good request's type; may reset the device.
        served: Types of requests in the order in which they were served.
    """

    def __init__(self, ring_bytes: int = 2200, version: int = 2, model: bytes = MODEL) -> None:
        self.ring_bytes, self.version, self.model = ring_bytes, version, model
        self.input_bytes, self.output_bytes = INPUT_BYTES, OUTPUT_BYTES
        self.opcodes = [9] * LAYERS
        self.kernel = b"fast"
        self.window = WINDOW
        self.infer = output_of
        self.score = window_score
        self.runs = self.faults = 0
        self.unique_id = UNIQUE_ID
        self.to_device: Callable[[bytes], bytes] = lambda data: data
        self.to_host: Callable[[bytes], bytes] = lambda data: data
        self.before_request: Callable[[int], None] = lambda kind: None
        self.served: list[int] = []
        self.sessions = 0
        self.mute = self.unplugged = False
        self.unsupported_rates: set[int] = set()
        self.deaf_rates: set[int] = set()
        self.most_ahead = 0
        self.boots = 0
        self._time = 0.0
        self._host_baud = 115_200
        self._out = bytearray()
        self.closed = False
        self.boot()

    # Transport.

    name = "a fake"

    @property
    def baud(self) -> int:
        return self._host_baud

    @baud.setter
    def baud(self, baud: int) -> None:
        self._host_baud = baud

    def now(self) -> float:
        return self._time

    def read(self, timeout_s: float) -> bytes:
        self._check()
        if not self._out:
            self._time += max(timeout_s, 1e-4)
            if self._time - self._good_at > 3:
                self.rate = 115_200
            return b""
        data = bytes(self._out)
        self._out.clear()
        self._time += 10 * len(data) / self._host_baud
        return data

    def write(self, data: bytes) -> None:
        self._check()
        self._time += 10 * len(data) / self._host_baud
        if self.rate != self._host_baud or self.rate in self.deaf_rates:
            return
        self._ahead += len(data)
        self.most_ahead = max(self.most_ahead, self._ahead)
        self._take(self.to_device(data))

    def reopen(self) -> None:
        self._check()
        self._host_baud = 115_200

    def close(self) -> None:
        self.closed = True

    def _check(self) -> None:
        if self.unplugged:
            raise LinkError("a fake has gone")

    # Device.

    def boot(self) -> None:
        self.boots += 1
        self.rate = 115_200
        self.open = False
        self.kept: dict[int, tuple[int, bytes]] = {}
        self.expected = 0
        self.served_ahead: set[int] = set()
        self.stage = bytearray(1024)
        self.input = bytearray(self.input_bytes)
        self.last_frame: tuple[int, int, int] | None = None
        self._text = bytearray()
        self._frame: bytearray | None = None
        self._good_at = self._time
        self._ahead = 0
        self.say(b"\r\nEarshot 0.1\r\n> ")

    def say(self, data: bytes) -> None:
        if not self.mute:
            self._out += self.to_host(data)

    def _take(self, data: bytes) -> None:
        for byte in data:
            if byte:
                if self._frame is None:
                    self._text.append(byte)
                else:
                    self._frame.append(byte)
            elif not self._frame:
                self._frame = bytearray()
            else:
                good = self._body(bytes(self._frame))
                self._frame = None if good else bytearray()
                if good:
                    self._ahead = 0

    def _body(self, data: bytes) -> bool:
        checked = unstuffed(data)
        if checked is None or not 8 <= len(checked) <= 1032:
            return False
        body, crc = checked[:-4], struct.unpack("<I", checked[-4:])[0]
        if zlib.crc32(body) != crc:
            return False
        self._good_at = self._time
        kind, flags, sequence = struct.unpack_from("<BBH", body)
        if not flags & 1:
            boots = self.boots
            self.before_request(kind)
            if boots == self.boots:
                self._request(kind, sequence, body[4:], crc, overtakes=flags >> 4)
        return True

    def _request(self, kind: int, sequence: int, payload: bytes, crc: int, overtakes: int) -> None:
        kept = self.kept.get(sequence)
        if kept and kept[0] == crc:
            self.say(kept[1])
            return
        if kind == 1:
            self.kept.clear()
            self.expected = sequence
            self.served_ahead.clear()
        elif not self.open:
            self.say(self._error(kind, sequence, 5, b"no session"))
            return
        else:
            ahead = (sequence - self.expected) % 65536
            if ahead > 32768 or kept or sequence in self.served_ahead:
                self.say(self._error(kind, sequence, 1, b"sequence"))
                return
            if ahead > overtakes:
                return
        self.served_ahead.add(sequence)
        while self.expected in self.served_ahead:
            self.served_ahead.remove(self.expected)
            self.expected = (self.expected + 1) % 65536
        self.served.append(kind)
        answer = self._serve(kind, payload)
        if isinstance(answer, int):
            reply = self._error(kind, sequence, answer, b"because")
        else:
            reply = framed(struct.pack("<BBH", kind, 1, sequence) + answer)
        self.kept[sequence] = (crc, reply)
        short = all(len(each) <= 112 for _, each in self.kept.values())
        while len(self.kept) > (16 if short else 2):
            del self.kept[min(self.kept, key=lambda other: (other - sequence + 32768) % 65536)]
        old_rate = self.rate
        self.say(reply)
        if kind == 12 and old_rate and not isinstance(answer, int):
            self.rate = struct.unpack("<I", payload)[0]

    def _error(self, kind: int, sequence: int, code: int, text: bytes) -> bytes:
        return framed(struct.pack("<BBHB", kind, 3, sequence, code) + text)

    def _serve(self, kind: int, payload: bytes) -> bytes | int:
        serve = getattr(self, f"_serve_{kind}", None)
        return 3 if serve is None else serve(payload)

    def _serve_1(self, payload: bytes) -> bytes | int:
        version, _, _, wanted = struct.unpack("<HHI32s", payload)
        if version != self.version:
            return 2
        self.open = True
        self.sessions += 1
        matches = wanted in (self.model, bytes(32))
        facts = (self.version, 1024, self.ring_bytes, self.boots, 78_000_000, self.unique_id)
        return struct.pack("<HHIIIQ", *facts) + b"\x0b" * 20 + self.model + bytes([matches])

    def _serve_2(self, payload: bytes) -> bytes:
        self.open = False
        return b""

    def _serve_3(self, payload: bytes) -> bytes | int:
        texts = (b"brd2601b", b"0.1.0", b"demo\x1b[31m", self.kernel, b"MVP")
        tensor = struct.pack("<ii", 1, INPUT_BYTES) + struct.pack("<fiI", 0.5, 3, self.input_bytes)
        output = struct.pack("<ii", 1, OUTPUT_BYTES) + struct.pack("<fiI", 0.25, -1, self.output_bytes)
        sections = {
            0: b"".join(bytes([len(each)]) + each for each in texts),
            1: b"\0\x09\x02" + tensor + b"\x01\x09\x02" + output,
            2: struct.pack("<7I", 1, 2, 3, 4, 5, 6, 0xFFFF_FFFF),
            3: struct.pack("<Ifi", self.window, 0.5, 3),
            4: struct.pack("<4I", 10, 1, 2, 115_200),
            5: struct.pack("<II", 10 * self.runs, self.faults),
        }
        section, offset, length = struct.unpack("<BHH", payload)
        return sections[section][offset : offset + length] if section in sections else 1

    def _serve_4(self, payload: bytes) -> bytes | int:
        offset = struct.unpack_from("<I", payload)[0]
        data = payload[4:]
        if offset + len(data) > self.input_bytes:
            return 1
        self.input[offset : offset + len(data)] = data
        return b""

    def _serve_5(self, payload: bytes) -> bytes | int:
        return self._push(*struct.unpack_from("<III", payload), payload[12:])

    def _serve_14(self, payload: bytes) -> bytes | int:
        offset, data = struct.unpack_from("<H", payload)[0], payload[2:]
        if offset + len(data) > len(self.stage):
            return 1
        self.stage[offset : offset + len(data)] = data
        return b""

    def _serve_15(self, payload: bytes) -> bytes | int:
        session, clip, frame, offset, size = struct.unpack("<IIIHH", payload)
        return self._push(session, clip, frame, bytes(self.stage[offset : offset + size]))

    def _push(self, session: int, clip: int, frame: int, codes: bytes) -> bytes | int:
        if frame and self.last_frame != (session, clip, frame - 1):
            return 5
        self.last_frame = (session, clip, frame)
        self.input = self.input[len(codes) :] + codes
        if frame < self.window // len(codes) - 1:
            return struct.pack("<BfI", 0, float("nan"), 0)
        self.output = self.infer(bytes(self.input))
        return struct.pack("<BfI", 1, self.score(bytes(self.input)), 1000)

    def _serve_6(self, payload: bytes) -> bytes:
        self.runs += struct.unpack("<H", payload)[0] if payload else 1
        self.output = self.infer(bytes(self.input))
        return struct.pack("<I", 123_456)

    def _serve_7(self, payload: bytes) -> bytes | int:
        offset, length = struct.unpack("<IH", payload)
        return self.output[offset : offset + length] if offset + length <= self.output_bytes else 1

    def _serve_8(self, payload: bytes) -> bytes:
        return struct.pack("<ff", float("nan"), 0.5)

    def _serve_9(self, payload: bytes) -> bytes:
        first, most = struct.unpack("<HH", payload)
        records = [
            struct.pack("<7I", opcode, n, 2 * n, 3 * n, 3 * n, 1, 0) for n, opcode in enumerate(self.opcodes)
        ]
        return struct.pack("<HH", len(records), first) + b"".join(records[first:][: min(most, 36)])

    def _serve_10(self, payload: bytes) -> bytes:
        return struct.pack("<II", 7, 1) + b"add: bad"

    def _serve_11(self, payload: bytes) -> bytes:
        offset, length = struct.unpack("<IH", payload)
        return b"fault\x1b[2J\nPC 1\n"[offset : offset + min(length, 5)]

    def _serve_12(self, payload: bytes) -> bytes | int:
        return 8 if struct.unpack("<I", payload)[0] in self.unsupported_rates else b""

    def _serve_13(self, payload: bytes) -> bytes:
        return payload


def output_of(data: bytes) -> bytes:
    """What the fake's model makes of an input."""
    return bytes((3 * byte + position) % 256 for position, byte in enumerate(data[:OUTPUT_BYTES]))


def window_score(window: bytes) -> float:
    """What it makes of a window."""
    return zlib.crc32(window) % 1000 / 8
