"""One process for each debug probe: a lock file that names who uses it.

The files are in the folder that host.sim.registry keeps for this user alone, and stay there; what counts is
the lock, which ends with its process.
"""

import fcntl
import hashlib
import json
import os
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from host.errors import FirmwareError, ProbeError
from host.sim import registry

_POLL_S = 0.05
_LARGEST = 1 << 12


@dataclass(frozen=True)
class Holder:
    """The process that uses a probe; pid 0 and an empty command where it has not said so yet."""

    pid: int
    command: str

    def __str__(self) -> str:
        return f"process {self.pid} ({self.command})" if self.pid else "another process"


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
    path = _folder() / _file_name(probe_id)
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
    except OSError as error:
        raise _unusable(path, error) from error
    try:
        _lock(descriptor, probe_id, wait_s, on_wait)
        _write(descriptor, path, json.dumps({"pid": os.getpid(), "command": command}))
        yield
        _write(descriptor, path, "")
    finally:
        os.close(descriptor)


def _lock(descriptor: int, probe_id: str, wait_s: float, on_wait: Callable[[Holder], None] | None) -> None:
    deadline = time.monotonic() + wait_s
    told = False
    while not _locked(descriptor):
        holder = _holder(descriptor)
        if time.monotonic() >= deadline:
            waited = f" after {wait_s:g} s" if wait_s > 0 else ""
            raise ProbeError(
                f"probe {probe_id} is used by {holder}{waited}: let that end (host.flash --wait S waits)"
            )
        if on_wait is not None and not told:
            on_wait(holder)
            told = True
        time.sleep(_POLL_S)


def _locked(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _holder(descriptor: int) -> Holder:
    try:
        record = json.loads(os.pread(descriptor, _LARGEST, 0))
        return Holder(int(record["pid"]), str(record["command"]))
    except (OSError, ValueError, KeyError, TypeError):
        return Holder(0, "")


def _write(descriptor: int, path: Path, text: str) -> None:
    try:
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, text.encode(), 0)
    except OSError as error:
        raise _unusable(path, error) from error


def _folder() -> Path:
    place = registry.folder().parent / "probes"
    try:
        place.mkdir(mode=0o700, exist_ok=True)
    except OSError as error:
        raise _unusable(place, error) from error
    return place


def _file_name(probe_id: str) -> str:
    readable = re.sub(r"[^A-Za-z0-9._-]", "_", probe_id)[:64]
    return f"{readable}-{hashlib.sha256(probe_id.encode()).hexdigest()[:8]}.lock"


def _unusable(path: Path, error: OSError) -> FirmwareError:
    return FirmwareError(f"cannot write {path}: {error.strerror or error}")
