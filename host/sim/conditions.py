"""What a run of the virtual board waits for, and why it ended."""

from dataclasses import dataclass
from enum import StrEnum

from host.errors import UsageError
from host.sim.accuracy import CYCLE_ERROR_SHORT

FORMS = "text:TEXT, symbol:NAME or cycles:N"

_ESCAPES = {"\\r": "\r", "\\n": "\n", "\\t": "\t", "\\e": "\x1b"}


@dataclass(frozen=True)
class Text:
    """The board has sent these bytes on a serial port since the run began."""

    text: bytes
    port: int = 0


@dataclass(frozen=True)
class Symbol:
    """The core is about to run the first instruction of a function of the image."""

    name: str


@dataclass(frozen=True)
class Cycles:
    """Cycle `count` since power-on is reached."""

    count: int


Condition = Text | Symbol | Cycles


def parse(text: str) -> Condition:
    r"""Return the condition that `text` writes as text:TEXT, symbol:NAME or cycles:N.

    In TEXT, \r, \n, \t and \e stand for control characters.

    Raises:
        UsageError: it is none of them.
    """
    kind, _, value = text.partition(":")
    if kind == "text" and value:
        for written, meant in _ESCAPES.items():
            value = value.replace(written, meant)
        return Text(value.encode())
    if kind == "symbol" and value:
        return Symbol(value)
    if kind == "cycles" and value.isascii() and value.isdigit():
        return Cycles(int(value))
    raise UsageError(f"{text} is nothing to wait for: give {FORMS}")


class StopReason(StrEnum):
    """Why a run ended."""

    CYCLES = "cycles"  # the cycles asked for have passed
    TEXT = "text"
    SYMBOL = "symbol"
    CONDITION = "condition"  # the predicate said so
    REQUESTED = "requested"  # a callback said so
    BREAKPOINT = "breakpoint"
    LOCKUP = "lockup"
    HALTED = "halted"
    UNMODELLED = "unmodelled"
    POWER_CUT = "power cut"
    CYCLE_LIMIT = "cycle limit"
    TIMEOUT = "timeout"
    LINE_ENDED = "line ended"  # before the condition came true


_SENTENCES = {
    StopReason.CYCLES: "the cycles asked for have passed",
    StopReason.TEXT: "the text was sent",
    StopReason.SYMBOL: "the function was reached",
    StopReason.CONDITION: "the condition holds",
    StopReason.REQUESTED: "a callback asked to stop",
    StopReason.BREAKPOINT: "a breakpoint was reached",
    StopReason.LOCKUP: "the core locked up",
    StopReason.HALTED: "the core halted",
    StopReason.UNMODELLED: "the program used something that is not modelled",
    StopReason.POWER_CUT: "the power was cut",
    StopReason.CYCLE_LIMIT: "the limit of cycles was reached",
    StopReason.TIMEOUT: "the time was up",
    StopReason.LINE_ENDED: "the input has ended, and what is waited for did not happen",
}

FAILURES = frozenset(
    {
        StopReason.LOCKUP,
        StopReason.HALTED,
        StopReason.UNMODELLED,
        StopReason.POWER_CUT,
        StopReason.CYCLE_LIMIT,
        StopReason.TIMEOUT,
        StopReason.LINE_ENDED,
    }
)
"""Reasons with which no condition that a run waits for came true."""


@dataclass(frozen=True)
class Stop:
    """Where a run ended.

    Attributes:
        reason: Why.
        cycle: Core cycles since power-on.
        pc: Address of the next instruction.
        function: Where that is, as function+offset; "" where no symbol is known.
        detail: One line of the simulator, "" where there is nothing to say.
        last_exception: The last fault that the core took, "" for none.
    """

    reason: StopReason
    cycle: int
    pc: int
    function: str
    detail: str
    last_exception: str

    @property
    def failed(self) -> bool:
        """Whether the run ended otherwise than by what it waited for."""
        return self.reason in FAILURES

    def line(self) -> str:
        """Return one line for a person: why, where, and the last fault."""
        place = f"PC {self.pc:#010x}" + (f" ({self.function})" if self.function else "")
        detail = f": {self.detail}" if self.detail else ""
        return (
            f"{_SENTENCES[self.reason]}{detail}, at cycle {self.cycle:,} ({CYCLE_ERROR_SHORT}), "
            f"{place}, last exception: {self.last_exception or 'none'}"
        )
