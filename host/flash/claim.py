"""One process for each debug probe: a lock file that names who uses it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass


@dataclass(frozen=True)
class Holder:
    """The process that uses a probe; pid 0 and an empty command where it has not said so yet."""

    pid: int
    command: str


@contextmanager
def claimed(
    probe_id: str,
    command: str,
    wait_s: float = 0.0,
    on_wait: Callable[[Holder], None] | None = None,
) -> Iterator[None]:
    """Keep a probe for this process while the body runs.

    The lock ends with the process, however that ends. Threads of one process exclude one another as well.

    Args:
        probe_id: The probe's unique id; any text.
        command: What uses it, for others to read, such as "python -m host.flash".
        wait_s: How many seconds to wait for another process to release it.
        on_wait: Called once, with who uses it, before waiting.

    Raises:
        ProbeError: another process still uses it after `wait_s`; names its pid and command.
        FirmwareError: the folder of the lock files cannot be used.
    """
    raise NotImplementedError
    yield
