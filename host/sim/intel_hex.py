"""Reads Intel HEX, the text form of an image: records `:LLAAAATT…CC` with addresses of 16 bits and a base."""

import binascii
from dataclasses import dataclass

_DATA, _END, _SEGMENT, _START_SEGMENT, _LINEAR, _START_LINEAR = range(6)
_HEADER_BYTES = 4
_BASE_BITS = {_SEGMENT: 4, _LINEAR: 16}


@dataclass(frozen=True)
class Piece:
    """Bytes that belong at an address."""

    address: int
    data: bytes


def parse(text: str) -> tuple[Piece, ...]:
    """Return the data of a HEX file, neighbouring records joined, in the order of their addresses.

    Raises:
        ValueError: a line is damaged, its checksum is wrong, the end record is missing, or bytes overlap.
    """
    base = 0
    pieces: list[Piece] = []
    lines = text.splitlines()
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        address, kind, data = _record(line.strip(), number)
        if kind == _DATA:
            pieces.append(Piece(base + address, data))
        elif kind == _END:
            if any(rest.strip() for rest in lines[number:]):
                raise ValueError(f"line {number + 1} follows the end record")
            return _joined(pieces)
        elif kind in _BASE_BITS:
            if len(data) != 2:
                raise ValueError(f"line {number} has a base address of {len(data)} bytes")
            base = int.from_bytes(data) << _BASE_BITS[kind]
        elif kind not in (_START_SEGMENT, _START_LINEAR):
            raise ValueError(f"line {number} has the unknown type {kind}")
    raise ValueError("it has no end record: the file is cut off")


def _record(line: str, number: int) -> tuple[int, int, bytes]:
    try:
        record = binascii.unhexlify(line[1:])
    except (binascii.Error, ValueError):
        record = b""
    if not line.startswith(":") or len(record) <= _HEADER_BYTES:
        raise ValueError(f"line {number} is no record")
    if len(record) != record[0] + _HEADER_BYTES + 1:
        raise ValueError(f"line {number} has another length than it states")
    if sum(record) % 256:
        raise ValueError(f"line {number} has a wrong checksum")
    return int.from_bytes(record[1:3]), record[3], record[4:-1]


def _joined(pieces: list[Piece]) -> tuple[Piece, ...]:
    runs: list[tuple[int, bytearray]] = []
    for piece in sorted(pieces, key=lambda piece: piece.address):
        end = runs[-1][0] + len(runs[-1][1]) if runs else -1
        if piece.address < end:
            raise ValueError(f"two records write address {piece.address:#010x}")
        if piece.address == end:
            runs[-1][1].extend(piece.data)
        else:
            runs.append((piece.address, bytearray(piece.data)))
    return tuple(Piece(address, bytes(data)) for address, data in runs)
