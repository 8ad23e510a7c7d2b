"""Runs CMake in a build folder, one build at a time, and keeps what it says in a log."""

import fcntl
import subprocess
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from host import atomic
from host.errors import BuildError
from host.project import ROOT

TIMEOUT_S = 900.0


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold a build folder alone: two builds in one folder would write the same files.

    Raises:
        BuildError: the folder is not writable.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = (folder / ".lock").open("wb")
    except OSError as error:
        raise BuildError(f"cannot write {folder}: {error.strerror}") from error
    with lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def step(command: Sequence[str], log: Path, reason: Callable[[str], str]) -> None:
    """Run one step from the clone's root, output to `log`; `reason` makes one line of what a failed one said.

    Raises:
        BuildError: the step cannot be started, fails, or does not end in time.
        DataError: the log cannot be written.
    """
    try:
        output = log.open("wb")
    except OSError as error:
        raise atomic.write_error(log, error) from error
    try:
        with output:
            result = subprocess.run(
                command, stdout=output, stderr=subprocess.STDOUT, cwd=ROOT, timeout=TIMEOUT_S, check=False
            )
    except subprocess.TimeoutExpired as error:
        raise BuildError(f"{command[0]} did not finish within {TIMEOUT_S:.0f} s; log: {log}") from error
    except OSError as error:
        raise BuildError(
            f"cannot run {command[0]} ({error.strerror}): run tools/setup, then again"
        ) from error
    if result.returncode:
        raise BuildError(f"{reason(log.read_text(errors='replace'))} (log: {log})")
