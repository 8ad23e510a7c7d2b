"""pyOCD's Flash for the EFR32xG24's flash controller: it waits as long as the part needs before it asks.

Besides what pyOCD's tools call, it replaces whole sectors, with the next one on its way while one is written,
and computes CRC-32 on the part.
"""

import itertools
import struct
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Protocol

from pyocd.core import exceptions
from pyocd.core.target import Target
from pyocd.flash.flash import Flash

from host.boards.part import SECTOR_BYTES
from host.flash.xg24 import pause
from host.flash.xg24.msc_timings import WORD_BYTES, MscTimings
from host.flash.xg24.retry import Retry
from host.flash.xg24.routine import Call, RoutineCaller, status_text

Progress = Callable[[int], object]
"""Takes how many sectors are done."""

_ERASED = 0xFF

_FAILURES = {
    "EraseSector": exceptions.FlashEraseFailure,
    "EraseChip": exceptions.FlashEraseFailure,
    "ProgramPage": exceptions.FlashProgramFailure,
    "ReplaceSector": exceptions.FlashProgramFailure,
}


class SectorWrite(Protocol):
    """A sector's new contents."""

    @property
    def address(self) -> int:
        """Of its first byte, a multiple of SECTOR_BYTES."""

    @property
    def data(self) -> bytes:
        """From its first byte on, at most SECTOR_BYTES; what follows is left erased, 0xFF."""


class MscFlash(Flash):  # type: ignore[misc]  # pyOCD has no type information
    """Erases, programs and checks the main flash through routines in RAM.

    Every method but the constructor raises pyOCD's FlashFailure, or its subclass for erasing or programming,
    with the routine's name where a routine fails, faults or never returns; and TransferError or ProbeError
    where the line stays bad for longer than `retry` bears. `cleanup` then closes the controller if that is
    still possible.

    Attributes:
        timings: What the controller is known to need.
        retry: How often an access is tried.
        tries: How often a routine that reports a failure is called with the same arguments.
    """

    def __init__(self, target: Any, flash_algo: dict[str, Any]) -> None:
        super().__init__(target, flash_algo)
        self.timings = MscTimings()
        self.retry = Retry()
        self.tries = 2
        self._lazy_caller: RoutineCaller | None = None
        target.session.subscribe(self._on_reset, Target.Event.POST_RESET)

    # What the project adds.

    def replace_sectors(self, sectors: Iterable[SectorWrite], on_progress: Progress | None = None) -> None:
        """Erase sectors and program them, the next one's data on their way to RAM meanwhile.

        Args:
            sectors: Each is taken from the iterable when its data are about to be sent.
            on_progress: Called after each sector, with how many are done.

        Raises:
            FlashProgramFailure: of pyOCD, with the sector's address and STATUS of the controller.
            ValueError: a sector's address or size cannot be.
        """
        self.init(self.Operation.PROGRAM)
        done = 0
        before: Call | None = None
        for buffer, sector in zip(itertools.cycle(self.page_buffers), sectors, strict=False):
            data = self._checked(sector)
            self._send(buffer, data)
            if before is not None:
                self._complete(before)
                done += 1
                _tell(on_progress, done)
            before = self._call("ReplaceSector", sector.address, len(data), buffer)
            self._caller.start(before)
        if before is not None:
            self._complete(before)
            _tell(on_progress, done + 1)

    def crc32(self, addresses: Sequence[int]) -> list[int]:
        """Return the CRC-32 (that of zlib) of the sectors at these addresses, computed on the part.

        The controller is closed for writing meanwhile.

        Raises:
            FlashFailure: of pyOCD: the routine failed.
            ValueError: there is no sector at such an address.
        """
        for address in addresses:
            self._check_sector(address)
        self.init(self.Operation.VERIFY)
        table, count = self.page_buffers[0], len(addresses)  # room for ten times the sectors of a part
        self.retry.write_words(self.target, table, addresses)
        self._succeed(self._call("Crc32", table, count, SECTOR_BYTES))
        return self.retry.read_words(self.target, table, count)

    def read(self, address: int, size: int) -> bytes:
        """Return `size` bytes of memory through the debug port; any address."""
        start = address - address % WORD_BYTES
        count = -(-(address + size - start) // WORD_BYTES)
        words = self.retry.read_words(self.target, start, count)
        return struct.pack(f"<{count}I", *words)[address - start :][:size]

    # What pyOCD's tools call.

    def init(self, operation: Any, address: Any = None, clock: int = 0, reset: bool = False) -> None:
        """Load the routines unless they are there, and open the controller; `VERIFY` leaves it closed."""
        state = self.target.session.context_state
        other = getattr(state, "current_flash_algo", None)
        if other is not None and other is not self:
            other.cleanup()
        if other is not self:
            self._did_prepare_target = False
        if not self._did_prepare_target:
            self._load(reset)
            self._did_prepare_target, self._active_operation = True, None
            state.current_flash_algo = self
        if self._active_operation == operation:
            return
        self.uninit()
        start = self.region.start if address is None else address
        try:
            self._succeed(self._call("Init", start, clock, operation))
        except exceptions.FlashFailure:
            # Half open, perhaps: UnInit is still to be called, and Init from the beginning next time.
            self._did_prepare_target = False
            raise
        finally:
            self._active_operation = operation

    def uninit(self) -> None:
        """Close the controller for writing; nothing where it is closed."""
        if self._active_operation is None:
            return
        self._caller.abandon()
        self._succeed(self._call("UnInit", self._active_operation))
        self._active_operation = None

    def compute_crcs(self, sectors: Sequence[tuple[int, int]]) -> list[int]:
        """Return the CRC-32 of (address, size) pairs, for pyOCD's comparison of pages."""
        if any(size != SECTOR_BYTES for _, size in sectors):
            raise exceptions.FlashFailure(f"CRC-32 of pages that are not of {SECTOR_BYTES} bytes")
        return self.crc32([address for address, _ in sectors])

    def load_page_buffer(self, buffer_number: int, address: int, bytes: Sequence[int]) -> None:
        """Send data to a buffer, also while a routine runs."""
        self._send(self.page_buffers[buffer_number], bytearray(bytes))

    def program_page(self, address: int, bytes: Sequence[int]) -> None:
        """Program erased flash within one sector."""
        self._send(self.page_buffers[0], bytearray(bytes))
        self._succeed(self._call("ProgramPage", address, len(bytes), self.page_buffers[0]))

    program_phrase = program_page

    def wait_for_completion(self, timeout: float | None = None) -> int:
        """Wait for the routine that runs, and return what it returns; `timeout` is not needed."""
        return self._caller.finish()

    def _call_function(
        self, pc: int, *arguments: int | None, init: bool = False, **named: int | None
    ) -> None:
        """Start a routine by its address, as pyOCD's own methods do."""
        values = [value for value in (*arguments, *named.values()) if value is not None]
        names = {self.flash_algo[key]: name for name, key in _KEYS.items()}
        self._caller.start(self._call(names[pc], *values))

    # Below these.

    @property
    def _caller(self) -> RoutineCaller:
        """The core; the session's probe is known only after this object was made."""
        if self._lazy_caller is None:
            self._lazy_caller = RoutineCaller(
                self.target,
                self.flash_algo["load_address"],
                self.begin_stack,
                self.static_base,
                pause.for_probe(self.target.session.probe),
                self.retry,
            )
        return self._lazy_caller

    def _load(self, reset: bool) -> None:
        if reset:
            self.target.reset_and_halt()
        self._caller.prepare()
        address, code = self.flash_algo["load_address"], self.flash_algo["instructions"]
        for _ in range(self.tries):
            self.retry.write_words(self.target, address, code)
            # A wrong bit in here could erase anything: parity finds single errors only.
            if self.retry.read_words(self.target, address, len(code)) == code:
                return
        raise exceptions.FlashFailure("the RAM does not keep the flash routines", address=address)

    def _call(self, name: str, *arguments: int) -> Call:
        return Call(
            name,
            self.flash_algo[_KEYS[name]],
            tuple(int(value) for value in arguments),
            self._needs_s(name, arguments),
            _FAILURES.get(name, exceptions.FlashFailure),
        )

    def _needs_s(self, name: str, arguments: Sequence[int]) -> float:
        times = self.timings
        if name == "EraseSector":
            return times.page_erase_s
        if name == "EraseChip":
            return times.page_erase_s * (int(self.region.length) // SECTOR_BYTES)
        if name == "ProgramPage":
            return times.program_s(arguments[1])
        if name == "ReplaceSector":
            return times.replace_s(arguments[1])
        if name == "Crc32":
            return times.crc_s(arguments[1] * arguments[2])
        return times.call_s()

    def _succeed(self, call: Call) -> None:
        """Call a routine until it succeeds, within limits."""
        self._caller.start(call)
        self._complete(call)

    def _complete(self, call: Call) -> None:
        """Wait for a routine that was started; one that reports a failure is called again, within limits."""
        code = self._caller.finish()
        for _ in range(self.tries - 1):
            if code == 0:
                return
            code = self._caller.run(call)
        if code != 0:
            raise call.failure(
                f"flash routine {call.name} reports {status_text(code)}",
                address=call.arguments[0] if call.arguments and call.name in _FAILURES else None,
                result_code=code,
            )

    def _checked(self, sector: SectorWrite) -> bytes:
        """Return the data to be programmed: whole words, without erased ones at the end."""
        self._check_sector(sector.address)
        if len(sector.data) > SECTOR_BYTES:
            raise ValueError(f"{len(sector.data)} bytes do not fit a sector of {SECTOR_BYTES}")
        data = sector.data.rstrip(bytes([_ERASED]))
        return data + bytes([_ERASED]) * (-len(data) % WORD_BYTES)

    def _check_sector(self, address: int) -> None:
        if address % SECTOR_BYTES or not self.region.contains_address(address):
            raise ValueError(f"no sector of the flash begins at {address:#010x}")

    def _send(self, buffer: int, data: bytes | bytearray) -> None:
        padded = data + bytes([_ERASED]) * (-len(data) % WORD_BYTES)
        words = list(struct.unpack(f"<{len(padded) // WORD_BYTES}I", padded))
        self.retry.write_words(self.target, buffer, words)

    def _on_reset(self, notification: Any) -> None:
        """The part was reset: the controller is closed, registers and perhaps RAM are lost."""
        self._did_prepare_target, self._active_operation = False, None
        if self._lazy_caller is not None:
            self._lazy_caller.forget()


_KEYS = {
    "Init": "pc_init",
    "UnInit": "pc_unInit",
    "EraseSector": "pc_erase_sector",
    "EraseChip": "pc_eraseAll",
    "ProgramPage": "pc_program_page",
    "ReplaceSector": "pc_replace_sector",
    "Crc32": "pc_crc32",
}
"""The routines' names in pyOCD's description of an algorithm."""


def _tell(on_progress: Progress | None, done: int) -> None:
    if on_progress is not None:
        on_progress(done)
