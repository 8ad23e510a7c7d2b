"""Frames of docs/link.md, written anew: a mistake in host/link shows up as a disagreement."""

import struct
import zlib


def stuffed(data: bytes) -> bytes:
    """COBS, byte by byte."""
    out, block = bytearray(), bytearray()
    for position, byte in enumerate(data):
        if byte:
            block.append(byte)
        if not byte or (len(block) == 254 and position + 1 < len(data)):
            out += bytes([255 if byte else len(block) + 1]) + block
            block.clear()
    return bytes(out + bytes([min(len(block) + 1, 255)]) + block)


def unstuffed(data: bytes) -> bytes | None:
    out = bytearray()
    left, zero = 0, False
    for byte in data:
        if left:
            out.append(byte)
            left -= 1
            continue
        if zero:
            out.append(0)
        left, zero = byte - 1, byte != 255
    return None if left else bytes(out)


def framed(body: bytes) -> bytes:
    return b"\0" + stuffed(body + struct.pack("<I", zlib.crc32(body))) + b"\0"
