"""What a session of the virtual board came to, as the document `simulation/1` and as lines for a person."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from host.sim.accuracy import CYCLE_ERROR, CYCLE_ERROR_SHORT
from host.sim.board import VirtualBoard
from host.sim.conditions import Stop

SCHEMA = "simulation/1"

_ACCESSES_SHOWN = 5


@dataclass(frozen=True)
class Outcome:
    """A finished session.

    Attributes:
        board: The board.
        stop: Why it ended; None where its lines ended it.
        wall_s: Real time in seconds.
        asleep: Whether the board then slept and only its lines, or nothing at all, could wake it.
    """

    board: VirtualBoard
    stop: Stop | None
    wall_s: float
    asleep: bool = False

    def document(self) -> dict[str, Any]:
        """Return the document."""
        board, stop = self.board, self.stop
        image = board.image
        return {
            "schema": SCHEMA,
            "source": "simulated",
            "cycles_error": CYCLE_ERROR,
            "cycle_model": board.settings.cycle_model,
            "image": str(image.path) if image else None,
            "build_id": image.build_id or None if image else None,
            "stop": None
            if stop is None
            else {
                "reason": str(stop.reason),
                "pc": stop.pc,
                "function": stop.function or None,
                "detail": stop.detail or None,
                "last_exception": stop.last_exception or None,
            },
            "cycles": board.now,
            "sleep_cycles": board.sleep_cycles,
            "instructions": board.instructions,
            "clock_hz": board.core_hz,
            "time_s": board.seconds,
            "wall_s": self.wall_s,
            "unmodelled": [
                {
                    "address": access.address,
                    "pc": access.pc,
                    "function": board.function_at(access.pc) or None,
                    "write": access.write,
                    "value": access.value,
                    "count": access.count,
                }
                for access in board.unmodelled()
            ],
        }

    def lines(self) -> Iterator[str]:
        """Yield what a person should know at the end: why it ended, and what was not modelled."""
        accesses = self.board.unmodelled()
        for access in accesses[:_ACCESSES_SHOWN]:
            verb = "wrote" if access.write else "read"
            place = self.board.function_at(access.pc) or f"PC {access.pc:#010x}"
            yield f"not modelled: {place} {verb} {access.address:#010x}, {access.count} times"
        if len(accesses) > _ACCESSES_SHOWN:
            yield f"not modelled: {len(accesses) - _ACCESSES_SHOWN} more addresses"
        if self.stop is None:
            yield self._end_of_input()
        elif not self.stop.failed:
            yield f"simulated: {self.stop.line()}"

    def _end_of_input(self) -> str:
        board = self.board
        end = (
            "the input has ended, and the board sleeps with nothing to wake for"
            if self.asleep
            else "the input has ended"
        )
        place = board.function_at(board.pc) or f"PC {board.pc:#010x}"
        return f"{end}, at cycle {board.now:,} ({CYCLE_ERROR_SHORT}), {place}"
