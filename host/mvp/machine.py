"""The accelerator's model as a Python object: registers, memory, programs, state."""

import subprocess
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from host.errors import BuildError, FirmwareError, UsageError
from host.mvp import argument_checks, registers
from host.mvp.argument_checks import refusals
from host.mvp.launch_image import Image, image_words
from host.mvp.registers import Command, Counter, Flag, Status
from host.mvp.state import Fault, LoopState

if TYPE_CHECKING:
    from host.mvp import _mvp

_PERFCNTEN = 1
_COUNT_STALLS = Counter.STALL << 20  # in PERF[1]; PERF[0] counts RUN
_SLICE = 1 << 24  # cycles between two looks at Ctrl-C


class Mvp:
    """One MVP with its memory, as a chip's software sees it, plus a look at what no register shows.

    The model is the C++ class that the host build runs firmware on; see docs/mvp.md for what it rests on.

    Attributes:
        cycle_model: name of the parameter set that cycles are counted with.
    """

    def __init__(
        self,
        cycle_model: str = "device-flash",
        *,
        fused: bool = False,
        flush_subnormals: bool = False,
        store_ties_away: bool = False,
    ) -> None:
        """Power up and enable the accelerator, counting cycles and stalls.

        The arithmetic's defaults are what the vendor's simulator does; silicon may differ.

        Args:
            cycle_model: "device-flash", "device-bothmiss" or "vendor-sim".
            fused: multiply-accumulate rounds once instead of after the product and after the sum.
            flush_subnormals: the ALU takes and gives zeros instead of subnormal numbers.
            store_ties_away: stores to integers round ties away from zero instead of to even.

        Raises:
            UsageError: there is no such cycle model, or an option is neither True nor False.
            BuildError: the extension does not build or is not installed.
        """
        machine = _machine_class()
        options = {"fused": fused, "flush_subnormals": flush_subnormals, "store_ties_away": store_ties_away}
        checked = {name: argument_checks.flag(value, name) for name, value in options.items()}
        with refusals():
            self._machine = machine(str(cycle_model), **checked)
        self.cycle_model = cycle_model
        self._enable()

    def _enable(self) -> None:
        self.write("EN", 1)
        self.write("CFG", _PERFCNTEN | _COUNT_STALLS)

    def reset(self) -> None:
        """Power the accelerator off and on, and enable it; memory stays."""
        self._machine.reset()
        self._enable()

    def read(self, register: str | int) -> int:
        """Return a register's word, by the manual's name ("ARRAY[0].DIM0CFG") or by offset.

        Raises:
            UsageError: there is no such register.
        """
        with refusals():
            return self._machine.read(argument_checks.register_offset(register))

    def write(self, register: str | int, value: int) -> None:
        """Write a register's word; offsets may be those of the SET, CLR and TGL aliases.

        Raises:
            UsageError: there is no such register, or `value` is not a whole number in 0…2^32 - 1.
        """
        offset = argument_checks.register_offset(register)
        with refusals():
            self._machine.write(offset, argument_checks.word(value, register))

    def add_ram(self, base: int, memory: NDArray[np.generic] | bytearray) -> None:
        """Put `memory` at bus address `base`; programs read and write these very bytes.

        Raises:
            UsageError: the array is not contiguous or not writable, does not fit into 32-bit addresses, or
                overlaps memory that is there; or a program runs.
        """
        view = argument_checks.byte_view(memory)
        if not view.flags.writeable:
            raise UsageError("RAM needs writable memory: pass a bytearray or an array that owns its data")
        with refusals():
            self._machine.add_ram(argument_checks.base_address(base, view), view)

    def add_flash(self, base: int, memory: NDArray[np.generic] | bytes | bytearray) -> None:
        """Put `memory` at bus address `base`; programs can read it and fault when they write.

        Raises:
            UsageError: the array is not contiguous, does not fit into 32-bit addresses, or overlaps memory
                that is there; or a program runs.
        """
        view = argument_checks.byte_view(memory)
        with refusals():
            self._machine.add_flash(argument_checks.base_address(base, view), view)

    def clear_memory(self) -> None:
        """Take all memory away.

        Raises:
            UsageError: a program runs.
        """
        with refusals():
            self._machine.clear_memory()

    def load(self, image: Image) -> None:
        """Write a launch image and INIT, but do not start: step() or run() go on from there.

        Clears IF first, as what it shows is of the program before.

        Args:
            image: 69 words for 0x064…0x174.

        Raises:
            UsageError: these are not 69 words.
        """
        words = image_words(image)
        words[-1] = Command.INIT
        self.write(registers.OFFSETS["IF"] + registers.CLR, 0xFFFFFFFF)
        self._machine.write_block(registers.IMAGE_OFFSET, words.tobytes())

    def run(self, max_cycles: int = 1 << 40) -> int:
        """Start or resume what is loaded and let it run.

        Args:
            max_cycles: where to stop a program that does not end; an instruction is never split.

        Returns:
            Cycles that passed, by the cycle model.

        Raises:
            UsageError: `max_cycles` is no whole number.
            FirmwareError: the program faulted; the message says where, `fault` holds the details.
        """
        limit = argument_checks.integer(max_cycles, "max_cycles")
        self.write("CMD", Command.START)
        passed = 0
        while self._machine.running and passed < limit:
            passed += self._machine.advance(min(_SLICE, limit - passed))
        if self._machine.running:
            self.write("CMD", Command.HALT)
        self._raise_fault()
        return passed

    def launch(self, image: Image) -> int:
        """Load an image, run it to its end and return its cycles; see load and run."""
        self.load(image)
        return self.run()

    def step(self) -> bool:
        """Run one instruction of what is loaded and return whether the program goes on.

        Raises:
            FirmwareError: the instruction faulted.
        """
        self.write("CMD", Command.STEP)
        self._raise_fault()
        return bool(self.read("STATUS") & Status.PAUSED)

    def _raise_fault(self) -> None:
        fault = self.fault
        if fault is not None:
            raise FirmwareError(f"the program faulted: {fault}")

    @property
    def fault(self) -> Fault | None:
        """The fault that IF shows, or None."""
        flags = self.flags & registers.FAULTS
        if not flags:
            return None
        status = self.read("FAULTSTATUS")
        bus = (None, "LOAD0", "LOAD1", "STORE")[status >> 12 & 3]
        address = self.read("FAULTADDR")
        return Fault(flags, status & 7, status >> 8 & 7, bus, status >> 16 & 0xF, address)

    @property
    def flags(self) -> Flag:
        """IF: what happened since it was cleared."""
        return Flag(self.read("IF"))

    @property
    def running(self) -> bool:
        """Whether a program runs (not: is paused)."""
        return self._machine.running

    @property
    def pc(self) -> int:
        """The instruction that comes next, 0…7."""
        return self.read("PROGRAMSTATE") & 7

    @property
    def registers(self) -> NDArray[np.float16]:
        """R0…R7 as float16 [8, 2], a copy: real and imaginary lane."""
        block = self._machine.read_block(registers.OFFSETS["ALU[0].REGSTATE"], registers.ALU_REGISTERS)
        return np.frombuffer(block, "<f2").reshape(registers.ALU_REGISTERS, 2).copy()

    @property
    def indices(self) -> NDArray[np.int64]:
        """Indices of the five arrays in their three dimensions, int64 [5, 3]."""
        block = self._machine.read_block(registers.OFFSETS["ARRAYST[0].INDEXSTATE"], registers.ARRAYS)
        words = np.frombuffer(block, "<u4").astype(np.int64)
        return np.stack([words >> 10 * dim & 0x3FF for dim in range(registers.DIMS)], axis=1)

    @property
    def loops(self) -> tuple[LoopState, ...]:
        """The state of the eight loops."""
        words = (self.read(f"LOOPST[{n}].STATE") for n in range(registers.LOOPS))
        return tuple(LoopState(word & 0x3FF, bool(word >> 12 & 1), word >> 16 & 7) for word in words)

    @property
    def counts(self) -> dict[Counter, int]:
        """All counters since INIT in full width, where the registers show two of them in 24 bits."""
        return {counter: self._machine.counts()[counter] for counter in Counter}

    @property
    def cycles(self) -> int:
        """Counter RUN: cycles since INIT, the launch included."""
        return self._machine.counts()[Counter.RUN]


def _machine_class() -> type["_mvp.Machine"]:
    """Import the extension, which compiles it first if its sources have changed."""
    try:
        from host.mvp import _mvp
    except subprocess.CalledProcessError as error:
        raise BuildError("host/mvp does not compile: see the messages above") from error
    except ImportError as error:
        raise BuildError(f"no extension host.mvp._mvp ({error}): run tools/setup") from error
    return _mvp.Machine
