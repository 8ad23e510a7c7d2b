"""Who does the trials: threads of this computer, each of which waits for a process, or the workers of Dask.

Either way a trial fixes its threads, seed and order itself and runs in a process of its own: the figures do
not depend on who does it, and a trial that fails or is killed takes no other one with it.
"""

import logging
import re
import socket
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import CancelledError
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from host.errors import HostError, UsageError
from host.sweep import trial_process
from host.sweep.records import Output, Task
from host.sweep.trial_process import Processes

CONNECT_TIMEOUT_S = 10.0
NO_WORKER_TIMEOUT_S = 60.0
"""How long a cluster may be without any worker."""

_POLL_S = 1.0
_MOST_GREETING_BYTES = 1 << 20
_ADDRESS = re.compile(r"tcp://(\[[0-9A-Fa-f:.%]+\]|[^\s:/\[\]]+):([0-9]{1,5})", re.ASCII)


@dataclass(frozen=True)
class Finished:
    """A trial that ended: what it gave, or why it gave nothing."""

    task: Task
    output: Output | None
    reason: str | None = None


Runner = Callable[[Sequence[Task]], Generator[Finished]]
"""Does tasks, and yields each as it ends."""


def local(tasks: Sequence[Task], jobs: int, timeout_s: float) -> Generator[Finished]:
    """Do the tasks on this computer, `jobs` at a time.

    Args:
        tasks: what to do.
        jobs: how many at a time.
        timeout_s: how long one may take.

    Raises:
        HostError: joblib is not installed.
    """
    joblib = _joblib()
    processes = Processes()
    # Threads that wait for processes: a killed process would break joblib's own pool, and with it all trials.
    parallel = joblib.Parallel(n_jobs=jobs, backend="threading", return_as="generator_unordered")
    attempt = joblib.delayed(_attempt)
    results = parallel(attempt(task, timeout_s, processes) for task in tasks)
    try:
        yield from results
    finally:
        processes.end()
        results.close()


def dask(tasks: Sequence[Task], address: str, timeout_s: float) -> Generator[Finished]:
    """Do the tasks on the cluster of a Dask scheduler, as many at a time as its workers have threads.

    Args:
        tasks: what to do.
        address: of the scheduler, as tcp://127.0.0.1:8786.
        timeout_s: how long one may take, from its start.

    Raises:
        HostError: distributed is not installed, nobody answers at `address`, or the cluster lost all workers.
        UsageError: `address` is of another form.
    """
    check_address(address)
    with _client(address) as client:
        # A trial whose worker dies goes to another one, by the scheduler's rules at most three times.
        futures = {
            client.submit(_attempt, task, timeout_s, pure=False, key=f"earshot-{task.key}"): task
            for task in tasks
        }
        try:
            for future in _as_they_end(client, list(futures)):
                yield _result(future, futures[future])
        finally:
            client.cancel([future for future in futures if not future.done()], force=True)


def check_address(address: str) -> None:
    """Refuse what is no address of a scheduler: Dask's client leaves a traceback where it has none.

    Raises:
        UsageError: it is not of the form tcp://HOST:PORT.
    """
    found = _ADDRESS.fullmatch(address)
    if found is None or not 1 <= int(found[2]) <= 65_535:
        raise UsageError(
            f"{address!r} is no address of a Dask scheduler: tcp://HOST:PORT is needed, as tcp://127.0.0.1:8786"
        )


def _joblib() -> Any:
    try:
        import joblib  # type: ignore[import-untyped]
    except ImportError:
        raise HostError("the package joblib is not installed: run tools/setup") from None
    return joblib


def _attempt(task: Task, timeout_s: float, processes: Processes | None = None) -> Finished:
    try:
        return Finished(task, trial_process.run(task, timeout_s, processes))
    except HostError as error:
        return Finished(task, None, str(error))


@contextmanager
def _client(address: str) -> Iterator[Any]:
    try:
        from distributed import Client
    except ImportError:
        raise HostError(
            "the package distributed is not installed, which --scheduler needs: run tools/setup"
        ) from None
    # What goes wrong is told by our own errors, a line each; tracebacks of its loops tell people nothing.
    for name in ("distributed", "distributed.client", "distributed.core"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    _check_speaker(address)
    try:
        client: Any = Client(address, timeout=CONNECT_TIMEOUT_S, set_as_default=False)  # type: ignore[no-untyped-call]
    except (OSError, ValueError, TimeoutError) as error:
        raise HostError(
            f"no Dask scheduler answers at {address} within {CONNECT_TIMEOUT_S:.0f} s: start one "
            "(dask scheduler), or check the address"
        ) from error
    try:
        yield client
    finally:
        client.close()


def _check_speaker(address: str) -> None:
    """Refuse who is silent or speaks otherwise: Dask's client would wait for ever or fail with a traceback.

    A scheduler speaks first: the length of its greeting, 64 bits. Nobody there is left to the client, which
    tries again for a while.
    """
    host, _, port = address.removeprefix("tcp://").rpartition(":")
    try:
        connection = socket.create_connection((host.strip("[]"), int(port)), CONNECT_TIMEOUT_S)
    except OSError:
        return
    with connection:
        try:
            length = int.from_bytes(connection.recv(8, socket.MSG_WAITALL), "little")
        except OSError:
            length = 0
    if not 0 < length <= _MOST_GREETING_BYTES:
        raise HostError(f"what answers at {address} is no Dask scheduler: check the address")


def _as_they_end(client: Any, futures: list[Any]) -> Iterator[Any]:
    """Yield futures as they end; only as long as there are workers."""
    lonely_since: float | None = None
    while futures:
        ended = [future for future in futures if future.done()]
        for future in ended:
            futures.remove(future)
            yield future
        if ended:
            continue
        if _workers(client):
            lonely_since = None
        elif lonely_since is None:
            lonely_since = time.monotonic()
        elif time.monotonic() - lonely_since > NO_WORKER_TIMEOUT_S:
            raise HostError(
                f"the Dask scheduler has had no workers for {NO_WORKER_TIMEOUT_S:.0f} s: start some "
                "(dask worker), then run the command again"
            )
        time.sleep(_POLL_S)


def _workers(client: Any) -> int:
    try:
        return int(client.scheduler_info(n_workers=0)["n_workers"])
    except (OSError, TimeoutError, RuntimeError, CancelledError) as error:
        raise HostError(
            "the Dask scheduler went away: start it and its workers again, then run the command again"
        ) from error


def _result(future: Any, task: Task) -> Finished:
    if future.status == "finished":
        result: Finished = future.result()
        return result
    if future.status != "error":
        return Finished(task, None, f"{future.status}: the Dask scheduler went away, or dropped the trial")
    lines = str(future.exception()).strip().splitlines()
    return Finished(task, None, f"its worker failed: {lines[0] if lines else 'no reason is known'}")
