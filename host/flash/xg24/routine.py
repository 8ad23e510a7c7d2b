"""Calls routines that lie in the part's RAM, one at a time, and waits for each as long as it needs."""

from dataclasses import dataclass
from typing import Any

from pyocd.core import exceptions
from pyocd.core.target import Target

from host.flash.xg24.pause import Pause
from host.flash.xg24.retry import Retry

STATUS_BITS = {
    0: "BUSY",
    1: "LOCKED",
    2: "INVADDR",
    4: "ERASEABORTED",
    5: "PENDING",
    6: "TIMEOUT",
    7: "RANGEPARTIAL",
    16: "REGLOCK",
}
"""Bits of MSC.STATUS that routines return (hardware description, section 5)."""

# A part may need more than it is known to: it is asked again after these pauses, in seconds.
_FIRST_PAUSE_S = 0.5e-3
_LONGEST_PAUSE_S = 50e-3
_SLACK = 0.01  # of the time that a routine is known to need
# When a routine is given up: so many times what it needs, and never before half a second.
_TIMES_NEEDED = 10
_LEAST_LIMIT_S = 0.5
_HALT_LIMIT_S = 0.1

_XPSR_THUMB = 1 << 24
_PRIMASK = 1 << 0
_MPU_CTRL = 0xE000_ED94


@dataclass(frozen=True)
class Call:
    """A call of a routine.

    Attributes:
        name: Of the routine, for messages.
        entry: Its address, with the Thumb bit.
        arguments: r0 and so on, at most four.
        needs_s: How long it is known to take, in seconds.
        failure: Class of the error if it does not return.
    """

    name: str
    entry: int
    arguments: tuple[int, ...]
    needs_s: float
    failure: type[exceptions.FlashFailure] = exceptions.FlashFailure

    @property
    def limit_s(self) -> float:
        """When it is given up, in seconds after it should have returned."""
        return max(_LEAST_LIMIT_S, _TIMES_NEEDED * self.needs_s)


def status_text(code: int) -> str:
    """Return what a routine returned in words: names of MSC.STATUS's bits."""
    names = [name for bit, name in STATUS_BITS.items() if code >> bit & 1]
    rest = code & ~sum(1 << bit for bit in STATUS_BITS)
    return " ".join([*names, *([f"{rest:#x}"] if rest else [])]) or "0"


class RoutineCaller:
    """The core as it runs routines: halted, or in one of them.

    All methods raise pyOCD's TransferError or ProbeError where the line stays bad.

    Args:
        target: pyOCD's target.
        return_address: Where a BKPT is that routines return to; without the Thumb bit.
        stack_top: Their stack pointer.
        static_base: Their r9.
        pause: The part's time.
        retry: How often an access is tried.
    """

    def __init__(
        self, target: Any, return_address: int, stack_top: int, static_base: int, pause: Pause, retry: Retry
    ) -> None:
        self._target = target
        self._return_address = return_address
        self._stack_top = stack_top
        self._static_base = static_base
        self._pause = pause
        self._retry = retry
        self._running: Call | None = None
        self._started = 0.0
        self._stack_is_set = False

    @property
    def runs(self) -> bool:
        """Whether a routine was started that has not been waited for."""
        return self._running is not None

    def forget(self) -> None:
        """Take note that the core was reset: nothing runs, and registers have to be set again."""
        self._running, self._stack_is_set = None, False

    def prepare(self) -> None:
        """Halt the core, and make it take routines whatever it did before.

        Raises:
            FlashFailure: it does not halt.
        """
        self.forget()
        self._halt()
        # Thread mode, main stack, no limit of the stack, no interrupts, no regions of the MPU.
        self._write_registers(cfbp=_PRIMASK)
        if self._target.selected_core.core_registers.by_name.get("msplim_s"):
            self._write_registers(msplim_s=0)
        self._retry.write_words(self._target, _MPU_CTRL, [0])

    def start(self, call: Call) -> None:
        """Let a routine run; the core is halted."""
        registers = {f"r{number}": value for number, value in enumerate(call.arguments)}
        if not self._stack_is_set:
            registers |= {"r9": self._static_base, "sp": self._stack_top, "xpsr": _XPSR_THUMB}
        self._write_registers(pc=call.entry, lr=self._return_address + 1, **registers)
        self._running = call
        self._resume()
        self._started = self._pause.now()

    def finish(self) -> int:
        """Wait for the routine that runs, no sooner than it is known to be done, and return its r0.

        Raises:
            FlashFailure: it does not return, faults, or stops elsewhere; the core is halted then.
        """
        call = self._running
        if call is None:
            raise exceptions.FlashFailure("no flash routine runs")
        self._stack_is_set = False
        self._pause.wait(self._started + (1 + _SLACK) * call.needs_s - self._pause.now())
        waited, pause = 0.0, _FIRST_PAUSE_S
        while not self._returned(call):
            if waited >= call.limit_s:
                self._halt()
                raise self._failure(call, f"did not return within {call.needs_s + waited:.2g} s")
            self._pause.wait(pause)
            waited, pause = waited + pause, min(2 * pause, _LONGEST_PAUSE_S)
        result = self._read_register("r0")
        self._running, self._stack_is_set = None, True
        return result

    def run(self, call: Call) -> int:
        """Call a routine and return its r0; see `finish`."""
        self.start(call)
        return self.finish()

    def abandon(self) -> None:
        """Wait for a routine that still runs, whatever becomes of it."""
        if self._running is None:
            return
        try:
            self.finish()
        except exceptions.FlashFailure:
            return

    def _returned(self, call: Call) -> bool:
        state = self._retry.call(self._target.get_state)
        if state == Target.State.LOCKUP:
            self._halt()
            raise self._failure(call, "faulted")
        if state != Target.State.HALTED:
            return False
        pc = self._read_register("pc")
        if pc == self._return_address:
            return True
        if pc == call.entry & ~1:
            self._resume()  # the write that should have started it was lost
            return False
        raise self._failure(call, f"was stopped at {pc:#010x}")

    def _failure(self, call: Call, what: str) -> exceptions.FlashFailure:
        self._running = None
        arguments = ", ".join(f"{value:#x}" for value in call.arguments)
        return call.failure(f"flash routine {call.name}({arguments}) {what}")

    def _halt(self) -> None:
        self._retry.call(self._target.halt)
        waited = 0.0
        while self._retry.call(self._target.get_state) != Target.State.HALTED:
            if waited >= _HALT_LIMIT_S:
                raise exceptions.FlashFailure("the core does not halt")
            self._pause.wait(_FIRST_PAUSE_S)
            waited += _FIRST_PAUSE_S

    def _resume(self) -> None:
        # Harmless if it comes twice: a routine that has returned stands on its BKPT.
        self._retry.call(self._target.resume)

    def _write_registers(self, **values: int) -> None:
        names, numbers = list(values), list(values.values())
        self._retry.call(lambda: self._target.write_core_registers_raw(names, numbers))

    def _read_register(self, name: str) -> int:
        return int(self._retry.call(lambda: self._target.read_core_registers_raw([name]))[0])
