"""What a session of the virtual board came to, as the document `simulation/1` and as lines for a person."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from host.sim.board import CYCLE_ERROR, VirtualBoard
from host.sim.conditions import Stop

SCHEMA = "simulation/1"

_ACCESSES_SHOWN = 5


@dataclass(frozen=True)
class Outcome:
    """A finished session; `stop` is None where its lines ended it, `wall_s` is real time in seconds."""

    board: VirtualBoard
    stop: Stop | None
    wall_s: float

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
        if self.stop is not None and not self.stop.failed:
            yield f"simulated: {self.stop.line()}"
