"""Runs the model of an image through the firmware's mailbox in RAM (firmware/app/mailbox.h)."""

import struct
from collections.abc import Sequence
from dataclasses import dataclass

from host.errors import FirmwareError
from host.sim.board import VirtualBoard
from host.sim.conditions import Stop, StopReason, Symbol

SYMBOL = "earshot_mailbox"
EVENT = "earshot_mailbox_event"

# The layout of app::Mailbox and app::LayerRecord with pointers of 4 bytes, little-endian.
_MAILBOX = struct.Struct("<20I")
_LAYER = struct.Struct("<4I2H")
_MAGIC = int.from_bytes(b"EARM", "little")
_VERSION = 2
_COMMAND_OFFSET = 8
_INVOKE = 1
_READY, _DONE, _FAILED, _NO_MODEL = 1, 2, 3, 4

_ICSR = 0xE000_ED04
_PENDSTSET = 1 << 26

_START_SECONDS = 5  # simulated; a start-up takes 20 ms, most of it for the banner
_INVOKE_SECONDS = 60
_RESET_CLOCK_HZ = 80_000_000  # no less than the core's clock ever is


@dataclass(frozen=True)
class LayerCycles:
    """One layer in one run: core cycles in which the core works and waits, accelerator cycles, programs."""

    opcode: str
    accelerator_cycles: int
    cpu_cycles: int
    wait_cycles: int
    launches: int
    faults: int


@dataclass(frozen=True)
class Inference:
    """One run of the model: the output tensor's bytes, and its layers in execution order."""

    output: bytes
    layers: tuple[LayerCycles, ...]
    invoke_cycles: int


@dataclass(frozen=True)
class _Contents:
    magic: int
    version: int
    command: int
    status: int
    served: int
    clock_hz: int
    input: int
    input_bytes: int
    output: int
    output_bytes: int
    layers: int
    layer_count: int
    layer_bytes: int
    invoke_cycles: int
    arena_used_bytes: int
    weights_ram_used_bytes: int
    weights_copied: int
    model_sha256: int
    kernel: int
    accelerator: int


class Mailbox:
    """The mailbox of a board whose image has just been loaded; the constructor waits until it opens.

    Attributes:
        clock_hz: The core's clock.
        arena_used_bytes: Arena that the model takes.
        weights_ram_used_bytes: Bytes of weights that were copied to RAM.
        weights_copied: Of how many layers.
        model_sha256: Hash of the model in the image, 64 hex digits.
        kernel: The kernel of the image, or what runs in its place.
        accelerator: What runs the model besides the core, in words.
        messages: Lines that the firmware printed since power-on.

    Raises:
        FirmwareError: the image has no mailbox, does not start, or cannot prepare its model.
    """

    def __init__(self, board: VirtualBoard) -> None:
        image = board.image
        if image is None or not {SYMBOL, EVENT} <= image.symbols.keys():
            name = image.path if image else "the board"
            raise FirmwareError(f"{name} has no mailbox: build the image with python -m host.build")
        self._board = board
        self._opcodes: dict[int, str] = {}
        stop = self._run_to_event(_START_SECONDS * _RESET_CLOCK_HZ)
        text = board.sent().decode("ascii", "replace")
        self.messages = tuple(line.strip() for line in text.splitlines() if line.strip())
        if stop.reason is not StopReason.SYMBOL:
            raise FirmwareError(f"the firmware did not start: {stop.line()}{self._said()}")
        contents = self._contents()
        if (contents.magic, contents.version) != (_MAGIC, _VERSION) or contents.layer_bytes != _LAYER.size:
            raise FirmwareError(
                f"{image.path} has a mailbox of another version ({contents.version}): build it again"
            )
        if contents.status == _NO_MODEL:
            raise FirmwareError(f"the firmware cannot prepare the model{self._said()}")
        self.clock_hz = contents.clock_hz
        self.input_bytes = contents.input_bytes
        self.arena_used_bytes = contents.arena_used_bytes
        self.weights_ram_used_bytes = contents.weights_ram_used_bytes
        self.weights_copied = contents.weights_copied
        self.model_sha256 = board.read_text(contents.model_sha256)
        self.kernel = board.read_text(contents.kernel)
        self.accelerator = board.read_text(contents.accelerator)

    def invoke(self, data: bytes) -> Inference:
        """Run the model once on an input tensor's bytes.

        Raises:
            FirmwareError: `data` has another size than the input, the run fails, or the board stops.
        """
        board = self._board
        before = self._contents()
        if len(data) != before.input_bytes:
            raise FirmwareError(f"the image's model takes {before.input_bytes} bytes, not {len(data)}")
        board.write(before.input, data)
        board.write_word(board.address(SYMBOL) + _COMMAND_OFFSET, _INVOKE)
        board.write_word(_ICSR, _PENDSTSET)
        stop = self._run_to_event(_INVOKE_SECONDS * max(self.clock_hz, 1))
        contents = self._contents()
        self._check(stop, before, contents)
        return Inference(
            output=board.read(contents.output, contents.output_bytes),
            layers=self._layers(contents),
            invoke_cycles=contents.invoke_cycles,
        )

    def invoke_all(self, batch: Sequence[bytes]) -> tuple[Inference, ...]:
        """Run the model on one input after the other; see `invoke`."""
        return tuple(self.invoke(data) for data in batch)

    def _run_to_event(self, cycles: int) -> Stop:
        stop = self._board.run(until=Symbol(EVENT), cycles=cycles)
        if stop.reason is StopReason.SYMBOL:
            self._board.step()  # away from there: an interrupt taken at this place would return to it
        return stop

    def _check(self, stop: Stop, before: _Contents, after: _Contents) -> None:
        if stop.reason is not StopReason.SYMBOL:
            raise FirmwareError(f"the firmware did not run the model: {stop.line()}{self._heard()}")
        if after.status == _FAILED:
            raise FirmwareError(f"the firmware failed to run the model{self._heard()}")
        if after.status != _DONE or after.served != (before.served + 1) & 0xFFFF_FFFF:
            # The mailbox opened anew.
            raise FirmwareError(f"the board was reset while it ran the model: {stop.line()}{self._heard()}")

    def _contents(self) -> _Contents:
        return _Contents(*_MAILBOX.unpack(self._board.read(SYMBOL, _MAILBOX.size)))

    def _layers(self, contents: _Contents) -> tuple[LayerCycles, ...]:
        data = self._board.read(contents.layers, contents.layer_count * _LAYER.size)
        return tuple(
            LayerCycles(self._opcode(opcode), accelerator, cpu, wait, launches, faults)
            for opcode, accelerator, cpu, wait, launches, faults in _LAYER.iter_unpack(data)
        )

    def _opcode(self, address: int) -> str:
        if address not in self._opcodes:
            self._opcodes[address] = self._board.read_text(address)
        return self._opcodes[address]

    def _heard(self) -> str:
        text = self._board.sent().decode("ascii", "replace")
        self.messages = tuple(line.strip() for line in text.splitlines() if line.strip())
        return self._said()

    def _said(self) -> str:
        lines = [line for line in self.messages if line != ">"]
        return f"; it said: {' | '.join(lines[-3:])}" if lines else ""
