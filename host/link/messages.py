"""The messages of the serial link as records, to and from bytes (docs/link.md); all numbers little-endian.

Requests know their type and payload (`Request`); replies are read by the `parse_…` functions from the payload
of a reply. What a device says is text: it is freed of control characters here.
"""

import math
import struct
from dataclasses import dataclass, replace
from enum import IntEnum
from typing import Any

from host.errors import LinkError
from host.link.framing import MAX_PAYLOAD

PROTOCOL_VERSION = 2
SEQUENCES = 1 << 16
HASH_BYTES = 32
SECTION_BYTES = 256
"""Asked for at once of a section of unknown size; most are shorter."""

MOST_LAYERS = 36
"""Layers in one reply to PROFILE."""

STAGE_BYTES = 1024
"""Where a device puts together frames that are sent in pieces."""

_HEADER = struct.Struct("<BBH")
_REPLY = 1 << 0
_ERROR = 1 << 1
_OVERTAKES_SHIFT = 4
_MOST_OVERTAKEN = 15


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


class Section(IntEnum):
    """Parts of a device's description."""

    TEXTS = 0
    TENSORS = 1
    MEMORY = 2
    WINDOW = 3
    LINE = 4
    ACCELERATOR = 5


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

    def to_bytes(self) -> bytes:
        """Return the body.

        Raises:
            LinkError: the payload is too long.
        """
        if len(self.payload) > MAX_PAYLOAD:
            raise LinkError(f"a payload of {len(self.payload)} bytes is too long: at most {MAX_PAYLOAD}")
        flags = _REPLY * self.reply | _ERROR * self.error | self.overtakes << _OVERTAKES_SHIFT
        return _HEADER.pack(self.type, flags, self.sequence) + self.payload


def parse(body: bytes) -> Message | None:
    """Return the message in a frame's body; None where that is too short."""
    if len(body) < _HEADER.size:
        return None
    kind, flags, sequence = _HEADER.unpack_from(body)
    return Message(kind, sequence, body[_HEADER.size :], bool(flags & _REPLY), bool(flags & _ERROR))


@dataclass(frozen=True)
class Request:
    """What the computer asks for, before it has a sequence number.

    `overtakes`: how many requests directly before it it does not depend on.
    """

    type: MessageType
    payload: bytes = b""
    overtakes: int = 0

    def overtaking(self, count: int) -> "Request":
        """Return the request that may be served before the `count` before it, as far as the link allows."""
        return replace(self, overtakes=min(count, _MOST_OVERTAKEN))


def hello(nonce: int, model_sha256: bytes = bytes(HASH_BYTES), version: int = PROTOCOL_VERSION) -> Request:
    """Return the request that opens a session; the hash is zeros where any model will do."""
    return Request(MessageType.HELLO, struct.pack("<HHI", version, 0, nonce) + model_sha256)


def goodbye() -> Request:
    """Return the request that ends a session."""
    return Request(MessageType.GOODBYE)


def describe(section: Section, offset: int = 0, length: int | None = None) -> Request:
    """Return the request for at most `length` bytes of one section of the device's description.

    None: for all of a section of fixed size, SECTION_BYTES of another.
    """
    if length is None:
        length = _SECTION_SIZES.get(section, SECTION_BYTES)
    return Request(MessageType.DESCRIBE, struct.pack("<BHH", section, offset, length))


def set_input(offset: int, data: bytes) -> Request:
    """Return the request that writes bytes of the input tensor."""
    return Request(MessageType.SET_INPUT, struct.pack("<I", offset) + data)


def push_frame(session: int, clip: int, frame: int, codes: bytes) -> Request:
    """Return the request that moves one frame of int8 codes into the sliding window."""
    return Request(MessageType.PUSH_FRAME, struct.pack("<III", session, clip, frame) + codes)


def stage(offset: int, data: bytes) -> Request:
    """Return the request that writes bytes of a frame to where it is put together."""
    return Request(MessageType.STAGE, struct.pack("<H", offset) + data)


def push_staged(session: int, clip: int, frame: int, offset: int, size: int) -> Request:
    """Return the request that moves a frame into the sliding window that was sent in pieces."""
    payload = struct.pack("<IIIHH", session, clip, frame, offset, size)
    return Request(MessageType.PUSH_STAGED, payload)


def invoke(runs: int = 1) -> Request:
    """Return the request that runs the model, `runs` times in a row; the last one counts."""
    return Request(MessageType.INVOKE, b"" if runs == 1 else struct.pack("<H", runs))


def get_output(offset: int, size: int) -> Request:
    """Return the request for bytes of the output tensor."""
    return Request(MessageType.GET_OUTPUT, struct.pack("<IH", offset, size))


def score() -> Request:
    """Return the request for the anomaly scores of the last inference."""
    return Request(MessageType.SCORE)


def profile(first_layer: int, most: int = MOST_LAYERS) -> Request:
    """Return the request for the cycles of the last inference in at most `most` layers, from one on."""
    return Request(MessageType.PROFILE, struct.pack("<HH", first_layer, most))


def layers_in(size: int) -> int:
    """Return how many layers' cycles fit `size` bytes of a reply, at least 1."""
    return max(min((size - _PROFILE.size) // _LAYER.size, MOST_LAYERS), 1)


def self_test() -> Request:
    """Return the request that lets the accelerator test itself."""
    return Request(MessageType.SELF_TEST)


def log(offset: int, length: int = MAX_PAYLOAD) -> Request:
    """Return the request for at most `length` bytes of the log of faults."""
    return Request(MessageType.LOG, struct.pack("<IH", offset, length))


def set_baud(baud: int) -> Request:
    """Return the request for another rate of the line."""
    return Request(MessageType.SET_BAUD, struct.pack("<I", baud))


def ping(data: bytes = b"") -> Request:
    """Return the request for the same bytes."""
    return Request(MessageType.PING, data)


def reply_bytes(request: Request) -> int:
    """Return how many bytes of payload a request's reply has at most, if it is no error."""
    kind, payload = request.type, request.payload
    if kind is MessageType.PING:
        return len(payload)
    if kind is MessageType.PROFILE:
        most = min(_number(payload[2:4]), MOST_LAYERS)
        return _PROFILE.size + most * _LAYER.size
    if kind in _LENGTH_AT:
        at = _LENGTH_AT[kind]
        return _number(payload[at : at + 2])
    return _REPLY_BYTES.get(kind, MAX_PAYLOAD)


def _number(data: bytes) -> int:
    return int.from_bytes(data, "little")


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


@dataclass(frozen=True)
class Texts:
    """What a device calls itself and what it runs."""

    board: str
    version: str
    model: str
    kernel: str
    accelerator: str


@dataclass(frozen=True)
class TensorFacts:
    """The model's input or output: `type` is TfLiteType's number."""

    is_output: bool
    type: int
    shape: tuple[int, ...]
    scale: float
    zero_point: int
    bytes: int


@dataclass(frozen=True)
class MemoryFacts:
    """A device's memory in bytes; None where it does not know."""

    arena_used: int | None
    arena_size: int | None
    stack_used: int | None
    stack_size: int | None
    ram_used: int | None
    flash_used: int | None
    weights_ram: int | None


@dataclass(frozen=True)
class WindowFacts:
    """The sliding window: int8 values that it has (0: this model has none), and their quantization."""

    values: int
    scale: float
    zero_point: int


@dataclass(frozen=True)
class LineFacts:
    """What a device's end of the line has seen since its start, and its present rate."""

    good_frames: int
    bad_frames: int
    lost_bytes: int
    baud: int


@dataclass(frozen=True)
class AcceleratorFacts:
    """What a device's accelerator has done since its start: programs, and of these those that failed."""

    launches: int
    faults: int


@dataclass(frozen=True)
class FrameResult:
    """What a frame of a sliding window gave: no score (None) until the window is full."""

    score_int8: float | None
    cycles: int


@dataclass(frozen=True)
class Scores:
    """The anomaly scores of an inference; None where the model has no such score."""

    score_float: float | None
    score_int8: float | None


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


@dataclass(frozen=True)
class SelfTest:
    """What the accelerator's test of itself gave."""

    tests: int
    failed: int
    text: str


@dataclass(frozen=True)
class Refusal:
    """A device's error reply; `code` may be a number that is unknown here."""

    code: int
    text: str


_HELLO = struct.Struct(f"<HHIIIQ20s{HASH_BYTES}sB")
_VERSION = struct.Struct("<H")
_MEMORY = struct.Struct("<7I")
_WINDOW = struct.Struct("<Ifi")
_LINE = struct.Struct("<4I")
_TENSOR_HEAD = struct.Struct("<BBB")
_TENSOR_TAIL = struct.Struct("<fiI")
_UNKNOWN = 0xFFFF_FFFF
_FRAME_RESULT = struct.Struct("<BfI")
_SCORES = struct.Struct("<ff")
_CYCLES = struct.Struct("<I")
_PROFILE = struct.Struct("<HH")
_LAYER = struct.Struct("<7I")
_SELF_TEST = struct.Struct("<II")
_ACCELERATOR = struct.Struct("<II")

_SECTION_SIZES = {
    Section.MEMORY: _MEMORY.size,
    Section.WINDOW: _WINDOW.size,
    Section.LINE: _LINE.size,
    Section.ACCELERATOR: _ACCELERATOR.size,
}
_LENGTH_AT = {MessageType.DESCRIBE: 3, MessageType.GET_OUTPUT: 4, MessageType.LOG: 4}
_REPLY_BYTES = {
    MessageType.HELLO: _HELLO.size,
    MessageType.GOODBYE: 0,
    MessageType.SET_INPUT: 0,
    MessageType.PUSH_FRAME: _FRAME_RESULT.size,
    MessageType.INVOKE: _CYCLES.size,
    MessageType.SCORE: _SCORES.size,
    MessageType.SET_BAUD: 0,
    MessageType.STAGE: 0,
    MessageType.PUSH_STAGED: _FRAME_RESULT.size,
}


def text(data: bytes) -> str:
    """Return a device's text in one line, without escape sequences or other control characters."""
    decoded = data.decode("utf-8", "replace")
    return "".join(each if each.isprintable() else " " for each in decoded).strip()


def parse_hello(payload: bytes) -> Hello:
    """Read the reply to HELLO; of another protocol version only the version counts.

    Raises:
        LinkError: it is malformed (as all of the functions below).
    """
    if len(payload) >= _VERSION.size and _VERSION.unpack_from(payload)[0] != PROTOCOL_VERSION:
        return Hello(_VERSION.unpack_from(payload)[0], 0, 0, 0, 0, "", "", "", False)
    version, most, ring, boot, clock, unique, build, model, matches = _unpack(_HELLO, payload, "HELLO")
    return Hello(version, most, ring, boot, clock, f"{unique:016x}", build.hex(), model.hex(), bool(matches))


def parse_texts(payload: bytes) -> Texts:
    """Read the reply to DESCRIBE 0: five counted strings; more may follow."""
    texts = []
    position = 0
    for _ in range(5):
        if position >= len(payload) or position + 1 + payload[position] > len(payload):
            raise _malformed("DESCRIBE")
        end = position + 1 + payload[position]
        texts.append(text(payload[position + 1 : end]))
        position = end
    return Texts(*texts)


def parse_tensors(payload: bytes) -> tuple[TensorFacts, ...]:
    """Read the reply to DESCRIBE 1."""
    tensors = []
    position = 0
    while position < len(payload):
        try:
            direction, kind, rank = _TENSOR_HEAD.unpack_from(payload, position)
            shape = struct.unpack_from(f"<{rank}i", payload, position + _TENSOR_HEAD.size)
            tail = position + _TENSOR_HEAD.size + 4 * rank
            scale, zero_point, size = _TENSOR_TAIL.unpack_from(payload, tail)
        except struct.error as error:
            raise _malformed("DESCRIBE") from error
        tensors.append(TensorFacts(direction == 1, kind, shape, scale, zero_point, size))
        position = tail + _TENSOR_TAIL.size
    return tuple(tensors)


def parse_memory(payload: bytes) -> MemoryFacts:
    """Read the reply to DESCRIBE 2."""
    values = _unpack(_MEMORY, payload, "DESCRIBE")
    return MemoryFacts(*(None if value == _UNKNOWN else value for value in values))


def parse_window(payload: bytes) -> WindowFacts:
    """Read the reply to DESCRIBE 3."""
    return WindowFacts(*_unpack(_WINDOW, payload, "DESCRIBE"))


def parse_line(payload: bytes) -> LineFacts:
    """Read the reply to DESCRIBE 4."""
    return LineFacts(*_unpack(_LINE, payload, "DESCRIBE"))


def parse_accelerator(payload: bytes) -> AcceleratorFacts:
    """Read the reply to DESCRIBE 5."""
    return AcceleratorFacts(*_unpack(_ACCELERATOR, payload, "DESCRIBE"))


def parse_frame_result(payload: bytes) -> FrameResult:
    """Read the reply to PUSH_FRAME or PUSH_STAGED."""
    state, value, cycles = _unpack(_FRAME_RESULT, payload, "PUSH_FRAME")
    return FrameResult(_known(value) if state else None, cycles)


def parse_cycles(payload: bytes) -> int:
    """Read the reply to INVOKE: core cycles."""
    return int(_unpack(_CYCLES, payload, "INVOKE")[0])


def parse_scores(payload: bytes) -> Scores:
    """Read the reply to SCORE."""
    of_float, of_int8 = _unpack(_SCORES, payload, "SCORE")
    return Scores(_known(of_float), _known(of_int8))


def parse_profile(payload: bytes) -> ProfilePart:
    """Read the reply to PROFILE."""
    if len(payload) < _PROFILE.size or (len(payload) - _PROFILE.size) % _LAYER.size:
        raise _malformed("PROFILE")
    count, first = _PROFILE.unpack_from(payload)
    layers = tuple(LayerRecord(*record) for record in _LAYER.iter_unpack(payload[_PROFILE.size :]))
    return ProfilePart(count, first, layers)


def parse_self_test(payload: bytes) -> SelfTest:
    """Read the reply to SELF_TEST."""
    tests, failed = _unpack(_SELF_TEST, payload[: _SELF_TEST.size], "SELF_TEST")
    return SelfTest(tests, failed, text(payload[_SELF_TEST.size :]))


def parse_refusal(payload: bytes) -> Refusal:
    """Read an error reply."""
    if not payload:
        raise _malformed("error")
    return Refusal(payload[0], text(payload[1:]))


def _unpack(layout: struct.Struct, payload: bytes, name: str) -> tuple[Any, ...]:
    if len(payload) != layout.size:
        raise _malformed(name)
    return layout.unpack(payload)


def _known(value: float) -> float | None:
    return None if math.isnan(value) else value


def _malformed(name: str) -> LinkError:
    return LinkError(
        f"the device's {name} reply is malformed: flash an image that was built with this version"
    )
