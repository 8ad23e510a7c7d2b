"""What a device answers: payloads of replies as records (docs/link.md, "Types"); those to DESCRIBE apart."""

import math
import struct
from dataclasses import dataclass
from enum import IntEnum
from typing import Self

from host.link.message import PROTOCOL_VERSION
from host.link.payload import malformed, one_line, unpack

HELLO = struct.Struct("<HHIIIQ20s32sB")
FRAME_RESULT = struct.Struct("<BfI")
CYCLES = struct.Struct("<I")
SCORES = struct.Struct("<ff")

_VERSION = struct.Struct("<H")
_PROFILE = struct.Struct("<HH")
_LAYER = struct.Struct("<7I")
_SELF_TEST = struct.Struct("<II")
_MOST_LAYERS = 36  # in one reply


class ErrorCode(IntEnum):
    """Why a device refuses a request."""

    BAD_REQUEST = 1
    WRONG_VERSION = 2
    UNKNOWN_TYPE = 3
    NO_MODEL = 4
    RESTART = 5
    INFERENCE_FAILED = 6
    BUSY = 7
    UNSUPPORTED_BAUD = 8


@dataclass(frozen=True)
class Refusal:
    """A device's error reply; `code` may be a number that is unknown here."""

    code: int
    text: str

    @classmethod
    def parse(cls, payload: bytes) -> Self:
        """Read an error reply.

        Raises:
            LinkError: it is malformed, as in all of the functions below.
        """
        if not payload:
            raise malformed("error")
        return cls(payload[0], one_line(payload[1:]))


@dataclass(frozen=True)
class Hello:
    """Who answers. `unique_id`, `build_id` and the hash are hexadecimal, the clock is in Hz.

    Frames of `ring_bytes` together may be sent before a reply has come.
    """

    protocol_version: int
    max_payload: int
    ring_bytes: int
    boot_id: int
    clock_hz: int
    unique_id: str
    build_id: str
    model_sha256: str
    model_matches: bool

    @classmethod
    def parse(cls, payload: bytes) -> Self:
        """Read the reply to HELLO; of another protocol version only the version counts."""
        if len(payload) >= _VERSION.size and _VERSION.unpack_from(payload)[0] != PROTOCOL_VERSION:
            return cls(_VERSION.unpack_from(payload)[0], 0, 0, 0, 0, "", "", "", False)
        version, most, ring, boot, clock, unique, build, model, matches = unpack(HELLO, payload, "HELLO")
        return cls(
            version, most, ring, boot, clock, f"{unique:016x}", build.hex(), model.hex(), bool(matches)
        )


@dataclass(frozen=True)
class FrameResult:
    """What a frame of a sliding window gave: no score (None) until the window is full."""

    score_int8: float | None
    cycles: int

    @classmethod
    def parse(cls, payload: bytes) -> Self:
        """Read the reply to PUSH_FRAME or PUSH_STAGED."""
        state, value, cycles = unpack(FRAME_RESULT, payload, "PUSH_FRAME")
        return cls(_known(value) if state else None, cycles)


def parse_cycles(payload: bytes) -> int:
    """Read the reply to INVOKE: core cycles."""
    return int(unpack(CYCLES, payload, "INVOKE")[0])


@dataclass(frozen=True)
class Scores:
    """The anomaly scores of an inference; None where the model has no such score."""

    score_float: float | None
    score_int8: float | None

    @classmethod
    def parse(cls, payload: bytes) -> Self:
        """Read the reply to SCORE."""
        of_float, of_int8 = unpack(SCORES, payload, "SCORE")
        return cls(_known(of_float), _known(of_int8))


@dataclass(frozen=True)
class LayerRecord:
    """One layer of an inference in core cycles; `opcode` is the schema's number of the operator."""

    opcode: int
    cpu_cycles: int
    wait_cycles: int
    accelerator_cycles: int
    total_cycles: int
    launches: int
    faults: int


@dataclass(frozen=True)
class ProfilePart:
    """Layers of the last inference from `first` on, of `layer_count` in all."""

    layer_count: int
    first: int
    layers: tuple[LayerRecord, ...]

    @classmethod
    def parse(cls, payload: bytes) -> Self:
        """Read the reply to PROFILE."""
        if len(payload) < _PROFILE.size or (len(payload) - _PROFILE.size) % _LAYER.size:
            raise malformed("PROFILE")
        count, first = _PROFILE.unpack_from(payload)
        layers = tuple(LayerRecord(*record) for record in _LAYER.iter_unpack(payload[_PROFILE.size :]))
        return cls(count, first, layers)


def profile_bytes(layers: int) -> int:
    """Return how long the reply to PROFILE is that was asked for at most so many layers."""
    return _PROFILE.size + min(layers, _MOST_LAYERS) * _LAYER.size


def layers_in(size: int) -> int:
    """Return how many layers' cycles fit `size` bytes of a reply to PROFILE, at least 1."""
    return max(min((size - _PROFILE.size) // _LAYER.size, _MOST_LAYERS), 1)


@dataclass(frozen=True)
class SelfTest:
    """What the accelerator's test of itself gave."""

    tests: int
    failed: int
    text: str

    @classmethod
    def parse(cls, payload: bytes) -> Self:
        """Read the reply to SELF_TEST."""
        tests, failed = unpack(_SELF_TEST, payload[: _SELF_TEST.size], "SELF_TEST")
        return cls(tests, failed, one_line(payload[_SELF_TEST.size :]))


def _known(value: float) -> float | None:
    return None if math.isnan(value) else value
