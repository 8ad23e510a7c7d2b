"""A device at the other end of the link: who it is, and inferences, profiles and scores from it."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from types import TracebackType
from typing import TypeVar

from host.errors import DeviceResetError, FirmwareError
from host.link import messages, pieces
from host.link.framing import MAX_PAYLOAD
from host.link.line_quality import LineQuality
from host.link.messages import (
    AcceleratorFacts,
    FrameResult,
    LayerRecord,
    LineFacts,
    MemoryFacts,
    MessageType,
    Request,
    Scores,
    Section,
    SelfTest,
    TensorFacts,
    Texts,
    WindowFacts,
)
from host.link.session import ANY_MODEL, Session
from host.link.transports import DEFAULT_BAUD, Transport
from host.tflite.reader import Model

VIRTUAL_BOARDS = "02e570"
"""How the unique id of every virtual board begins, and of no chip (docs/virtual-board.md)."""

ATTEMPTS = 5
"""How often work is done again that a reset of the device has destroyed."""

T = TypeVar("T")


@dataclass(frozen=True)
class Inference:
    """One run of the model: the output tensor's bytes and core cycles."""

    output: bytes
    cycles: int


class Device:
    """A device with which a session is open; leave it with `close`, or use it in a `with` block.

    Attributes:
        session: The session.
        found_at_baud: The rate at which it was found, where that is another than the line had; else None.
    """

    def __init__(self, transport: Transport, model: Model | None = None, baud: int = DEFAULT_BAUD) -> None:
        """Open a session.

        Args:
            transport: The line, at its first rate.
            model: The model that the device must run; None: any.
            baud: The rate to go on at.

        Raises:
            LinkError: nobody answers, or somebody else.
            FirmwareError: the device runs another model, or cannot have the rate.
        """
        self._baud = baud
        self._model = model
        sha256 = bytes.fromhex(model.sha256) if model else ANY_MODEL
        try:
            first = transport.baud
            self.session = Session(transport, sha256)
            self.found_at_baud = None if self.session.baud == first else self.session.baud
            if model is not None:
                self._check_model(model)
            self._raise_rate()
        except BaseException:
            transport.close()
            raise

    def __enter__(self) -> "Device":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the session and give the port up."""
        self.session.close()

    def remark_on_opening(self) -> str:
        """Return what a person should know of how the device was found, "" for nothing.

        Raises:
            LinkError: no answer any more.
        """
        session, port = self.session, self.session.port
        if self.found_at_baud is not None:
            return f"the device on {port} was at {self.found_at_baud} baud: now at {session.baud}"
        if session.lost_hellos and session.baud:
            session.call(messages.ping(b""))  # replies of a device that was only slow come before this one
        if not session.lost_hellos or not session.baud:
            return ""
        return (
            f"the device on {port} did not understand the first words: it was at the baud rate of a session "
            f"that was cut off, was starting, or bytes get lost; now at {session.baud}"
        )

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
        return self._again(lambda: messages.parse_texts(self._section(Section.TEXTS)))

    @cached_property
    def tensors(self) -> tuple[TensorFacts, ...]:
        """The model's inputs and outputs."""
        return self._again(lambda: messages.parse_tensors(self._section(Section.TENSORS)))

    @cached_property
    def window(self) -> WindowFacts:
        """The sliding window of int8 values."""
        return self._again(lambda: messages.parse_window(self._describe(Section.WINDOW)))

    def memory(self) -> MemoryFacts:
        """Return what it uses of its memory."""
        return self._again(lambda: messages.parse_memory(self._describe(Section.MEMORY)))

    def line(self) -> LineFacts:
        """Return what its end of the line has seen."""
        return self._again(lambda: messages.parse_line(self._describe(Section.LINE)))

    def accelerator(self) -> AcceleratorFacts:
        """Return what its accelerator has done since the device's start."""
        return self._again(lambda: messages.parse_accelerator(self._describe(Section.ACCELERATOR)))

    # What it does.

    def infer(self, data: bytes) -> Inference:
        """Run the model on an input tensor's bytes; a reset of the device in between is survived.

        Raises:
            FirmwareError: the device refuses or fails.
            LinkError: no answer.
        """
        return self._again(lambda: self._infer(data))

    def scores(self, data: bytes) -> Scores:
        """Run the model on an input tensor's bytes, and return the anomaly scores; see `infer`."""

        def run() -> Scores:
            requests = chain(pieces.inputs(data, self._quality), (messages.invoke(), messages.score()))
            replies = self._exchange(requests)
            return next(messages.parse_scores(it) for kind, it in replies if kind is MessageType.SCORE)

        return self._again(run)

    def profile(self, data: bytes) -> tuple[LayerRecord, ...]:
        """Run the model twice on an input tensor's bytes, and return the second run's cycles; see `infer`.

        One request asks for both runs: nothing in between takes the model's code from the cache.
        """

        def run() -> tuple[LayerRecord, ...]:
            for _ in self._exchange(chain(pieces.inputs(data, self._quality), (messages.invoke(2),))):
                pass
            return self._layers()

        return self._again(run)

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
        return (
            messages.parse_frame_result(payload) for kind, payload in replies if kind is not MessageType.STAGE
        )

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
        return messages.parse_self_test(self._again(lambda: self.session.call(messages.self_test())))

    def log(self) -> str:
        """Return its log of faults, freed of control characters, with line ends."""

        def read() -> bytes:
            data = b""
            while part := self.session.call(messages.log(len(data), self._quality.payload(MAX_PAYLOAD))):
                data += part
            return data

        return "\n".join(messages.text(line) for line in self._again(read).splitlines())

    def restore(self) -> None:
        """Open a new session after a DeviceResetError, at the same rate and with the same model.

        Raises:
            LinkError: nobody answers.
            FirmwareError: the device now runs another model.
        """
        for attempt in range(ATTEMPTS):
            try:
                self.session.reopen()
                self._raise_rate()
                break
            except DeviceResetError:
                if attempt == ATTEMPTS - 1:
                    raise
        if self._model is not None:
            self._check_model(self._model)

    def _describe(self, section: Section) -> bytes:
        return self.session.call(messages.describe(section))

    def _section(self, section: Section) -> bytes:
        """Read a section that does not change, piece by piece."""
        data = b""
        while True:
            length = self._quality.payload(messages.SECTION_BYTES)
            part = self.session.call(messages.describe(section, len(data), length))
            data += part
            if len(part) < length:
                return data

    def _infer(self, data: bytes) -> Inference:
        size = self._output_bytes()  # asked for before, if at all
        cycles, parts = 0, []
        requests = chain(
            pieces.inputs(data, self._quality), (messages.invoke(),), pieces.outputs(size, self._quality)
        )
        for kind, payload in self._exchange(requests):
            if kind is MessageType.INVOKE:
                cycles = messages.parse_cycles(payload)
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
            most = messages.layers_in(self._quality.payload(MAX_PAYLOAD))
            part = messages.parse_profile(self.session.call(messages.profile(len(layers), most)))
            layers += part.layers
            if not part.layers or len(layers) >= part.layer_count:
                return tuple(layers)

    def _again(self, work: Callable[[], T]) -> T:
        """Do work; where a reset of the device destroys it, do it again in a new session."""
        for _ in range(ATTEMPTS - 1):
            try:
                return work()
            except DeviceResetError:
                self.restore()
        return work()

    def _raise_rate(self) -> None:
        if self.session.baud in (0, self._baud):
            return
        try:
            self.session.set_baud(self._baud)
        except FirmwareError as error:
            raise FirmwareError(f"{self._baud} baud: {error}; give another --baud") from error

    def _check_model(self, model: Model) -> None:
        theirs = self.session.hello.model_sha256
        if theirs != model.sha256:
            raise FirmwareError(
                f"the device runs the model {theirs}, not {model.name} ({model.sha256}): name its model's "
                "file, or flash an image that was built with this one"
            )


def _joined(parts: Iterable[bytes], size: int) -> bytes:
    output = b"".join(parts)
    if len(output) != size:
        raise FirmwareError(f"the device sent {len(output)} bytes of an output of {size}")
    return output
