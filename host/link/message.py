"""A message of the serial link: what a frame carries, with its type, flags and sequence (docs/link.md)."""

import struct
from dataclasses import dataclass
from enum import IntEnum
from typing import Self

from host.errors import LinkError
from host.link.framing import MAX_PAYLOAD

PROTOCOL_VERSION = 2
SEQUENCES = 1 << 16

MOST_OVERTAKEN = 15
"""Requests that one may overtake: what the flags have room for."""

_HEADER = struct.Struct("<BBH")
_REPLY = 1 << 0
_ERROR = 1 << 1
_OVERTAKES_SHIFT = 4


class MessageType(IntEnum):
    """What a message is about."""

    HELLO = 1
    GOODBYE = 2
    DESCRIBE = 3
    SET_INPUT = 4
    PUSH_FRAME = 5
    INVOKE = 6
    GET_OUTPUT = 7
    SCORE = 8
    PROFILE = 9
    SELF_TEST = 10
    LOG = 11
    SET_BAUD = 12
    PING = 13
    STAGE = 14
    PUSH_STAGED = 15


@dataclass(frozen=True)
class Message:
    """The body of a frame: type (a number that may be unknown), flags, sequence, payload.

    `overtakes`: how many requests directly before it a request may be served ahead of.
    """

    type: int
    sequence: int
    payload: bytes = b""
    reply: bool = False
    error: bool = False
    overtakes: int = 0

    @classmethod
    def parse(cls, body: bytes) -> Self | None:
        """Return the reply in a frame's body; None where that is too short."""
        if len(body) < _HEADER.size:
            return None
        number, flags, sequence = _HEADER.unpack_from(body)
        return cls(number, sequence, body[_HEADER.size :], bool(flags & _REPLY), bool(flags & _ERROR))

    def to_bytes(self) -> bytes:
        """Return the body.

        Raises:
            LinkError: the payload is too long.
        """
        if len(self.payload) > MAX_PAYLOAD:
            raise LinkError(f"a payload of {len(self.payload)} bytes is too long: at most {MAX_PAYLOAD}")
        flags = _REPLY * self.reply | _ERROR * self.error | self.overtakes << _OVERTAKES_SHIFT
        return _HEADER.pack(self.type, flags, self.sequence) + self.payload
