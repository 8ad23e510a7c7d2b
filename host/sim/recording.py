"""What the virtual board's recorder saw, as plain data: counts of blocks, the tree of calls, events.

Cycles are the simulator's account, an estimate (host.sim.accuracy).
"""

from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from host.sim.interrupt_names import INTERRUPTS
from host.sim.symbols import FunctionTable

if TYPE_CHECKING:
    from virtual_xg24 import Board

UNKNOWN_FUNCTION = 0x7FFF_FFFF
"""The number of code outside of all functions, as in host/sim/account/recorder.h."""

EXCEPTION = 0x8000_0000
"""Added to an exception's number where a tree of calls has a function's."""

UNKNOWN_NAME = "(unknown)"

EVENT_TYPE = np.dtype([("cycle", "<u8"), ("value", "<u4"), ("kind", "<u4")])
"""One event as the recorder packs it."""

_EXCEPTIONS = {
    1: "Reset",
    2: "NMI",
    3: "HardFault",
    4: "MemManage",
    5: "BusFault",
    6: "UsageFault",
    7: "SecureFault",
    11: "SVCall",
    12: "DebugMonitor",
    14: "PendSV",
    15: "SysTick",
}


class EventKind(IntEnum):
    """What an event tells; its value is a function, an exception, or as stated."""

    FUNCTION_BEGIN = 0
    FUNCTION_END = 1
    EXCEPTION_BEGIN = 2
    EXCEPTION_END = 3
    ACCELERATOR_BEGIN = 4
    ACCELERATOR_END = 5  # 1 if the program faulted
    SLEEP_BEGIN = 6
    SLEEP_END = 7
    SENT = 8  # port << 8 | byte
    RECEIVED = 9


@dataclass(frozen=True)
class Block:
    """Instructions that run through from the first byte to the last, executed at least once."""

    address: int
    size: int
    instructions: int
    executions: int
    cycles: int


@dataclass(frozen=True)
class Call:
    """A stack of calls: its parent's node, its innermost function, and the cycles of just this stack."""

    parent: int
    function: int
    cycles: int
    calls: int


@dataclass(frozen=True)
class Recording:
    """All of a recorder.

    Attributes:
        functions: What numbers of functions refer to.
        blocks: Counts since power-on, or since they were cleared.
        calls: The tree of calls, node 0 the root; just the root unless calls were followed.
        events: Shape (n,) of EVENT_TYPE, in the order of time on each track (functions, accelerator, …).
        dropped: Events beyond the recorder's limit.
        sleep_cycles: In which the core slept, since power-on.
        core_hz: The core's clock at the end.
    """

    functions: FunctionTable
    blocks: tuple[Block, ...]
    calls: tuple[Call, ...]
    events: npt.NDArray[Any]
    dropped: int
    sleep_cycles: int
    core_hz: int

    def name(self, function: int) -> str:
        """Return the name of a function, or of an exception's part of a stack."""
        if function >= EXCEPTION:
            return exception_name(function - EXCEPTION)
        if function >= len(self.functions.functions):
            return UNKNOWN_NAME
        return self.functions.functions[function].name


def start(core: "Board", functions: FunctionTable, *, calls: bool = True, events: bool = False) -> None:
    """Begin to record; counts of blocks start from zero.

    Args:
        core: The compiled board (host.sim.board.VirtualBoard.core).
        functions: Of the image that it runs.
        calls: Whether calls are followed, for flame graphs; counts of blocks, all that a flat profile and
            coverage need, are kept anyway, at no cost.
        events: Whether begin and end of calls, interrupts, accelerator programs and sleep, and serial bytes,
            are listed; that follows calls too.
    """
    recorder = core.recorder
    recorder.set_functions(functions.ranges())
    recorder.clear_counts()
    if calls or events:
        recorder.start(events)


def take(core: "Board", functions: FunctionTable) -> Recording:
    """Stop following and return what was recorded."""
    recorder = core.recorder
    recorder.stop()
    return Recording(
        functions=functions,
        blocks=tuple(Block(*row) for row in recorder.blocks()),
        calls=tuple(Call(*row) for row in recorder.calls()),
        events=np.frombuffer(recorder.events(), EVENT_TYPE),
        dropped=recorder.dropped,
        sleep_cycles=core.sleep_cycles,
        core_hz=core.core_hz,
    )


def exception_name(number: int) -> str:
    """Return the architecture's name of an exception, the chip's of an interrupt."""
    if number >= 16:
        line = number - 16
        return INTERRUPTS[line] if line < len(INTERRUPTS) else f"IRQ {line}"
    return _EXCEPTIONS.get(number, f"exception {number}")
