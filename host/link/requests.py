"""What the computer asks of a device: requests with their payloads (docs/link.md, "Types")."""

import struct
from dataclasses import dataclass, replace
from typing import Self

from host.link import replies
from host.link.description import Section
from host.link.framing import MAX_PAYLOAD
from host.link.message import MOST_OVERTAKEN, PROTOCOL_VERSION, Message, MessageType

ANY_MODEL = bytes(32)
"""In place of a model's SHA-256: the device compares nothing."""

STAGE_BYTES = 1024
"""Where a device puts together frames that are sent in pieces."""


@dataclass(frozen=True)
class Request:
    """A request that has no sequence number yet.

    Attributes:
        type: What it is about.
        payload: Its bytes after the header.
        reply_bytes: How many bytes of payload its reply has at most, if that is no error.
        overtakes: How many requests directly before it it does not depend on.
    """

    type: MessageType
    payload: bytes = b""
    reply_bytes: int = MAX_PAYLOAD
    overtakes: int = 0

    def numbered(self, sequence: int) -> Message:
        """Return the request as a message."""
        return Message(self.type, sequence, self.payload, overtakes=self.overtakes)

    def overtaking(self, count: int) -> Self:
        """Return the request that may be served before the `count` before it, as far as the link allows."""
        return replace(self, overtakes=min(count, MOST_OVERTAKEN))

    @classmethod
    def hello(cls, nonce: int, model_sha256: bytes = ANY_MODEL, version: int = PROTOCOL_VERSION) -> Self:
        """Open a session; `nonce` is another number of 32 bits each time."""
        payload = struct.pack("<HHI", version, 0, nonce) + model_sha256
        return cls(MessageType.HELLO, payload, replies.HELLO.size)

    @classmethod
    def goodbye(cls) -> Self:
        """End the session."""
        return cls(MessageType.GOODBYE, reply_bytes=0)

    @classmethod
    def describe(cls, section: Section, offset: int, length: int) -> Self:
        """Ask for at most `length` bytes of a section of the device's description."""
        return cls(MessageType.DESCRIBE, struct.pack("<BHH", section, offset, length), length)

    @classmethod
    def set_input(cls, offset: int, data: bytes) -> Self:
        """Write bytes of the input tensor."""
        return cls(MessageType.SET_INPUT, struct.pack("<I", offset) + data, 0)

    @classmethod
    def push_frame(cls, session: int, clip: int, frame: int, codes: bytes) -> Self:
        """Move a frame of int8 codes into the sliding window."""
        payload = struct.pack("<III", session, clip, frame) + codes
        return cls(MessageType.PUSH_FRAME, payload, replies.FRAME_RESULT.size)

    @classmethod
    def stage(cls, offset: int, data: bytes) -> Self:
        """Write bytes of a frame to where it is put together."""
        return cls(MessageType.STAGE, struct.pack("<H", offset) + data, 0)

    @classmethod
    def push_staged(cls, session: int, clip: int, frame: int, offset: int, size: int) -> Self:
        """Move a frame into the sliding window that was sent in pieces."""
        payload = struct.pack("<IIIHH", session, clip, frame, offset, size)
        return cls(MessageType.PUSH_STAGED, payload, replies.FRAME_RESULT.size)

    @classmethod
    def invoke(cls, runs: int = 1) -> Self:
        """Run the model, `runs` times in a row; the last one counts."""
        payload = b"" if runs == 1 else struct.pack("<H", runs)
        return cls(MessageType.INVOKE, payload, replies.CYCLES.size)

    @classmethod
    def get_output(cls, offset: int, size: int) -> Self:
        """Ask for bytes of the output tensor."""
        return cls(MessageType.GET_OUTPUT, struct.pack("<IH", offset, size), size)

    @classmethod
    def score(cls) -> Self:
        """Ask for the anomaly scores of the last inference."""
        return cls(MessageType.SCORE, reply_bytes=replies.SCORES.size)

    @classmethod
    def profile(cls, first_layer: int, most: int) -> Self:
        """Ask for the cycles of the last inference in at most `most` layers, from one on."""
        payload = struct.pack("<HH", first_layer, most)
        return cls(MessageType.PROFILE, payload, replies.profile_bytes(most))

    @classmethod
    def self_test(cls) -> Self:
        """Let the accelerator test itself."""
        return cls(MessageType.SELF_TEST)

    @classmethod
    def log(cls, offset: int, length: int) -> Self:
        """Ask for at most `length` bytes of the log of faults."""
        return cls(MessageType.LOG, struct.pack("<IH", offset, length), length)

    @classmethod
    def set_baud(cls, baud: int) -> Self:
        """Change the rate of the line."""
        return cls(MessageType.SET_BAUD, struct.pack("<I", baud), 0)

    @classmethod
    def ping(cls, data: bytes = b"") -> Self:
        """Ask for the same bytes."""
        return cls(MessageType.PING, data, len(data))
