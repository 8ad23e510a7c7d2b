"""Frames of the serial link: a zero byte, COBS of body and CRC-32, a zero byte (docs/link.md).

COBS (Cheshire and Baker, "Consistent Overhead Byte Stuffing", 1999) writes bytes without a zero among them:
each block begins with its length, and a length below 255 stands for a zero after the block.
"""

import zlib
from collections import deque

from host.errors import LinkError

MAX_PAYLOAD = 1024
"""Bytes of a message's payload."""

MAX_BODY = 4 + MAX_PAYLOAD
"""Bytes before the CRC: type, flags, sequence, payload."""

DELIMITER = b"\0"

_CRC_BYTES = 4
_LONGEST_BLOCK = 254
_MAX_CHECKED = MAX_BODY + _CRC_BYTES
_MAX_STUFFED = _MAX_CHECKED + _MAX_CHECKED // _LONGEST_BLOCK + 1
_KEPT_GARBAGE = 512


def cobs_encode(data: bytes) -> bytes:
    """Return `data` without zero bytes, at most one byte in 254 longer, and one."""
    out = bytearray()
    for part in data.split(DELIMITER):
        full = len(part) // _LONGEST_BLOCK * _LONGEST_BLOCK
        for start in range(0, full, _LONGEST_BLOCK):
            out.append(_LONGEST_BLOCK + 1)
            out += part[start : start + _LONGEST_BLOCK]
        out.append(len(part) - full + 1)
        out += part[full:]
    # After a full block that ends the data there is no zero to stand for.
    return bytes(out[:-1] if full and full == len(part) else out)


def cobs_decode(data: bytes) -> bytes | None:
    """Return what `cobs_encode` made `data` of; None where nothing can have."""
    out = bytearray()
    position = 0
    while position < len(data):
        code = data[position]
        block = data[position + 1 : position + code]
        if code == 0 or len(block) != code - 1 or 0 in block:
            return None
        out += block
        position += code
        if code <= _LONGEST_BLOCK and position < len(data):
            out.append(0)
    return bytes(out) if data else None


def encode(body: bytes) -> bytes:
    """Return the frame of a body, as it goes over the line.

    Raises:
        LinkError: the body is longer than MAX_BODY.
    """
    if len(body) > MAX_BODY:
        raise LinkError(f"a message of {len(body)} bytes is too long for a frame: at most {MAX_BODY}")
    checked = body + zlib.crc32(body).to_bytes(_CRC_BYTES, "little")
    return DELIMITER + cobs_encode(checked) + DELIMITER


def longest_frame(payload: int) -> int:
    """Return the most bytes that the frame of a message with `payload` bytes of payload can have."""
    checked = 4 + payload + _CRC_BYTES
    return 2 * len(DELIMITER) + checked + checked // _LONGEST_BLOCK + 1


def decode(stuffed: bytes) -> bytes | None:
    """Return the body of what stands between two zero bytes; None where that is no frame."""
    checked = cobs_decode(stuffed)
    if checked is None or len(checked) < _CRC_BYTES:
        return None
    body, crc = checked[:-_CRC_BYTES], int.from_bytes(checked[-_CRC_BYTES:], "little")
    return body if zlib.crc32(body) == crc and len(body) <= MAX_BODY else None


class FrameReader:
    """Finds frames in a stream, between console text, garbage and halves of frames.

    Attributes:
        bad: Pieces between zero bytes that were no frames: a console's text, or damaged.
        received: Bytes that came in.
    """

    def __init__(self) -> None:
        self.bad = 0
        self.received = 0
        self._piece = bytearray()
        self._too_long = False
        self._garbage: deque[int] = deque(maxlen=_KEPT_GARBAGE)

    def feed(self, data: bytes) -> list[bytes]:
        """Take bytes in; return the bodies of the frames that they complete."""
        self.received += len(data)
        first, *others = data.split(DELIMITER)
        bodies = []
        self._extend(first)
        for part in others:
            body = self._finish()
            if body is not None:
                bodies.append(body)
            self._extend(part)
        return bodies

    @property
    def garbage(self) -> bytes:
        """The last bytes, 512 at most, that belonged to no frame."""
        return bytes(self._garbage) + bytes(self._piece)

    def _extend(self, data: bytes) -> None:
        self._piece += data
        if len(self._piece) > _MAX_STUFFED:
            self._garbage.extend(self._piece)
            self._piece.clear()
            self._too_long = True

    def _finish(self) -> bytes | None:
        piece, too_long = bytes(self._piece), self._too_long
        self._piece.clear()
        self._too_long = False
        body = None if too_long else decode(piece)
        if body is None and (piece or too_long):
            self.bad += 1
            self._garbage.extend(piece)
        return body
