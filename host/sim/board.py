"""The virtual board: loads images, runs them in simulated time, and lets scripts look and interfere.

Runs are deterministic: the same calls with the same arguments give the same memory, registers and cycles.
Only a timeout depends on the machine that simulates.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from host.errors import FirmwareError, ImageError, UsageError
from host.sim import installation, symbols
from host.sim.conditions import Condition, Cycles, Stop, StopReason, Symbol, Text
from host.sim.image_file import FLASH_BASE, ImageFile, Segment
from host.sim.injection import Injection
from host.sim.symbols import FunctionTable

if TYPE_CHECKING:
    import virtual_xg24 as core

PORTS = 2
"""Serial ports: 0 is EUSART0, the board's console, 1 is EUSART1."""

CYCLE_ERROR = "CPU cycles are an estimate, about ±20 % until compared with a board"
"""What is said wherever core cycles of the virtual board are printed."""

_SLICE_CYCLES = 1 << 21  # between looks at the clock and at signals: about 20 ms of simulation
_NEVER = (1 << 64) - 1
_RAM_BASE = 0x2000_0000
_RESET_BY_PIN = 1 << 1  # EMU.RSTCAUSE.PIN
_EUI64 = 0x0FE0_8048  # DEVINFO


@dataclass(frozen=True)
class BoardSettings:
    """What the virtual board is made of.

    Attributes:
        flash_bytes: Size of the main flash.
        ram_bytes: Size of the RAM.
        hfxo_hz: Frequency of the crystal.
        unique_id: DEVINFO's EUI64; where its upper 24 bits are 0, those that mark virtual boards are put in.
        cycle_model: Account of the accelerator's cycles (host.native.CYCLE_MODELS).
        strict: An access to anything that is not modelled ends the run.
        cyccnt_runs_in_sleep: Whether DWT.CYCCNT goes on while the core sleeps, which is not known of silicon.
        ram_seed: Decides what RAM holds at power-on.
        flash_data_read: Wait states of the core's data reads from flash.
    """

    flash_bytes: int = 0x18_0000
    ram_bytes: int = 0x4_0000
    hfxo_hz: int = 39_000_000
    unique_id: int = 0
    cycle_model: str = "device-flash"
    strict: bool = False
    cyccnt_runs_in_sleep: bool = False
    ram_seed: int = 1
    flash_data_read: int = 1


_DEFAULT_SETTINGS = BoardSettings()


@dataclass(frozen=True)
class Snapshot:
    """A board's whole state, for `VirtualBoard.restore` of a board with the same settings."""

    state: bytes
    pending: tuple[Injection, ...]
    restarts: frozenset[int]


@dataclass
class _Faults:
    pending: list[Injection] = field(default_factory=list)  # switches that wait for their cycle
    restarts: set[int] = field(default_factory=set)  # cycles of power cuts after which the power comes back


class VirtualBoard:
    """A virtual xG24, powered on, with flash erased until an image is loaded.

    Attributes:
        image: The image that was loaded last.
        settings: What it was made with.

    Raises:
        BuildError: the simulator is not installed.
    """

    def __init__(self, settings: BoardSettings = _DEFAULT_SETTINGS) -> None:
        self.core: core.Board = installation.simulator().Board(
            flash_bytes=settings.flash_bytes,
            ram_bytes=settings.ram_bytes,
            hfxo_hz=settings.hfxo_hz,
            unique_id=settings.unique_id,
            cycle_model=settings.cycle_model,
            strict=settings.strict,
            cyccnt_runs_in_sleep=settings.cyccnt_runs_in_sleep,
            ram_seed=settings.ram_seed,
            flash_data_read=settings.flash_data_read,
        )
        self.settings = settings
        self.image: ImageFile | None = None
        self._faults = _Faults()
        self._functions: FunctionTable | None = None

    # Images, power and reset.

    def load(self, image: ImageFile) -> None:
        """Write an image to flash (and RAM, where it has parts there), and switch the power off and on.

        Raises:
            ImageError: a part of it lies outside of the chip's memories, or its vector table is nonsense.
        """
        for segment in image.segments:
            if not self.core.load(segment.address, segment.data):
                raise ImageError(f"{image.path} does not fit the chip: {self._misfit(segment)}")
        self._check_vectors(image)
        self.image = image
        self._functions = None
        self.core.power_on()
        # Power-on gives RAM its first contents: what an image has there comes after.
        for segment in image.segments:
            if segment.address >= _RAM_BASE:
                self.core.load(segment.address, segment.data)

    def power_on(self) -> None:
        """Switch the power off and on: flash stays, all else starts anew."""
        self.core.power_on()

    def reset(self) -> None:
        """Pull the reset pin: flash and RAM stay."""
        self.core.reset(_RESET_BY_PIN)

    # Running.

    def run(
        self,
        until: "Until" = None,
        *,
        cycles: int | None = None,
        timeout_s: float | None = None,
    ) -> Stop:
        """Let the board run.

        Args:
            until: What to wait for; a function is asked every 2**21 cycles.
            cycles: Limit in core cycles from now; the reason is CYCLES without `until`, else CYCLE_LIMIT.
            timeout_s: Limit in seconds of real time; it is looked at about every 20 ms.

        Returns:
            Where the run ended and why. With no argument at all it goes on until something stops the board.

        Raises:
            UsageError: `until` names a symbol that the image does not have.
            Exception: what a callback raised.
        """
        with self.watching(until):
            return self.resume(until, cycles=cycles, timeout_s=timeout_s)

    @contextmanager
    def watching(self, until: "Until") -> Iterator[None]:
        """Watch for a condition over several calls of `resume`.

        Raises:
            UsageError: `until` names a symbol that the image does not have.
        """
        stop_at = self.address(until.name) if isinstance(until, Symbol) else None
        if stop_at is not None:
            self.core.add_stop(stop_at)
        if isinstance(until, Text):
            self.core.await_text(until.port, until.text)
        try:
            yield
        finally:
            if stop_at is not None:
                self.core.remove_stop(stop_at)
            if isinstance(until, Text):
                self.core.await_text(until.port, b"")

    def resume(
        self, until: "Until" = None, *, cycles: int | None = None, timeout_s: float | None = None
    ) -> Stop:
        """Run as `run` does, within `watching(until)`."""
        limit = _NEVER if cycles is None else self.now + cycles
        target = min(limit, until.count) if isinstance(until, Cycles) else limit
        deadline = None if timeout_s is None else time.monotonic() + timeout_s
        reason, stop = self._run(until, target, deadline)
        if (
            reason is StopReason.BREAKPOINT
            and isinstance(until, Symbol)
            and stop is not None
            and self.address(until.name) == stop.pc
        ):
            reason = StopReason.SYMBOL
        reached = until is None or (isinstance(until, Cycles) and until.count <= self.now)
        if reason is StopReason.CYCLES and not reached:
            reason = StopReason.CYCLE_LIMIT
        return self.stopped(reason, stop)

    def step(self) -> Stop:
        """Run one instruction; a core that sleeps sleeps until its next event."""
        stop = self.core.step()
        return self.stopped(StopReason(stop.reason), stop)

    def request_stop(self) -> None:
        """End the run that is under way; for callbacks."""
        self.core.request_stop()

    def _run(
        self,
        until: "Until",
        target: int,
        deadline: float | None,
    ) -> "tuple[StopReason, core.Stop | None]":
        while True:
            self._switch_faults()
            if self.now >= target:
                return StopReason.CYCLES, None
            # Slices end at the same cycles however a run is cut, so that the cuts change nothing.
            pause = min(target, (self.now // _SLICE_CYCLES + 1) * _SLICE_CYCLES, self._next_switch())
            stop = self.core.run(pause)
            if isinstance(until, Text) and self.core.text_seen(until.port):
                return StopReason.TEXT, stop
            if stop.reason == StopReason.POWER_CUT and self._faults.restarts:
                self._faults.restarts.discard(min(self._faults.restarts))
                continue  # the power is on again
            if stop.reason != StopReason.CYCLES:
                return StopReason(stop.reason), stop
            if callable(until) and until(self):
                return StopReason.CONDITION, stop
            if deadline is not None and time.monotonic() >= deadline:
                return StopReason.TIMEOUT, stop

    def stopped(self, reason: StopReason, stop: "core.Stop | None" = None) -> Stop:
        """Return the end of a run: at the board's present place, or at that of the simulator's `stop`."""
        pc = stop.pc if stop else self.pc
        # A power cut has no more to tell than where it met the core.
        detail = stop.detail if stop and reason is not StopReason.POWER_CUT else ""
        return Stop(reason, self.now, pc, self.function_at(pc), detail, self.core.last_exception)

    # Time.

    @property
    def now(self) -> int:
        """Core cycles since the board was made."""
        return self.core.now

    @property
    def seconds(self) -> float:
        """Simulated time since the board was made."""
        return self.core.seconds

    @property
    def core_hz(self) -> int:
        """The core's clock at present."""
        return self.core.core_hz

    @property
    def instructions(self) -> int:
        """Instructions that the core has run."""
        return self.core.instructions

    @property
    def sleep_cycles(self) -> int:
        """Of `now`, the cycles in which the core slept."""
        return self.core.sleep_cycles

    # Memory, registers, symbols.

    @property
    def unique_id(self) -> str:
        """DEVINFO's EUI64 as 16 hex digits; that of a virtual board begins with 02e570."""
        return f"{int.from_bytes(self.read(_EUI64, 8), 'little'):016x}"

    @property
    def pc(self) -> int:
        """The address of the next instruction."""
        return self.core.read_register(15)

    def address(self, place: int | str) -> int:
        """Return an address, of a symbol where `place` is a name.

        Raises:
            UsageError: no image is loaded, or it has no such symbol.
        """
        if isinstance(place, int):
            return place
        if self.image is None or not self.image.symbols:
            raise UsageError(f"there is no symbol {place}: the image has none, load an ELF file")
        try:
            return self.image.symbols[place]
        except KeyError:
            raise UsageError(f"{self.image.path} has no symbol {place}") from None

    def function_at(self, address: int) -> str:
        """Return the function around an address as name+offset, "" where none is known."""
        function = self.functions.at(address)
        if function is None:
            return ""
        offset = address - function.begin
        return f"{function.name}+{offset:#x}" if offset else function.name

    @property
    def functions(self) -> FunctionTable:
        """The image's functions; none where its file has no symbols."""
        if self._functions is None:
            image = self.image
            self._functions = symbols.read(image.path) if image and image.symbols else FunctionTable(())
        return self._functions

    def read(self, place: int | str, size: int) -> bytes:
        """Return memory, or registers of a peripheral, as a debugger reads them.

        Raises:
            FirmwareError: nothing answers there.
            UsageError: `place` names no symbol.
        """
        address = self.address(place)
        data = self.core.read_memory(address, size)
        if data is None:
            raise FirmwareError(f"nothing answers a read of {size} bytes at {address:#010x}")
        return data

    def write(self, place: int | str, data: bytes) -> None:
        """Write memory, or registers of a peripheral, as a debugger does.

        Raises:
            FirmwareError: nothing takes it there.
            UsageError: `place` names no symbol.
        """
        address = self.address(place)
        if not self.core.write_memory(address, data):
            raise FirmwareError(f"nothing takes a write of {len(data)} bytes at {address:#010x}")

    def read_word(self, place: int | str) -> int:
        """Return the 32-bit word at a place; see `read`."""
        return int.from_bytes(self.read(place, 4), "little")

    def write_word(self, place: int | str, value: int) -> None:
        """Write a 32-bit word; see `write`."""
        self.write(place, value.to_bytes(4, "little"))

    def read_text(self, address: int, most: int = 256) -> str:
        """Return the text at an address up to its zero byte, of at most `most` bytes; "" for address 0."""
        text = bytearray()
        while address and len(text) < most:
            byte = self.read(address + len(text), 1)
            if byte == b"\0":
                break
            text += byte
        return text.decode("ascii", "replace")

    def on_address(self, place: int | str, call: Callable[[], object] | None) -> None:
        """Call a function before the instruction at a place each time it is reached; None ends that.

        The function may read, write and ask the run to stop. What it raises ends the run.
        """
        if call is None:
            self.core.remove_call(self.address(place))
        else:
            self.core.add_call(self.address(place), call)

    def unmodelled(self) -> "list[core.UnmodelledAccess]":
        """Return the accesses to what is not modelled so far."""
        return self.core.unmodelled()

    # Serial ports.

    def send(self, data: bytes, *, port: int = 0, baud: int = 0) -> None:
        """Put bytes on the line to the board, at `baud`, or at the board's own rate for 0."""
        self.core.send(port, data, baud)

    def sent(self, *, port: int = 0) -> bytes:
        """Return what the board has sent since the last call."""
        return self.core.take_sent(port)

    def sent_bytes(self, *, port: int = 0) -> "list[core.SentByte]":
        """Return what the board has sent since the last call, with cycle and rate of each byte."""
        return self.core.take_sent_bytes(port)

    def on_sent(self, call: Callable[[int], object] | None, *, port: int = 0) -> None:
        """Call a function with each byte that the board sends, when its stop bit ends; None ends that."""
        self.core.on_sent(port, call)

    @property
    def awaits_line(self) -> int:
        """Bytes that are still on the line to the board."""
        return sum(self.core.pending_receive(port) for port in range(PORTS))

    # Snapshots and faults.

    def snapshot(self) -> Snapshot:
        """Return the whole state."""
        faults = self._faults
        return Snapshot(self.core.snapshot(), tuple(faults.pending), frozenset(faults.restarts))

    def restore(self, snapshot: Snapshot) -> None:
        """Go back to a state.

        Raises:
            UsageError: it is of a board with other settings, and nothing has changed.
        """
        if not self.core.restore(snapshot.state):
            raise UsageError("the snapshot is of a board with other settings")
        self._faults = _Faults(list(snapshot.pending), set(snapshot.restarts))

    def inject(self, fault: Injection) -> None:
        """Inject a fault at its cycle, or at once if that has passed."""
        core, arguments = self.core, fault.arguments
        if fault.kind == "power-cut":
            core.cut_power_at(fault.cycle)
            if arguments and arguments[0]:
                self._faults.restarts.add(fault.cycle)
        elif fault.kind == "flip-bit":
            core.flip_bit_at(fault.cycle, arguments[0], arguments[1])
        elif fault.kind == "flip-register":
            core.flip_register_bit_at(fault.cycle, arguments[0], arguments[1])
        else:
            self._faults.pending.append(fault)
            self._faults.pending.sort(key=lambda pending: pending.cycle)
            self._switch_faults()

    def _next_switch(self) -> int:
        return self._faults.pending[0].cycle if self._faults.pending else _NEVER

    def _switch_faults(self) -> None:
        while self._faults.pending and self._faults.pending[0].cycle <= self.now:
            self._switch(self._faults.pending.pop(0))

    def _switch(self, fault: Injection) -> None:
        faults = self.core.faults
        if fault.kind.startswith("serial-"):
            rate, seed = fault.arguments
            setattr(faults, f"{fault.kind.replace('-', '_')}_ppm", rate)
            faults.serial_seed = seed
        elif fault.kind == "flash-stuck":
            faults.flash_stuck_address, faults.flash_stuck_bits = fault.arguments
        else:
            setattr(faults, fault.kind.replace("-", "_"), True)

    # Checks of images.

    def _misfit(self, segment: Segment) -> str:
        flash_end = FLASH_BASE + self.settings.flash_bytes
        ram_end = _RAM_BASE + self.settings.ram_bytes
        return (
            f"{len(segment.data):,} bytes at {segment.address:#010x}, and flash is "
            f"{FLASH_BASE:#010x} to {flash_end - 1:#010x}, RAM {_RAM_BASE:#010x} to {ram_end - 1:#010x}"
        )

    def _check_vectors(self, image: ImageFile) -> None:
        stack = self.read_word(FLASH_BASE)
        reset = self.read_word(FLASH_BASE + 4)
        ram_end = _RAM_BASE + self.settings.ram_bytes
        inside = any(part.address <= reset - 1 < part.end for part in image.segments)
        if not (_RAM_BASE < stack <= ram_end and stack % 4 == 0 and reset % 2 == 1 and inside):
            raise ImageError(
                f"{image.path} has no usable vector table at {FLASH_BASE:#010x}: initial stack pointer "
                f"{stack:#010x}, reset vector {reset:#010x}"
            )


Until = Condition | Callable[[VirtualBoard], bool] | None
"""What a run waits for; see `VirtualBoard.run`."""
