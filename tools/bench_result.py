"""One figure of a benchmark, as the groups return it and tools/bench prints it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Result:
    """One figure of bench/1; `goal`, `against` and `ratio` are None without anything to compare with."""

    group: str
    name: str
    value: float
    unit: str
    goal: float | None = None
    better: str = "lower"
    against: str | None = None
    ratio: float | None = None

    @property
    def missed(self) -> bool:
        """Whether the goal exists and the value is on the wrong side of it."""
        if self.goal is None:
            return False
        return self.value > self.goal if self.better == "lower" else self.value < self.goal
