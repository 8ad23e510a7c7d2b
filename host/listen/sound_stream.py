"""Samples out of a stream of bytes while it is being written: a WAV file, or raw 16-bit samples.

Recorders that write into a pipe cannot know the length; a WAV file without one is read to its end. For whole
files there is host/data/wav.py.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from host.data.layout import SAMPLE_RATE
from host.errors import DataError

Read = Callable[[int], bytes]
"""Returns what is there, up to so many bytes, and waits where nothing is; empty at the end."""

Samples = NDArray[np.float32]

_PIECE_BYTES = 1 << 16
_PCM, _EXTENSIBLE = 1, 0xFFFE
# What recorders write for "unknown": nothing, all ones, or the largest that their type holds.
_UNKNOWN_FROM = 0x7FFF_0000


@dataclass(frozen=True)
class _Format:
    """How samples are coded: bytes per sample."""

    width: int


def samples(read: Read) -> Iterator[Samples]:
    """Yield mono samples at 16 kHz, float32 in [-1, 1), piece by piece as they arrive.

    What begins with RIFF is a WAV file with PCM of 8, 16, 24 or 32 bits, anything else 16-bit little-endian
    samples.

    Raises:
        DataError: a WAV file of another rate, channel count or coding, or one that ends before it should;
            the message gives the reason only.
    """
    source = _Source(read)
    if source.peek(4) != b"RIFF":
        yield from _decoded(source.pieces(None), _Format(2))
        return
    source.exactly(4)
    source.exactly(4)  # the length of all: unknown to recorders
    if source.exactly(4) != b"WAVE":
        raise DataError("a RIFF file, but no WAV file")
    coding: _Format | None = None
    while True:
        name, size = source.exactly(4), int.from_bytes(source.exactly(4), "little")
        if name == b"data":
            break
        chunk = source.exactly(size + size % 2)
        if name == b"fmt ":
            coding = _format(chunk)
    if coding is None:
        raise DataError("damaged: a WAV file without a format")
    known = size if 0 < size < _UNKNOWN_FROM else None
    yield from _decoded(source.pieces(known), coding)


class _Source:
    """Bytes of a stream, some of which were read already."""

    def __init__(self, read: Read) -> None:
        self._read = read
        self._ahead = b""

    def peek(self, count: int) -> bytes:
        while len(self._ahead) < count and (more := self._read(_PIECE_BYTES)):
            self._ahead += more
        return self._ahead[:count]

    def exactly(self, count: int) -> bytes:
        if count > _UNKNOWN_FROM or len(self.peek(count)) < count:
            raise DataError("damaged: the WAV file ends within its header")
        taken, self._ahead = self._ahead[:count], self._ahead[count:]
        return taken

    def pieces(self, count: int | None) -> Iterator[bytes]:
        """Yield the next `count` bytes, or all that come if it is None."""
        left = count
        while left is None or left > 0:
            piece = self._ahead or self._read(_PIECE_BYTES)
            if not piece:
                break
            piece, self._ahead = piece[:left], piece[len(piece) if left is None else left :]
            left = None if left is None else left - len(piece)
            yield piece
        if left:
            raise DataError(f"damaged: {(count or 0) - left} bytes of samples of {count} are there")


def _format(chunk: bytes) -> _Format:
    if len(chunk) < 16:
        raise DataError("damaged: the format of the WAV file is cut")
    tag, channels = int.from_bytes(chunk[:2], "little"), int.from_bytes(chunk[2:4], "little")
    rate, bits = int.from_bytes(chunk[4:8], "little"), int.from_bytes(chunk[14:16], "little")
    if tag == _EXTENSIBLE and len(chunk) >= 26:
        tag = int.from_bytes(chunk[24:26], "little")
    if tag != _PCM or bits not in (8, 16, 24, 32):
        raise DataError(f"coded as {bits} bits of format {tag}: a WAV file with PCM samples is needed")
    if rate != SAMPLE_RATE:
        raise DataError(f"sample rate {rate} Hz: {SAMPLE_RATE} Hz is needed (resample it first)")
    if channels != 1:
        raise DataError(f"{channels} channels: a mono recording is needed")
    return _Format(bits // 8)


def _decoded(pieces: Iterator[bytes], coding: _Format) -> Iterator[Samples]:
    rest = b""
    for piece in pieces:
        data = rest + piece
        whole = len(data) // coding.width * coding.width
        rest = data[whole:]
        if whole:
            yield _samples(data[:whole], coding.width)


def _samples(data: bytes, width: int) -> Samples:
    if width == 1:  # the only unsigned ones
        return np.asarray((np.frombuffer(data, np.uint8).astype(np.float32) - 128) / 128, np.float32)
    if width == 3:
        # Shifted into the upper bytes of 32 bits, so that the sign comes along.
        padded = np.zeros((len(data) // 3, 4), np.uint8)
        padded[:, 1:] = np.frombuffer(data, np.uint8).reshape(-1, 3)
        return np.asarray(padded.view("<i4")[:, 0] / 2.0**31, np.float32)
    return np.asarray(np.frombuffer(data, f"<i{width}") / 2.0 ** (8 * width - 1), np.float32)
