"""What a virtual board shows and takes from outside: time, memory, registers, symbols, serial ports, pins."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from host.errors import FirmwareError, UsageError
from host.sim import installation, symbol_search, symbols
from host.sim.board_settings import BoardSettings, check_range
from host.sim.image_file import ImageFile
from host.sim.symbols import FunctionTable

if TYPE_CHECKING:
    import virtual_xg24 as core

PORTS = 2
"""Serial ports: 0 is EUSART0, the board's console, 1 is EUSART1."""

_ADDRESS_MOST = (1 << 32) - 1
_READ_MOST = 64 << 20
_EUI64 = 0x0FE0_8048  # DEVINFO


class BoardAccess:
    """The part of `host.sim.board.VirtualBoard` that does not let it run.

    Attributes:
        core: The compiled board.
        image: The image that was loaded last.
        settings: What it was made with.

    Raises:
        BuildError: the simulator is not installed.
    """

    def __init__(self, settings: BoardSettings) -> None:
        self.core: core.Board = installation.simulator().Board(
            flash_bytes=settings.flash_bytes,
            ram_bytes=settings.ram_bytes,
            hfxo_hz=settings.hfxo_hz,
            part=settings.part,
            unique_id=settings.unique_id,
            cycle_model=settings.cycle_model,
            strict=settings.strict,
            cyccnt_runs_in_sleep=settings.cyccnt_runs_in_sleep,
            ram_seed=settings.ram_seed,
            flash_data_read=settings.flash_data_read,
        )
        self.settings = settings
        self.image: ImageFile | None = None
        self._functions: FunctionTable | None = None

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

    @property
    def halted_cycles(self) -> int:
        """Of `now`, the cycles in which the core was halted, locked up or held in reset."""
        return self.core.halted_cycles

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
        """Return an address, of a symbol where `place` is a name: the linker's, or as C++ writes it.

        Raises:
            UsageError: no address, no image is loaded, or it has no such symbol, or several by that name.
        """
        if isinstance(place, str):
            return symbol_search.find(self.image, self.functions, place)
        check_range("an address", place, 0, _ADDRESS_MOST)
        return place

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
            UsageError: `place` names no symbol and is no address, or `size` is negative or above 64 MiB.
        """
        address = self.address(place)
        check_range("the size", size, 0, _READ_MOST)
        data = self.core.read_memory(address, size)
        if data is None:
            raise FirmwareError(f"nothing answers a read of {size} bytes at {address:#010x}")
        return data

    def write(self, place: int | str, data: bytes) -> None:
        """Write memory, or registers of a peripheral, as a debugger does.

        Raises:
            FirmwareError: nothing takes it there.
            UsageError: `place` names no symbol and is no address.
        """
        address = self.address(place)
        if not self.core.write_memory(address, data):
            raise FirmwareError(f"nothing takes a write of {len(data)} bytes at {address:#010x}")

    def read_word(self, place: int | str) -> int:
        """Return the 32-bit word at a place; see `read`."""
        return int.from_bytes(self.read(place, 4), "little")

    def write_word(self, place: int | str, value: int) -> None:
        """Write a 32-bit word; see `write`."""
        check_range("a word", value, 0, _ADDRESS_MOST)
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
        """Put bytes on the line to the board, at `baud`, or at the board's own rate for 0.

        Raises:
            UsageError: there is no such port or rate.
        """
        check_port(port)
        check_range("the rate", baud, 0, _ADDRESS_MOST)
        self.core.send(port, data, baud)

    def sent(self, *, port: int = 0) -> bytes:
        """Return what the board has sent since the last call."""
        check_port(port)
        return self.core.take_sent(port)

    def sent_bytes(self, *, port: int = 0) -> "list[core.SentByte]":
        """Return what the board has sent since the last call, with cycle and rate of each byte."""
        check_port(port)
        return self.core.take_sent_bytes(port)

    def on_sent(self, call: Callable[[int], object] | None, *, port: int = 0) -> None:
        """Call a function with each byte that the board sends, when its stop bit ends; None ends that."""
        check_port(port)
        self.core.on_sent(port, call)

    @property
    def awaits_line(self) -> int:
        """Bytes that are still on the line to the board."""
        return sum(self.core.pending_receive(port) for port in range(PORTS))

    # Pins.

    def set_pin(self, name: str, level: bool) -> None:
        """Drive a pin, say "PB2", from outside, as a button does; over resets, until it is released.

        An output of the chip is stronger: the pin keeps the chip's level for as long as that drives it.

        Raises:
            UsageError: the part has no such pin.
        """
        if not self.core.set_pin(name, bool(level)):
            raise _no_pin(name)

    def release_pin(self, name: str) -> None:
        """Let go of a pin that `set_pin` drives.

        Raises:
            UsageError: the part has no such pin.
        """
        if not self.core.release_pin(name):
            raise _no_pin(name)

    def pin(self, name: str) -> bool:
        """Return a pin's level: what the chip drives, else the outside, else its pull resistor, else low.

        Raises:
            UsageError: the part has no such pin.
        """
        level = self.core.pin(name)
        if level is None:
            raise _no_pin(name)
        return level


def _no_pin(name: str) -> UsageError:
    return UsageError(
        f"the part has no pin {name!r}: its pins are PA0 to PA7, PB0 to PB3, PC0 to PC9, PD0 to PD5"
    )


def check_port(port: int) -> None:
    """Check the number of a serial port.

    Raises:
        UsageError: the board has no such port.
    """
    if port not in range(PORTS):
        raise UsageError(f"the board has no serial port {port!r}: 0 and 1 are its ports")
