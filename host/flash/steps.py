"""What the steps of flashing tell while they work: where they are, what they found, what to be warned of."""

from typing import Protocol

CONNECT = "connect"
IDENTIFY = "identify"
COMPARE = "compare"
BACK_UP = "back up"
WRITE = "write"
VERIFY = "verify"
START = "start"


class Watcher(Protocol):
    """Who is told; every method may raise host.interruption.Interrupted, which ends the work in order."""

    def begin(self, step: str, total: int = 0) -> None:
        """Tell that a step begins; `total` is how many sectors it has, 0 where that says nothing."""

    def advance(self, done: int) -> None:
        """Tell how many sectors of the step are done."""

    def found(self, text: str) -> None:
        """Tell what the step came to, in one line."""

    def warn(self, text: str) -> None:
        """Tell of something that is no error."""


class Silent:
    """A watcher who wants to know nothing."""

    def begin(self, step: str, total: int = 0) -> None:
        """See Watcher."""

    def advance(self, done: int) -> None:
        """See Watcher."""

    def found(self, text: str) -> None:
        """See Watcher."""

    def warn(self, text: str) -> None:
        """See Watcher."""
