"""A device at the other end of the link: who it is, and inferences, profiles and scores from it."""

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import chain

from host.errors import FirmwareError
from host.link import description, pieces
from host.link.connection import Connection
from host.link.description import (
    AcceleratorFacts,
    LineFacts,
    MemoryFacts,
    Section,
    TensorFacts,
    Texts,
    WindowFacts,
)
from host.link.framing import MAX_PAYLOAD
from host.link.line_quality import LineQuality
from host.link.message import MessageType
from host.link.payload import one_line
from host.link.replies import (
    FrameResult,
    LayerRecord,
    ProfilePart,
    Scores,
    SelfTest,
    layers_in,
    parse_cycles,
)
from host.link.requests import Request
from host.link.session import Session
from host.link.transports import DEFAULT_BAUD, Transport
from host.tflite.reader import Model

VIRTUAL_BOARDS = "02e570"
"""How the unique id of every virtual board begins, and of no chip (docs/virtual-board.md)."""

_SECTION_BYTES = 256  # asked for at once of a section of unknown size; most are shorter


@dataclass(frozen=True)
class Inference:
    """One run of the model: the output tensor's bytes and core cycles."""

    output: bytes
    cycles: int


class Device:
    """A device with which a session is open; leave it with `close`, or use it in a `with` block.

    All but `push_frames` and `output` survive a reset of the device: they ask again in a new session.

    Attributes:
        connection: The session, and what opens it anew.

    Raises:
        FirmwareError: the device refuses or fails, or now runs another model.
        LinkError: no answer.
    """

    def __init__(self, transport: Transport, model: Model | None = None, baud: int = DEFAULT_BAUD) -> None:
        """Open a session; see Connection."""
        self.connection = Connection(transport, model, baud)

    def __enter__(self) -> "Device":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the session and give the port up."""
        self.connection.close()

    @property
    def session(self) -> Session:
        """The connection's session."""
        return self.connection.session

    # Who it is.

    @property
    def unique_id(self) -> str:
        """The chip's EUI64, 16 hex digits."""
        return self.session.hello.unique_id

    @property
    def source(self) -> str:
        """Where its figures come from: "simulated" for a virtual board on whatever line, else "device"."""
        return "simulated" if self.unique_id.startswith(VIRTUAL_BOARDS) else "device"

    @property
    def boot_id(self) -> int:
        """The number of its start: another one after each reset."""
        return self.session.hello.boot_id

    @property
    def clock_hz(self) -> int:
        """The core's clock."""
        return self.session.hello.clock_hz

    @property
    def build_id(self) -> str:
        """The image's build id, hexadecimal."""
        return self.session.hello.build_id

    @cached_property
    def texts(self) -> Texts:
        """What it calls itself and what it runs."""
        return self.connection.again(lambda: Texts.parse(self._section(Section.TEXTS)))

    @cached_property
    def tensors(self) -> tuple[TensorFacts, ...]:
        """The model's inputs and outputs."""
        return self.connection.again(lambda: description.parse_tensors(self._section(Section.TENSORS)))

    @cached_property
    def window(self) -> WindowFacts:
        """The sliding window of int8 values."""
        return self.connection.again(lambda: WindowFacts.parse(self._describe(Section.WINDOW)))

    def memory(self) -> MemoryFacts:
        """Return what it uses of its memory."""
        return self.connection.again(lambda: MemoryFacts.parse(self._describe(Section.MEMORY)))

    def line(self) -> LineFacts:
        """Return what its end of the line has seen."""
        return self.connection.again(lambda: LineFacts.parse(self._describe(Section.LINE)))

    def accelerator(self) -> AcceleratorFacts:
        """Return what its accelerator has done since the device's start."""
        return self.connection.again(lambda: AcceleratorFacts.parse(self._describe(Section.ACCELERATOR)))

    # What it does.

    def infer(self, data: bytes) -> Inference:
        """Run the model on an input tensor's bytes."""
        return self.connection.again(lambda: self._infer(data))

    def scores(self, data: bytes) -> Scores:
        """Run the model on an input tensor's bytes, and return the anomaly scores."""

        def run() -> Scores:
            requests = chain(pieces.inputs(data, self._quality), (Request.invoke(), Request.score()))
            replies = self._exchange(requests)
            return next(Scores.parse(it) for kind, it in replies if kind is MessageType.SCORE)

        return self.connection.again(run)

    def profile(self, data: bytes) -> tuple[LayerRecord, ...]:
        """Run the model twice on an input tensor's bytes, and return the second run's cycles.

        One request asks for both runs: nothing in between takes the model's code from the cache.
        """

        def run() -> tuple[LayerRecord, ...]:
            for _ in self._exchange(chain(pieces.inputs(data, self._quality), (Request.invoke(2),))):
                pass
            return self._layers()

        return self.connection.again(run)

    def push_frames(
        self, session: int, clip: int, frames: Iterable[bytes], first: int = 0
    ) -> Iterator[FrameResult]:
        """Move int8 frames of a clip through the sliding window, several in flight; yield what each gave.

        Raises:
            DeviceResetError: the device has lost the window: begin again at a frame 0.
            FirmwareError: the device refuses or fails.
            LinkError: no answer.
        """
        replies = self._exchange(pieces.pushes(session, clip, frames, first, self._quality))
        return (FrameResult.parse(payload) for kind, payload in replies if kind is not MessageType.STAGE)

    def output(self) -> bytes:
        """Return the output tensor's bytes as the last inference left them.

        Raises:
            DeviceResetError: the device has lost them.
            FirmwareError: the device refuses.
            LinkError: no answer.
        """
        size = self._output_bytes()
        requests = pieces.outputs(size, self._quality)
        return _joined((payload for _, payload in self._exchange(requests)), size)

    def self_test(self) -> SelfTest:
        """Let the accelerator test itself."""
        return SelfTest.parse(self.connection.again(lambda: self.session.call(Request.self_test())))

    def log(self) -> str:
        """Return its log of faults, freed of control characters, with line ends."""

        def read() -> bytes:
            data = b""
            while part := self.session.call(Request.log(len(data), self._quality.payload(MAX_PAYLOAD))):
                data += part
            return data

        return "\n".join(one_line(line) for line in self.connection.again(read).splitlines())

    def _describe(self, section: Section) -> bytes:
        """Read a section of fixed size at once: its figures are of one moment."""
        return self.session.call(Request.describe(section, 0, description.SIZES[section]))

    def _section(self, section: Section) -> bytes:
        """Read a section that does not change, piece by piece."""
        data = b""
        while True:
            length = self._quality.payload(_SECTION_BYTES)
            part = self.session.call(Request.describe(section, len(data), length))
            data += part
            if len(part) < length:
                return data

    def _infer(self, data: bytes) -> Inference:
        size = self._output_bytes()  # asked for before, if at all
        cycles, parts = 0, []
        requests = chain(
            pieces.inputs(data, self._quality), (Request.invoke(),), pieces.outputs(size, self._quality)
        )
        for kind, payload in self._exchange(requests):
            if kind is MessageType.INVOKE:
                cycles = parse_cycles(payload)
            elif kind is MessageType.GET_OUTPUT:
                parts.append(payload)
        return Inference(_joined(parts, size), cycles)

    def _exchange(self, requests: Iterable[Request]) -> Iterator[tuple[MessageType, bytes]]:
        """Exchange requests for replies; yield of each its type and the reply's payload."""
        asked: deque[MessageType] = deque()

        def noted() -> Iterator[Request]:
            for request in requests:
                asked.append(request.type)
                yield request

        for payload in self.session.exchange(noted()):
            yield asked.popleft(), payload

    @property
    def _quality(self) -> LineQuality:
        return self.session.quality

    def _output_bytes(self) -> int:
        return next((tensor.bytes for tensor in self.tensors if tensor.is_output), 0)

    def _layers(self) -> tuple[LayerRecord, ...]:
        layers: list[LayerRecord] = []
        while True:
            most = layers_in(self._quality.payload(MAX_PAYLOAD))
            part = ProfilePart.parse(self.session.call(Request.profile(len(layers), most)))
            layers += part.layers
            if not part.layers or len(layers) >= part.layer_count:
                return tuple(layers)


def _joined(parts: Iterable[bytes], size: int) -> bytes:
    output = b"".join(parts)
    if len(output) != size:
        raise FirmwareError(f"the device sent {len(output)} bytes of an output of {size}")
    return output
